"""The rows of one host that are kept back, and what it is asked about its runs of open ports. Pure: pass `now`.

Joins the runs (`open_runs.py`), the questions (`inquiry.py`) and what comes of them: which rows are beyond doubt, which
are phantoms, and whether the host accepts everything, or does not any more (`far_end.py`). What else is known of a
host: `one_host.py`.
"""

from bisect import bisect_right
from operator import itemgetter
from typing import NamedTuple

from scanner.model import Place, Result, State
from scanner.scanning.phantoms.far_end import End
from scanner.scanning.phantoms.inquiry import Inquiry, Said
from scanner.scanning.phantoms.open_runs import Probe, Runs

_SENT = itemgetter(0)
_FEW, _MANY = 8, 4
_AT_FIRST_S = 0.2


class Kept(NamedTuple):
    """An open row that is not let go yet: when it was probed, when it came, and as which of the ports of its host."""

    sent: float
    came: float
    row: Result
    number: int = 0


class Questioned:
    """A host that has an open port, the first at `first`.

    kept: its rows that are not let go yet, as they were probed; the first `vouched` of them are beyond doubt, `proved`
    of these by its own word. marked: it accepts everything. disproved: it does not, though all may have been open so
    far. probed: its targets that should have answered by now, as far as was seen; `overdue`: when those of them were
    first probed that had not. slowest: its longest round trip (s). extra: probes beside its targets that are done.
    inquiry: what it is asked.
    """

    __slots__ = (
        "_asked", "_end", "_fresh", "_in_order", "_last_port", "_phantoms", "_refused", "_runs", "_settled",
        "disproved", "extra", "first", "inquiry", "kept", "marked", "overdue", "place", "probed", "proved", "slowest",
        "vouched",
    )  # fmt: skip

    def __init__(self, place: Place, now: float) -> None:
        self.place = place
        self.first = now
        self.kept: list[Kept] = []
        self.vouched = self.proved = 0
        self._in_order = True
        self.marked = self.disproved = False
        self.probed = self.extra = 0
        self.overdue: dict[int, float] = {}
        self.slowest = 0.0
        self.inquiry = Inquiry()
        self._runs = Runs()
        self._end = End()
        self._fresh: list[Probe] = []
        self._last_port = self._refused = 0
        self._asked = 0  # how many ports of its case the question is about
        self._phantoms: set[int] = set()  # open ports of a time when it accepted everything
        self._settled = 0  # how many such ports there were

    # Round by round

    def open(self, row: Result, sent: float, now: float) -> bool:
        """One more open row; whether it is of another target than the last one."""
        self._in_order = self._in_order and not (self.kept and sent < self.kept[-1].sent)
        self.kept.append(Kept(sent, now, row, self.known))
        self.slowest = max(self.slowest, (row.rtt_ms or 0.0) / 1000.0)
        if row.port == self._last_port:
            return False
        self._last_port = row.port
        self._fresh.append(Probe(sent, row.port))
        if row.port in self.inquiry.silent:
            self.inquiry.silent.remove(row.port)
        return True

    def end_round(self, first: float, refused: list[Probe]) -> None:
        """What the round's refusals mean; `first`: when the first of its open ports was probed.

        Rounds without any open port went by unseen. What refused there refused before `first`.
        """
        place = self.place
        known, self._refused = self._refused + len(refused), place.note.judged - place.note.mute - place.note.opened
        if not self._in_order:
            self.kept.sort(key=_SENT)
            self._in_order = True
        missed = max(0, self._refused - known)
        share = self._share()
        fresh, self._fresh = self._fresh, []
        if self.marked:
            self._end.end_round(fresh, refused, missed)
        elif settled := self._runs.end_round(fresh, refused, missed, first, share):
            self._vouch(settled)

    def _vouch(self, sent: float) -> None:
        """Whatever was probed until then is beyond doubt."""
        self.vouched = max(self.vouched, bisect_right(self.kept, sent, key=_SENT))

    def _share(self) -> float:
        """The share of open ports outside its run, by Laplace's rule of succession."""
        run = self._runs.open + len(self._fresh) + self._settled
        return (max(0, self.place.note.opened - run) + 1) / (max(0, self.known - run) + 2)

    @property
    def known(self) -> int:
        """How many of its ports are judged, or silent so far though an answer should have come."""
        return max(self.probed, self.place.note.judged)

    @property
    def may_answer(self) -> bool:
        """Whether targets of it are neither judged nor known to be silent."""
        return self.known - self.extra < self.place.ports

    @property
    def _is_strange(self) -> bool:
        """Whether nothing but open ports and a few that refuse is known of it, and there is more to come."""
        return 0 < self.place.note.judged - self.place.note.opened <= _FEW and self.may_answer

    @property
    def _mostly_silent(self) -> bool:
        """Whether hardly any of its ports refuses, and many are silent, or were at first."""
        refused = self.place.note.judged - self.place.note.mute - self.place.note.opened
        return max(self.place.note.mute, len(self.overdue)) >= _MANY * max(1, refused)

    @property
    def done(self) -> bool:
        """Whether every target of it is judged."""
        return self.place.note.judged - self.extra >= self.place.ports

    # The questions

    def suspicious(self, now: float) -> bool:
        """Whether it must be asked, and it is time to: who is silent is not known at once."""
        if now < self.first + _AT_FIRST_S + self.slowest and self._is_strange:
            return False
        if self.marked or not self.inquiry.ready(now, done=self.done):
            return False
        return self.pressing and self._runs.suspicious(self._share())

    @property
    def pressing(self) -> bool:
        """Whether it has open ports side by side."""
        return self._runs.pressing

    @property
    def not_open(self) -> int:
        """How many of its ports are something else than open."""
        return self.place.note.judged - self.place.note.opened

    def known_shut(self, refusing: list[int], silent: list[int]) -> None:
        """Some ports that were not open, the latest first. Those are witnesses that were so before the run."""
        before = [port for port in refusing if port not in self._runs.refused]
        known = self.inquiry.refusing
        self.inquiry.refusing = [port for port in (before or refusing)[::-1] if port not in known] + known
        self.inquiry.note_silent(silent)

    def ask(self, now: float) -> list[int]:
        """The ports to be asked now, if there are any."""
        self._asked = len(self._runs.case)
        ports = self.inquiry.ask(now, self._runs.case, silent_first=self._mostly_silent)
        if self._asked and not ports:  # there is nobody
            self._vouch(self._runs.settle(self._asked, now))
        return ports

    def follow_up(self, now: float, *, patient: bool = False) -> list[int]:
        """Takes what the last question came to; the ports to be asked now on top of it.

        Unless `patient`, a witness that is silent after a while says no; what it answers later is heard all the same.
        """
        if self.marked:
            return self._follow_end(now)
        asked = self.inquiry
        if not asked.asked_at:
            if asked.turned_late:
                self._mark_run()
            return []
        overdue = not patient and asked.overdue(now, self.slowest)
        more = asked.ask_more(now, overdue=overdue)
        said = None if more else asked.says(overdue=overdue)
        if said is Said.NOTHING and (self._runs.case or self._runs.is_long(self._share())):
            self._runs.stop(asked.asked_at)
            self._asked = len(self._runs.case)
            more = asked.ask_own(now, self._runs.case)
            said = None if more else Said.REAL
        if said is not None:
            self._settle(said)
        return more

    def _settle(self, said: Said) -> None:
        """Acts on the answer."""
        if said is Said.EVERYTHING:
            self._mark_run()
        elif said is not Said.UNKNOWN:
            if said is Said.STOPPED:
                self._phantoms.update(port for _, port in self._runs.case[: self._asked])
                self._settled += self._asked
                self.disproved = True
            self._vouch(self._runs.settle(self._asked, self.inquiry.asked_at))
            self.proved = self.vouched
        self.inquiry.end(said)

    def _follow_end(self, now: float) -> list[int]:
        over = self._end.says(now, self.slowest)
        if over:
            self.inquiry = Inquiry()
            self.inquiry.refusing = self._end.refusing
            late = [kept.row.port for kept in self.kept[self.vouched :] if kept.sent < self._end.since]
            self._phantoms.update(late)
            self.marked, self.disproved = False, True
            self._settled = self.place.note.opened
            self.vouched = len(self.kept)
        elif over is not None:
            self._end.goes_on()
        return self._end.ask(now) if self.marked else []

    def heard(self, port: int, state: State) -> None:
        """The answer of a port that was asked once more."""
        self.inquiry.heard(port, state)
        self._end.heard(port, state)

    def not_left(self, now: float) -> None:
        """A port of it that is to be asked still waits for its turn."""
        self.inquiry.not_left(now)
        self._end.not_left(now)

    def asking(self, now: float) -> bool:
        """Whether an answer that matters may still come in time."""
        return bool(self.inquiry.asked_at or self._end.since)

    # What comes of it

    def _mark_run(self) -> None:
        """It accepts everything, but has not from the start.

        Where no port refused, silent ones show since when: most are silent before, and most are open afterwards.
        """
        self._mark()
        silent = sorted(self.overdue.values())
        mistakes = [
            at - self.vouched + len(silent) - bisect_right(silent, self.kept[at].sent)
            for at in range(self.vouched, len(self.kept))
        ]
        if mistakes and silent:
            self.vouched += mistakes.index(min(mistakes))

    def _mark(self) -> None:
        self.marked = True
        self._end = End(self._runs.latest)
        self._runs = Runs()

    def is_phantom(self, at: int) -> bool | None:
        """Whether nobody may be behind this one of the kept rows; None: it is being asked."""
        kept = self.kept[at]
        if self.marked and at >= self.vouched:
            return None if self._end.since and kept.sent >= self._end.since else True
        return kept.row.port in self._phantoms

    def unknown(self, at: int) -> bool:
        """Whether this one of the kept rows is part of a run of which nobody has said anything yet."""
        asked = self.inquiry.asked_at or self.inquiry.unanswered
        return bool(asked) and at >= self.vouched and self._runs.suspicious(self._share())

    def take(self, count: int) -> list[Result]:
        """The first so many of the kept rows, to let go."""
        if not count:
            return []
        out, self.kept = [kept.row for kept in self.kept[:count]], self.kept[count:]
        self.vouched = max(0, self.vouched - count)
        self.proved = max(0, self.proved - count)
        return out
