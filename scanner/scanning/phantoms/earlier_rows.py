"""What earlier runs of a scan found that speaks for phantoms: one that goes on must not begin at nothing. Pure.

Whether a host or a range accepts everything shows in how many of its ports are open, of all that were asked, and in
which refused before; and what was in doubt stays so until something speaks against it. A resumed scan probes only the
rest, which may be too little to find out again. So counts are kept of each host that has several ports, of each port in
each part of a typed range, and of the ranges; the rows themselves are not.
"""

from collections import OrderedDict
from collections.abc import Iterable, Sequence

from scanner.model import Doubt, Place, Result, State
from scanner.scanning.phantoms.address_ranges import Range, Ranges, Spot

_MOST_OPEN, _MOST_OTHERS, _MOST_PORTS = 1 << 16, 1 << 14, 1 << 15
_PORTS = 4  # of a kind, the latest of each host

#: Of one port in one part of a range: how many are open; open and nothing else there, as far as was known; something
#: else; and how many were said to be intercepted.
PortCount = tuple[int, int, int, int]
#: Of a range: targets open; not open; hosts that were said to accept everything because of it.
AreaCount = tuple[int, int, int]
_NONE_OF_AREA: AreaCount = (0, 0, 0)


class EarlierHost:
    """One host: its targets' counts, as in a `Note`, the latest ports that refused, that were silent, and that were in
    doubt because it accepted everything. `marked`: it still did when it was last open."""

    __slots__ = ("marked", "mute", "opened", "phantoms", "refused", "silent", "verdicts")

    def __init__(self) -> None:
        self.verdicts = self.opened = self.mute = 0
        self.refused: tuple[int, ...] = ()
        self.silent: tuple[int, ...] = ()
        self.phantoms: tuple[int, ...] = ()
        self.marked = False

    def add(self, row: Result) -> None:
        """One more target."""
        self.verdicts += 1
        if row.state is State.OPEN:
            self.opened += 1
            self.marked = row.doubt == Doubt.ACCEPTS_EVERYTHING
            if self.marked:
                self.phantoms = (*self.phantoms, row.port)[-_PORTS:]
        elif row.state is State.REFUSED:
            self.refused = (*self.refused, row.port)[-_PORTS:]
        else:
            self.mute += row.icmp_from != row.place.numeric
            self.silent = (*self.silent, row.port)[-_PORTS:]


NEVER_SEEN = EarlierHost()


class EarlierRows:
    """Of the scan of these `ranges`. It is given all rows in the order in which they came, before anything is asked."""

    def __init__(self, ranges: Iterable[Range] = ()) -> None:
        self._ranges = Ranges(ranges)
        self._open: OrderedDict[tuple[str, int], EarlierHost] = OrderedDict()
        self._others: OrderedDict[tuple[str, int], EarlierHost] = OrderedDict()  # with no open port
        self._ports: OrderedDict[tuple[tuple[int, int], int, int], dict[Spot, PortCount]] = OrderedDict()
        self._areas: dict[tuple[tuple[int, int], int], AreaCount] = {}

    def add(self, rows: Sequence[Result]) -> None:
        """These were found. A target's rows follow each other: it counts once."""
        last: tuple[Place, int] | None = None
        for row in rows:
            place = row.place
            if not place.address or (place, row.port) == last:
                continue
            last = place, row.port
            host = self._host_of(row) if place.ports > 1 else None
            if self._ranges and (spot := self._ranges.spot(place)) is not None:
                self._count_port(row, spot)
                if host is not None:
                    self._count_area(row, spot, first=not host.phantoms)
            if host is not None:
                host.add(row)

    def _host_of(self, row: Result) -> EarlierHost:
        key = row.place.numeric, row.place.scope
        host = self._open.get(key) or self._others.pop(key, None) or EarlierHost()
        kept, most = self._open, _MOST_OPEN
        if row.state is not State.OPEN and not host.opened:
            kept, most = self._others, _MOST_OTHERS
        if key not in kept:
            if len(kept) >= most:
                kept.popitem(last=False)
            kept[key] = host
        return host

    def _count_port(self, row: Result, spot: Spot) -> None:
        key = spot.line, spot.stretch, row.port
        parts = self._ports.get(key)
        if parts is None:
            if len(self._ports) >= _MOST_PORTS:
                self._ports.popitem(last=False)
            parts = self._ports[key] = {}
        opens, alone, others, doubted = parts.get(spot, (0, 0, 0, 0))
        if row.state is State.OPEN:
            is_doubted = row.doubt == Doubt.INTERCEPTED
            parts[spot] = opens + 1, alone + (is_doubted or row.place.ports == 1), others, doubted + is_doubted
        else:
            parts[spot] = opens, alone, others + 1, doubted

    def _count_area(self, row: Result, spot: Spot, *, first: bool) -> None:
        is_open = row.state is State.OPEN
        told = is_open and first and row.doubt == Doubt.ACCEPTS_EVERYTHING
        for begin in {spot.stretch, spot.part}:
            opened, shut, hosts = self._areas.get((spot.line, begin), _NONE_OF_AREA)
            self._areas[spot.line, begin] = opened + is_open, shut + (not is_open), hosts + told

    def shared(self, count: int) -> "EarlierRows":
        """For one of so many processes, each of which has every so-manieth address: ranges shrink for it."""
        twin = EarlierRows()
        twin._take_share(self, count)
        return twin

    def _take_share(self, whole: "EarlierRows", count: int) -> None:
        self._open, self._others = whole._open, whole._others
        for key, parts in whole._ports.items():
            mine = self._ports[key] = {}
            for spot, counts in parts.items():
                sizes = -(-spot.stretch_size // count), -(-spot.part_size // count)
                opens, alone, others = (_about(each, count) for each in counts[:-1])
                spot = spot._replace(stretch_size=sizes[0], part_size=sizes[1])
                mine[spot] = opens, alone, others, -(-counts[-1] // count)
        for area, (opened, shut, told) in whole._areas.items():
            self._areas[area] = _about(opened, count), _about(shut, count), -(-told // count)

    # What is known

    def host(self, place: Place) -> EarlierHost:
        """What was found there."""
        key = place.numeric, place.scope
        return self._open.get(key) or self._others.get(key) or NEVER_SEEN

    def ports(self, spot: Spot, port: int) -> Iterable[tuple[Spot, PortCount]]:
        """The parts of this stretch, with what is known of the port there."""
        return self._ports.get((spot.line, spot.stretch, port), {}).items()

    def area(self, line: tuple[int, int], first: int) -> AreaCount:
        """What is known of the stretch or part that begins there."""
        return self._areas.get((line, first), _NONE_OF_AREA)


def _about(number: int, count: int) -> int:
    """One of so many shares of it."""
    return (number + count // 2) // count
