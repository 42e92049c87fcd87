"""A batch leaves, as far as there is room and a way; what may not leave waits, and is tried again.

A local limit is never a verdict on a target (`room/shortage.py`), and a way that is lost is awaited
(`flight/lost_ways.py`): both keep trials aside until their time has come.
"""

from typing import Generic

from scanner.engine.flight.flight import Flight
from scanner.engine.flight.found import TrialT
from scanner.engine.flight.lost_ways import Ways
from scanner.engine.flight.verdict import local_error
from scanner.engine.room.room import Room
from scanner.engine.room.shortage import Relief, Shortages


class Launcher(Generic[TrialT]):
    """`attempts`: how many left in all."""

    def __init__(self, flight: Flight[TrialT], room: Room, ways: Ways[TrialT]) -> None:
        self._flight = flight
        self._room = room
        self._ways = ways
        self._shortages: Shortages[TrialT] = Shortages()
        self.attempts = 0

    def __bool__(self) -> bool:
        """Whether anybody is kept aside."""
        return bool(self._shortages or self._ways)

    def due(self, now: float) -> list[TrialT]:
        """Those that were kept aside and are to be tried again."""
        return [*self._shortages.due(now), *self._ways.due(now)] if self else []

    def free(self, now: float) -> int:
        """How many more may be launched: none while too many are kept aside."""
        if self._shortages.too_many or self._ways.too_many:
            return 0
        return self.room(now)

    def room(self, now: float) -> int:
        """How many more this machine has room for."""
        return self._room.free(self._flight.in_flight, self.attempts, now)

    def delay(self, now: float) -> float:
        """Seconds until `due` has something; infinity if nobody is kept aside."""
        return min(self._shortages.delay(now), self._ways.delay(now))

    def launch(self, batch: list[TrialT], now: float) -> tuple[int, list[TrialT]]:
        """Launches a batch. Returns how many of it left, and those that are to be put back in line: what found no room,
        and who waited for a way by which others leave again."""
        flight, shortages, ways = self._flight, self._shortages, self._ways
        back: list[TrialT] = []
        left_over = flight.launch(batch)
        sent = len(batch) - len(left_over)
        if left_over:
            in_flight = {family: flight.in_flight_of(family) for family in {t.endpoint.place.family for t in left_over}}
            while left_over:
                away = batch[: len(batch) - len(left_over)]
                shortages.left(away)
                if away and ways.any_missing:
                    back += ways.left(away, now)
                batch = self._make_do(left_over, in_flight[left_over[0].endpoint.place.family], now, back)
                left_over = flight.launch(batch)
                sent += len(batch) - len(left_over)
        self.attempts += sent
        if shortages.recent:
            shortages.left(batch)  # else a shortage of long ago would seem to have lasted
        if ways.any_missing:
            back += ways.left(batch, now)
        return sent, back

    def _make_do(self, left_over: list[TrialT], of_family: int, now: float, back: list[TrialT]) -> list[TrialT]:
        """The first of these found no room or no way: deals with it and its like. Returns those to try at once."""
        flight, shortages, trial = self._flight, self._shortages, left_over[0]
        if (missing := flight.missing(trial)) is not None:
            alike = self._ways.alike(left_over, trial, missing)
            self._ways.set_aside(alike, missing, now)
            for warning in self._ways.warnings:
                self._room.say(warning)
            aside = set(alike)
            return [each for each in left_over if each not in aside]
        code, family, rest = flight.shortage, trial.endpoint.place.family, left_over[1:]
        relief = shortages.met(code, family, now, in_flight=flight.in_flight, of_family=of_family)
        if relief is Relief.GIVE_UP:
            flight.give_up(trial, local_error(code))
        elif relief is Relief.ONE_ASIDE:
            shortages.set_aside([trial], now)
        elif relief is Relief.ALL_ASIDE:
            shortages.set_aside([each for each in left_over if each.endpoint.place.family == family], now)
            rest = [each for each in rest if each.endpoint.place.family != family]
        else:
            self._room.short_of(code, flight.in_flight, now)
            back += left_over
            rest = []
        return rest
