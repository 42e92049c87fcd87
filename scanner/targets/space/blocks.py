"""What a target space is made of: groups of addresses that have equally many ports.

A `Block` is some ranges on one line with the same ports and rows. `Owned` holds ranges that each have ports and rows of
their own: a list of 200,000 hosts is one `Owned`. There a range is six references, and its rows are made when it is
probed; as an object with a table it would take a kilobyte.

In both, the addresses of a range are `step` apart: one, but for a part of a list (`parts.py`). Hosts are asked for by
their numbers in the block: a run of them as a range, which is faster, or some in any order.
"""

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain
from socket import inet_ntoa

from scanner.model import Place
from scanner.targets.grammar.addresses import V4, V6, address_text, scope_name
from scanner.targets.space.line_cuts import Cover
from scanner.targets.space.line_ranges import Line, LineRanges
from scanner.targets.space.port_table import PortTable

#: Whose rows an address makes: those of one source, of several, or the table that joining these gave.
Who = int | tuple[int, ...] | PortTable
MakeTable = Callable[[Who, tuple[int, ...]], PortTable]


class Block:
    """Addresses with the same ports and rows: some ranges on one line, ascending. `levels`: how many ports each has."""

    __slots__ = ("count", "levels", "line", "ranges", "rows", "starts", "step", "table")

    def __init__(self, line: Line, ranges: LineRanges, table: PortTable, step: int = 1) -> None:
        self.line = line
        self.ranges = ranges
        self.step = step
        self.table = table
        self.levels = len(table.ports)
        self.starts: list[int] = []
        self.count = 0
        for first, last in ranges:
            self.starts.append(self.count)
            self.count += (last - first) // step + 1
        self.rows = self.count * table.rows

    def ports_of(self, host: int) -> tuple[int, ...]:
        """The ports of the host at this place in the block."""
        return self.table.ports

    def port_lists(self) -> Iterator[tuple[int, tuple[int, ...]]]:
        """How many hosts there are, with their ports."""
        yield self.count, self.table.ports

    def tables(self, hosts: Sequence[int]) -> list[PortTable]:
        """The table of each of these hosts."""
        return [self.table] * len(hosts)

    def cells(self) -> Iterator[tuple[Line, int, int, int]]:
        """The line, first and last address of each range, and the first one's place in the block."""
        for (first, last), start in zip(self.ranges, self.starts, strict=True):
            yield self.line, first, last, start

    def places(self, hosts: Sequence[int]) -> list[Place]:
        """New Place objects of these hosts."""
        return _places(self.line, self._numbers(hosts), self.levels)

    def _numbers(self, hosts: Sequence[int]) -> Iterable[int]:
        """Their addresses."""
        step, starts, ranges = self.step, self.starts, self.ranges
        if not isinstance(hosts, range):
            if len(ranges) == 1:
                only = ranges[0][0]
                return [only + host * step for host in hosts]
            return [ranges[at := bisect_right(starts, host) - 1][0] + (host - starts[at]) * step for host in hosts]
        runs: list[range] = []
        begin, end = hosts.start, hosts.stop
        at = bisect_right(starts, begin) - 1
        while begin < end:
            first, last = ranges[at]
            run = range(first + (begin - starts[at]) * step, last + 1, step)[: end - begin]
            runs.append(run)
            begin += len(run)
            at += 1
        return runs[0] if len(runs) == 1 else chain.from_iterable(runs)


class Owned:
    """Ranges with ports and rows of their own, in the order of the file. `make` gives a range its table."""

    __slots__ = ("_firsts", "_lasts", "_lines", "_make", "_ports", "_starts", "_who", "count", "levels", "rows", "step")
    table = None

    def __init__(self, levels: int, make: MakeTable, step: int = 1) -> None:
        self.levels = levels
        self.step = step
        self.count = 0
        self.rows = 0
        self._make = make
        self._lines: list[Line] = []
        self._firsts: list[int] = []
        self._lasts: list[int] = []
        self._starts: list[int] = []
        self._ports: list[tuple[int, ...]] = []
        self._who: list[Who] = []

    def add(self, own: "Own") -> None:
        """Add one more range."""
        source, line, first, last, ports, who, rows = own
        self._lines.append(line)
        self._firsts.append(first)
        self._lasts.append(last)
        self._starts.append(source if source == self.count else self.count)  # the same object, not an equal one
        self._ports.append(ports)
        self._who.append(who)
        self.count += (last - first) // self.step + 1
        self.rows += rows

    def ports_of(self, host: int) -> tuple[int, ...]:
        """The ports of the host at this place."""
        return self._ports[bisect_right(self._starts, host) - 1]

    def port_lists(self) -> Iterator[tuple[int, tuple[int, ...]]]:
        """How many hosts each range has, with their ports."""
        for first, last, ports in zip(self._firsts, self._lasts, self._ports, strict=True):
            yield (last - first) // self.step + 1, ports

    def tables(self, hosts: Sequence[int]) -> list[PortTable]:
        """New tables of these hosts: one for each range."""
        out: list[PortTable] = []
        made: dict[int, PortTable] = {}
        for at, numbers in self._runs(hosts):
            table = made.get(at)
            if table is None:
                table = made[at] = self._make(self._who[at], self._ports[at])
            out += [table] * len(numbers)
        return out

    def cells(self) -> Iterator[tuple[Line, int, int, int]]:
        """The line, first and last address of each range, and the first one's place."""
        return zip(self._lines, self._firsts, self._lasts, self._starts, strict=True)

    def places(self, hosts: Sequence[int]) -> list[Place]:
        """New Place objects of these hosts."""
        out: list[Place] = []
        for at, numbers in self._runs(hosts):
            out += _places(self._lines[at], numbers, self.levels)
        return out

    def _runs(self, hosts: Sequence[int]) -> Iterator[tuple[int, Sequence[int]]]:
        """Which ranges hold these hosts, and the addresses of those in each."""
        step, starts, firsts = self.step, self._starts, self._firsts
        if not isinstance(hosts, range):
            last = -1
            run: list[int] = []
            for host in hosts:
                at = bisect_right(starts, host) - 1
                if at != last:
                    if run:
                        yield last, run
                    last, run = at, []
                run.append(firsts[at] + (host - starts[at]) * step)
            if run:
                yield last, run
            return
        begin, end = hosts.start, hosts.stop
        at = bisect_right(starts, begin) - 1
        while begin < end:
            numbers = range(firsts[at] + (begin - starts[at]) * step, self._lasts[at] + 1, step)[: end - begin]
            yield at, numbers
            begin += len(numbers)
            at += 1


#: A range of its own: its first source, line, first and last address, ports, whose rows they make, and how many.
Own = tuple[int, Line, int, int, tuple[int, ...], Who, int]


def in_order(
    blocks: list[tuple[Cover, Block]], owned: list[Own], make: MakeTable, step: int = 1
) -> list[Block | Owned]:
    """All of them, those with the most ports first, among equals in the order of the file. Ranges of their own that are
    neighbours become one `Owned`. Sorts the first list and empties the second on the way."""
    blocks.sort(key=lambda each: each[0])
    blocks.sort(key=lambda each: -each[1].levels)
    owned.sort(key=lambda each: each[0])
    owned.sort(key=lambda each: -len(each[4]))
    owned.reverse()
    out: list[Block | Owned] = []
    at, run = 0, None
    while owned:
        own = owned.pop()
        levels = len(own[4])
        while at < len(blocks) and (-blocks[at][1].levels, blocks[at][0][0]) < (-levels, own[0]):
            out.append(blocks[at][1])
            at, run = at + 1, None
        if run is None or run.levels != levels:
            run = Owned(levels, make, step)
            out.append(run)
        run.add(own)
    return out + [block for _, block in blocks[at:]]


def _places(line: Line, numbers: Iterable[int], ports: int) -> list[Place]:
    family, scope = line
    if family == V4:
        return [Place(inet_ntoa(number.to_bytes(4)), V4, ports=ports) for number in numbers]
    if not scope:
        return [Place(address_text(V6, number), V6, ports=ports) for number in numbers]
    tail = "%" + scope_name(scope)
    return [Place(address_text(family, number) + tail, V6, scope=scope, ports=ports) for number in numbers]
