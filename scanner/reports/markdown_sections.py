"""The sections of a Markdown report, each a list of lines: what is kept of the rows, and how it is spelled.

A line has the ports of one host that have the same verdict and the same entry; neighbours that do not differ share a
row of the table. Only as many lines are kept as fit into
a report (10,000 in all, some 500 bytes each; 8 KB where a line has more than 64 ports); the rows of others are counted
by state and reason. What is kept first stays, for nobody knows what will come.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from scanner.model import EXPECTATIONS, Reason, Result, State
from scanner.reports.host_ranges import range_text
from scanner.reports.markdown_text import MarkdownTable, code
from scanner.reports.painted import Look
from scanner.reports.phrases import PortSet
from scanner.reports.tables import address_key
from scanner.words.shown_text import many

#: Characters that a host and any other text may have; columns of the ports.
_HOST, _WORD, _PORTS = 300, 120, 100
#: So many states with their reasons are counted apart, and named.
_KINDS, _NAMED = 100, 20
_LOOK = Look()
_ITSELF = "the host itself"
_HEAD = (
    "host", "address", "ports", "found", "reason", "ICMP from", "expected", "in doubt", "name", "tags", "vantage",
)  # fmt: skip
#: The group that needs no heading.
_USUAL = (State.OPEN, Reason.SYN_ACK, "")
_ORDER = {state: index for index, state in enumerate(State)}

#: State and reason.
StateReason = tuple[State, str]


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

    @property
    def group(self) -> tuple[State, str, str]:
        """State, reason, and who sent the ICMP error; hosts that each sent their own do not differ by that."""
        own = self.icmp_from and self.icmp_from == self.address
        return self.state, self.reason, _ITSELF if own else self.icmp_from


class _PortLine:
    """The rows of a line: their ports, and how many rows there are."""

    __slots__ = ("ports", "rows")

    def __init__(self) -> None:
        self.ports = PortSet()
        self.rows = 0

    def add(self, port: int) -> None:
        self.ports.add(port)
        self.rows += 1


class MarkdownSection:
    """The lines of rows of one sort. `rows` counts them all, `left` those without a line, by state and reason."""

    def __init__(self, most: int) -> None:
        self.rows = 0
        self.left: Counter[StateReason] = Counter()
        self._most = most
        self._lines: dict[LineKey, _PortLine] = {}

    def add(self, result: Result) -> None:
        """Takes a row."""
        request, address = result.request, result.place.address
        key = LineKey(
            result.state, result.reason, result.icmp_from, request.host or address, address, request.expect,
            result.doubt, request.name, request.tags, request.vantage,
        )  # fmt: skip
        self.rows += 1
        line = self._lines.get(key)
        if line is None:
            if len(self._lines) >= self._most:
                self._leave(key, 1)
                return
            line = self._lines[key] = _PortLine()
        line.add(result.port)

    def leave(self, keys: Iterable[LineKey]) -> None:
        """Counts the rows of lines that have no room."""
        for key in keys:
            self._leave(key, self._lines[key].rows)

    def _leave(self, key: LineKey, rows: int) -> None:
        kind = key.state, key.reason
        self.left[kind if kind in self.left or len(self.left) < _KINDS else (key.state, "")] += rows

    def groups(self) -> list[tuple[str, list[LineKey]]]:
        """The lines by reason and sender, the largest group first, each with its heading."""
        groups: dict[tuple[State, str, str], list[LineKey]] = {}
        for key in self._lines:
            groups.setdefault(key.group, []).append(key)
        found = [(sum(self._lines[key].rows for key in keys), group, keys) for group, keys in groups.items()]
        found.sort(key=lambda each: (-each[0], _ORDER[each[1][0]], each[1][1:]))
        if [group for _, group, _ in found] == [_USUAL]:
            return [("", self.keys())]
        return [(_group_text(group, rows), sorted(keys, key=self._place_key)) for rows, group, keys in found]

    def keys(self) -> list[LineKey]:
        """All lines, those of one state, reason and sender together."""
        return sorted(self._lines, key=lambda key: (_ORDER[key.state], key.reason, key.icmp_from, self._place_key(key)))

    def table(self, keys: list[LineKey], room: int, *, grouped: bool = False) -> Iterator[tuple[list[LineKey], str]]:
        """The head of a table (of no line), then its rows, each with the lines that it tells of.

        A row is empty where it has no room: about so many bytes are there. `grouped`: what the lines have in common as
        a group stands in the heading.
        """
        several = len({key.vantage for key in keys}) > 1
        rows: list[tuple[list[LineKey], tuple[str, ...]]] = []
        spelled = 0
        for key in keys:
            if room <= 0:
                break
            spelled += 1
            cells = (*self._cells(key, grouped), code(key.vantage, _WORD) if several else "")
            if rows and rows[-1][1] == cells and _follows(key, rows[-1][0][-1]):
                rows[-1][0].append(key)
            else:
                rows.append(([key], cells))
                room -= len(key.host) + sum(map(len, cells))
        whole = [(hosts, (_host_text(hosts), *cells)) for hosts, cells in rows]
        table = MarkdownTable(_HEAD, [cells for _, cells in whole])
        yield [], table.head
        yield from ((hosts, table.line(cells)) for hosts, cells in whole)
        yield from (([key], "") for key in keys[spelled:])

    def _cells(self, key: LineKey, grouped: bool) -> tuple[str, ...]:
        """All but the host."""
        found = ("", "", "") if grouped else (key.state.value, code(key.reason, _WORD), code(key.icmp_from, _WORD))
        # With --strict, what is not as expected may be just that, but not beyond doubt.
        surely = " beyond doubt" if not grouped and key.state in EXPECTATIONS.get(key.expect, ()) else ""
        return (
            code(key.address, _HOST) if key.address != key.host else "",
            self._lines[key].ports.text(_LOOK, _PORTS),
            *found,
            code(key.expect, _WORD) + surely,
            code(key.doubt, _WORD),
            code(key.name, _WORD),
            code(" ".join(key.tags), _WORD),
        )

    def _place_key(self, key: LineKey) -> tuple[tuple[bytes, str, str], int]:
        return address_key(key.address, key.host), next(iter(self._lines[key].ports))


def _follows(key: LineKey, before: LineKey) -> bool:
    """Whether the address is the next one by number; link-local ones of an interface are not taken together."""
    one, other = (int.from_bytes(address_key(each.address)[0]) for each in (before, key))
    return one + 1 == other and "%" not in key.address


def _host_text(keys: list[LineKey]) -> str:
    """A host, or the first and the last of several neighbours."""
    first, last = keys[0].host, keys[-1].host
    return code(range_text(first, last), _HOST)


def _group_text(group: tuple[State, str, str], rows: int) -> str:
    state, reason, sender = group
    by = f" by {sender if sender is _ITSELF else code(sender, _WORD)}" if sender else ""
    return f"{state.value} {code(reason, _WORD)}{by}: {many(rows, 'target')}"


def kinds_text(kinds: Counter[StateReason]) -> str:
    """``12,000 timeout (`no-response`), 3 refused``: the commonest first."""
    named = kinds.most_common(_NAMED)
    said = [f"{count:,} {kind[0].value}" + (f" ({code(kind[1], _WORD)})" if kind[1] else "") for kind, count in named]
    others = kinds.total() - sum(count for _, count in named)
    return ", ".join([*said, f"{others:,} others"] if others else said)
