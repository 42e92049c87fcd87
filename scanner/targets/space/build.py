"""From entries and excludes to a target space and the names that are still to be resolved.

1. Every entry becomes sources (`requests.py`): address ranges on lines, and names.
2. On each line of addresses the ranges of all sources and excludes are cut into cells (`line_cuts.py`).
3. What one entry has for itself is kept as that; other cells become blocks by who covers them, each with its port
   table, less what is excluded (`blocks.py`).
"""

from scanner.errors import TargetError
from scanner.targets.entry import Entry, Settings, settle_ports
from scanner.targets.file.no_collection import no_collection
from scanner.targets.grammar.addresses import V4, address_text, loopback_count
from scanner.targets.grammar.host_values import AddressRange, HostName
from scanner.targets.space.blocks import Block, Line, Own, Who, in_order
from scanner.targets.space.built import Built
from scanner.targets.space.excluder import Excluder
from scanner.targets.space.line_cuts import Cover, Ranges, Span, cut
from scanner.targets.space.port_table import Joiner, PortFilter, PortTable, check_joinable
from scanner.targets.space.requests import Source, Sources
from scanner.targets.space.target_space import MOST_TARGETS, Space, too_many
from scanner.targets.space.unprobed import Unprobed, any_refused, is_any

#: The cover number of what is excluded at every port; further excludes count down from there.
_ALL_PORTS = -1
_MOST_BLAMED = 50
#: The most ports of lists that excludes shorten host by host; each costs a pointer.
_MOST_MADE = 50_000_000


def build(entries: list[Entry], excluder: Excluder, settings: Settings, ends: frozenset[int] | None = None) -> Built:
    """Builds everything. `ends`: the addresses of `attached.attached_ends`; read when needed, if None.

    Errors: TargetError for an entry without ports, ranges that overlap too much, or every address there is.
    """
    with no_collection():
        return _Builder(entries, excluder, settings, ends).build()


class _Builder:
    def __init__(
        self, entries: list[Entry], excluder: Excluder, settings: Settings, ends: frozenset[int] | None
    ) -> None:
        self._entries = entries
        self._excluder = excluder
        self._settings = settings
        self._sources = Sources(entries, settings)
        self._named = Sources(entries, settings, named=True)
        self._alone = bytearray()  # of each source: whether it has one range all for itself
        self._lines: dict[Line, list[Span]] = {}
        self._built = Built(self._named)
        self._unprobed = Unprobed(ends)
        self._refused: list[str] = []  # every address there is, where nobody allowed that
        self._tables: dict[Cover, PortTable] = {}
        self._joiner = Joiner()
        self._filter = PortFilter(excluder.everywhere)

    def build(self) -> Built:
        for order, entry in enumerate(self._entries):
            self._entry(entry, order)
        if self._refused:
            raise TargetError(*self._refused[:_MOST_BLAMED])
        check_joinable(self._built.port_lists())
        blocks: list[tuple[Cover, Block]] = []
        owned: list[Own] = []
        for line in list(self._lines):
            self._cut(line, self._lines.pop(line), blocks, owned)
        try:
            self._built.space = Space(in_order(blocks, owned, self._sources.table))
        except TargetError as error:
            raise TargetError(*_blame(self._entries, self._settings, str(error))) from None
        self._built.ends = self._unprobed.ends
        self._built.unspecified = self._unprobed.unspecified
        return self._built

    def _entry(self, entry: Entry, order: int) -> None:
        ports = settle_ports(entry, self._settings)
        shared: Source | None = None
        for host in entry.hosts:
            if isinstance(host, HostName):
                self._name(host.text, ports, order)
                continue
            if is_any(host) and not self._settings.allow_any:
                self._refused.append(f"{entry.where}: {any_refused(host)}" if entry.line else any_refused(host))
            if self._settings.family and self._settings.family != (4 if host.family == V4 else 6):
                self._built.other_family += 1
                continue
            if host.text and host.text != _plain(host):
                source = self._sources.add(order, host.text, ports)
                self._alone.append(True)
            elif shared is None:
                source = shared = self._sources.add(order, "", ports)
                self._alone.append(len(entry.hosts) == 1)
            else:
                source = shared
            spans = self._lines.setdefault((host.family, host.scope), [])
            spans += [(first, last, source) for first, last in self._unprobed.left(host)]

    def _name(self, text: str, ports: tuple[int, ...], order: int) -> None:
        excluded = self._excluder.at_name(text)
        left = () if excluded is None else self._filtered(ports, excluded)
        self._built.excluded += len(ports) - len(left)
        if not left:
            return
        names, key = self._built.names, text.lower()
        asking = names.get(key)
        if asking is None:
            names[text if key == text else key] = self._named.add(order, text, left)
            return
        if isinstance(asking, int):
            asking = names[key] = [asking]
        if self._named.order(asking[-1]) != order:  # an entry may repeat a name; that is one row
            asking.append(self._named.add(order, text, left))

    def _cut(self, line: Line, spans: list[Span], blocks: list[tuple[Cover, Block]], owned: list[Own]) -> None:
        """Add what one line comes to: its blocks and its single addresses."""
        ports_of: dict[int, tuple[int, ...]] = {}
        for ports, some in self._excluder.ranges(line).items():
            number = _ALL_PORTS if ports is None else _ALL_PORTS - 1 - len(ports_of)
            ports_of[number] = ports or ()
            spans += [(first, last, number) for first, last in some]
        wide: dict[Cover, Ranges] = {}
        for cover, first, last in cut(spans):
            if cover[-1] < 0:
                continue
            if any(source >= 0 and self._alone[source] for source in cover):
                self._own(cover, line, first, last, ports_of, owned)
            else:
                _append(wide.setdefault(cover, []), first, last)
        for cover, ranges in wide.items():
            wanted = _wanted(cover)
            whole = self._table(wanted)
            block = Block(line, ranges, self._less(cover, whole, ports_of))
            self._count(line, ranges, block.count, len(whole.ports), block.levels)
            blocks.append((wanted, block))

    def _own(
        self, cover: Cover, line: Line, first: int, last: int, ports_of: dict[int, tuple[int, ...]], owned: list[Own]
    ) -> None:
        """Addresses that an entry has for itself, whatever else covers them."""
        wanted = _wanted(cover)
        ports = self._sources.ports(wanted[0])
        who: Who = wanted[0] if len(wanted) == 1 else wanted
        if len(wanted) > 1 and any(self._sources.ports(source) is not ports for source in wanted):
            joined = self._sources.join(wanted, self._joiner)
            who = self._less(cover, joined, ports_of)
            whole, left, rows = len(joined.ports), who.ports, who.rows
        else:
            whole, left = len(ports), self._left(cover, ports, ports_of)
            rows = len(left) * len({self._sources.order(source) for source in wanted})
        hosts = last - first + 1
        self._count(line, [(first, last)], hosts, whole, len(left))
        if left:
            owned.append((wanted[0], line, first, last, left, who, rows * hosts))

    def _count(self, line: Line, ranges: Ranges, hosts: int, asked: int, left: int) -> None:
        """Note what these hosts lost, and which of their targets are on this host itself."""
        self._built.excluded += hosts * (asked - left)
        self._built.loopback += left * sum(loopback_count(line[0], first, last) for first, last in ranges)

    def _table(self, wanted: Cover) -> PortTable:
        """What the sources of a cover ask together, excludes apart."""
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
        excluded = frozenset().union(*(ports_of[number] for number in cover if number < 0))
        return self._filtered(ports, excluded)

    def _filtered(self, ports: tuple[int, ...], excluded: frozenset[int]) -> tuple[int, ...]:
        left = self._filter.ports(ports, excluded)
        if self._filter.made > _MOST_MADE:
            raise TargetError("too many hosts with long port lists have excludes of their own; exclude whole hosts")
        return left


def _wanted(cover: Cover) -> Cover:
    """The sources of a cover, without the excludes, which stand in front."""
    return cover if cover[0] >= 0 else tuple(source for source in cover if source >= 0)


def _append(ranges: Ranges, first: int, last: int) -> None:
    """One more range behind these, joined where they touch."""
    if ranges and ranges[-1][1] == first - 1:
        ranges[-1] = (ranges[-1][0], last)
    else:
        ranges.append((first, last))


def _blame(entries: list[Entry], settings: Settings, text: str) -> list[str]:
    """The error for each entry that is too big by itself, with its place; without any, the error as it is."""
    found = []
    for entry in entries:
        spans = [host for host in entry.hosts if not isinstance(host, HostName)]
        count = sum(span.last - span.first + 1 for span in spans) * len(settle_ports(entry, settings))
        if count > MOST_TARGETS and entry.where:
            found.append(f"{entry.where}: {too_many(count)}")
    return found[:_MOST_BLAMED] or [text]


def _plain(host: AddressRange) -> str:
    """How this program itself writes a single address."""
    return "" if host.scope else address_text(host.family, host.first)
