"""Host discovery: which hosts are swept, and which rows there are, where each is asked first whether it is there.

Any answer of the host's own says that it is: open, refused, or an ICMP error that it sent itself. What a router says is
none, nor that this host's kernel finds nobody at an address of its own network. A host that was silent at each of its
discovery ports is passed over: it has no row. Two are not silent, but swept, so that their rows say why: one that could
not be asked at all (no route, no gateway, a firewall of this host's), and one whose silence may be loss.

Two steps of the pipeline: `Deciding` stands before all others, because open rows are kept back further on, and hosts
wait for its word; `Showing` stands behind those that add rows.
"""

from collections import Counter
from collections.abc import Callable
from socket import AF_INET6, inet_pton
from typing import Any

from scanner.model import ANSWERED, Doubt, Place, Reason, Result, State
from scanner.scanning.scan_plan import AskedHosts

_OPEN, _REFUSED, _TIMEOUT, _UNREACHABLE = State.OPEN, State.REFUSED, State.TIMEOUT, State.UNREACHABLE


class _Candidate:
    """A host that is not decided. `kept`: its rows that wait."""

    __slots__ = ("_left", "_lossy", "_reached", "kept")

    def __init__(self, ports: tuple[int, ...]) -> None:
        self._left = set(ports)  # it has not been judged at these
        self._reached = self._lossy = False
        self.kept: list[Result] = []

    def is_heard_out(self, row: Result, *, asked: bool) -> bool:
        """That one is no answer; whether it was the last. `asked`: what was sent has left this host, or nobody is there
        to send it to."""
        self._reached |= asked
        self._lossy |= row.doubt == Doubt.LOSSY
        self._left.discard(row.port)
        return not self._left

    @property
    def silent(self) -> bool:
        """Whether it was asked, and every packet would have been answered, as far as known."""
        return self._reached and not self._lossy

    def keep(self, row: Result) -> None:
        """It waits."""
        self.kept.append(row)


class HostDiscovery:
    """What is known of the hosts that are being asked. `found` is told of each that answers; `attached` says whether an
    address is on a network of this host's own.

    `timeouts`, `denied`: the rows that were shown of targets that were silent, or met an ICMP error, by their doubt.
    """

    def __init__(self, hosts: AskedHosts, found: Callable[[Place], None], attached: Callable[[Place], bool]) -> None:
        self._hosts = hosts
        self._attached = attached
        self._found = found
        self._asked: dict[Place, _Candidate] = {}
        self._let_go: list[Result] = []
        self._passed: list[Place] | None = None  # nobody asks for them
        self.timeouts: Counter[str] = Counter()
        self.denied: Counter[str] = Counter()

    def silent_hosts(self) -> dict[str, Any]:
        """Those that were passed over, for the report's `scan` part: how many, and all of them as ranges."""
        silent = self._hosts.silent
        return {"count": silent.count, "ranges": list(silent.ranges())}

    def take_silent(self) -> list[tuple[int, int, int]]:
        """Those since the last call, from the first one on: 4 or 6, IPv6 scope, address as a number."""
        passed, self._passed = self._passed or [], []
        return [
            (6 if place.family == AF_INET6 else 4, place.scope, int.from_bytes(inet_pton(place.family, place.numeric)))
            for place in passed
        ]

    @property
    def to_probe(self) -> int:
        """How many targets there will have been, as far as is known. What hosts are asked first counts, though most of
        it has no row; of those that are not decided as many answer as of the others."""
        hosts = self._hosts
        decided = hosts.found + hosts.silent.count
        if not decided:
            return hosts.rows + hosts.asks
        return int(hosts.rows + (hosts.asks * hosts.silent.count + hosts.undecided * hosts.rows) / decided)

    # Who is there

    def decide(self, rows: list[Result]) -> None:
        """A turn's rows, as the engine made them."""
        known, hosts = self._asked, self._hosts
        for row in rows:
            asked = known.get(row.place)
            if asked is None:
                ports = hosts.asked(row.place)
                if ports is None:
                    continue
                asked = known[row.place] = _Candidate(ports)
            if _is_answer(row):
                self._sweep(row.place)
                self._found(row.place)
            elif asked.is_heard_out(row, asked=self._was_asked(row)):
                (self._pass_over if asked.silent else self._sweep)(row.place)

    def _was_asked(self, row: Result) -> bool:
        """Whether it is a silence, or a router's "no"; of what this host says itself, only that it has no such
        neighbour."""
        if row.state is _UNREACHABLE and not row.icmp_from:
            return row.reason == Reason.HOST_UNREACH and self._attached(row.place)
        return row.state is not State.ERROR

    def _sweep(self, place: Place) -> None:
        self._hosts.sweep(place)
        self._let_go += self._asked.pop(place).kept

    def _pass_over(self, place: Place) -> None:
        self._hosts.pass_over(place)
        if self._passed is not None:
            self._passed.append(place)
        del self._asked[place]

    # What is shown

    def show(self, rows: list[Result]) -> list[Result]:
        """Those of hosts that are swept, at ports that have rows; those of hosts that are not decided wait."""
        out: list[Result] = []
        rowless, known = self._hosts.rowless, self._asked
        for row in [*self._let_go, *rows]:
            state = row.state
            if row.port in rowless:
                continue
            if state is _OPEN or state is _REFUSED:
                out.append(row)
            elif row.place in known:
                known[row.place].keep(row)
            elif not self._passed_over(row.place):
                out.append(row)
                if state is _TIMEOUT:
                    self.timeouts[row.doubt] += 1
                elif state is _UNREACHABLE:
                    self.denied[row.doubt] += 1
        self._let_go = []
        return out

    def _passed_over(self, place: Place) -> bool:
        return not place.note.answers and bool(place.address) and self._hosts.is_silent(place)

    def stop(self) -> None:
        """Hosts that are not decided now never will be: nothing is said of them."""
        self._asked.clear()


class Deciding:
    """The first step: hands on what it is given."""

    def __init__(self, discovery: HostDiscovery) -> None:
        self._discovery = discovery

    def apply(self, rows: list[Result]) -> list[Result]:
        """Looks at a turn's rows."""
        self._discovery.decide(rows)
        return rows

    def finish(self, rows: list[Result], *, complete: bool) -> list[Result]:
        """Nothing is kept here."""
        return rows


class Showing:
    """The step that leaves rows out."""

    def __init__(self, discovery: HostDiscovery) -> None:
        self._discovery = discovery

    def apply(self, rows: list[Result]) -> list[Result]:
        """The rows to hand on."""
        return self._discovery.show(rows)

    def finish(self, rows: list[Result], *, complete: bool) -> list[Result]:
        """The last of them."""
        out = self._discovery.show(rows)
        self._discovery.stop()
        return out


def _is_answer(row: Result) -> bool:
    """Whether the host itself said it."""
    return row.state in ANSWERED or (bool(row.icmp_from) and row.icmp_from == row.place.numeric)
