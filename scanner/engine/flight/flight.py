"""The probes in flight, as the engine's loop and the tracer see them: `launch` some, `wait` for what is found.

Here the parts are put together, and what there is and what is missing is reported. The turns themselves are in
`multiplexer.py`.
"""

import errno
from collections.abc import Callable, Iterator
from typing import Generic, cast

from scanner.engine.flight.found import Found, TrialT
from scanner.engine.flight.leaving import Leaving
from scanner.engine.flight.lost_ways import Lost, Ways
from scanner.engine.flight.multiplexer import Multiplexer
from scanner.engine.flight.probe import BareTrial, Probe
from scanner.engine.flight.recycling import Recycling
from scanner.engine.flight.settling import Settling
from scanner.engine.flight.shown_answers import ShownAnswers
from scanner.engine.flight.sockets import Sockets
from scanner.engine.flight.verdict import Verdict
from scanner.machine.kernel import Kernel
from scanner.model import Endpoint

#: Nobody waits for a flight longer than this (seconds) at a time: names come in meanwhile, and somebody may say stop.
LONGEST_WAIT_S = 0.1


class Flight(Generic[TrialT]):
    """The probes in flight. Times are the kernel's monotonic clock, in seconds.

    With `noes_stand` every "no" is a verdict at once, as it is for a sentinel. `prepare` is called with each probe just
    before its connect(), to set a hop limit for instance; what it sets stays with a socket that is recycled, so
    `recycle=False` goes with it. `ways` knows which ways this host has lost and awaits (`lost_ways.py`). `spare`: what
    is overdue is closed before the kernel repeats its SYN, and no socket is used again after silence: whoever counts
    SYNs is to know when each was closed. Raises UsageError for a poller that is not here.
    """

    def __init__(
        self,
        kernel: Kernel,
        poller: str | None = None,
        *,
        capacity: int | None = None,
        prepare: Callable[[Probe, TrialT], None] | None = None,
        recycle: bool = True,
        noes_stand: bool = False,
        ways: Ways[TrialT] | None = None,
        spare: bool = False,
    ) -> None:
        chosen = kernel.poller(poller)
        most = chosen.capacity
        ways = Ways() if ways is None else ways
        recycling = Recycling(recycle and kernel.recycles and chosen.edge, kernel.cannot_recycle)
        capacity = most if capacity is None else min(capacity, most)
        self._sockets = sockets = Sockets(kernel, chosen, capacity, recycling, after_silence=not spare)
        self._shown = shown = ShownAnswers(kernel)
        self._settling = settling = Settling(kernel, sockets, shown, noes_stand=noes_stand, spare=spare)
        self._leaving = leaving = Leaving(kernel, sockets, settling, recycling, shown, ways)
        self._mux = Multiplexer(kernel, sockets, settling, leaving, recycling, shown, ways.lately_left, prepare)
        #: Connects each of some trials; returns the rest, from the first that could not leave on.
        self.launch = self._mux.launch
        #: Waits for answers, and returns what was found (`Multiplexer.wait`).
        self.wait = self._mux.wait

    @property
    def answers_at(self) -> float:
        """When the last answers were taken."""
        return self._mux.answers_at

    @property
    def unseen_s(self) -> float:
        """How many seconds before that nobody had looked: so much sooner they may have come."""
        return self._mux.unseen_s

    @property
    def capacity(self) -> int:
        """How many sockets there may be: as many as were asked for, and no more than the poller can watch."""
        return self._sockets.capacity

    def fit(self, capacity: int) -> None:
        """There may be so many sockets from now on, as far as the poller can watch them."""
        self._sockets.fit(capacity)

    @property
    def shortage(self) -> int:
        """The errno of the local limit that was met last, 0 if none."""
        return self._sockets.shortage

    def missing(self, trial: BareTrial) -> Lost | None:
        """What of its way this trial, the first that `launch` gave back, misses for now; None: it was short of room."""
        lost = self._leaving.missing
        if lost is None and self.shortage == errno.EADDRNOTAVAIL and self._leaving.source_lost(trial):
            return Lost.SOURCE
        return lost

    @property
    def warning(self) -> str:
        """Whether answers come from somebody else than the targets: what to tell the user, or empty."""
        return self._shown.warning

    @property
    def in_flight(self) -> int:
        """Probes whose deadline is still to come."""
        return len(self._mux.deadlines)

    def in_flight_of(self, family: int) -> int:
        """Probes of one address family that wait for an answer, sentinels excepted; slow, for rare cases."""
        return self._mux.deadlines.of_home(self._sockets.idle[family])

    def waiting(self) -> Iterator[tuple[Endpoint, float]]:
        """Every target in flight, and when it was probed; at an attempt after the first: long ago."""
        return self._mux.deadlines.waiting()

    @property
    def has_news(self) -> bool:
        """Whether `wait` has something to return already, of what was launched."""
        return bool(self._settling.found)

    @property
    def next_deadline(self) -> float:
        """The earliest instant at which a probe may be due (it may have settled since); infinity if none."""
        return min(self._mux.deadlines.next, self._sockets.closing.next)

    def take(self) -> Found[TrialT]:
        """What was found since `wait` returned last: where something failed in between."""
        return cast("Found[TrialT]", self._settling.take())

    def give_up(self, trial: TrialT, verdict: Verdict) -> None:
        """This machine cannot probe it: that is its verdict."""
        self._settling.give_up(trial, verdict)

    def close_for(self, trial: TrialT) -> None:
        """Closes every socket that still waits for this trial."""
        self._sockets.close_for(trial)

    def drop_overdue(self, unwanted: Callable[[TrialT], bool]) -> None:
        """Closes the sockets of silent attempts of these trials: they send their SYNs again, too much there."""
        self._sockets.drop_overdue(cast("Callable[[BareTrial], bool]", unwanted))

    def at_last(self) -> None:
        """Every target is judged: looks whether all answers can have come from the targets (see `warning`)."""
        self._shown.at_last()

    def close(self) -> None:
        """Closes every socket, in flight or not."""
        self._sockets.close()
        self._mux.close()
