"""Where a place is, as the engine knows it: its path, its network, the pool it shares.

It is the engine's note of the place, and kept there (`model.Place.note`), so that no table of all hosts is needed.
`paths.py` makes it, when a place is probed first.
"""

from scanner.engine.truth.network_evidence import Network
from scanner.engine.truth.path import Path
from scanner.engine.truth.pool import Pool
from scanner.model import Endpoint, Note, Place

OWN_PATH = 256  #: a host with this many targets may become a path of its own


class Location(Note):
    """`network`: who vouches for it; its host alone, once that is `speaking_for_itself`, or has a path of its own.
    `pool`: whose evidence it shares, or did until then. `big`: it becomes a path of its own when it refuses something.
    `slowest_ms`: how long it took to answer, at most: its silence within a shorter time says nothing.
    """

    __slots__ = ("big", "network", "path", "pool", "slowest_ms")

    def __init__(self, path: Path, network: Network, pool: Pool | None = None, *, big: bool = False) -> None:
        self.source = ""  # as Note has it: without a call for each host
        self.verdicts = self.opened = self.mute = 0
        self.refused = 0
        self.path = path
        self.network = network
        self.pool = pool
        self.big = big
        self.slowest_ms = 0.0

    def moved(self, place: Place) -> None:
        """Parts of its pool have become paths of their own since: this place may be on one of them."""
        if self.pool is not None and self.path is self.pool.path:
            self.path = self.pool.of(place)

    def took(self, rtt_ms: float) -> None:
        """So long it took to answer, at least."""
        self.slowest_ms = max(self.slowest_ms, rtt_ms)

    def grows(self, place: Place) -> None:
        """There are more targets here than when it was probed first: maybe so many that it is big."""
        self.big = place.ports >= OWN_PATH

    def refused_first(self, endpoint: Endpoint, rtt_ms: float | None, now: float) -> None:
        """A big host refused that: it is on a path of its own from now on, which knows nothing else yet."""
        self.big = False
        path = self.pool.takes_out(endpoint.place.ports) if self.pool is not None else None
        if path is None:
            return
        self.path, self.network = path, self.network.part(path.responders)
        path.heard(endpoint, self.network, refused=True, attempts=1, rtt_ms=rtt_ms, now=now)
        if rtt_ms is not None:
            path.round_trip.measured(rtt_ms / 1000.0)

    def speaking_for_itself(self, silent: Endpoint) -> Network:
        """Who vouches for this silent target: from now on its host alone, if that answered before (and few do)."""
        if self.network.shared and self.refused and self.path.asks_one_more_host():
            self.network = self.network.host(Endpoint(silent.place, self.refused, silent.requests))
        return self.network


def was_heard(place: Place) -> bool:
    """Whether somebody of its network answered."""
    location = location_of(place)
    return location is not None and location.network.first_heard is not None


def location_of(place: Place) -> Location | None:
    """Where it is, if the engine probed it before. (Not for each target: `Paths.of` is.)"""
    return place.note if isinstance(place.note, Location) else None
