"""Neighbouring hosts of which the same is to be told, as one: a new network of 254 hosts is a line, not 254 of them.
(For the table of a difference, and for that of a matrix.)"""

from collections.abc import Iterable, Iterator
from ipaddress import ip_address
from typing import NamedTuple, Protocol, TypeVar

from scanner.model import State
from scanner.reports.comparing.change import Kind, Standing
from scanner.reports.host_ranges import HostRanges
from scanner.reports.phrases import PortSet


class DiffLine(NamedTuple):
    """What makes changes one line of the table: all but the port."""

    kind: Kind
    standing: Standing
    vantage: str
    name: str
    host: str
    address: str
    text: str
    new: State | None


class HostLine(Protocol):
    """A named tuple of what is to be told of a host, its address among it."""

    @property
    def host(self) -> str: ...
    @property
    def address(self) -> str: ...
    def _replace(self: "AnyLine", *, host: str = ..., address: str = ...) -> "AnyLine": ...


AnyLine = TypeVar("AnyLine", bound=HostLine)


def by_neighbours(lines: Iterable[tuple[AnyLine, PortSet]]) -> Iterator[tuple[AnyLine, PortSet]]:
    """The same lines in the same order. Those whose hosts are addresses one after the other, and that say the same of
    the same ports, are one line of the host `10.0.0.1-254`."""
    run: list[AnyLine] = []
    shared = PortSet()
    last = 0
    for line, ports in lines:
        number = _number(line)
        if run and number and number == last + 1 and _alike(line, run[0]) and list(ports) == list(shared):
            run.append(line)
        else:
            yield from _told(run, shared)
            run, shared = [line], ports
        last = number
    yield from _told(run, shared)


def _alike(one: AnyLine, other: AnyLine) -> bool:
    return one._replace(host="", address="") == other._replace(host="", address="")


def _number(line: HostLine) -> int:
    """The host's address as a number that both families have one after the other; 0 where it is a name."""
    if line.address not in ("", line.host):
        return 0
    try:
        address = ip_address(line.host)
    except ValueError:
        return 0
    return 0 if getattr(address, "scope_id", None) else int(address) + (1 << 33) * (address.version == 6)


def _told(run: list[AnyLine], ports: PortSet) -> Iterator[tuple[AnyLine, PortSet]]:
    if not run:
        return
    hosts = ""
    if len(run) > 1:
        ranges = HostRanges()
        for line in run:
            ranges.add(line.host)
        hosts = ranges.text()
    if hosts:
        yield run[0]._replace(host=hosts, address=""), ports
    else:
        yield from ((line, ports) for line in run)
