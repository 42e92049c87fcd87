"""What the sweep's table keeps about hosts: about one (`SweptHost`), and those with nothing to show (`Others`)."""

from collections import Counter
from collections.abc import Iterator

from scanner.model import Reason, Result, State
from scanner.reports.host_ranges import HostRanges
from scanner.reports.painted import Look
from scanner.reports.phrases import PortSet, VerdictKey, counted, room_for_ports, verdict_of
from scanner.reports.tables import LISTED, address_key

#: Kinds of hosts told apart, and how many hosts of a kind are named.
_KINDS, _NAMED = 40, 3
#: So many ranges of ports are told of a state that is merely counted.
_RANGES = 4

_SILENT: VerdictKey = (State.TIMEOUT, Reason.NO_RESPONSE, "")
_Kind = frozenset[tuple[VerdictKey, int]]
#: Hosts that answer nothing at all, those of which somebody on the way says so now and then, and those that answered at
#: a port without a row.
_ALL_SILENT: _Kind = frozenset({(_SILENT, 0)})
_MUTE: _Kind = frozenset()
_SILENT_HERE: _Kind = frozenset({(_SILENT, -1)})
_SAID_ONCE = (_ALL_SILENT, _MUTE, _SILENT_HERE)
_NO_ANSWER = frozenset({State.TIMEOUT, State.UNREACHABLE})


class Shown:
    """The rows of one state on a host that have to be shown: listed while they are few, else counted."""

    __slots__ = ("count", "counts", "doubts", "expect", "ports", "rows", "unmet")

    def __init__(self) -> None:
        self.count = 0
        self.counts: Counter[VerdictKey] = Counter()
        self.ports = PortSet()
        self.rows: list[Result] = []
        self.doubts: set[str] = set()
        self.unmet = False
        self.expect = ""

    def add(self, result: Result, listed: int | None) -> None:
        """Takes a row; it is kept while there are at most `listed` (None: any number)."""
        self.count += 1
        self.counts[verdict_of(result)] += 1
        self.ports.add(result.port)
        if result.doubt:
            self.doubts.add(result.doubt)
        if result.met is False:
            self.unmet, self.expect = True, result.expect
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
            said += f" {look.mark} expected {look.text(self.expect)}"
        if self.doubts:
            said += f", in doubt: {look.text(', '.join(sorted(self.doubts)))}"
        return said


class SweptHost:
    """What is known about a host so far.

    `shown` are its open and unexpected rows by state. `counts` are all its other rows; `minor` holds these by
    state as long as the sweep has few hosts, and is None in a wide one. `rows` counts all.
    """

    __slots__ = ("counts", "first", "minor", "rows", "shown")

    def __init__(self, first: Result, *, few: bool) -> None:
        self.first = first
        self.rows = 0
        self.shown: dict[State, Shown] = {}
        self.counts: Counter[VerdictKey] = Counter()
        self.minor: dict[State, Shown] | None = {} if few else None

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

    @property
    def answers(self) -> bool:
        """Whether it answered anything, be it at a port without a row."""
        return self.first.place.note.answers

    @property
    def answers_nothing(self) -> bool:
        """Whether there is nothing to show of it but silence, port after port."""
        return not self.shown and self.rows > 1 and _kind(self.first.address, self.counts) is _ALL_SILENT

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
        if len({verdict[0] for verdict in rest}) < 2:
            return counted(rest, look)
        few = {state: shown.ports.text(look) for state, shown in minor.items() if len(shown.ports.runs()) <= _RANGES}
        return counted(rest, look, few)


class Others:
    """Hosts with nothing to show, counted by what they have in common; its size is bounded."""

    def __init__(self) -> None:
        self._kinds: dict[_Kind, int] = {}
        self._names: dict[_Kind, list[str]] = {}
        self._ranges: dict[_Kind, HostRanges] = {}
        self._hosts = 0
        self._rows: Counter[VerdictKey] = Counter()
        self._mute: Counter[VerdictKey] = Counter()

    def add(self, address: str, counts: Counter[VerdictKey], *, called: str = "", answers: bool = False) -> None:
        """Takes a host whose rows are all in `counts`; `called`: as its user does, if not by its address; `answers`: it
        is there, whatever these say."""
        kind = _kind(address, counts)
        if kind is _ALL_SILENT and answers:
            kind = _SILENT_HERE
        if kind is _MUTE:
            self._mute.update(counts)
        self._add_kind(called or address, kind)

    def add_single(self, name: str, verdict: VerdictKey) -> None:
        """Takes a host with a single row: the hot path of a wide sweep."""
        self._add_kind(name, _ALL_SILENT if verdict == _SILENT else frozenset(((verdict, 1),)))

    def _add_kind(self, name: str, kind: _Kind) -> None:
        known = self._kinds.get(kind, 0)
        if not known and len(self._kinds) >= _KINDS and kind not in _SAID_ONCE:
            self._hosts += 1
            self.add_rows(Counter(dict(kind)))
            return
        self._kinds[kind] = known + 1
        ranges = self._ranges.get(kind)
        if ranges is None:
            ranges = self._ranges[kind] = HostRanges()
        ranges.add(name)
        if known < _NAMED:
            self._names.setdefault(kind, []).append(name)

    def add_rows(self, counts: Counter[VerdictKey]) -> None:
        """Takes rows of hosts that cannot be kept apart."""
        for (state, reason, _), count in counts.items():
            self._rows[state, reason, ""] += max(count, 1)

    def lines(self, look: Look, *, more: bool, so_far: bool = False) -> Iterator[str]:
        """What there is to say about them; `more`: other hosts were shown before; `so_far`: not all was asked."""
        for kind, count in sorted(self._kinds.items(), key=lambda item: (item[0] in _SAID_ONCE, -item[1])):
            if count <= _NAMED:
                who = ", ".join(look.text(name) for name in sorted(self._names[kind], key=address_key))
            else:
                ranges = look.text(self._ranges[kind].text())
                who = f"{count:,} {'more ' if more else ''}hosts{f' ({ranges})' if ranges else ''}"
            yield self._said(kind, count, who, look, " so far" if so_far else "")
        if self._rows:
            yield f"further hosts, together: {counted(self._rows, look)}"

    def _said(self, kind: _Kind, hosts: int, who: str, look: Look, so_far: str) -> str:
        if kind in _SAID_ONCE:
            answer = f"{who} {'answers' if hosts == 1 else 'answer'}"
            if kind == _SILENT_HERE:
                return f"{answer}, but at none of these ports (timeout)"
            nothing = f"{answer} nothing{so_far}"
            return f"{nothing} (timeout)" if kind else f"{nothing}: {counted(self._mute, look)}"
        return f"{who}: {counted(Counter(dict(kind)), look)}{' each' if hosts > 1 else ''}"


def _kind(name: str, counts: Counter[VerdictKey]) -> _Kind:
    """What makes hosts alike. Hosts that send their own ICMP errors do not differ by that: the sender is left out.
    Those that answer nothing do not differ by how often a router says so, which sends only so many errors."""
    states = {verdict[0] for verdict in counts}
    if states == {State.TIMEOUT}:
        return _ALL_SILENT
    if states == _NO_ANSWER and all(verdict[2] != name for verdict in counts):
        return _MUTE
    alike: Counter[VerdictKey] = Counter()
    for (state, reason, sender), count in counts.items():
        alike[state, reason, "" if sender == name else sender] += count
    return frozenset(alike.items())
