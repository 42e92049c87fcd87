"""Traceroute by TCP connect, without root: every hop of every target at once, in one multiplexer.

What to ask next, and what the answers mean, is decided in `route.py`; here probes are launched and their answers handed
over. A probe is an ordinary trial whose socket gets its hop limit just before connect(). Sockets are never
recycled: a stale limit would make a lie of the next probe. Of many targets of one network a few are asked hop by hop,
the others only around the last hop that is known (`fellows.py`).

The three attempts at a hop leave 0.9 s apart, out of step with the kernel's own repeated SYN after 1 s: so each is one
SYN, and its round trip is known. All of them listen until the trace ends; where a rate is promised, only until their
SYN would be repeated (`syn_repeats.py`). The last one waits longer, past the 3.07 s after which a dead neighbour
shows itself.
"""

from collections import deque
from collections.abc import Callable, Iterable, Iterator

from scanner.engine.brakes.host_rate import HostRate
from scanner.engine.brakes.total_rate import TotalRate
from scanner.engine.flight.flight import Flight
from scanner.engine.flight.found import Found
from scanner.engine.flight.probe import BareTrial, Probe
from scanner.engine.flight.syn_repeats import listened
from scanner.engine.flight.verdict import Verdict, local_error
from scanner.engine.room.lost_ways import Ways
from scanner.machine.kernel import Kernel
from scanner.model import Endpoint, Place, State, Trace
from scanner.tracing.company import Company, Role, Way
from scanner.tracing.fellows import Budget
from scanner.tracing.hop_answers import FULL
from scanner.tracing.route import MOST_HOPS

_PATIENCE_S = (0.9, 0.9, 1.7)
_CHECKING_S, _REST_S = 30.0, 4.0  # so long scouts ask for known hops, unless it ends soon; routers answer one a second
_TRIES_ALONE = 4
_MOST_AGAIN, _MOST_UNEXPLAINED = 8, 2
_LONGEST_WAIT = 0.1
_NO_ROOM_S = 0.05
_SYN_AGAIN_MS = 1000.0  # when the kernel repeats an unanswered SYN (RFC 6298)

Traced = tuple[Endpoint, Trace]


class HopTrial(BareTrial):
    """The attempts at one hop of one target."""

    def __init__(self, way: Way, hop: int) -> None:
        super().__init__(way.endpoint)
        self.way = way
        self.hop = hop
        self.troubles = 0  # how often this machine could not send it


class Tracer:
    """Traces every endpoint. `rounds` is the work.

    `timeout`: seconds for each attempt, None for the built-in ones; `most_hops` 1 to 255; `rate` and `host_rate`:
    SYNs per second; `limit_s`: end after so many seconds, whatever is still unknown; `pause_s`: and nothing leaves
    before so many have passed; `attached`: whether a place is on a network of this host's own; `ways`: which ways are
    awaited that this host has lost (lost_ways.py).
    """

    def __init__(
        self,
        endpoints: Iterable[Endpoint],
        kernel: Kernel,
        *,
        capacity: int,
        timeout: float | None = None,
        most_hops: int = MOST_HOPS,
        rate: float | None = None,
        host_rate: float | None = None,
        limit_s: float = float("inf"),
        pause_s: float = 0.0,
        attached: Callable[[Place], bool] = lambda place: False,
        poller: str | None = None,
        ways: Ways[HopTrial] | None = None,
    ) -> None:
        self._kernel = kernel
        spare = rate is not None or host_rate is not None
        self._ways = Ways() if ways is None else ways
        self._mux: Flight[HopTrial] = Flight(
            kernel, poller, capacity=capacity, prepare=self._limit, recycle=False, noes_stand=True, ways=self._ways,
            spare=spare,
        )  # fmt: skip
        self._patience = (timeout,) if timeout else _PATIENCE_S
        self._most_hops = most_hops
        checks = max(1, int(min(_CHECKING_S, limit_s - _REST_S) / self._patience[0]))
        self._budget = Budget()
        self._company = Company(endpoints, checks, capacity, self._budget)
        self._active: list[Way] = []
        self._queue: deque[HopTrial] = deque()
        self._rate = TotalRate(rate, kernel.clock()) if rate else None
        self._host_rate: HostRate[HopTrial] | None = HostRate(host_rate) if host_rate else None
        self._slowest = min(rate or float("inf"), host_rate or float("inf")) if spare else 0.0
        self._limit_s = limit_s
        self._attached = attached
        self._no_room_until = kernel.clock() + pause_s
        self._stopping = False
        self.complete = False  #: whether every target was traced to its end

    def stop(self) -> None:
        """End after the present round, with what is known. Safe from a signal handler."""
        self._stopping = True

    @property
    def warnings(self) -> list[str]:
        """Plain one-line warnings so far."""
        told = [self._mux.warning] if self._mux.warning else []
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
                self._launch(clock())
                self._listen(mux.wait(self._wait(clock())))
                yield self._finished()
            self.complete = not (self._active or self._company.waiting)
            yield [(way.endpoint, way.trace()) for way in [*self._company.silent(), *self._active]]
        finally:
            mux.close()

    def _plan(self, now: float) -> None:
        """Puts the probes that are due into the queue."""
        self._company.begin(self._active, self._way)
        self._company.tell(self._active, now)
        for way in self._active:
            for hop in way.route.due(now):
                probe = HopTrial(way, hop)
                way.probes.append(probe)
                self._enqueue(probe, now)
        self._queue += self._ways.due(now)

    def _way(self, endpoint: Endpoint, role: Role) -> Way:
        return Way(endpoint, role, self._most_hops, attached=self._attached(endpoint.place), budget=self._budget)

    def _enqueue(self, probe: HopTrial, now: float) -> None:
        probe.patience = self._patience[min(probe.attempts, len(self._patience) - 1)]
        if self._slowest:
            probe.patience = listened(probe.patience, self._slowest)
        self._queue.append(probe)

    def _launch(self, now: float) -> None:
        """Sends what is in the queue, as far as the rates and this machine allow."""
        if now < self._no_room_until:
            return
        batch = self._allowed(now)
        if not batch:
            return
        if self._rate is not None:
            self._rate.take(batch, now)
        left_over = self._send(batch, now)
        now = self._kernel.clock()
        if self._rate is not None:
            self._rate.launched(len(batch) - len(left_over), now)
        if self._host_rate is not None:
            self._host_rate.launched(now)
        if left_over:
            self._queue.extendleft(reversed(left_over))
            self._no_room(now)

    def _send(self, batch: list[HopTrial], now: float) -> list[HopTrial]:
        """Sends what has a way, sets aside what has lost it, and returns what this machine has no room for."""
        while True:
            left_over = self._mux.launch(batch)
            if self._ways.any_missing:
                self._queue += self._ways.left(batch[: len(batch) - len(left_over)], now)
            if not left_over or (missing := self._mux.missing(left_over[0])) is None:
                return left_over
            self._ways.set_aside(left_over[:1], missing, now)
            batch = left_over[1:]

    def _allowed(self, now: float) -> list[HopTrial]:
        """The host's rate is asked last, so that nothing gathers behind it."""
        room = self._rate.room(now) if self._rate is not None else 1 << 20
        batch: list[HopTrial] = []
        if self._host_rate is not None:
            batch += [each for each in self._host_rate.release(now, room) if _is_wanted(each)]
        while self._queue and len(batch) < room:
            probe = self._queue.popleft()
            if _is_wanted(probe) and (self._host_rate is None or not self._host_rate.hold(probe, now)):
                batch.append(probe)
        return batch

    def _no_room(self, now: float) -> None:
        """This machine is short of something. Never an answer, unless it stays so with nothing of ours in flight."""
        self._no_room_until = now + _NO_ROOM_S
        probe = self._queue[0]
        if self._mux.in_flight_of(probe.endpoint.place.family):
            return
        probe.troubles += 1
        if probe.troubles >= _TRIES_ALONE:
            self._queue.popleft()
            probe.way.route.heard(probe.hop, local_error(self._mux.shortage), None)

    def _limit(self, probe: Probe, trial: HopTrial) -> None:
        if trial.hop != FULL:
            trial.way.route.asked(trial.hop, self._kernel.clock())
            self._kernel.limit_hops(probe.sock, trial.endpoint.place.family, trial.hop)

    def _wait(self, now: float) -> float:
        """How long there is nothing to do but to listen."""
        mux = self._mux
        if mux.has_news:
            return 0.0
        until = min((way.route.wait(now) for way in self._active), default=0.0)
        until = min(until, max(self._wait_to_launch(now), self._no_room_until - now))
        return max(0.0, min(until, mux.next_deadline - now, self._ways.wait(now), _LONGEST_WAIT))

    def _wait_to_launch(self, now: float) -> float:
        """How long the rates hold back what is in line; infinity if nothing is."""
        until = 0.0 if self._queue else float("inf")
        if self._host_rate is not None:
            until = min(until, self._host_rate.wait(now))
        if self._rate is not None and self._rate.room(now) < 1:
            until = max(until, self._rate.wait(now))
        return until

    def _listen(self, found: Found[HopTrial]) -> None:
        """Hands every answer, and every silence, to its route."""
        now = self._kernel.clock()
        self._budget.now = now
        for probe in (*found.refused, *found.judged):
            if probe.way.ended or probe.verdict is None or self._asks_again(probe, probe.verdict, now):
                continue
            probe.way.route.heard(probe.hop, probe.verdict, _known_rtt(probe, probe.verdict))
        for probe in found.silent:
            if not probe.way.ended and probe.way.route.silent(probe.hop, probe.attempts):
                self._enqueue(probe, now)
        for probe in found.again:
            probe.troubles += 1
            if probe.troubles < _MOST_AGAIN:
                self._enqueue(probe, now)
            elif not probe.way.ended:
                probe.way.route.silent(probe.hop, 1 << 20)

    def _asks_again(self, probe: HopTrial, verdict: Verdict, now: float) -> bool:
        """Whether this is but the kernel's own word on an attempt in flight, which nobody on the way explains: its
        route went meanwhile. That attempt does not count; the next connect() says what is the matter with the route."""
        if verdict.state is not State.UNREACHABLE or verdict.icmp_from or probe.own_word:
            return False
        if probe.troubles >= _MOST_UNEXPLAINED:
            return False
        probe.troubles += 1
        probe.attempts -= 1
        probe.verdict = probe.rtt_ms = None
        self._enqueue(probe, now)
        return True

    def _finished(self) -> list[Traced]:
        """The traces that ended by now; their sockets, and those that can tell nothing any more, are closed. Silent
        ones are kept to the end: others may know more of their ways."""
        ended = []
        for way in self._active:
            way.ended = way.route.done
            for probe in way.probes:
                if probe.probes and (way.ended or not way.route.matters(probe.hop)):
                    self._mux.release(probe)
            if way.ended:
                ended.append(way)
        if ended:
            self._active = [way for way in self._active if not way.ended]
        whole = self._company.end(ended)
        for way in whole:
            self._company.complete(way)
        return [(way.endpoint, way.trace()) for way in whole]


def _is_wanted(probe: HopTrial) -> bool:
    """Whether its answer would still tell something."""
    return not probe.way.ended and probe.way.route.matters(probe.hop)


def _known_rtt(probe: HopTrial, verdict: Verdict) -> float | None:
    """The round trip, unless the kernel may have sent this SYN again by then (Karn and Partridge 1987): of open ports
    it says which one was answered."""
    slow = probe.rtt_ms is not None and probe.rtt_ms >= _SYN_AGAIN_MS
    return None if slow and verdict.state is not State.OPEN else probe.rtt_ms
