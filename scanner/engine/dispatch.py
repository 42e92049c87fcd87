"""A batch leaves, as far as there is room and a way; what may not leave waits, and is tried again.

Scans and traces alike, so that neither waits for what would not hold up the other. A local limit is never a verdict on
a target (`room/shortage.py`), and a way that is lost is awaited (`flight/lost_ways.py`): both say who waits together
with the trial that met it, and keep them aside until their time has come. All others of the batch go on.

One thing differs: who slows down where something of ours in flight holds what is missing. A scan's window shrinks, and
holds back what goes back in line. A trace has no window; what would meet the same is set aside for a moment.
"""

from typing import Generic

from scanner.engine.flight.flight import Flight
from scanner.engine.flight.found import TrialT
from scanner.engine.flight.lost_ways import Ways
from scanner.engine.flight.verdict import local_error
from scanner.engine.room.room import Room
from scanner.engine.room.shortage import Relief, Shortages


class Dispatch(Generic[TrialT]):
    """`room`: whose window shrinks, and who is told what to warn of; None: there is no window, and the ways' warnings
    are read by somebody else. `attempts`: how many left in all."""

    def __init__(self, flight: Flight[TrialT], ways: Ways[TrialT], room: Room | None = None) -> None:
        self._flight = flight
        self._ways = ways
        self._room = room
        self._shortages: Shortages[TrialT] = Shortages()
        self.attempts = 0

    @property
    def any_aside(self) -> bool:
        """Whether anybody is kept aside."""
        return bool(self._shortages or self._ways)

    @property
    def too_many(self) -> bool:
        """Whether so many are kept aside that nothing new should be taken on."""
        return self._shortages.too_many or self._ways.too_many

    def due(self, now: float) -> list[TrialT]:
        """Those that were kept aside and are to be tried again."""
        return [*self._shortages.due(now), *self._ways.due(now)] if self.any_aside else []

    def delay(self, now: float) -> float:
        """Seconds until `due` has something; infinity if nobody is kept aside."""
        return min(self._shortages.delay(now), self._ways.delay(now))

    def launch(self, batch: list[TrialT], now: float) -> tuple[int, list[TrialT]]:
        """Launches a batch. Returns how many of it left, and those that are to be put back in line: what found no room,
        and who waited for a way by which others leave again."""
        flight, shortages, ways = self._flight, self._shortages, self._ways
        back: list[TrialT] = []
        rest = flight.launch(batch)
        sent = len(batch) - len(rest)
        if rest:
            in_flight = {family: flight.in_flight_of(family) for family in {t.endpoint.place.family for t in rest}}
            while rest:
                away = batch[: len(batch) - len(rest)]
                shortages.departed(away)
                if away and ways.any_missing:
                    back += ways.departed(away, now)
                batch = self._make_do(rest, in_flight[rest[0].endpoint.place.family], now, back)
                rest = flight.launch(batch)
                sent += len(batch) - len(rest)
        self.attempts += sent
        if shortages.recent:
            shortages.departed(batch)  # else a shortage of long ago would seem to have lasted
        if ways.any_missing:
            back += ways.departed(batch, now)
        return sent, back

    def _make_do(self, rest: list[TrialT], of_family: int, now: float, back: list[TrialT]) -> list[TrialT]:
        """The first of these found no room or no way: deals with it and its like. Returns those to try at once."""
        first = rest[0]
        if (missing := self._flight.missing(first)) is None:
            return self._without_room(rest, of_family, now, back)
        alike = self._ways.alike(rest, first, missing)
        self._ways.set_aside(alike, missing, now)
        if self._room is not None:
            for warning in self._ways.warnings:
                self._room.say(warning)
        return _others(rest, alike)

    def _without_room(self, rest: list[TrialT], of_family: int, now: float, back: list[TrialT]) -> list[TrialT]:
        """The same where this machine is short of something."""
        flight, shortages, room = self._flight, self._shortages, self._room
        first, code = rest[0], flight.shortage
        relief = shortages.met(code, first, now, in_flight=flight.in_flight, of_family=of_family)
        if relief is Relief.GIVE_UP:
            flight.give_up(first, local_error(code))
            return rest[1:]
        waiting = shortages.waiting(rest, code, relief, window=room is not None)
        if waiting:
            shortages.set_aside(waiting, now)
        others = _others(rest, waiting)
        if relief is not Relief.SHRINK:
            return others
        if room is not None:
            room.short_of(code, flight.in_flight, now)
        back += others
        return []


def _others(trials: list[TrialT], those: list[TrialT]) -> list[TrialT]:
    """All but those."""
    apart = set(those)
    return [trial for trial in trials if trial not in apart]
