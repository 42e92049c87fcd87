"""Where all callers bring a user's text: a host, ports, a target, excludes. Text in, values out.

The strict grammar (`hosts.py`, `ports.py`, `host_ports.py`) says what the text is, or what is wrong with it, and knows
nothing of what else may have been meant. Only when it has refused the text does `slips.py` look for that, and put it
into better words for the error. No grammar rule stands here. What may be a setting with a password is not taken
apart any further: its pieces would be shown.
"""

from scanner.errors import TargetError
from scanner.targets.grammar.host_ports import Exclude, HostsAndPorts, strict_exclude, strict_excludes, strict_target
from scanner.targets.grammar.host_values import Host
from scanner.targets.grammar.hosts import strict_host
from scanner.targets.grammar.ports import strict_ports
from scanner.targets.grammar.urls import has_user_info, is_url
from scanner.words.secret_words import gives_secret
from scanner.words.shown_text import shown

# Slips are imported only when one was made: Unicode's tables and the many forms would cost every start milliseconds.


def parse_host(text: str) -> tuple[Host, ...]:
    """The hosts that a HOST expression names: one, or several for bracket ranges. Errors: TargetError."""
    try:
        return strict_host(text)
    except TargetError as error:
        _refuse_secret(text)
        from scanner.targets.grammar.slips import host_slip

        raise host_slip(text, error) from None


def parse_ports(text: str) -> tuple[int, ...]:
    """The ports that a PORTS expression names, each once, in the order written. Errors: TargetError.

    Equal strings give the same tuple object: a hundred thousand entries share a handful of port lists.
    """
    try:
        return strict_ports(text)
    except TargetError as error:
        _refuse_secret(text)
        from scanner.targets.grammar.slips import ports_slip

        raise ports_slip(text, error) from None


def parse_target(text: str) -> HostsAndPorts:
    """Hosts and ports of `HOST:PORTS`; ports None for `HOST` alone. Errors: TargetError."""
    try:
        return strict_target(text)
    except TargetError as error:
        _refuse_secret(text)
        from scanner.targets.grammar.slips import target_slip

        raise target_slip(text, error) from None


def parse_exclude(text: str) -> Exclude:
    """One exclude: a host, network or range, `host:ports`, or `*:ports` for any host. Errors: TargetError."""
    try:
        return strict_exclude(text)
    except TargetError as error:
        _refuse_secret(text)
        from scanner.targets.grammar.slips import exclude_slip

        raise exclude_slip(text, error) from None


def parse_excludes(text: str) -> list[Exclude]:
    """Comma-separated excludes: `10.0.0.1,10.0.0.8/29,*:25,80` (80 belongs to `*:`). Errors: TargetError."""
    if has_user_info(text) or is_url(text):  # before it is split: a password or a URL's hosts may hold a comma
        return [parse_exclude(text)]
    try:
        return strict_excludes(text, parse_exclude)
    except TargetError as error:
        _refuse_secret(text)
        from scanner.targets.grammar.octets import octet_list

        if octet_list(text.partition(":")[0]) and "," in text:  # commas that stand between no excludes
            from scanner.targets.grammar.slips import exclude_slip

            raise exclude_slip(text, error) from None
        raise


def secret_problem(text: str) -> str:
    """What is wrong with a setting that may give a password, which nobody may take apart; empty for anything else. (Of
    a URL, nothing but host and port is ever shown.)"""
    told = "may hold a password, which is not shown; write hosts and ports alone"
    return f"{shown(text)} {told}" if gives_secret(text.partition("://")[0]) else ""


def _refuse_secret(text: str) -> None:
    if problem := secret_problem(text):
        raise TargetError(problem)
