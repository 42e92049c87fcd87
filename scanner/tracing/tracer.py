"""Traceroute by TCP connect, without root: every hop of every target at once, in one multiplexer.

One round, as often as needed: who may begin, and who is told what by whom (`company.py`); which hops are due
(`route.py`); what of them may leave (`departures.py`); and what came back.

A probe is an ordinary trial whose socket gets its hop limit just before connect(). Sockets are never recycled: a stale
limit would make a lie of the next probe.

The three attempts at a hop leave 0.9 s apart, out of step with the kernel's own repeated SYN after 1 s: so each is one
SYN, and its round trip is known. All of them listen until the trace ends; where a rate is promised, only until their
SYN would be repeated (`repeated_syns.py`). The last one waits longer, past the 3.07 s after which a dead neighbour
shows itself.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import cast

from scanner.engine.flight.multiplexer import Multiplexer
from scanner.engine.room.lost_ways import Ways
from scanner.engine.trial import Slot, Trial
from scanner.engine.truth.paths import Path
from scanner.machine.kernel import Kernel
from scanner.model import Endpoint, Place, Trace
from scanner.tracing.company import Company
from scanner.tracing.departures import Departures
from scanner.tracing.hop_answers import FULL
from scanner.tracing.router_budget import Budget
from scanner.tracing.trace_options import TraceOptions
from scanner.tracing.traced_target import HopProbe, Role, TracedTarget, as_hop_probes

_CHECKING_S, _REST_S = 30.0, 4.0  # so long scouts ask for known hops, unless it ends soon; routers answer one a second
_MOST_AGAIN = 8
_LONGEST_WAIT = 0.1

Traced = tuple[Endpoint, Trace]


class Tracer:
    """Traces every endpoint. `rounds` is the work.

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
        ways: Ways | None = None,
    ) -> None:
        options = options or TraceOptions()
        self._kernel = kernel
        self._ways = Ways() if ways is None else ways
        self._mux = Multiplexer(
            kernel, options.poller, capacity=capacity, prepare=self._limit, recycle=False, noes_stand=True,
            ways=self._ways, spare=options.slowest is not None,
        )  # fmt: skip
        self._departures = Departures(self._mux, kernel.clock, self._ways, options)
        self._budget = Budget()
        checks = max(1, int(min(_CHECKING_S, options.limit_s - _REST_S) / options.waits[0]))
        self._company = Company(endpoints, checks, capacity, self._budget)
        self._active: list[TracedTarget] = []
        self._path = Path(1)
        self._most_hops = options.most_hops
        self._limit_s = options.limit_s
        self._attached = attached
        self._stopping = False
        self.complete = False  #: whether every target was traced to its end

    def stop(self) -> None:
        """End after the present round, with what is known. Safe from a signal handler."""
        self._stopping = True

    @property
    def warnings(self) -> list[str]:
        """Plain one-line warnings so far."""
        interposed = self._mux.interposed
        told = [interposed.warning] if interposed is not None and interposed.warning else []
        return [*self._ways.warnings, *told]

    def rounds(self) -> Iterator[list[Traced]]:
        """The traces that ended, a list for each round, maybe empty; the unfinished ones last, if it was stopped.

        Closing it early closes every socket.
        """
        mux, clock = self._mux, self._kernel.clock
        end_at = clock() + self._limit_s
        try:
            while (self._active or self._company.waiting) and not self._stopping and clock() < end_at:
                self._plan(clock())
                self._departures.launch(clock())
                mux.wait(self._wait(clock()))
                self._listen()
                yield self._finished()
            self.complete = not (self._active or self._company.waiting)
            yield [(target.endpoint, target.trace()) for target in [*self._company.silent(), *self._active]]
        finally:
            mux.close()

    def _plan(self, now: float) -> None:
        """Lines up the probes that are due."""
        self._company.begin(self._active, self._begun)
        self._company.tell(self._active, now)
        for target in self._active:
            for hop in target.route.due(now):
                self._departures.line_up(target.probe(hop, self._path))

    def _begun(self, endpoint: Endpoint, role: Role) -> TracedTarget:
        attached = self._attached(endpoint.place)
        return TracedTarget(endpoint, role, self._most_hops, attached=attached, budget=self._budget)

    def _limit(self, slot: Slot, trial: Trial) -> None:
        """A probe is about to leave."""
        probe = cast("HopProbe", trial)
        if probe.hop != FULL:
            probe.target.route.asked(probe.hop, self._kernel.clock())
            self._kernel.limit_hops(slot.sock, trial.endpoint.place.family, probe.hop)

    def _wait(self, now: float) -> float:
        """How long there is nothing to do but to listen."""
        mux = self._mux
        if mux.judged or mux.silent or mux.again:
            return 0.0
        until = min((target.route.wait(now) for target in self._active), default=0.0)
        return max(0.0, min(until, self._departures.wait(now), mux.next_deadline - now, _LONGEST_WAIT))

    def _listen(self) -> None:
        """Hands every answer, and every silence, to its route."""
        mux, departures, now = self._mux, self._departures, self._kernel.clock()
        for probe in _taken(mux.judged):
            verdict, target = probe.verdict, probe.target
            if target.ended or verdict is None:
                continue
            if probe.asks_again(verdict):
                departures.line_up(probe)
            else:
                target.route.heard(probe.hop, verdict, probe.known_rtt(verdict), now)
        for probe in _taken(mux.silent):
            if not probe.target.ended and probe.target.route.silent(probe.hop, probe.attempts):
                departures.line_up(probe)
        for probe in _taken(mux.again):
            if probe.failed_to_leave() < _MOST_AGAIN:
                departures.line_up(probe)
            elif not probe.target.ended:
                probe.target.route.silent(probe.hop, 1 << 20)

    def _finished(self) -> list[Traced]:
        """The traces that ended by now; their sockets, and those that can tell nothing any more, are closed. Silent
        ones are kept to the end: others may know more of their ways."""
        ended = []
        for target in self._active:
            if target.end_if_done():
                ended.append(target)
            for probe in target.probes:
                if probe.slots and not probe.is_wanted:
                    self._mux.release(probe)
        if ended:
            self._active = [target for target in self._active if not target.ended]
        whole = self._company.end(ended)
        for target in whole:
            self._company.complete(target)
        return [(target.endpoint, target.trace()) for target in whole]


def _taken(found: list[Trial]) -> list[HopProbe]:
    """What the multiplexer has found since the last round, which it forgets."""
    taken = as_hop_probes(found[:])
    found.clear()
    return taken
