"""The overview: hosts by ports, put together until it can be read. Pure: a matrix in, rows, columns and cells out.

Up to 48 hosts and 40 ports each have a row or column of their own. Of more hosts, those that are alike at every port
share a row; where that is not enough, only those that are alike with many others do, and the rest is taken together by
network, as widely as needed. Of more ports, neighbours at which every host is as at the other share a column; where
that is not enough, ports that far more hosts than usual have open, or not as expected, stand alone, and between them as
many share a column as need be. What a cell then stands for is counted, so nothing is lost but the place.
"""

import socket
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from ipaddress import ip_network
from itertools import groupby
from typing import NamedTuple

from scanner.model import State
from scanner.reports.host_ranges import HostRanges
from scanner.reports.html.host_matrix import BITS, MOST_NAMES, UNMET, HostMatrix
from scanner.reports.tables import address_key
from scanner.words.shown_text import many

#: Rows and columns that people can read.
MOST_ROWS, MOST_COLUMNS = 48, 40
#: Hosts alike that keep a row of their own where others do not, and how many such rows there are.
_MANY_ALIKE, _ROWS_ALIKE = 10, 12
#: By how many bits an IPv6 network grows where an IPv4 network grows by one.
_V6_STEP = 4
#: So many ranges of hosts are in a label, which stands in the titles of cells, too.
_FEW = 2
_BITS = {4: 32, 6: 128}

#: How many times the average a port has to tell to stand alone.
_MUCH = 2
#: For each set of states, whether it tells more than others: something is open, or not as expected.
_TELLS = bytes(int(bool(value & (BITS[State.OPEN] | UNMET))) for value in range(256))

#: IP version (0: a name without an address) and the address as a number, from its network's bits on.
_Network = tuple[int, int]


class MapCell(NamedTuple):
    """What the targets of a row and a column are: how many have which state, how many are not as expected, and how many
    there are (each an address and a port, which may have several states)."""

    states: dict[State, int]
    unmet: int
    targets: int


class MapRow(NamedTuple):
    """Hosts (addresses, or names without one) that share a row, and its cells by column. `label` says in few words who
    they are, `title` in more."""

    label: str
    title: str
    hosts: list[str]
    cells: list[MapCell]


class HostMap(NamedTuple):
    """`columns`: the ports of each, sorted."""

    columns: list[list[int]]
    rows: list[MapRow]

    def row_numbers(self) -> dict[str, int]:
        """The row of each host."""
        return {host: number for number, row in enumerate(self.rows) for host in row.hosts}


def host_map(matrix: HostMatrix, most_rows: int = MOST_ROWS, most_columns: int = MOST_COLUMNS) -> HostMap:
    """The overview of all targets in `matrix`."""
    lines = dict(matrix.lines())
    hosts = sorted(lines, key=address_key)
    groups = _groups(hosts, lines, most_rows)
    ports = matrix.ports()
    spans = _spans(list(lines.values()), len(ports), most_columns)
    rows = [
        MapRow(*_names_of(label, group, matrix), group, _cells(Counter(map(lines.__getitem__, group)), spans))
        for label, group in groups
    ]
    return HostMap([ports[start:end] for start, end in spans], rows)


def _groups(hosts: Sequence[str], lines: Mapping[str, bytes], most: int) -> list[tuple[str, list[str]]]:
    """Which hosts share a row, with its label where that is a network; in the order of their first hosts."""
    if len(hosts) <= most:
        return [("", [host]) for host in hosts]
    alike: dict[bytes, list[str]] = {}
    for host in hosts:
        alike.setdefault(lines[host], []).append(host)
    if len(alike) <= most:
        return [("", group) for group in alike.values()]
    large = sorted((group for group in alike.values() if len(group) >= _MANY_ALIKE), key=len, reverse=True)
    kept = large[: min(_ROWS_ALIKE, most // 2)]
    gone = {host for group in kept for host in group}
    others = _by_network([host for host in hosts if host not in gone], most - len(kept))
    place = {host: number for number, host in enumerate(hosts)}
    return sorted([*(("", group) for group in kept), *others], key=lambda each: place[each[1][0]])


def _by_network(hosts: Sequence[str], most: int) -> list[tuple[str, list[str]]]:
    """Hosts by the smallest networks that are no more than `most`."""
    numbers = {host: _number(host) for host in hosts}
    networks = set(numbers.values())
    step = 0
    while len(networks) > most and step < _BITS[4]:
        step += 1
        networks = {_wider(network, 1) for network in networks}
    found: dict[_Network, list[str]] = {}
    for host in hosts:
        found.setdefault(_wider(numbers[host], step), []).append(host)
    return [(_network_label(network, step, group), group) for network, group in found.items()]


def _number(host: str) -> _Network:
    numeric = host.partition("%")[0]
    for version, family in ((4, socket.AF_INET), (6, socket.AF_INET6)):
        try:
            return version, int.from_bytes(socket.inet_pton(family, numeric))
        except (OSError, ValueError):
            continue
    return 0, 0


def _wider(network: _Network, steps: int) -> _Network:
    version, number = network
    return version, number >> steps * (_V6_STEP if version == 6 else 1)


def _network_label(network: _Network, steps: int, hosts: list[str]) -> str:
    version, number = network
    if len(hosts) == 1 and version:
        return ""
    who = many(len(hosts), "host")
    if not version:
        return f"{who} without an address"
    shift = min(_BITS[version], steps * (_V6_STEP if version == 6 else 1))
    packed = (number << shift).to_bytes(_BITS[version] // 8)
    return f"{who} of {ip_network((packed, _BITS[version] - shift))}"


def _names_of(network: str, hosts: Sequence[str], matrix: HostMatrix) -> tuple[str, str]:
    """Label and title: of several hosts `54 hosts: 10.0.0.1-54` or their network, and in the title their first ranges;
    of one the name that led to it, and in the title the others."""
    first, *others = hosts
    if not others and not network:
        return _names_of_one(first, matrix.names(first))
    ranges = HostRanges()
    for host in hosts:
        ranges.add(host)
    who = network or many(len(hosts), "host")
    return network or f"{who}: {ranges.text(_FEW)}", f"{who}: {ranges.text()}"


def _names_of_one(host: str, names: Sequence[str]) -> tuple[str, str]:
    if not names:
        return host, host
    more = " and other names" if len(names) > 1 else ""
    others = " and others" if len(names) > MOST_NAMES else ""
    return f"{names[0]}{more} ({host})", f"{', '.join(names[:MOST_NAMES])}{others} ({host})"


def _spans(lines: Sequence[bytes], width: int, most: int) -> list[tuple[int, int]]:
    """The columns, each from its first port to before its last, as places in the sorted list of ports."""
    if width <= most:
        return [(place, place + 1) for place in range(width)]
    starts, telling = [], []
    start = 0
    for column, run in groupby(zip(*lines, strict=True)):
        starts.append(start)
        telling.append(bytes(column).translate(_TELLS).count(1))
        start += len(list(run))
    if len(starts) > most:
        starts = _fewer(starts, telling, most)
    return list(zip(starts, [*starts[1:], width], strict=True))


def _fewer(starts: Sequence[int], telling: Sequence[int], most: int) -> list[int]:
    """Where columns start if there are to be no more: those stand alone that tell much more than others do, and between
    two of them as many are put together as need be. `telling`: at how many hosts each has something to tell."""
    best = sorted(range(len(starts)), key=lambda number: -telling[number])[: (most - 1) // 3]
    much = _MUCH * sum(telling) / len(telling)
    alone = {number for number in best if telling[number] > much}
    room = most - 2 * len(alone) - 1  # so many gaps there may be, and each may have one column that is not full
    together = -(-(len(starts) - len(alone)) // room)
    found, held = [], 0
    for number, start in enumerate(starts):
        after_one = number - 1 in alone
        if held == 0 or held == together or after_one or number in alone:
            found.append(start)
            held = 0
        held += 1
    return found


def _cells(patterns: Mapping[bytes, int], spans: Iterable[tuple[int, int]]) -> list[MapCell]:
    """The cells of a row whose hosts have these patterns, each so many of them."""
    return [
        _cell(b"".join([pattern[start:end] * hosts for pattern, hosts in patterns.items()])) for start, end in spans
    ]


def _cell(targets: bytes) -> MapCell:
    kinds = {value: targets.count(value) for value in set(targets)}
    states = {state: sum(count for value, count in kinds.items() if value & bit) for state, bit in BITS.items()}
    unmet = sum(count for value, count in kinds.items() if value & UNMET)
    return MapCell({state: count for state, count in states.items() if count}, unmet, len(targets) - targets.count(0))
