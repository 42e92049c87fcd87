"""What is known of one host that has an open port: does it accept everything, from the start or since some moment?

From the start: 20 of its ports or more were probed, and 95% or more are open; while others are still to come, one from
the far end of its list must confirm that (`last_ports.py`).

Since some moment: active defences answer everything after a certain number of SYNs. Where a run of open ports
(`open_runs.py`) is longer than the share of open ports outside it makes likely, the host is asked (`inquiry.py`). If it
accepts everything now, it has done so since about there: the run is in doubt, and so is all that is open afterwards,
until it stops (`box_end.py`); what was open before is not. If it has already stopped, only the run is in doubt.
Otherwise whatever was probed before the question is beyond doubt. A host with a hundred open ports side by side is
asked a few times and stays what it is.

The order is that of probing: a turn's answers come in no order. Pure: pass `now`.
"""

from collections.abc import Callable, Sequence

from scanner.model import Place, Request, Result, State
from scanner.scanning.phantoms.box_end import BoxEnd
from scanner.scanning.phantoms.canaries import Canaries
from scanner.scanning.phantoms.host_extras import HostExtras, Why
from scanner.scanning.phantoms.inquiry import Said
from scanner.scanning.phantoms.kept_rows import KeptRow, KeptRows
from scanner.scanning.phantoms.last_ports import LastPorts
from scanner.scanning.phantoms.open_runs import ProbedPort
from scanner.scanning.phantoms.port_counts import PortCounts
from scanner.scanning.phantoms.run_questions import RunQuestions

_HALF = 0.5
_AT_FIRST_S = 0.2

#: The ports that a scan has at a place.
Listed = Callable[[Place], Sequence[int]]


class OpenHost:
    """A host that has an open port, the first seen at `first`, for `request`.

    ports: how far they are known. kept: its rows not yet let go. runs: what it is asked about its open ports.
    canaries, extras: what it is asked besides. marked: it accepts everything. disproved: it does not, although all may
    have been open so far.
    """

    __slots__ = (
        "_end", "_last", "_last_silent", "canaries", "disproved", "extras", "first", "kept", "marked", "place", "ports",
        "request", "runs",
    )  # fmt: skip

    def __init__(self, place: Place, request: Request, now: float) -> None:
        self.place = place
        self.request = request
        self.first = now
        self.ports = PortCounts(place)
        self.kept = KeptRows()
        self.runs = RunQuestions(self.ports, self.kept)
        self.canaries = Canaries()
        self.extras = HostExtras()
        self.marked = self.disproved = False
        self._last = LastPorts()
        self._last_silent = False  # and so nothing confirmed it
        self._end = BoxEnd()

    # What comes of it, turn by turn

    def open(self, row: Result, sent: float, now: float) -> bool:
        """Take in an open row; returns whether its target differs from that of the last one."""
        self.kept.add(KeptRow(sent, now, row, self.ports.known))
        self.ports.answered_after(min((row.rtt_ms or 0.0) / 1000.0, now - sent))  # not while nobody looked
        return self.runs.opened(row.port, sent)

    def end_turn(self, first: float, refused: list[ProbedPort]) -> None:
        """Take in the turn's refusals; `first`: when the first of its open ports was probed.

        Turns without any open port went by unseen. What refused in them refused before `first`.
        """
        missed = self.ports.refusals_missed(len(refused))
        self.kept.sort()
        if self.marked:
            self._end.end_turn(self.runs.take_fresh(), refused, missed)
        else:
            self.runs.end_turn(refused, missed, first)

    def note_silent(self, overdue: list[tuple[int, float]]) -> None:
        """These ports should have answered by now and have not, each with when it was probed."""
        self.ports.note_silent(overdue)
        self.runs.inquiry.note_silent([port for port, _ in overdue])

    # The questions

    def suspicious(self, now: float) -> bool:
        """Whether it must be asked, and it is time to: which ports are silent is not known at once."""
        at_first = now < self.first + _AT_FIRST_S + self.ports.slowest
        if self.marked or (at_first and self.ports.is_strange):
            return False
        return self.runs.suspicious(now)

    def follow_up(self, now: float, *, patient: bool = False) -> list[int]:
        """Act on what the last question came to; returns the further ports to be asked now.

        Unless `patient`, a witness still silent after a while says no; a later answer of it counts all the same.
        """
        if self.marked:
            return self._follow_end(now)
        ports, said = self.runs.follow_up(now, patient=patient)
        if said is Said.EVERYTHING:
            self._mark_run()
        elif said is Said.STOPPED:
            self.disproved = True
        return ports

    def _follow_end(self, now: float) -> list[int]:
        over = self._end.says(now, self.ports.slowest)
        if over:
            self.runs.begin_anew(self._end.refusing, self.kept.in_doubt_before(self._end.since))
            self.kept.vouch_for_all()
            self.marked, self.disproved = False, True
        elif over is not None:
            self._end.goes_on()
        return self._end.ask(now) if self.marked else []

    def asking(self, now: float) -> bool:
        """Whether an answer that matters may still come in time, or the next look may lead to one."""
        asked = self.runs.inquiry.asked_at or self._end.since
        return bool(asked) or self._last.pending(now, self.ports.slowest) or self._to_be_judged

    def not_left(self, now: float) -> None:
        """A port of it that is to be asked is still waiting for its turn."""
        self.runs.not_left(now)
        self._end.not_left(now)
        self._last.not_left(now)

    # The answers

    def extra_back(self, row: Result, why: Why) -> None:
        """A probe that is not for one of its targets has its verdict."""
        self.extras.back(row.state, why)
        self.ports.extra_done(refused=row.state is State.REFUSED)
        if why is Why.CANARY:
            self._canary_back(row)
        elif why is Why.WITNESS:
            self.heard(row.port, row.state)

    def heard(self, port: int, state: State) -> None:
        """Take in the answer of a port that was asked again, or before its turn."""
        self.runs.heard(port, state)
        self._end.heard(port, state)
        if not self._last.heard(port, state):
            return
        if state is State.REFUSED:
            self.runs.inquiry.shut(port, refused=True)
        elif state is State.OPEN and self._last_silent:  # it was only late: at a rate it may have left late
            self.disproved = self._last_silent = False

    def _canary_back(self, row: Result) -> None:
        """A canary that is not open becomes a witness; both together may show that it accepts everything."""
        self.canaries.back(row)
        if row.state is not State.OPEN:
            self.runs.inquiry.shut(row.port, refused=row.state is State.REFUSED)
        if self.canaries.say_everything:
            if self.canaries.came_late or self.runs.share < _HALF or self.ports.were_silent:  # but not from the start
                self._mark_run()
            else:
                self._mark()
                self.kept.doubt_unproved()

    # Whether it accepts everything

    def judge_start(self, now: float, listed: Listed) -> int:
        """Mark it, if enough of what was probed is open. Returns a port that must be asked before that, or 0."""
        if self.marked or self.runs.settled or not self.ports.enough or not self.ports.all_open:
            return 0
        if self.ports.may_answer and (ports := listed(self.place)):
            if self.disproved:
                return 0
            if port := self._last.ask(ports, now, self.ports.slowest):
                return port
            said = self._last.says(now, self.ports.slowest)
            self.disproved = self._last_silent = said is False
            if not said:
                return 0
        self._mark()
        self.kept.doubt_all()
        return 0

    def last_ports_told(self) -> bool:
        """Whether the port from the far end has just answered: what the last look saw still holds."""
        return self._last.just_told() and not self.marked

    def undecided(self) -> bool:
        """Whether it may still turn out to have accepted everything from the start."""
        if self.marked or self.disproved:
            return False
        return bool(self.canaries.out) or self.ports.may_be_all_open

    @property
    def _to_be_judged(self) -> bool:
        """Whether enough is open, as of this turn, for the next look to ask whether it has accepted everything."""
        return not (self.marked or self.disproved or self.runs.settled) and self.ports.enough and self.ports.all_open

    def _mark_run(self) -> None:
        """It accepts everything, but has not from the start. Where no port refused, its silent ones show since when."""
        self._mark()
        self.kept.vouch_by_silence(sorted(self.ports.overdue.values()))

    def _mark(self) -> None:
        self.marked = True
        self._end = BoxEnd(self.runs.drop())

    def is_phantom(self, at: int) -> bool | None:
        """Whether there may be nobody behind this one of the kept rows; None: that is being asked."""
        kept = self.kept.rows[at]
        if self.marked and at >= self.kept.vouched:
            return None if self._end.since and kept.sent >= self._end.since else True
        return kept.row.port in self.runs.phantoms
