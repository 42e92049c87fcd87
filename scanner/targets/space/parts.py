"""A part of a list, for one of several machines or processes: every so-manieth host of it.

Machines that share a list must agree without talking, so whose a host is depends on what the list names, and on
nothing else. Each address has a number: its place among all addresses of the list, ascending, each once, as they are
written: before excludes (of names, which may resolve differently elsewhere), and with those addresses that one machine
leaves out (the ends of networks that it is attached to). Names follow after the addresses, in the order of the
alphabet: each is one part's, whatever its addresses are.

Every so-manieth, not halves, so that each part has some of every network. All ports of a host stay together, because
what one answers is judged by its others.
"""

from bisect import bisect_right
from collections.abc import Sequence
from typing import NamedTuple

from scanner.errors import UsageError
from scanner.targets.entry import Entry
from scanner.targets.grammar.host_values import HostName
from scanner.targets.grammar.single_values import MOST_PARTS
from scanner.targets.space.line_ranges import Line, LineRanges, joined
from scanner.words.caller_numbers import is_whole


class ListPart(NamedTuple):
    """The hosts with the numbers `first`, `first + step`, and so on."""

    first: int = 0
    step: int = 1

    def part(self, index: int, count: int) -> "ListPart":
        """The part with this number, 1 to `count`, of so many. Errors: UsageError for other numbers."""
        if not (is_whole(index) and is_whole(count) and 1 <= index <= count <= MOST_PARTS):
            raise UsageError(
                f"there is no part {index!r} of {count!r}; write 1 to {count!r} of {count!r}"
                if is_whole(count) and 1 <= count <= MOST_PARTS
                else f"a list cannot be shared among {count!r}; write a number of parts from 1 to {MOST_PARTS:,}"
            )
        return ListPart(self.first + (index - 1) * self.step, self.step * count)


#: All of a list.
WHOLE = ListPart()


class Share:
    """Which hosts of these entries are in a part. Costs nothing for all of them, else a pass over the list."""

    def __init__(self, entries: Sequence[Entry], part: ListPart = WHOLE) -> None:
        self._part = part
        #: How far apart the addresses of a range are.
        self.step = part.step
        self._firsts: dict[Line, list[int]] = {}  # of each range, ascending,
        self._numbers: dict[Line, list[int]] = {}  # and its first address's number
        self._names: frozenset[str] = frozenset()
        if part != WHOLE:
            self._number(entries)

    def _number(self, entries: Sequence[Entry]) -> None:
        lines: dict[Line, LineRanges] = {}
        names: set[str] = set()
        for entry in entries:
            for host in entry.hosts:
                if isinstance(host, HostName):
                    names.add(host.text.lower())
                else:
                    lines.setdefault((host.family, host.scope), []).append((host.first, host.last))
        number = 0
        for line in sorted(lines):
            ranges = joined(lines.pop(line))
            numbers = self._numbers[line] = []
            for first, last in ranges:
                numbers.append(number)
                number += last - first + 1
            self._firsts[line] = [first for first, _ in ranges]
        self._names = frozenset(sorted(names)[(self._part.first - number) % self.step :: self.step])

    def of_range(self, line: Line, first: int, last: int) -> tuple[int, int] | None:
        """The first and last address of this part from `first` to `last`, `step` apart; None where there is none. The
        list must name all addresses in between."""
        if self.step == 1:
            return first, last
        firsts = self._firsts[line]
        at = bisect_right(firsts, first) - 1
        number = self._numbers[line][at] + first - firsts[at]
        first += (self._part.first - number) % self.step
        return (first, last - (last - first) % self.step) if first <= last else None

    def has_any(self, entry: Entry) -> bool:
        """Whether any host of an entry of the list is in this part."""
        if self.step == 1:
            return True
        return any(
            self.has_name(host.text)
            if isinstance(host, HostName)
            else self.of_range((host.family, host.scope), host.first, host.last) is not None
            for host in entry.hosts
        )

    def has_name(self, name: str) -> bool:
        """Whether a name of the list is in this part."""
        return self.step == 1 or name.lower() in self._names
