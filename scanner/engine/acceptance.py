"""What is known of one host that has an open port: does it accept everything, from the start or since some moment?

From the start: 20 of its ports or more were probed, and 95 % or more are open.

Since some moment: active defences answer everything after so many SYNs. A *run* are the open ports that were probed
after the last one that refused. Where it is longer than the share of open ports before it makes likely, *witnesses*
are asked: two ports of this host that refused before, or were silent, are probed once more (one may be a service that
has just come up, or a SYN that was lost). Open now, the host accepts everything, from about there on: the run is in
doubt and all that is open afterwards; what was open before is not. If one refuses again, it vouches for what was
probed before it, as every refusal does. A host with a hundred open ports side by side is asked a few times and stays
what it is.

What came first is told by when it was probed: a round's answers are in no order. Pure: pass `now`.
"""

from bisect import bisect_right
from typing import NamedTuple

from scanner.model import Place, Request, Result, State

ENOUGH, _SHARE = 20, 0.95
_UNLIKELY = 1e-3
_SHORTEST_RUN, _LONGEST_RUN = 2, 1000
_PATIENCE_S = 0.2  # beyond two round trips: a witness that has not answered by then is silent
_PAUSE_S = 0.2  # between two questions: rows are kept so long, and a host with many open ports is not asked too often
WITNESSES = 3  #: so many of each kind are remembered
_ASKED = 2  # at once
CANARIES = 2


class Kept(NamedTuple):
    """An open row that is not let go yet: when it was probed, and when it came."""

    sent: float
    came: float
    row: Result


class Host:
    """A host that has an open port, the first at `first`, asked for by `request`.

    kept: its rows that are not let go yet, as they were probed; the first `vouched` of them are beyond doubt.
    marked: it accepts everything. probed: its targets that should have answered by now, as far as was seen; `overdue`:
    when those of them were probed that have not. slowest: its longest round trip (s). canaries: those still out, extra:
    probes beside its targets that are done. tested: it had any.
    elsewhere: what another port said that was asked for a sample (`elsewhere.py`), a timeout as soon as it is late.
    refusing, silent: some of its ports that were so, the latest last: the witnesses.
    """

    __slots__ = (
        "_asked", "_asked_at", "_last_port", "_pause", "_refused", "_run", "_shut", "_spent", "_turned", "canaries",
        "canaries_open", "elsewhere", "extra", "first", "kept", "marked", "overdue", "place", "probed", "refusing",
        "request", "silent", "slowest", "tested", "vouched",
    )  # fmt: skip

    def __init__(self, place: Place, request: Request, now: float) -> None:
        self.place = place
        self.request = request
        self.kept: list[Kept] = []
        self.vouched = 0
        self.first = now
        self.marked = False
        self.probed = 0
        self.elsewhere: State | None = None
        self.tested = False
        self.overdue: dict[int, float] = {}
        self.slowest = 0.0
        self.canaries = self.canaries_open = self.extra = 0
        self.refusing: list[int] = []
        self.silent: list[int] = []
        self._run: list[float] = []  # when its ports were probed
        self._last_port = self._refused = self._shut = 0
        self._asked_at = self._pause = 0.0
        self._asked: list[int] = []  # the witnesses asked last,
        self._spent: set[int] = set()
        self._turned: list[int] = []  # and those of them that are open now

    # Round by round

    def open(self, row: Result, sent: float, now: float) -> bool:
        """One more open row; whether it is of another target than the last one."""
        self.kept.append(Kept(sent, now, row))
        self.slowest = max(self.slowest, (row.rtt_ms or 0.0) / 1000.0)
        if row.port == self._last_port:
            return False
        self._last_port = row.port
        self._run.append(sent)
        if row.port in self.silent:
            self.silent.remove(row.port)
        return True

    def end_round(self, first: float, refused: list[float]) -> None:
        """What the round's refusals mean, by when they were probed; `first`: when the first of its open ports was.

        Rounds without any open port went by unseen. What refused there refused before `first`.
        """
        place = self.place
        known, self._refused = self._refused + len(refused), place.judged - place.mute - place.opened
        self.kept.sort(key=lambda kept: kept.sent)
        if self._refused > known:
            self._vouch(first, until=False)
        if refused:
            self._vouch(max(refused))
        del self._run[:-_LONGEST_RUN]

    def _vouch(self, sent: float, *, until: bool = True) -> None:
        """A probe that left then met no open port: whatever left before (or `until` then) is beyond doubt."""
        self._run = [each for each in self._run if each > sent or (each == sent and not until)]
        vouched = sum([kept.sent < sent or (kept.sent == sent and until) for kept in self.kept])
        self.vouched = max(self.vouched, vouched)

    # The witnesses

    def suspicious(self, now: float) -> bool:
        """Whether the run is unlikely, by the share of open ports before it, and it is time to ask."""
        run = len(self._run)
        if self.marked or run < _SHORTEST_RUN or (now < self._pause and not self.done):
            return False
        place = self.place
        before = max(0, max(place.judged, self.probed) - run)
        share = (max(0, place.opened - run) + 1) / (before + 2)  # Laplace's rule of succession
        return float(share**run) < _UNLIKELY

    def unknown(self) -> bool:
        """Whether its witnesses should be looked for: something else than open was found since the last time."""
        shut = self.place.judged - self.place.opened
        if self.refusing or shut <= self._shut:
            return False
        self._shut = shut
        return True

    def asking(self, now: float, *, patient: bool = False) -> bool:
        """Whether the answers of witnesses may still come in time. Unless `patient`, one that is silent vouches as
        well; what it answers later is heard all the same."""
        if self._asked_at and not patient and self._overdue(now):
            self._vouch(self._asked_at)
            self._asked_at = 0.0
        return bool(self._asked_at)

    def _overdue(self, now: float) -> bool:
        return now > self._asked_at + _PATIENCE_S + 2 * self.slowest

    def ask(self, now: float) -> list[int]:
        """The ports to be asked now, if there are any."""
        ports = [*self.refusing[::-1], *self.silent][:_ASKED]
        self._spend(ports)
        if ports:
            self._asked, self._turned, self._asked_at = ports, [], now
            self._pause = now + _PAUSE_S
        return ports

    def ask_one_more(self, now: float) -> list[int]:
        """One is open now, and the other silent, which may be a lost packet: a third one tells, if there is any."""
        if not (self._asked_at and self._turned and len(self._asked) == _ASKED and self._overdue(now)):
            return []
        ports = [port for port in (*self.refusing[::-1], *self.silent) if port not in self._asked][:1]
        self._spend(ports)
        if ports:
            self._asked, self._asked_at = [*self._asked, *ports], now
        return ports

    def _spend(self, ports: list[int]) -> None:
        """A silent port may be an open one whose packets were lost: each is asked once."""
        self._spent.update(port for port in ports if port in self.silent)
        self.silent = [port for port in self.silent if port not in self._spent]

    def heard(self, port: int, state: State) -> None:
        """A witness's answer."""
        if port not in self._asked or self.marked:
            return  # it was asked in vain: another one has vouched, or others were asked since
        if state is State.ERROR:
            return  # nothing left this host: as if it were silent
        if state is State.OPEN:
            self._turned.append(port)
            if len(self._turned) == min(_ASKED, len(self._asked)):
                self._turned_enough()
            return
        self._vouch(self._asked_at)
        self._asked, self._asked_at = [], 0.0
        self.refusing = [port for port in self.refusing if port not in self._turned]
        self.silent = [port for port in self.silent if port not in self._turned]

    def _turned_enough(self) -> None:
        if len(self._turned) < _ASKED and self._turned[0] not in self.refusing:
            self._vouch(self._asked_at)  # the only one there is was silent, and that may have been a lost packet
            self._asked_at = 0.0
            return
        self._mark_run()

    def _mark_run(self) -> None:
        """It accepts everything, but has not from the start.

        Where no port refused, silent ones show since when: most are silent before, and most are open afterwards.
        """
        self.marked = True
        silent = sorted(self.overdue.values())
        mistakes = [
            at - self.vouched + len(silent) - bisect_right(silent, self.kept[at].sent)
            for at in range(self.vouched, len(self.kept))
        ]
        if mistakes and silent:
            self.vouched += mistakes.index(min(mistakes))

    def note_silent(self, overdue: list[tuple[int, float]]) -> None:
        """These ports should have answered by now and have not, each with when it was probed."""
        self.probed = max(self.probed, self.place.judged + len(overdue))
        self.silent = self.silent or [port for port, _ in overdue if port not in self._spent][:WITNESSES]
        self.overdue = {port: self.overdue.get(port, sent) for port, sent in overdue}

    def extra_done(self, *, refused: bool) -> None:
        """A probe beside its targets came back: its refusal is no port of the list that refused."""
        self.extra += 1
        self._refused += refused

    # The canaries

    def canary_back(self, row: Result) -> None:
        """A canary has its verdict. If all of them are open, so is everything; else they are witnesses."""
        self.canaries -= 1
        if row.state is not State.OPEN:
            (self.refusing if row.state is State.REFUSED else self.silent).append(row.port)
            return
        self.canaries_open += 1
        if self.canaries_open == CANARIES:
            if row.attempts > 1:  # but not from the start
                self._mark_run()
            else:
                self.mark_from_start()

    # What may go

    def mark_from_start(self) -> None:
        """It has accepted everything from its first row on."""
        self.marked, self.vouched = True, 0

    def all_open(self) -> bool:
        """Whether enough of what was probed is open, as far as is known."""
        place = self.place
        return place.judged >= ENOUGH and place.opened >= _SHARE * max(place.judged, self.probed)

    @property
    def done(self) -> bool:
        """Whether every target of it is judged."""
        return self.place.judged - self.extra >= self.place.ports

    @property
    def may_answer(self) -> bool:
        """Whether targets of it are neither judged nor known to be silent."""
        return max(self.probed, self.place.judged) - self.extra < self.place.ports

    def undecided(self) -> bool:
        """Whether it may still turn out to have accepted everything from the start."""
        if self.marked:
            return False
        if self.canaries:
            return True
        return self.place.ports >= ENOUGH and (self.place.judged < ENOUGH or self.all_open())

    def take(self, count: int) -> list[Result]:
        """The first so many of the kept rows, to let go."""
        out, self.kept = [kept.row for kept in self.kept[:count]], self.kept[count:]
        self.vouched = max(0, self.vouched - count)
        return out
