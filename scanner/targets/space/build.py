"""From entries and excludes to a target space and the names that are still to be resolved.

1. Every entry becomes sources (`requests.py`): address ranges on lines, and names (`gathered.py`).
2. On each line of addresses the ranges of all sources and excludes are cut into cells (`line_cuts.py`).
3. Cells of sources with a single range are kept one by one; other cells become blocks by who covers them, each with
   its port table, less what is excluded (`blocks.py`).
"""

from scanner.errors import MOST_TOLD, TargetError
from scanner.targets.entry import Entry, Settings, settle_ports
from scanner.targets.grammar.addresses import loopback_count
from scanner.targets.grammar.host_values import HostName
from scanner.targets.space.blocks import Block, Own, Who, in_order
from scanner.targets.space.built import Built, LeftOut
from scanner.targets.space.excluder import Excluder
from scanner.targets.space.gathered import Gathered
from scanner.targets.space.line_cuts import Cover, NumberedRange, cut
from scanner.targets.space.line_ranges import Line, LineRanges
from scanner.targets.space.parts import WHOLE, ListPart, Share
from scanner.targets.space.port_table import Joiner, PortFilter, PortTable, check_joinable
from scanner.targets.space.target_space import MOST_TARGETS, Space, too_many
from scanner.words.no_collection import no_collection

#: The cover number of what is excluded at every port; further excludes count down from there.
_ALL_PORTS = -1
#: The most ports in lists that excludes shorten host by host; each costs a pointer.
_MOST_MADE = 50_000_000


def build(
    entries: list[Entry],
    excluder: Excluder,
    settings: Settings,
    ends: frozenset[int] | None = None,
    *,
    part: ListPart = WHOLE,
) -> Built:
    """Build everything. `ends`: the addresses of `attached_ends.attached_ends`; read when needed, if None. `part`:
    whose hosts alone are wanted; what is skipped of the list, and of the other family, is counted for all of it.

    Errors: TargetError for an entry without ports, ranges that overlap too much, or every address there is.
    """
    with no_collection():
        port_filter = PortFilter(excluder.everywhere, _MOST_MADE)
        share = Share(entries, part)
        gathered = Gathered(entries, excluder, settings, port_filter, ends, share)
        check_joinable(gathered.names.port_lists())
        cutter = _Cutter(gathered, excluder, port_filter, share)
        for line, ranges in gathered.take_lines():
            cutter.cut(line, ranges)
        try:
            space = cutter.space()
        except TargetError as error:
            raise TargetError(*_blame(entries, settings, str(error))) from None
        left_out = LeftOut(
            gathered.excluded + cutter.excluded,
            gathered.other_family,
            gathered.unprobed.ends,
            gathered.unprobed.unspecified,
        )
        return Built(space, gathered.names, left_out, cutter.loopback, share)


class _Cutter:
    """Cuts line by line, and keeps the result: blocks, and ranges of their own.

    `excluded` targets were lost on the way; `loopback` targets are on this host itself.
    """

    def __init__(self, gathered: Gathered, excluder: Excluder, port_filter: PortFilter, share: Share) -> None:
        self._share = share
        self._step = share.step
        self._sources = gathered.sources
        self._alone = gathered.alone
        self._excluder = excluder
        self._filter = port_filter
        self._tables: dict[Cover, PortTable] = {}
        self._joiner = Joiner()
        self._blocks: list[tuple[Cover, Block]] = []
        self._owned: list[Own] = []
        self.excluded = self.loopback = 0

    def space(self) -> Space:
        """The space of all that was cut; call it only once. Errors: TargetError where it is too big."""
        return Space(in_order(self._blocks, self._owned, self._sources.table, self._step))

    def cut(self, line: Line, spans: list[NumberedRange]) -> None:
        """Add one line. Empties the list of its ranges."""
        ports_of: dict[int, tuple[int, ...]] = {}
        for ports, some in self._excluder.ranges(line).items():
            number = _ALL_PORTS if ports is None else _ALL_PORTS - 1 - len(ports_of)
            ports_of[number] = ports or ()
            spans += [(first, last, number) for first, last in some]
        wide: dict[Cover, LineRanges] = {}
        for cover, first, last in cut(spans):
            ours = self._share.of_range(line, first, last) if cover[-1] >= 0 else None
            if ours is None:
                continue
            first, last = ours
            if any(source >= 0 and self._alone[source] for source in cover):
                self._own(cover, line, first, last, ports_of)
            else:
                _append(wide.setdefault(cover, []), first, last, self._step)
        for cover, ranges in wide.items():
            wanted = _wanted(cover)
            whole = self._table(wanted)
            block = Block(line, ranges, self._less(cover, whole, ports_of), self._step)
            self._count(line, ranges, block.count, len(whole.ports), block.levels)
            self._blocks.append((wanted, block))

    def _own(self, cover: Cover, line: Line, first: int, last: int, ports_of: dict[int, tuple[int, ...]]) -> None:
        """Keep a cell of a source with a single range, whatever else covers it."""
        wanted = _wanted(cover)
        ports = self._sources.ports(wanted[0])
        who: Who = wanted[0] if len(wanted) == 1 else wanted
        if len(wanted) > 1 and any(self._sources.ports(source) is not ports for source in wanted):
            joined = self._sources.join(wanted, self._joiner)
            who = self._less(cover, joined, ports_of)
            whole, left, rows = len(joined.ports), who.ports, who.rows
        else:
            whole, left = len(ports), self._left(cover, ports, ports_of)
            asking = len({self._sources.order(source) for source in wanted}) if len(wanted) > 1 else 1
            rows = len(left) * asking
        hosts = (last - first) // self._step + 1
        self._count(line, [(first, last)], hosts, whole, len(left))
        if left:
            self._owned.append((wanted[0], line, first, last, left, who, rows * hosts))

    def _count(self, line: Line, ranges: LineRanges, hosts: int, asked: int, left: int) -> None:
        """Note what these hosts lost, and which of their targets are on this host itself."""
        self.excluded += hosts * (asked - left)
        step = self._step
        self.loopback += left * sum(loopback_count(line[0], first, last, step) for first, last in ranges)

    def _table(self, wanted: Cover) -> PortTable:
        """What the sources of a cover ask for together, regardless of excludes."""
        if len(wanted) == 1:
            return self._sources.table(wanted[0], self._sources.ports(wanted[0]))
        table = self._tables.get(wanted)
        if table is None:
            table = self._tables[wanted] = self._sources.join(wanted, self._joiner)
        return table

    def _less(self, cover: Cover, whole: PortTable, ports_of: dict[int, tuple[int, ...]]) -> PortTable:
        """The table of a cover less the ports that are excluded there."""
        left = self._left(cover, whole.ports, ports_of)
        return whole if left is whole.ports else whole.only(left)

    def _left(self, cover: Cover, ports: tuple[int, ...], ports_of: dict[int, tuple[int, ...]]) -> tuple[int, ...]:
        """These ports less those that are excluded at a cover."""
        if _ALL_PORTS in cover:
            return ()
        if cover[0] >= 0:
            return self._filter.ports(ports)
        excluded = frozenset().union(*(ports_of[number] for number in cover if number < 0))
        return self._filter.ports(ports, excluded)


def _wanted(cover: Cover) -> Cover:
    """The sources of a cover, without the excludes, which come first."""
    return cover if cover[0] >= 0 else tuple(source for source in cover if source >= 0)


def _append(ranges: LineRanges, first: int, last: int, step: int) -> None:
    """Add one more range after these, joined to the last where it goes on by the same step."""
    if ranges and ranges[-1][1] == first - step:
        ranges[-1] = (ranges[-1][0], last)
    else:
        ranges.append((first, last))


def _blame(entries: list[Entry], settings: Settings, text: str) -> list[str]:
    """The error for each entry that is too big on its own, with its place; if there is none, the error as it is."""
    found = []
    for entry in entries:
        spans = [host for host in entry.hosts if not isinstance(host, HostName)]
        count = sum(span.last - span.first + 1 for span in spans) * len(settle_ports(entry, settings))
        if count > MOST_TARGETS and entry.where:
            found.append(f"{entry.where}: {too_many(count)}")
    return found[:MOST_TOLD] or [text]
