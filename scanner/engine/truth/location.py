"""Where a place is, as the engine knows it: its path, its network, the pool it shares.

It is the engine's note of the place, and kept there (`model.Place.note`), so that no table of all hosts is needed.
`paths.py` makes it, when a place is probed first.
"""

from scanner.engine.truth.network_evidence import Network
from scanner.engine.truth.path import Path
from scanner.engine.truth.pool import Pool
from scanner.model import Note, Place


class Location(Note):
    """`network`: who vouches for it; its host alone, once that is `speaking_for_itself`. `pool` is None for a path of
    its own."""

    __slots__ = ("network", "path", "pool")

    def __init__(self, path: Path, network: Network, pool: Pool | None = None) -> None:
        self.source = ""  # as Note has it: without a call for each host
        self.verdicts = self.opened = self.mute = 0
        self.refused = None
        self.path = path
        self.network = network
        self.pool = pool

    def moved(self, place: Place) -> None:
        """Parts of its pool have become paths of their own since: this place may be on one of them."""
        if self.pool is not None and self.path is self.pool.path:
            self.path = self.pool.of(place)

    def speaking_for_itself(self) -> Network:
        """Who vouches for a silent target there: from now on its host alone, if that answered before (and few do)."""
        if self.network.shared and self.refused is not None and self.path.asks_one_more_host():
            self.network = self.network.host(self.refused)
        return self.network


def was_heard(place: Place) -> bool:
    """Whether somebody of its network answered."""
    location = location_of(place)
    return location is not None and location.network.first_heard is not None


def location_of(place: Place) -> Location | None:
    """Where it is, if the engine probed it before. (Not for each target: `Paths.of` is.)"""
    return place.note if isinstance(place.note, Location) else None
