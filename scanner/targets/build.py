"""From entries and excludes to a target space and the names that are still to be resolved.

1. Every entry becomes sources: (ports, request) with address ranges, and asks of names.
2. On each line of addresses the ranges of all sources and excludes are cut into cells (`cells.py`).
3. Each cover of cells gets its port table, less what is excluded, and becomes a block of the space.
"""

from functools import cached_property

from scanner.errors import TargetError, UsageError
from scanner.model import Request
from scanner.targets.address import V4, address_text, loopback_count
from scanner.targets.attached import attached_ends
from scanner.targets.cells import Cover, Ranges, Span, cut
from scanner.targets.entry import Entry, Settings, settle_ports, settle_request
from scanner.targets.excluder import Excluder, applies, joined, without
from scanner.targets.hint import many
from scanner.targets.hosts import Name
from scanner.targets.hosts import Span as HostSpan
from scanner.targets.nocollect import no_collection
from scanner.targets.space import MOST_TARGETS, Block, Line, Space, too_many
from scanner.targets.table import Ask, Joiner, PortFilter, PortTable, check_joinable, joined_ports

#: The cover number of what is excluded at every port; further excludes count down from there.
_ALL_PORTS = -1
_MOST_BLAMED = 50


class Built:
    """What a plan comes to: the space, the names with what is asked of each, and what was left out."""

    def __init__(self) -> None:
        self.space = Space([])
        self.names: dict[str, tuple[str, list[Ask]]] = {}
        self.excluded = 0
        self.skipped = 0
        self.other_family = 0
        self.loopback = 0

    @cached_property
    def count(self) -> int:
        """Targets, a name counted as one address. Ask when all is built."""
        return self.space.count + sum(len(joined_ports(asks)) for _, asks in self.names.values())

    @cached_property
    def afar(self) -> int:
        """Those whose probes leave this host, as far as is known without resolving names (RFC 6761, 6.3: localhost)."""
        names = [name for name in self.names if f".{name}".removesuffix(".").endswith(".localhost")]
        return self.count - self.loopback - sum(len(joined_ports(self.names[name][1])) for name in names)


def build(entries: list[Entry], excluder: Excluder, settings: Settings, ends: frozenset[int] | None = None) -> Built:
    """Builds everything. `ends`: the addresses of `attached.attached_ends`; read when needed, if None.

    Errors: TargetError for an entry without ports, or ranges that overlap too much.
    """
    with no_collection():
        return _Builder(excluder, settings, ends).build(entries)


class _Builder:
    def __init__(self, excluder: Excluder, settings: Settings, ends: frozenset[int] | None) -> None:
        self._excluder = excluder
        self._settings = settings
        self._ends = ends
        self._sources: list[Ask] = []
        self._lines: dict[Line, list[Span]] = {}
        self._built = Built()
        self._skipped: set[int] = set()
        self._tables: dict[Cover, PortTable] = {}
        self._joiner = Joiner()
        self._filter = PortFilter()

    def build(self, entries: list[Entry]) -> Built:
        for order, entry in enumerate(entries):
            self._entry(entry, order)
        check_joinable(asks for _, asks in self._built.names.values())
        blocks: list[tuple[Cover, Block]] = []
        for line, spans in self._lines.items():
            blocks += self._blocks(line, spans)
        blocks.sort(key=lambda block: block[0])
        try:
            self._built.space = Space([block for _, block in blocks])
        except TargetError as error:
            raise TargetError(*_blame(entries, self._settings, str(error))) from None
        self._built.skipped = len(self._skipped)
        return self._built

    def _entry(self, entry: Entry, order: int) -> None:
        ports = settle_ports(entry, self._settings)
        shared: int | None = None
        for host in entry.hosts:
            if isinstance(host, Name):
                self._name(host.text, ports, entry, order)
                continue
            if self._settings.family and self._settings.family != (4 if host.family == V4 else 6):
                self._built.other_family += 1
                continue
            if host.text and host.text != _plain(host):
                source = self._source(ports, self._request(entry, order, host.text))
            elif shared is None:
                source = shared = self._source(ports, self._request(entry, order, ""))
            else:
                source = shared
            spans = self._lines.setdefault((host.family, host.scope), [])
            spans += [(first, last, source) for first, last in self._probeable(host)]

    def _request(self, entry: Entry, order: int, host: str) -> Request:
        """The row of a numeric host; `one` is a matter of names."""
        request = settle_request(entry, self._settings, order, host)
        request.one = False
        return request

    def _source(self, ports: tuple[int, ...], request: Request) -> int:
        self._sources.append((ports, request))
        return len(self._sources) - 1

    def _name(self, text: str, ports: tuple[int, ...], entry: Entry, order: int) -> None:
        excluded = self._excluder.at_name(text)
        left = () if excluded is None else self._filter.ports(ports, excluded)
        self._built.excluded += len(ports) - len(left)
        if not left:
            return
        _, asks = self._built.names.setdefault(text.lower(), (text, []))
        if not (asks and asks[-1][1].order == order):  # an entry may repeat a name; that is one row
            asks.append((left, settle_request(entry, self._settings, order, text)))

    def _probeable(self, host: HostSpan) -> Ranges:
        """A host's ranges, for a CIDR without the first and last address of directly attached networks."""
        if not host.network or host.family != V4 or host.last - host.first < 3:
            return [(host.first, host.last)]
        if self._ends is None:
            self._ends = attached_ends()
        ends = [end for end in self._ends if host.first <= end <= host.last]
        self._skipped.update(ends)
        return without(host.first, host.last, ends)

    def _blocks(self, line: Line, spans: list[Span]) -> list[tuple[Cover, Block]]:
        """The blocks of one line, with the cover that puts them into the order of the file."""
        numbers: dict[tuple[int, ...] | None, int] = {None: _ALL_PORTS}
        ranges: dict[int, Ranges] = {}
        for span, ports in self._excluder.spans:
            if applies(span, line):
                number = numbers.setdefault(ports, _ALL_PORTS - len(numbers))
                ranges.setdefault(number, []).append((span.first, span.last))
        for number, some in ranges.items():
            spans += [(first, last, number) for first, last in joined(some)]
        ports_of = {number: ports or () for ports, number in numbers.items()}
        found = []
        for cover, cells in cut(spans).items():
            wanted = tuple(source for source in cover if source >= 0)
            if wanted:
                whole = self._table(wanted)
                block = Block(line, cells, self._less(cover, whole, ports_of))
                self._built.excluded += block.count * (len(whole.ports) - len(block.table.ports))
                at_home = sum(loopback_count(line[0], first, last) for first, last in cells)
                self._built.loopback += at_home * len(block.table.ports)
                found.append((wanted, block))
        return found

    def _table(self, wanted: Cover) -> PortTable:
        """What the sources of a cover ask together, excludes apart."""
        if len(wanted) == 1:
            ports, request = self._sources[wanted[0]]
            return PortTable(ports, (request,))
        table = self._tables.get(wanted)
        if table is None:
            table = self._tables[wanted] = self._joiner.join([self._sources[source] for source in wanted])
        return table

    def _less(self, cover: Cover, whole: PortTable, ports_of: dict[int, tuple[int, ...]]) -> PortTable:
        """The table of a cover less the ports that are excluded there."""
        if cover[0] >= 0:
            return self._filter.table(whole, self._excluder.everywhere)
        if _ALL_PORTS in cover:
            return PortTable(())
        ports = (ports_of[number] for number in cover if number < 0)
        return self._filter.table(whole, self._excluder.everywhere.union(*ports))


def _blame(entries: list[Entry], settings: Settings, text: str) -> list[str]:
    """The error for each entry that is too big by itself, with its place; without any, the error as it is."""
    found = []
    for entry in entries:
        spans = [host for host in entry.hosts if not isinstance(host, Name)]
        count = sum(span.last - span.first + 1 for span in spans) * len(settle_ports(entry, settings))
        if count > MOST_TARGETS and entry.where:
            found.append(f"{entry.where}: {too_many(count)}")
    return found[:_MOST_BLAMED] or [text]


def _plain(host: HostSpan) -> str:
    """How this program itself writes a single address."""
    return "" if host.scope else address_text(host.family, host.first)


def check_not_empty(built: Built) -> None:
    """Raise UsageError where nothing is left to probe."""
    if built.space.count or built.names:
        return
    why = []
    if built.excluded:
        why.append(f"{many(built.excluded, 'target')} excluded")
    if built.other_family:
        why.append(f"{many(built.other_family, 'host')} of the other address family (-4, -6, -S)")
    if built.skipped:
        why.append(
            f"{many(built.skipped, 'address', 'addresses')} skipped: network or broadcast of an attached network"
        )
    raise UsageError(f"nothing left to probe: {', '.join(why) or 'no targets were named'}; check targets and excludes")
