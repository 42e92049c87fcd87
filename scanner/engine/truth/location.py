"""Where a place is, as the engine knows it: its path, its network, the pool it shares.

It is kept with the place itself (`model.Note`), so that no table of all hosts is needed. `paths.py` makes it.
"""

from typing import cast

from scanner.engine.truth.path import Path
from scanner.engine.truth.pool import Pool
from scanner.engine.truth.vouchers import Network
from scanner.model import Place, Whereabouts


class Location(Whereabouts):
    """`network`: who vouches for it; its host alone, once it `speaks_for_itself`. `pool` is None for a path of its
    own."""

    __slots__ = ("network", "path", "pool")

    def __init__(self, path: Path, network: Network, pool: Pool | None = None) -> None:
        self.path = path
        self.network = network
        self.pool = pool

    def moved(self, place: Place) -> None:
        """Parts of its pool have become paths of their own since: this place may be on one of them."""
        if self.pool is not None and self.path is self.pool.path:
            self.path = self.pool.of(place)

    def voice(self, place: Place) -> Network:
        """Who vouches for a silent target there: its host alone, if that answered before."""
        refused = place.note.refused
        if self.network.shared and refused is not None and self.path.asks_one_more_host():
            self.network = self.network.host(refused)
        return self.network


def was_heard(place: Place) -> bool:
    """Whether somebody of its network answered."""
    location = location_of(place)
    return location is not None and location.network.first is not None


def location_of(place: Place) -> Location | None:
    """Where it is, if that was asked before. Nobody but the engine writes it, so it is never another kind of record."""
    return cast("Location | None", place.note.whereabouts)
