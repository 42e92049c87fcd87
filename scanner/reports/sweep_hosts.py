"""What the sweep's table keeps about a host: what it lists, what it counts, and at which ports."""

from array import array
from collections import Counter
from collections.abc import Iterable, Iterator

from scanner.model import Result, State
from scanner.reports.painted import Look
from scanner.reports.phrases import (
    SAYING_WHY,
    PortRuns,
    PortSet,
    VerdictKey,
    amiss_of,
    counted,
    ports_text,
    room_for_ports,
    verdict_of,
)
from scanner.reports.tables import LISTED

#: So many ranges of ports are told of a state that is merely counted.
_RANGES = 4
#: Chosen rows of a host, in a sweep of many, whose ports are kept: some hundred bytes for each of up to 100,000 hosts.
_PLACED = 32
_STATES = list(State)
_ORDER = {state: index for index, state in enumerate(State)}


class Shown:
    """The rows of one state on a host that have to be shown: listed while they are few, else counted. `unmet`: how many
    are not as expected."""

    __slots__ = ("count", "counts", "doubts", "expected", "ports", "rows", "unmet")

    def __init__(self) -> None:
        self.count = 0
        self.counts: Counter[VerdictKey] = Counter()
        self.ports = PortSet()
        self.rows: list[Result] = []
        self.doubts: set[str] = set()
        self.unmet = 0
        self.expected: set[str] = set()

    def add(self, result: Result, listed: int | None) -> None:
        """Takes a row; it is kept while there are at most `listed` (None: any number)."""
        self.count += 1
        self.counts[verdict_of(result)] += 1
        self.ports.add(result.port)
        if result.doubt:
            self.doubts.add(result.doubt)
        if result.met is False:
            self.unmet += 1
            self.expected.add(result.expect + amiss_of(result))
        if listed is None or self.count <= listed:
            self.rows.append(result)

    def note_port(self, port: int) -> None:
        """One more of a state that has too many rows to list."""
        self.ports.add(port)

    def is_listed(self) -> bool:
        """Whether every row was kept."""
        return len(self.rows) == self.count

    def text(self, look: Look) -> str:
        """`30 open (8000-8029)`, with the mark if that is not as expected."""
        said = f"{counted(self.counts, look)} ({self.ports.text(look, room_for_ports(look), counted=False)})"
        if self.unmet:
            expect = look.text("; ".join(sorted(self.expected)))
            some = f", {look.mark} {self.unmet:,} not as expected ({expect})"
            said += some if self.unmet < self.count else f" {look.mark} expected {expect}"
        if self.doubts:
            said += f", in doubt: {look.text(', '.join(sorted(self.doubts)))}"
        return said


class SweptHost:
    """What is known about a host so far.

    `shown` are its open and unexpected rows by state. `counts` are all its other rows; `minor` holds these by
    state as long as the sweep has few hosts, and is None in a wide one. `rows` counts all. `where`: the states and
    ports of what is counted, if these rows are all that their user wants to see (`chosen`), else None.
    """

    __slots__ = ("counts", "first", "minor", "rows", "shown", "where")

    def __init__(self, first: Result, *, few: bool, chosen: bool = False) -> None:
        self.first = first
        self.rows = 0
        self.shown: dict[State, Shown] = {}
        self.counts: Counter[VerdictKey] = Counter()
        self.minor: dict[State, Shown] | None = {} if few else None
        self.where = array("I") if chosen else None

    def show(self, result: Result, listed: int | None) -> None:
        """Takes a row that has to be shown."""
        self.rows += 1
        shown = self.shown.get(result.state)
        if shown is None:
            shown = self.shown[result.state] = Shown()
        shown.add(result, listed)

    def count(self, result: Result) -> int:
        """Takes a row that is merely counted; returns how many rows there are now. A hot path."""
        self.rows += 1
        self.counts[result.state, result.reason, result.icmp_from] += 1
        if self.minor is not None:
            self._keep_minor(self.minor, result)
        if self.where is not None and len(self.where) <= _PLACED:
            self.where.append(_ORDER[result.state] << 16 | result.port)
        return self.rows

    def forget_minor(self) -> None:
        """The sweep has many hosts: what is merely counted is no longer listed."""
        self.minor = None

    @staticmethod
    def _keep_minor(minor: dict[State, Shown], result: Result) -> None:
        """Keeps a row that is in `counts`, to list it if both the sweep and the state's rows on this host stay few."""
        kept = minor.get(result.state)
        if kept is None:
            kept = minor[result.state] = Shown()
        if kept.count <= LISTED:
            kept.add(result, LISTED)
        else:
            kept.note_port(result.port)

    def is_done(self) -> bool:
        """Whether all its rows are there, as far as it is known how many there will be, and none has to be shown."""
        place = self.first.place
        return not self.shown and self.rows >= place.ports - place.rowless > 0

    @property
    def answers(self) -> bool:
        """Whether it answered anything, be it at a port without a row."""
        return self.first.place.note.answers

    @property
    def is_silent(self) -> bool:
        """Whether there is nothing to show of it but timeouts, port after port."""
        return not self.shown and self.rows > 1 and {verdict[0] for verdict in self.counts} == {State.TIMEOUT}

    def ports_of_rest(self) -> tuple[tuple[State, tuple[tuple[int, int], ...]], ...]:
        """Where the rows are that are counted, in the order of `State`; nothing where they are not `chosen`, or too
        many for a host of many, nor of a state that has several reasons."""
        if self.minor is not None and self.where is not None:
            where = {state: shown.ports for state, shown in self.minor.items()}
        else:
            where = self._placed()
        states = Counter(verdict[0] for verdict in self.counts)
        return tuple((state, tuple(where[state].runs())) for state in State if state in where and states[state] == 1)

    def _placed(self) -> dict[State, PortSet]:
        where: dict[State, PortSet] = {}
        if self.where is not None and len(self.where) <= _PLACED:
            for each in self.where:
                where.setdefault(_STATES[each >> 16], PortSet()).add(each & 0xFFFF)
        return where

    def listed(self) -> list[Result]:
        """The rows to list, by port."""
        parts = [*self.shown.values(), *(self.minor or {}).values()]
        return sorted((row for part in parts if part.is_listed() for row in part.rows), key=lambda row: row.port)

    def crowds(self) -> Iterator[Shown]:
        """The shown states with too many rows to list."""
        return (shown for shown in self.shown.values() if not shown.is_listed())

    def rest_text(self, look: Look) -> str:
        """The other rows, without those that are listed; where they differ, with their ports if these are a few ranges:
        `498 refused (1-21,23-79,81-500), 524 timeout (501-1024)`."""
        minor = self.minor or {}
        listed = {state for state, shown in minor.items() if shown.is_listed()}
        rest = Counter({verdict: count for verdict, count in self.counts.items() if verdict[0] not in listed})
        if self.where is not None:
            return counted(rest, look, told_ports(self.ports_of_rest(), look))
        if len({verdict[0] for verdict in rest}) < 2:
            return counted(rest, look)
        several = {state: shown.ports for state, shown in minor.items() if state not in SAYING_WHY}
        few = {state: ports.text(look) for state, ports in several.items() if len(ports.runs()) <= _RANGES}
        return counted(rest, look, few)


def told_ports(where: Iterable[tuple[State, PortRuns]], look: Look) -> dict[State, str]:
    """The ports of states in words, as many as a line has room for."""
    return {state: ports_text(runs, look, room_for_ports(look), counted=False) for state, runs in where}
