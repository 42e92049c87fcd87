"""What one host is asked about its runs of open ports, and what comes of it. Pure: pass `now`.

Joins the runs (`open_runs.py`) with the questions (`inquiry.py`): when to ask, about what, and which rows the answer
puts beyond doubt. What follows where the host accepts everything is decided elsewhere (`one_host.py`).
"""

from collections.abc import Sequence

from scanner.model import State
from scanner.scanning.phantoms.inquiry import Inquiry, Said
from scanner.scanning.phantoms.kept_rows import KeptRows
from scanner.scanning.phantoms.open_runs import ProbedPort, Runs
from scanner.scanning.phantoms.port_counts import PortCounts


class RunQuestions:
    """The questions to one host, with its counts and kept rows.

    inquiry: what it is asked. phantoms: open ports from a past time when it accepted everything; `settled`: how many
    such ports there were.
    """

    __slots__ = ("_asked", "_fresh", "_kept", "_last_port", "_ports", "_runs", "inquiry", "phantoms", "settled")

    def __init__(self, ports: PortCounts, kept: KeptRows) -> None:
        self._ports = ports
        self._kept = kept
        self._runs = Runs()
        self._fresh: list[ProbedPort] = []  # open ports of this turn
        self._last_port = 0
        self._asked = 0  # how many ports of its case the question is about
        self.inquiry = Inquiry()
        self.phantoms: set[int] = set()
        self.settled = 0

    # Turn by turn

    def opened(self, port: int, sent: float) -> bool:
        """Take in an open row; returns whether its target differs from that of the last one."""
        if port == self._last_port:
            return False
        self._last_port = port
        self._fresh.append(ProbedPort(sent, port))
        self.inquiry.opened(port)
        return True

    def end_turn(self, refused: list[ProbedPort], missed: int, first: float) -> None:
        """Take in the turn's refusals. first: when the first of the turn's open ports was probed. missed: refusals
        before that which nobody looked at."""
        share = self.share
        if settled := self._runs.end_turn(self.take_fresh(), refused, missed, first, share):
            self._kept.vouch(settled)

    def take_fresh(self) -> list[ProbedPort]:
        """Take out the turn's open ports."""
        fresh, self._fresh = self._fresh, []
        return fresh

    @property
    def share(self) -> float:
        """The share of open ports outside its run, by Laplace's rule of succession."""
        run = self._runs.open + len(self._fresh) + self.settled
        return (max(0, self._ports.opened - run) + 1) / (max(0, self._ports.known - run) + 2)

    # The questions

    @property
    def pressing(self) -> bool:
        """Whether it has open ports side by side."""
        return self._runs.pressing

    def suspicious(self, now: float) -> bool:
        """Whether it must be asked, and may be asked again now."""
        if not self.inquiry.ready(now, done=self._ports.done):
            return False
        return self._runs.pressing and self._runs.suspicious(self.share)

    def known_shut(self, refusing: Sequence[int], silent: Sequence[int]) -> None:
        """Take in some ports that were not open, the latest first. The witnesses are those from before the run."""
        before = [port for port in refusing if port not in self._runs.refused]
        self.inquiry.refused_before(before or refusing)
        self.inquiry.note_silent(silent)

    def ask(self, now: float) -> list[int]:
        """Begin a question; returns the ports to be asked now, if any."""
        self._asked = len(self._runs.case)
        ports = self.inquiry.ask(now, self._runs.case, silent_first=self._ports.mostly_silent)
        if self._asked and not ports:  # there are none to ask
            self._kept.vouch(self._runs.settle(self._asked, now))
        return ports

    def follow_up(self, now: float, *, patient: bool) -> tuple[list[int], Said | None]:
        """The further ports to be asked now, and what the last question came to; None: nothing yet. `patient`: wait for
        ports that are silent."""
        asked, runs = self.inquiry, self._runs
        if not asked.asked_at:
            return [], Said.EVERYTHING if asked.turned_late else None
        overdue = not patient and asked.overdue(now, self._ports.slowest)
        more = asked.ask_more(now, overdue=overdue)
        said = None if more else asked.says(overdue=overdue)
        if said is Said.NOTHING and (runs.case or runs.is_long(self.share)):
            runs.stop(asked.asked_at)
            self._asked = len(runs.case)
            more = asked.ask_own(now, runs.case)
            said = None if more else Said.REAL
        if said is not None:
            self._settle(said)
        return more, said

    def _settle(self, said: Said) -> None:
        """Act on the answer."""
        if said not in (Said.EVERYTHING, Said.UNKNOWN):
            if said is Said.STOPPED:
                self.phantoms.update(port for _, port in self._runs.case[: self._asked])
                self.settled += self._asked
            self._kept.vouch(self._runs.settle(self._asked, self.inquiry.asked_at))
            self._kept.prove()
        self.inquiry.end(said)

    def heard(self, port: int, state: State) -> None:
        """Take in the answer of a port that was asked again."""
        self.inquiry.heard(port, state)

    def not_left(self, now: float) -> None:
        """A port of it that is to be asked is still waiting for its turn."""
        self.inquiry.not_left(now)

    def unknown(self, at: int) -> bool:
        """Whether this one of the kept rows is part of a run on which there is no answer yet."""
        asked = self.inquiry.asked_at or self.inquiry.unanswered
        return bool(asked) and at >= self._kept.vouched and self._runs.suspicious(self.share)

    # When it accepts everything, and when that is over

    def drop(self) -> list[int]:
        """It accepts everything, so runs no longer mean anything. Returns the ports of its runs, the latest last."""
        latest = self._runs.latest
        self._runs = Runs()
        return latest

    def begin_anew(self, refusing: list[int], phantoms: list[int]) -> None:
        """It no longer accepts everything, because these ports refuse; and `phantoms` were phantoms too."""
        self.inquiry = Inquiry(refusing)
        self.phantoms.update(phantoms)
        self.settled = self._ports.opened
