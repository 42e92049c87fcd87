"""The short forms that join hosts and ports: `HOST:PORTS`, and what an exclude may say.

The parts live beside: `hosts.py`, `ports.py`, `values.py`. All of it is pure: text in, values out, and a
TargetError that says what is wrong and what to write.
"""

import re
from collections.abc import Callable

from scanner.errors import TargetError
from scanner.targets.address import v6_number
from scanner.targets.hint import shown
from scanner.targets.hosts import Host, strict_host
from scanner.targets.ports import PortBudget, is_ports, strict_ports
from scanner.targets.urls import has_user_info

#: In one text, with commas between them; a file may list more.
_MOST_EXCLUDES = 200_000
_PORTS_ONLY = re.compile(r"[0-9]+(?:-[0-9]+)?")


class Exclude:
    """What must never be touched: `hosts` (None: any host) at `ports` (None: any port)."""

    __slots__ = ("hosts", "ports")

    def __init__(self, hosts: tuple[Host, ...] | None, ports: tuple[int, ...] | None) -> None:
        self.hosts = hosts
        self.ports = ports


def split_target(text: str) -> tuple[str, str | None]:
    """Host text and port text of `HOST:PORTS`; None where there is no colon. IPv6 stands in brackets."""
    if text.startswith("[") and ":" in text[: text.find("]")]:
        inner, _, rest = text[1:].partition("]")
        if rest and not rest.startswith(":"):
            write = f"[{inner}]:PORTS" if _is_host(inner) else "one such as [2001:db8::1]:22"
            raise TargetError(f"{shown(text)} goes on after the bracket; write {write}")
        return inner, rest[1:] if rest else None
    if address := _bare_v6(text):
        if not _is_host(address):
            raise TargetError(
                f"{shown(text)} is neither HOST:PORTS nor an IPv6 address; write one such as [2001:db8::1]:22"
            )
        raise TargetError(f"{shown(text)} is an IPv6 address without brackets; write [{address}]:PORTS")
    host, colon, ports = text.partition(":")
    return host, ports if colon else None


def _bare_v6(text: str) -> str:
    """The IPv6 address that a text without brackets begins with, or empty."""
    if text.count(":") < 2:
        return ""
    for candidate in (text.rpartition(":")[0], text):
        if v6_number(candidate.partition("%")[0].partition("/")[0]) is not None:
            return candidate[:60]
    return text[:60] if "::" in text else ""


def _is_host(text: str) -> bool:
    try:
        strict_host(text)
    except TargetError:
        return False
    return True


def parse_target(text: str) -> tuple[tuple[Host, ...], tuple[int, ...] | None]:
    """Hosts and ports of `HOST:PORTS`; ports None for `HOST` alone. Errors: TargetError."""
    try:
        return strict_target(text)
    except TargetError as error:
        from scanner.targets.slips import target_slip  # only a mistake needs it

        raise target_slip(text, error) from None


def strict_target(text: str) -> tuple[tuple[Host, ...], tuple[int, ...] | None]:
    """The same, without a thought for what else may have been meant."""
    host, ports = split_target(text)
    if ports is None:
        return strict_host(host), None
    if not host:
        raise TargetError(f"{shown(text)} names no host; write one in front of the colon, such as localhost:22")
    if not ports:
        such = f"[{host[:60]}]" if ":" in host else host[:60]
        raise TargetError(f"{shown(text)} names no port; write one after the colon, such as {such}:443")
    return strict_host(host), strict_ports(ports)


def is_target(text: str) -> bool:
    """Whether it is HOST or HOST:PORTS."""
    try:
        strict_target(text)
    except TargetError:
        return False
    return True


def parse_exclude(text: str) -> Exclude:
    """One exclude: a host, network or range, `host:ports`, or `*:ports` for any host. Errors: TargetError."""
    try:
        return strict_exclude(text)
    except TargetError as error:
        from scanner.targets.slips import exclude_slip  # only a mistake needs it

        raise exclude_slip(text, error) from None


def strict_exclude(text: str) -> Exclude:
    """The same, without a thought for what else may have been meant."""
    bare = text.partition("%")[0].partition("/")[0].partition("-")[0]
    if v6_number(bare) is not None and bare.count(":") > 1:
        return Exclude(strict_host(text), None)
    if text.strip() == "*":
        raise TargetError('"*" would exclude everything; write *:PORTS, or the hosts to leave out')
    if text.startswith("*:"):
        return Exclude(None, strict_ports(text[2:]))
    hosts, ports = strict_target(text)
    return Exclude(hosts, ports)


def parse_excludes(text: str) -> list[Exclude]:
    """Excludes with commas between them: `10.0.0.1,10.0.0.8/29,*:25,80` (80 belongs to `*:`)."""
    if has_user_info(text):  # before it is taken apart: a password may hold a comma
        return [parse_exclude(text)]
    return _each(parse_exclude, text)


def strict_excludes(text: str) -> list[Exclude]:
    """The same, without a thought for what else may have been meant."""
    return _each(strict_exclude, text)


def _each(parse: Callable[[str], Exclude], text: str) -> list[Exclude]:
    if text.count(",") >= _MOST_EXCLUDES:
        raise TargetError(f"more than {_MOST_EXCLUDES} excludes stand in one text; write each in a line of its own")
    budget = PortBudget()
    found = []
    for item in _split_excludes(text):
        found.append(parse(item))
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
