"""The probes that are to leave, and what holds them back: rates, lost ways, and this machine's own limits.

Rates are the engine's own, as in a scan: `--rate` and `--host-rate` count SYNs, the kernel's repeats included
(engine/brakes/), and whoever lost its way waits for it (engine/room/lost_ways.py). What is no longer worth asking by
the time it may leave is dropped. Whom to ask is not decided here.
"""

from collections import deque
from collections.abc import Callable

from scanner.engine.brakes.host_rate import HostRate
from scanner.engine.brakes.repeated_syns import listened
from scanner.engine.brakes.total_rate import Rate
from scanner.engine.flight.multiplexer import Multiplexer
from scanner.engine.flight.verdict import local_error
from scanner.engine.room.lost_ways import Ways
from scanner.engine.trial import Trial
from scanner.tracing.trace_options import TraceOptions
from scanner.tracing.traced_target import HopProbe, as_hop_probes

_TRIES_ALONE = 4
_NO_ROOM_S = 0.05


class Departures:
    """The line of probes before the multiplexer."""

    def __init__(self, mux: Multiplexer, clock: Callable[[], float], ways: Ways, options: TraceOptions) -> None:
        self._mux = mux
        self._clock = clock
        self._ways = ways
        slowest = options.slowest
        self._waits = tuple(listened(wait, slowest) for wait in options.waits) if slowest else options.waits
        self._rate = Rate(options.rate, clock()) if options.rate else None
        self._host_rate = HostRate(options.host_rate) if options.host_rate else None
        self._line: deque[HopProbe] = deque()
        self._not_before = clock() + options.pause_s

    def line_up(self, probe: HopProbe) -> None:
        """Its next attempt is due."""
        probe.prepare(self._waits)
        self._line.append(probe)

    def launch(self, now: float) -> None:
        """Sends what is in line, as far as the rates and this machine allow."""
        self._line += as_hop_probes(self._ways.due(now))
        batch = self._granted(now) if now >= self._not_before else []
        if not batch:
            return
        if self._rate is not None:
            self._rate.take(batch, now)
        left_over = self._send(batch, now)
        now = self._clock()
        if self._rate is not None:
            self._rate.launched(len(batch) - len(left_over), now)
        if self._host_rate is not None:
            self._host_rate.launched(now)
        if left_over:
            self._line.extendleft(reversed(as_hop_probes(left_over)))
            self._no_room(now)

    def wait(self, now: float) -> float:
        """Seconds until `launch` may send something; infinity if nothing waits for more than an answer."""
        until = 0.0 if self._line else float("inf")
        if self._host_rate is not None:
            until = min(until, self._host_rate.wait(now))
        if self._rate is not None and self._rate.room(now) < 1:
            until = max(until, self._rate.wait(now))
        return min(max(until, self._not_before - now), self._ways.wait(now))

    def _granted(self, now: float) -> list[Trial]:
        """Those that may leave now. The host's rate is asked last, so that nothing gathers behind it."""
        room = self._rate.room(now) if self._rate is not None else 1 << 20
        batch: list[Trial] = []
        if self._host_rate is not None:
            released = as_hop_probes(self._host_rate.release(now, room))
            batch += [probe for probe in released if probe.is_wanted]
        while self._line and len(batch) < room:
            probe = self._line.popleft()
            if probe.is_wanted and (self._host_rate is None or not self._host_rate.hold(probe, now)):
                batch.append(probe)
        return batch

    def _send(self, batch: list[Trial], now: float) -> list[Trial]:
        """Sends what has a way, sets aside what has lost it, and returns what this machine has no room for."""
        while True:
            left_over = self._mux.launch(batch)
            if self._ways.any_missing:
                self._line += as_hop_probes(self._ways.left(batch[: len(batch) - len(left_over)], now))
            if not left_over or (missing := self._mux.missing) is None:
                return left_over
            self._ways.set_aside(left_over[:1], missing, now)
            batch = left_over[1:]

    def _no_room(self, now: float) -> None:
        """This machine is short of something. Never an answer, unless it stays so with nothing of ours in flight."""
        self._not_before = now + _NO_ROOM_S
        probe = self._line[0]
        if self._mux.in_flight_of(probe.endpoint.place.family):
            return
        if probe.failed_to_leave() >= _TRIES_ALONE:
            self._line.popleft()
            probe.target.route.heard(probe.hop, local_error(self._mux.shortage), None, now)
