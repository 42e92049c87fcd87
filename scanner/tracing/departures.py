"""The probes that are to leave, and what holds them back: rates, lost ways, and this machine's own limits.

Each of these is the engine's own, as in a scan: `--rate` and `--host-rate` count SYNs, the kernel's repeats included
(engine/brakes/); whoever lost its way waits for it (engine/flight/lost_ways.py); and a local limit is never an answer
unless it stays so with nothing of ours in flight (engine/room/shortage.py). What is no longer worth asking by the time
it may leave is dropped. Whom to ask is not decided here.
"""

import errno
from collections import deque
from collections.abc import Callable

from scanner.engine.brakes.host_rate import HostRate
from scanner.engine.brakes.total_rate import TotalRate
from scanner.engine.flight.flight import Flight
from scanner.engine.flight.lost_ways import Ways
from scanner.engine.flight.syn_repeats import listened
from scanner.engine.flight.verdict import local_error
from scanner.engine.room.shortage import Relief, Shortages
from scanner.tracing.trace_options import TraceOptions
from scanner.tracing.traced_target import HopTrial


class Departures:
    """The line of probes before the multiplexer."""

    def __init__(
        self, flight: Flight[HopTrial], clock: Callable[[], float], ways: Ways[HopTrial], options: TraceOptions
    ) -> None:
        self._flight = flight
        self._clock = clock
        self._ways = ways
        slowest = options.slowest
        self._waits = tuple(listened(wait, slowest) for wait in options.waits) if slowest else options.waits
        self._rate = TotalRate(options.rate, clock()) if options.rate else None
        rate = options.host_rate
        self._host_rate: HostRate[HopTrial] | None = HostRate(rate) if rate else None
        self._line: deque[HopTrial] = deque()
        self._shortages: Shortages[HopTrial] = Shortages()
        self._not_before = clock() + options.pause_s

    def line_up(self, probe: HopTrial) -> None:
        """Its next attempt is due."""
        probe.prepare(self._waits)
        self._line.append(probe)

    def launch(self, now: float) -> None:
        """Sends what is in line, as far as the rates and this machine allow."""
        self._line.extendleft(reversed(self._shortages.due(now)))
        self._line += self._ways.due(now)
        batch = self._granted(now) if now >= self._not_before else []
        if not batch:
            return
        if self._rate is not None:
            self._rate.take(batch, now)
        sent = self._send(batch, now)
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
        return min(max(until, self._not_before - now), self._shortages.delay(now), self._ways.delay(now))

    def _granted(self, now: float) -> list[HopTrial]:
        """Those that may leave now. The host's rate is asked last, so that nothing gathers behind it."""
        room = self._rate.room(now) if self._rate is not None else 1 << 20
        batch: list[HopTrial] = []
        if self._host_rate is not None:
            released = self._host_rate.release(now, room)
            batch += [probe for probe in released if probe.is_wanted]
        while self._line and len(batch) < room:
            probe = self._line.popleft()
            if probe.is_wanted and (self._host_rate is None or not self._host_rate.hold(probe, now)):
                batch.append(probe)
        return batch

    def _send(self, batch: list[HopTrial], now: float) -> int:
        """Connects each, and makes do where one lacks its way or this machine has no room; returns how many left."""
        flight = self._flight
        left_over = flight.launch(batch)
        sent = len(batch) - len(left_over)
        if left_over:
            in_flight = {family: flight.in_flight_of(family) for family in {t.endpoint.place.family for t in left_over}}
            while left_over:
                self._have_left(batch[: len(batch) - len(left_over)], now)
                batch = self._make_do(left_over, in_flight[left_over[0].endpoint.place.family], now)
                left_over = flight.launch(batch)
                sent += len(batch) - len(left_over)
        self._have_left(batch, now)
        return sent

    def _have_left(self, trials: list[HopTrial], now: float) -> None:
        if self._shortages.recent:
            self._shortages.left(trials)
        if self._ways.any_missing:
            self._line += self._ways.left(trials, now)

    def _make_do(self, left_over: list[HopTrial], of_family: int, now: float) -> list[HopTrial]:
        """The first of these found no room or no way: deals with it and its like. Returns those to try at once."""
        flight, shortages, first = self._flight, self._shortages, left_over[0]
        if (missing := flight.missing(first)) is not None:
            self._ways.set_aside([first], missing, now)
            return left_over[1:]
        code, family = flight.shortage, first.endpoint.place.family
        relief = shortages.met(code, family, now, in_flight=flight.in_flight, of_family=of_family)
        if relief is Relief.GIVE_UP:
            flight.give_up(first, local_error(code))
            return left_over[1:]
        if relief is Relief.ALL_ASIDE:
            aside = [each for each in left_over if each.endpoint.place.family == family]
        elif code == errno.EADDRNOTAVAIL:  # even if it is about more than one: others must not wait behind it
            aside = [each for each in left_over if each.endpoint is first.endpoint]
        else:  # a trace has no window to shrink: they are tried again as what is in flight ends
            aside = left_over
        shortages.set_aside(aside, now)
        waiting = set(aside)
        return [each for each in left_over if each not in waiting]
