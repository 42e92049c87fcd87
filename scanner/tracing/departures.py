"""The probes that are to leave, and what holds them back: rates, lost ways, and this machine's own limits.

Each of these is the engine's own, as in a scan: `--rate` and `--host-rate` count SYNs, the kernel's repeats included
(engine/brakes/); whoever lost its way, or finds no room on this machine, waits (engine/dispatch.py). What is no longer
worth asking by the time it may leave is dropped. Whom to ask is not decided here.
"""

from collections import deque
from collections.abc import Callable

from scanner.engine.brakes.host_rate import HostRate
from scanner.engine.brakes.total_rate import TotalRate
from scanner.engine.dispatch import Dispatch
from scanner.engine.flight.flight import Flight
from scanner.engine.flight.lost_ways import Ways
from scanner.engine.flight.syn_repeats import listened
from scanner.tracing.trace_options import TraceOptions
from scanner.tracing.traced_target import HopTrial

#: So many leave in a turn, as in a scan: each that finds no local port has all behind it in the batch looked through.
_AT_ONCE = 256


class Departures:
    """The line of probes before the multiplexer."""

    def __init__(
        self, flight: Flight[HopTrial], clock: Callable[[], float], ways: Ways[HopTrial], options: TraceOptions
    ) -> None:
        self._clock = clock
        self._dispatch = Dispatch(flight, ways)
        slowest = options.slowest
        self._waits = tuple(listened(wait, slowest) for wait in options.waits) if slowest else options.waits
        self._rate = TotalRate(options.rate, clock()) if options.rate else None
        rate = options.host_rate
        self._host_rate: HostRate[HopTrial] | None = HostRate(rate) if rate else None
        self._line: deque[HopTrial] = deque()
        self._not_before = clock() + options.pause_s

    def line_up(self, probe: HopTrial) -> None:
        """Its next attempt is due."""
        probe.prepare(self._waits)
        self._line.append(probe)

    def launch(self, now: float) -> None:
        """Sends what is in line, as far as the rates and this machine allow."""
        self._line.extendleft(reversed(self._dispatch.due(now)))
        batch = self._granted(now) if now >= self._not_before else []
        if not batch:
            return
        if self._rate is not None:
            self._rate.take(batch, now)
        sent, back = self._dispatch.launch(batch, now)
        self._line.extendleft(reversed(back))
        now = self._clock()
        if self._rate is not None:
            self._rate.launched(sent, now)
        if self._host_rate is not None:
            self._host_rate.launched(now)

    def delay(self, now: float) -> float:
        """Seconds until `launch` may send something; infinity if nothing waits for more than an answer."""
        until = 0.0 if self._line else float("inf")
        if self._host_rate is not None:
            until = min(until, self._host_rate.delay(now))
        if self._rate is not None and self._rate.room(now) < 1:
            until = max(until, self._rate.delay(now))
        return min(max(until, self._not_before - now), self._dispatch.delay(now))

    def _granted(self, now: float) -> list[HopTrial]:
        """Those that may leave now. The host's rate is asked last, so that nothing gathers behind it."""
        room = min(_AT_ONCE, self._rate.room(now)) if self._rate is not None else _AT_ONCE
        batch: list[HopTrial] = []
        if self._host_rate is not None:
            released = self._host_rate.release(now, room)
            batch += [probe for probe in released if probe.is_wanted]
        while self._line and len(batch) < room:
            probe = self._line.popleft()
            if probe.is_wanted and (self._host_rate is None or not self._host_rate.hold(probe, now)):
                batch.append(probe)
        return batch
