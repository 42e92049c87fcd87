"""What a page keeps of rows that it lists: lines, and the counts of what has no line.

A line has the ports of one host that have the same verdict and the same entry. Only as many lines are kept as a page
has room for (some 500 bytes each; 8 KB where a line has more than 64 ports); the rows of others are counted by state
and reason. What is kept first stays, for nobody knows what will come. How to spell a line is each format's affair.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from scanner.model import Result, State
from scanner.reports.phrases import PortSet, amiss
from scanner.reports.tables import address_key

#: So many states with their reasons are counted apart.
_KINDS = 100
#: Stands for the sender where each host sent its own ICMP error.
ITSELF = "the host itself"
_ORDER = {state: index for index, state in enumerate(State)}

#: State and reason.
StateReason = tuple[State, str]
#: State, reason, and who sent the ICMP error, or ITSELF.
LineGroup = tuple[State, str, str]


class LineKey(NamedTuple):
    """What the rows of a line have in common."""

    state: State
    reason: str
    icmp_from: str
    host: str
    address: str
    expect: str
    doubt: str
    name: str
    tags: tuple[str, ...]
    vantage: str
    lacking: bool = False

    @property
    def group(self) -> LineGroup:
        """State, reason, and who sent the ICMP error; hosts that each sent their own do not differ by that."""
        own = self.icmp_from and self.icmp_from == self.address
        return self.state, self.reason, ITSELF if own else self.icmp_from

    @property
    def amiss(self) -> str:
        """What else was expected of rows that are unmet though they are in a state as expected."""
        return amiss(self.state, self.expect, self.doubt, lacking=self.lacking)


class _PortLine:
    """The rows of a line: their ports, and how many rows there are."""

    __slots__ = ("ports", "rows")

    def __init__(self) -> None:
        self.ports = PortSet()
        self.rows = 0

    def add(self, port: int) -> None:
        self.ports.add(port)
        self.rows += 1


class KeptLines:
    """The lines of rows of one sort. `rows` counts them all, `left` those without a line, by state and reason.

    Of the groups that have a line, the rows without one are counted, too: what a heading counts is what was found.
    """

    def __init__(self, most: int) -> None:
        self.rows = 0
        self.left: Counter[StateReason] = Counter()
        self._most = most
        self._lines: dict[LineKey, _PortLine] = {}
        self._group_left: dict[LineGroup, int] = {}

    def add(self, result: Result) -> None:
        """Takes a row."""
        request, address = result.request, result.place.address
        key = LineKey(
            result.state, result.reason, result.icmp_from, request.host or address, address, request.expect,
            result.doubt, request.name, request.tags, request.vantage, result.lacking,
        )  # fmt: skip
        self.rows += 1
        line = self._lines.get(key)
        if line is None:
            if len(self._lines) >= self._most:
                self._leave(key, 1)
                if key.group in self._group_left:
                    self._group_left[key.group] += 1
                return
            line = self._lines[key] = _PortLine()
            self._group_left.setdefault(key.group, 0)
        line.add(result.port)

    def leave(self, keys: Iterable[LineKey]) -> None:
        """Counts the rows of lines that have no room."""
        for key in keys:
            self._leave(key, self._lines[key].rows)

    def _leave(self, key: LineKey, rows: int) -> None:
        kind = key.state, key.reason
        self.left[kind if kind in self.left or len(self.left) < _KINDS else (key.state, "")] += rows

    def ports(self, key: LineKey) -> PortSet:
        """The ports of a line."""
        return self._lines[key].ports

    def shown(self, keys: Iterable[LineKey]) -> int:
        """How many rows these lines have."""
        return sum(self._lines[key].rows for key in keys)

    def by_reason(self) -> list[tuple[int, LineGroup, list[LineKey]]]:
        """The lines by reason and sender, the group with the most rows first: how many rows it has, those without a
        line among them, and what it is."""
        groups: dict[LineGroup, list[LineKey]] = {}
        for key in self._lines:
            groups.setdefault(key.group, []).append(key)
        found = [(self.shown(keys) + self._group_left[group], group, keys) for group, keys in groups.items()]
        found.sort(key=lambda each: (-each[0], _ORDER[each[1][0]], each[1][1:]))
        return [(rows, group, sorted(keys, key=self._place_key)) for rows, group, keys in found]

    def keys(self) -> list[LineKey]:
        """All lines, those of one state, reason and sender together."""
        return sorted(self._lines, key=lambda key: (_ORDER[key.state], key.reason, key.icmp_from, self._place_key(key)))

    def _place_key(self, key: LineKey) -> tuple[tuple[bytes, str, str], int]:
        return address_key(key.address, key.host), next(iter(self._lines[key].ports))


def follows(key: LineKey, before: LineKey) -> bool:
    """Whether the address is the next one by number; link-local ones of an interface are not taken together."""
    one, other = (int.from_bytes(address_key(each.address)[0]) for each in (before, key))
    return one + 1 == other and "%" not in key.address


def named_kinds(kinds: Counter[StateReason], most: int) -> Iterator[tuple[int, StateReason | None]]:
    """The commonest `most` of them with their counts, then how many others there are, if any."""
    named = kinds.most_common(most)
    yield from ((count, kind) for kind, count in named)
    if others := kinds.total() - sum(count for _, count in named):
        yield others, None
