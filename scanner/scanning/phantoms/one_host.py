"""What is known of one host that has an open port: does it accept everything, from the start or since some moment?

From the start: 20 of its ports or more were probed, and 95 % or more are open; while others are still to come, one from
the far end of its list bears that out (`far_end.py`).

Since some moment: active defences answer everything after so many SYNs. Where a run of open ports (`open_runs.py`) is
longer than the share of open ports outside it makes likely, the host is asked (`inquiry.py`). If it accepts everything
now, it has from about there on: the run is in doubt and all that is open afterwards, until it stops; what was open
before is not. If it has stopped already, only the run is. Else whatever was probed before the question is beyond doubt.
A host with a hundred open ports side by side is asked a few times and stays what it is.

What came first is told by when it was probed: a round's answers are in no order. Pure: pass `now`.
"""

from collections.abc import Callable, Sequence

from scanner.model import Place, Request, Result, State
from scanner.scanning.phantoms.far_end import FarEnd
from scanner.scanning.phantoms.questioned import Questioned

ENOUGH, _SHARE = 20, 0.95
_HALF = 0.5
CANARIES = 2

#: The ports that a scan has at a place.
Listed = Callable[[Place], Sequence[int]]


class Host(Questioned):
    """A host that has an open port, asked for by `request`.

    canaried: it was sent canaries; `canaries` of them are still out. tested: one of them refused, so the host is there.
    elsewhere: what another port said that was asked for a sample (`elsewhere.py`), a timeout as soon as it is late.
    again: how many ports of the list were open when they were asked beside it. out: how many probes beside the list are
    without a verdict.
    """

    __slots__ = (
        "_canaries_late", "_canaries_silent", "_far", "_far_silent", "again", "canaried", "canaries", "canaries_open",
        "elsewhere", "out", "request", "tested",
    )  # fmt: skip

    def __init__(self, place: Place, request: Request, now: float) -> None:
        super().__init__(place, now)
        self.request = request
        self.elsewhere: State | None = None
        self.canaried = self.tested = False
        self.out = 0
        self._canaries_late = False
        self._canaries_silent = 0
        self.canaries = self.canaries_open = self.again = 0
        self._far = FarEnd()
        self._far_silent = False  # and so nothing bore it out

    def note_silent(self, overdue: list[tuple[int, float]]) -> None:
        """These ports should have answered by now and have not, each with when it was probed."""
        self.probed = max(self.probed, self.place.note.judged + len(overdue))
        self.inquiry.note_silent([port for port, _ in overdue])
        for port, sent in overdue:
            self.overdue.setdefault(port, sent)

    def extra_done(self, *, refused: bool) -> None:
        """A probe beside its targets came back: its refusal is no port of the list that refused."""
        self.extra += 1
        self._refused += refused

    def heard(self, port: int, state: State) -> None:
        """The answer of a port that was asked once more, or before its turn."""
        super().heard(port, state)
        if not self._far.heard(port, state):
            return
        if state is State.REFUSED:
            self.inquiry.refusing.append(port)
        elif state is State.OPEN and self._far_silent:  # it was only late: at a rate it may have left late
            self.disproved = self._far_silent = False

    def not_left(self, now: float) -> None:
        """A port of it that is to be asked still waits for its turn."""
        super().not_left(now)
        self._far.not_left(now)

    def asking(self, now: float) -> bool:
        """Whether an answer that matters may still come in time."""
        return super().asking(now) or self._far.pending(now, self.slowest)

    # The canaries

    def canary_back(self, row: Result) -> None:
        """A canary has its verdict. If one is open and the other is, too, or silent, everything is; else they are
        witnesses."""
        self.canaries -= 1
        if row.state is State.OPEN:
            self.canaries_open += 1
            self._canaries_late |= row.attempts > 1
        else:
            self._canaries_silent += row.state is State.TIMEOUT
            self.tested |= row.state is State.REFUSED or row.icmp_from == self.place.numeric
            (self.inquiry.refusing if row.state is State.REFUSED else self.inquiry.silent).append(row.port)
        if self.canaries_open and self.canaries_open + self._canaries_silent == CANARIES:
            if self._canaries_late or self._share() < _HALF or self._were_silent:  # but not from the start
                self._mark_run()
            else:
                proved = self.proved
                self.mark_from_start()
                self.vouched = proved  # by its own word

    @property
    def _were_silent(self) -> bool:
        """Whether too many of its ports were silent when they were asked first."""
        return len(self.overdue) > (1.0 - _SHARE) * self.known

    # From the start

    def judge_start(self, now: float, listed: Listed) -> int:
        """Marks it, if enough of what was probed is open. Returns a port that is to be asked before that, or 0."""
        if self.marked or self._settled or self.place.ports < ENOUGH or not self.all_open():
            return 0
        if self.may_answer and (ports := listed(self.place)):
            if self.disproved:
                return 0
            if port := self._far.ask(ports, now, self.slowest):
                return port
            said = self._far.says(now, self.slowest)
            self.disproved = self._far_silent = said is False
            if not said:
                return 0
        self.mark_from_start()
        return 0

    def far_end_told(self) -> bool:
        """Whether the port from the far end has just answered: what was seen at the last look still goes."""
        return self._far.just_told() and not self.marked

    def mark_from_start(self) -> None:
        """It has accepted everything from its first row on."""
        self._mark()
        self.vouched = 0

    def all_open(self) -> bool:
        """Whether enough of what was probed is open, as far as is known."""
        place = self.place
        return place.note.judged >= ENOUGH and place.note.opened >= _SHARE * max(place.note.judged, self.probed)

    def undecided(self) -> bool:
        """Whether it may still turn out to have accepted everything from the start."""
        if self.marked or self.disproved:
            return False
        if self.canaries:
            return True
        return self.place.ports >= ENOUGH and (self.place.note.judged < ENOUGH or self.all_open())
