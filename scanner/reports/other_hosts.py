"""The hosts of a sweep that have nothing to show, counted by what they have in common.

Of a host that answers nothing it does not matter at how many ports; of any other, how many rows of which verdict it
has. Where its user chose rows (`--only`), nothing is known of the others: no host answers nothing then, and what is
told are the rows that were chosen, with their ports.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from typing import NamedTuple

from scanner.model import ANSWERED, Reason, State
from scanner.reports.host_ranges import RANGES, HostRanges, as_counted
from scanner.reports.painted import Look
from scanner.reports.phrases import VerdictKey, counted
from scanner.reports.sweep_hosts import SweptHost, told_ports
from scanner.reports.tables import LISTED, address_key

#: Kinds of hosts told apart, and how many hosts of a kind are named one by one.
_KINDS, _NAMED = 40, 3
#: How many ranges and names are told where rows are chosen. (Of hosts that answer as many as of rows: most sweeps are
#: made to find them.)
_CHOSEN = 100

_SILENT: VerdictKey = (State.TIMEOUT, Reason.NO_RESPONSE, "")
_NO_ANSWER = frozenset({State.TIMEOUT, State.UNREACHABLE})


class _Likeness(NamedTuple):
    """What hosts have in common: rows of these verdicts, or what is `said` of them instead; `ports` of chosen rows."""

    counts: frozenset[tuple[VerdictKey, int]] = frozenset()
    ports: tuple[tuple[State, tuple[tuple[int, int], ...]], ...] = ()
    said: str = ""

    @property
    def is_found(self) -> bool:
        """Whether these hosts are there."""
        return self is _SILENT_HERE or any(verdict[0] in ANSWERED for verdict, _ in self.counts)


#: Hosts that answer nothing at all, those of which somebody on the way says so now and then, and those that answered at
#: a port without a row.
_ALL_SILENT = _Likeness(said="nothing{so_far} (timeout)")
_MUTE = _Likeness(said="nothing{so_far}: {counts}")
_SILENT_HERE = _Likeness(said=", but at none of these ports (timeout)")


class _Alike:
    """Hosts of a kind: how many, the first few, and all of them as ranges."""

    __slots__ = ("_add_range", "count", "names", "ranges")

    def __init__(self) -> None:
        self.count = 0
        self.names: list[str] = []
        self.ranges = HostRanges()
        self._add_range = self.ranges.add  # looked up once, not for each host

    def add(self, name: str) -> None:
        self.count += 1
        if self.count <= _NAMED:
            self.names.append(name)
        self._add_range(name)

    def text(self, look: Look, most: int, more: str) -> str:
        if self.count <= _NAMED:
            return ", ".join(
                look.text(name)
                for name in sorted(self.names, key=lambda name: (address_key(name)[0], as_counted(name)))
            )
        return f"{self.count:,} {more}hosts ({look.text(self.ranges.text(most))})"


class Others:
    """Takes hosts and rows, and has lines for them; its size is bounded. `chosen`: it is given but some of the rows."""

    def __init__(self, *, chosen: bool = False) -> None:
        self._chosen = chosen
        self._kinds: dict[_Likeness, _Alike] = {}
        self._single: dict[VerdictKey, Callable[[str], None]] = {}
        self._rows: Counter[VerdictKey] = Counter()
        self._mute: Counter[VerdictKey] = Counter()

    def add(self, name: str, host: SweptHost) -> None:
        """Takes a host; `name`: what it is called."""
        counts = host.counts
        kind = self._kind(host)
        if kind is _MUTE:
            self._mute.update(counts)
        if (alike := self._alike(kind)) is not None:
            alike.add(name)
        else:
            self.add_rows(counts)

    def add_single(self, name: str, verdict: VerdictKey) -> None:
        """Takes a host that has no other row: the hot path of a wide sweep."""
        add = self._single.get(verdict)
        if add is None:
            silent = verdict == _SILENT and not self._chosen
            alike = self._alike(_ALL_SILENT if silent else _Likeness(frozenset(((verdict, 1),))))
            if alike is None:
                self.add_rows(Counter({verdict: 1}))
                return
            add = self._single[verdict] = alike.add
        add(name)

    def add_rows(self, counts: Counter[VerdictKey]) -> None:
        """Takes rows of hosts that cannot be kept apart."""
        for (state, reason, _), count in counts.items():
            self._rows[state, reason, ""] += count

    def _alike(self, kind: _Likeness) -> _Alike | None:
        """The hosts of a kind; None where there are too many kinds already."""
        alike = self._kinds.get(kind)
        if alike is None and (len(self._kinds) < _KINDS or kind.said):
            alike = self._kinds[kind] = _Alike()
        return alike

    def _kind(self, host: SweptHost) -> _Likeness:
        """Hosts that send their own ICMP errors do not differ by that: the sender is left out. Those that answer
        nothing do not differ by how often a router says so, which sends only so many errors."""
        counts, address = host.counts, host.first.address
        states = {verdict[0] for verdict in counts}
        if not self._chosen and states == {State.TIMEOUT}:
            return _SILENT_HERE if host.answers else _ALL_SILENT
        if not self._chosen and states == _NO_ANSWER and all(verdict[2] != address for verdict in counts):
            return _MUTE
        alike = counts
        if any(verdict[2] for verdict in counts):
            alike = Counter()
            for (state, reason, sender), count in counts.items():
                alike[state, reason, "" if sender == address else sender] += count
        return _Likeness(frozenset(alike.items()), host.ports_of_rest() if self._chosen else ())

    def lines(self, look: Look, *, more: bool, so_far: bool = False) -> Iterator[str]:
        """What there is to say about them; `more`: other hosts were shown before; `so_far`: not all was asked."""
        for kind, alike in sorted(self._kinds.items(), key=_first_found):
            most = _CHOSEN if self._chosen else LISTED if kind.is_found else RANGES
            who = alike.text(look, most, "more " if more else "")
            if kind.said:
                gap = "" if kind is _SILENT_HERE else " "
                said = kind.said.format(so_far=" so far" if so_far else "", counts=counted(self._mute, look))
                yield f"{who} {'answers' if alike.count == 1 else 'answer'}{gap}{said}"
            else:
                each = " each" if alike.count > 1 else ""
                yield f"{who}: {counted(dict(kind.counts), look, told_ports(kind.ports, look))}{each}"
        if self._rows:
            yield f"further hosts, together: {counted(self._rows, look)}"


def _first_found(item: tuple[_Likeness, _Alike]) -> tuple[bool, bool, int]:
    kind, alike = item
    return bool(kind.said), not kind.is_found, -alike.count
