"""The lines of a matrix as people want them: what matters first, ports of a host and hosts side by side joined where
every vantage saw the same there."""

from collections.abc import Collection, Iterator
from typing import NamedTuple

from scanner.reports.comparing.alike_hosts import by_neighbours
from scanner.reports.converting.row_order import host_key, natural
from scanner.reports.phrases import PortSet
from scanner.reports.vantages.matrix import LineKind, VantageMatrix, View
from scanner.reports.vantages.sightings import SeenRows

_ADDRESSES = (0, 1)
#: Where a line stands.
_Order = tuple[object, ...]


class JoinedLine(NamedTuple):
    """Some ports of a host, or of hosts side by side (`10.0.0.1-9`), of which the same is to be told. `view`: of one of
    those of which it is; the address is the line's own."""

    name: str
    host: str
    address: str
    view: View


def joined_lines(matrix: VantageMatrix, only: Collection[LineKind]) -> list[tuple[JoinedLine, PortSet]]:
    """The lines with their ports: first what is not as expected, then where vantages differ; by name, host and port."""
    groups: dict[tuple[str, str, str, int], int | PortSet] = {}
    places: dict[tuple[SeenRows, ...], int] = {}
    patterns: list[View] = []
    for name, host, port, view in matrix.lines(only):
        place = places.setdefault(view.seen, len(patterns))
        if place == len(patterns):
            patterns.append(view)
        key = name, host, view.address, place
        known = groups.get(key)
        if known is None:
            groups[key] = port  # most hosts of a wide sweep have one
        elif isinstance(known, PortSet):
            known.add(port)
        else:
            groups[key] = _ports(known, port)
    kept = [
        (JoinedLine(name, host, address, patterns[place]), ports)
        for (name, host, address, place), ports in groups.items()
    ]
    groups.clear()
    kept.sort(key=lambda each: (*_place(each[0]), places[each[0].view.seen], host_key(each[0].host), each[0].address))
    return sorted(by_neighbours(_with_sets(kept)), key=_order)


def _with_sets(kept: list[tuple[JoinedLine, int | PortSet]]) -> Iterator[tuple[JoinedLine, PortSet]]:
    for line, ports in kept:
        yield line, ports if isinstance(ports, PortSet) else _ports(ports)


def _ports(*ports: int) -> PortSet:
    found = PortSet()
    for port in ports:
        found.add(port)
    return found


def _place(line: JoinedLine) -> _Order:
    kinds = line.view.kinds
    return LineKind.UNMET not in kinds, LineKind.DIFFER not in kinds, natural(line.name), line.name


def _order(told: tuple[JoinedLine, PortSet]) -> _Order:
    """By the first host of those that are joined."""
    line, ports = told
    first = line.host.partition("-")[0]
    key = host_key(first)
    return *_place(line), key if key[0] in _ADDRESSES else host_key(line.host), next(iter(ports)), line.address
