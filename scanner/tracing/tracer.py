"""Traceroute by TCP connect, without root: every hop of every target at once, in one multiplexer.

One turn, as often as needed: who may begin, and who is told what by whom (`company.py`); which hops are due
(`route.py`); what of them may leave (`departures.py`); and what came back.

A probe is an ordinary trial whose socket gets its hop limit just before connect(). Sockets are never recycled: a stale
limit would make a lie of the next probe.

The three attempts at a hop leave 0.9 s apart, out of step with the kernel's own repeated SYN after 1 s: so each is one
SYN, and its round trip is known. All of them listen until the trace ends; where a rate is promised, only until their
SYN would be repeated (`syn_repeats.py`). The last one waits longer, past the 3.07 s after which a dead neighbour
shows itself.
"""

from collections.abc import Callable, Iterable, Iterator

from scanner.engine.flight.flight import LONGEST_WAIT_S, Flight
from scanner.engine.flight.found import Found
from scanner.engine.flight.lost_ways import Ways
from scanner.engine.flight.probe import Probe
from scanner.machine.kernel import Kernel
from scanner.model import Endpoint, Place, Trace
from scanner.tracing.company import Company
from scanner.tracing.departures import Departures
from scanner.tracing.hop_answers import FULL
from scanner.tracing.router_budget import Budget
from scanner.tracing.trace_options import TraceOptions
from scanner.tracing.traced_target import HopTrial, Role, TracedTarget

_CHECKING_S, _REST_S = 30.0, 4.0  # so long scouts ask for known hops, unless it ends soon; routers answer one a second

Traced = tuple[Endpoint, Trace]


class Tracer:
    """Traces every endpoint. `turns` is the work.

    `capacity`: the most sockets; `attached`: whether a place is on a network of this host's own; `ways`: which ways are
    awaited that this host has lost (lost_ways.py).
    """

    def __init__(
        self,
        endpoints: Iterable[Endpoint],
        kernel: Kernel,
        options: TraceOptions | None = None,
        *,
        capacity: int,
        attached: Callable[[Place], bool] = lambda place: False,
        ways: Ways[HopTrial] | None = None,
    ) -> None:
        options = options or TraceOptions()
        self._kernel = kernel
        self._ways = Ways() if ways is None else ways
        self._flight: Flight[HopTrial] = Flight(
            kernel, options.poller, capacity=capacity, prepare=self._limit, recycle=False, noes_stand=True,
            ways=self._ways, spare=options.slowest is not None,
        )  # fmt: skip
        self._departures = Departures(self._flight, kernel.clock, self._ways, options)
        self._budget = Budget()
        checks = max(1, int(min(_CHECKING_S, options.limit_s - _REST_S) / options.waits[0]))
        self._company = Company(endpoints, checks, capacity, self._budget)
        self._active: list[TracedTarget] = []
        self._most_hops = options.most_hops
        self._limit_s = options.limit_s
        self._attached = attached
        self._stopping = False
        self.complete = False  #: whether every target was traced to its end

    def stop(self) -> None:
        """End after the present turn, with what is known. Safe from a signal handler."""
        self._stopping = True

    @property
    def warnings(self) -> list[str]:
        """Plain one-line warnings so far."""
        told = self._flight.warning
        return [*self._ways.warnings, *([told] if told else [])]

    def turns(self) -> Iterator[list[Traced]]:
        """The traces that ended, a list for each turn, maybe empty; the unfinished ones last, if it was stopped.

        Closing it early closes every socket.
        """
        flight, clock = self._flight, self._kernel.clock
        end_at = clock() + self._limit_s
        try:
            while (self._active or self._company.waiting) and not self._stopping and clock() < end_at:
                self._plan(clock())
                self._departures.launch(clock())
                self._listen(flight.wait(self._wait(clock())))
                yield self._finished()
            self.complete = not (self._active or self._company.waiting)
            yield [(target.endpoint, target.trace()) for target in [*self._company.silent(), *self._active]]
        finally:
            flight.close()

    def _plan(self, now: float) -> None:
        """Lines up the probes that are due."""
        self._company.begin(self._active, self._begun)
        self._company.tell(self._active, now)
        for target in self._active:
            for hop in target.route.due(now):
                self._departures.line_up(target.trial(hop))

    def _begun(self, endpoint: Endpoint, role: Role) -> TracedTarget:
        attached = self._attached(endpoint.place)
        return TracedTarget(endpoint, role, self._most_hops, attached=attached, budget=self._budget)

    def _limit(self, probe: Probe, trial: HopTrial) -> None:
        """A probe is about to leave."""
        if trial.hop != FULL:
            trial.target.route.asked(trial.hop, self._kernel.clock())
            self._kernel.limit_hops(probe.sock, trial.endpoint.place.family, trial.hop)

    def _wait(self, now: float) -> float:
        """How long there is nothing to do but to listen."""
        if self._flight.has_news:
            return 0.0
        until = min((target.route.delay(now) for target in self._active), default=0.0)
        return max(0.0, min(until, self._departures.delay(now), self._flight.next_deadline - now, LONGEST_WAIT_S))

    def _listen(self, found: Found[HopTrial]) -> None:
        """Hands every answer, and every silence, to its route."""
        departures, now = self._departures, self._kernel.clock()
        for trial in (*found.refused, *found.judged):
            verdict, target = trial.verdict, trial.target
            if target.ended or verdict is None:
                continue
            if trial.asks_again(verdict):
                departures.line_up(trial)
            else:
                target.route.heard(trial.hop, verdict, trial.known_rtt(verdict), now)
        for trial in found.silent:
            if not trial.target.ended and trial.target.route.silent(trial.hop, trial.attempts):
                departures.line_up(trial)
        for trial in found.unsent:  # how often, the flight knows (flight/settling.py)
            departures.line_up(trial)

    def _finished(self) -> list[Traced]:
        """The traces that ended by now; their sockets, and those that can tell nothing any more, are closed. Silent
        ones are kept to the end: others may know more of their ways."""
        ended = []
        for target in self._active:
            if target.end_if_done():
                ended.append(target)
            for trial in target.trials:
                if trial.probes and not trial.is_wanted:
                    self._flight.close_for(trial)
        if ended:
            self._active = [target for target in self._active if not target.ended]
        whole = self._company.end(ended)
        for target in whole:
            self._company.complete(target)
        return [(target.endpoint, target.trace()) for target in whole]
