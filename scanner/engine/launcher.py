"""How a scan's probes leave (`dispatch.py`): beside what this machine is short of, its window says how many may."""

from scanner.engine.dispatch import Dispatch
from scanner.engine.flight.flight import Flight
from scanner.engine.flight.found import TrialT
from scanner.engine.flight.lost_ways import Ways
from scanner.engine.room.room import Room


class Launcher(Dispatch[TrialT]):
    """The dispatch of a scan, and how many it may be given: none while it is `held`."""

    def __init__(self, flight: Flight[TrialT], room: Room, ways: Ways[TrialT]) -> None:
        super().__init__(flight, ways, room)
        self._window = room
        self.held = False

    def hold(self, holds: bool) -> None:
        """Give it nothing, until told otherwise."""
        self.held = holds

    def may_launch(self, now: float) -> int:
        """How many more may be launched: none while too many are kept aside."""
        return 0 if self.too_many or self.held else self.how_many_more(now)

    def how_many_more(self, now: float) -> int:
        """How many more this machine has room for."""
        return self._window.for_more(self._flight.in_flight, self.attempts, now)
