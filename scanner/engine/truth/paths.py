"""Every path of a scan: which one leads to an address.

All hosts of an address family begin in a pool, whose evidence they share (`pool.py`). One with 256 targets or more is a
path of its own as soon as it refuses something: from then on it can be asked itself, as often as that takes. Until then
nothing sets it apart from its neighbours: who vouches for its silence is its network, and over the same way.
"""

import socket
from collections.abc import Callable

from scanner.engine.truth.location import OWN_PATH, Location
from scanner.engine.truth.network_evidence import Network
from scanner.engine.truth.path import Path
from scanner.engine.truth.pool import Pool
from scanner.model import UNPROBED, Place


class Paths:
    """`attached` says whether an address is on a directly attached network, `narrow` in which prefix, if that is
    narrower than a network usually is (its first address, else None)."""

    def __init__(
        self,
        attached: Callable[[Place], bool] | None = None,
        narrow: Callable[[Place], int | None] | None = None,
    ) -> None:
        self._narrow = narrow
        families = (int(socket.AF_INET), int(socket.AF_INET6))
        self._far = {family: Pool() for family in families}
        self._near = {family: Pool(attached=True) for family in families}
        self._attached = attached
        self.any_attached = False  # whether any target so far is on a directly attached network

    def of(self, place: Place) -> Location:
        """Where an address is, remembered in the place."""
        note = place.note
        if note is UNPROBED:
            location = place.note = self._found(place)
            return location
        location = note  # type: ignore[assignment]  # in a scan nobody else makes notes
        if location.pool is not None and location.pool.regions.paths:
            location.moved(place)
        return location

    def _found(self, place: Place) -> Location:
        near = self._attached is not None and self._attached(place)
        self.any_attached |= near
        pool = (self._near if near else self._far)[place.family]
        network = pool.networks.of(place, self._narrow(place) if near and self._narrow else None)
        return Location(pool.of(place), network, pool, big=place.ports >= OWN_PATH)

    def network_asked(self, place: Place) -> Network | None:
        """The network that an address is in, if any of its hosts was probed. (Not for each target.)"""
        near = self._attached is not None and self._attached(place)
        pool = (self._near if near else self._far)[place.family]
        return pool.networks.known(place, self._narrow(place) if near and self._narrow else None)

    def all(self) -> list[Path]:
        """Every path, the pools first."""
        pools = (*self._far.values(), *self._near.values())
        parts = [path for pool in pools for path in (*pool.regions.all(), *pool.own)]
        return [*(pool.path for pool in pools), *parts]
