"""The short forms that join hosts and ports: `HOST:PORTS`, and what an exclude may say. The strict grammar.

The parts have modules of their own: `hosts.py`, `ports.py`. All of it is pure: text in, values out, and a TargetError
that says what is wrong with this text, not what else may have been meant. Callers go through `parsers.py`.
"""

import re
from collections.abc import Callable

from scanner.errors import TargetError
from scanner.targets.grammar.addresses import v6_number
from scanner.targets.grammar.host_values import Host
from scanner.targets.grammar.hosts import any_host, strict_host
from scanner.targets.grammar.ports import PortBudget, is_ports, strict_ports
from scanner.targets.grammar.remedies import MeantError, OptionText
from scanner.words.shown_text import shown

#: In one comma-separated text; a file may list more.
_MOST_EXCLUDES = 200_000
_EXAMPLE = (("one such as ", "[2001:db8::1]:22"),)
_PORTS_ONLY = re.compile(r"[0-9]+(?:-[0-9]+)?")


#: The ports are None for HOST alone.
HostsAndPorts = tuple[tuple[Host, ...], tuple[int, ...] | None]


class Exclude:
    """What must never be touched: `hosts` (None: any host) at `ports` (None: any port)."""

    __slots__ = ("hosts", "ports")

    def __init__(self, hosts: tuple[Host, ...] | None, ports: tuple[int, ...] | None) -> None:
        self.hosts = hosts
        self.ports = ports


def split_target(text: str) -> tuple[str, str | None]:
    """Host text and port text of `HOST:PORTS`; the latter None where there is no colon. IPv6 stands in brackets."""
    if text.startswith("[") and ":" in text:
        inner, bracket, rest = text[1:].partition("]")
        if not bracket:
            raise MeantError(f"{shown(text)} lacks the closing bracket", *(_readings(inner) or _EXAMPLE))
        if ":" in inner:
            if rest and not rest.startswith(":"):
                raise MeantError(f"{shown(text)} goes on after the bracket", *_EXAMPLE)
            return inner, rest[1:] if rest else None
    if text.count(":") > 1:
        if readings := _readings(text):
            raise MeantError(f"{shown(text)} is an IPv6 address without brackets", *readings)
        if "%" in text and is_ports(text.rpartition(":")[2]):
            any_host(text.rpartition(":")[0])  # says what is wrong with the interface
        if "::" in text:
            raise MeantError(f"{shown(text)} is neither HOST:PORTS nor an IPv6 address", *_EXAMPLE)
    host, colon, ports = text.partition(":")
    return host, ports if colon else None


def _readings(text: str) -> tuple[OptionText, ...]:
    """What a text with an IPv6 address, but without brackets, can mean. `2001:db8::1:443` may be an address and its
    port, or an address as a whole: nobody can tell, so both are named."""
    head, _, ports = text.rpartition(":")
    apart = _v6_hosts(head) if is_ports(ports) else ()
    return (*((lead, f"{with_brackets(host)}:{ports}") for lead, host in apart), *_v6_hosts(text, brackets=True))


def _v6_hosts(text: str, *, brackets: bool = False) -> tuple[OptionText, ...]:
    """The text if it is an IPv6 host, or else what to write instead; nothing where it cannot be one."""
    if v6_number(_bare(text)) is None:
        return ()
    try:
        any_host(text)
    except MeantError as error:
        found = error.options
    except TargetError:
        return ()
    else:
        found = (("", text),)
    return tuple((lead, with_brackets(host) if brackets else host) for lead, host in found)


def _bare(text: str) -> str:
    """The first address of a host, without interface and prefix."""
    return text.partition("%")[0].partition("/")[0].partition("-")[0]


def with_brackets(host: str) -> str:
    """The host as it stands before a colon."""
    return f"[{host}]" if ":" in host and not host.startswith("[") else host


def strict_target(text: str, read: Callable[[str], tuple[Host, ...]] = strict_host) -> HostsAndPorts:
    """Hosts and ports of `HOST:PORTS`; ports None for `HOST` alone. `read`: the grammar of the host. Errors:
    TargetError."""
    host, ports = split_target(text)
    if ports is None:
        try:
            return read(host), None
        except MeantError as error:
            raise error.moved(with_brackets) from None
    if not host:
        raise MeantError(f"{shown(text)} names no host", ("one in front of the colon, such as ", "localhost:22"))
    if not ports:
        such = f"{with_brackets(host[:60])}:443"
        raise MeantError(f"{shown(text)} names no port", ("one after the colon, such as ", such))
    try:
        hosts = read(host)
    except MeantError as error:
        raise error.moved(lambda meant: f"{with_brackets(meant)}:{ports}") from None
    try:
        return hosts, strict_ports(ports)
    except MeantError as error:
        raise error.moved(lambda meant: f"{with_brackets(host)}:{meant}") from None


def any_target(text: str) -> HostsAndPorts:
    """The same for hosts that need not be fit to probe (`any_host`)."""
    return strict_target(text, any_host)


def is_target(text: str) -> bool:
    """Whether it is HOST or HOST:PORTS."""
    try:
        strict_target(text)
    except TargetError:
        return False
    return True


def strict_exclude(text: str) -> Exclude:
    """One exclude: a host, network or range, `host:ports`, or `*:ports` for any host. Errors: TargetError."""
    bare = _bare(text)
    if v6_number(bare) is not None and bare.count(":") > 1:
        return Exclude(any_host(text), None)
    if text.strip() == "*":
        raise TargetError('"*" would exclude everything; write *:PORTS, or the hosts to leave out')
    if text.startswith("*:"):
        try:
            return Exclude(None, strict_ports(text[2:]))
        except MeantError as error:
            raise error.moved(lambda meant: f"*:{meant}") from None
    hosts, ports = any_target(text)
    return Exclude(hosts, ports)


def strict_excludes(text: str, read: Callable[[str], Exclude] = strict_exclude) -> list[Exclude]:
    """Comma-separated excludes: `10.0.0.1,10.0.0.8/29,*:25,80` (80 belongs to `*:`). `read`: the grammar of each.
    Errors: TargetError."""
    if text.count(",") >= _MOST_EXCLUDES:
        raise TargetError(f"more than {_MOST_EXCLUDES} excludes in one text; write each on a line of its own")
    budget = PortBudget()
    found = []
    items = _split_excludes(text)
    for item in items:
        try:
            found.append(read(item))
        except MeantError as error:  # its remedies are for this one item
            raise error if len(items) == 1 else TargetError(str(error)) from None
        budget.spend(found[-1].ports)
    return found


def _split_excludes(text: str) -> list[str]:
    """Split at commas, except those inside a port list."""
    items: list[list[str]] = []
    after_ports = False
    for item in (part.strip() for part in text.split(",")):
        if _PORTS_ONLY.fullmatch(item) and after_ports:
            items[-1].append(item)
        elif not item:
            raise TargetError(f"an empty place in the excludes {shown(text)}; write one comma between two items")
        elif after_ports and is_ports(item):
            raise TargetError(
                f"{shown(item)} may be a host or a service; write it as HOST:PORTS, or --exclude it alone"
            )
        else:
            items.append([item])
            after_ports = _has_ports(item)
    return [",".join(parts) for parts in items]


def _has_ports(item: str) -> bool:
    try:
        return split_target(item)[1] is not None
    except TargetError:
        return False
