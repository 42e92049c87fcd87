"""Whose turn it is: the addresses of the space, and those of names resolved in the meantime, take turns."""

from scanner.model import Endpoint
from scanner.targets.space.late_endpoints import Lanes
from scanner.targets.space.shuffled_walk import ShuffledWalk
from scanner.targets.space.space_walk import SpaceWalk


class Turns:
    """Hands out endpoints from both, each in proportion to the hosts it has."""

    def __init__(self, walk: SpaceWalk | ShuffledWalk, lanes: Lanes) -> None:
        self._walk = walk
        self._lanes = lanes
        self._owed = 0.0  # what the lanes are owed of the endpoints handed out, carried from call to call

    def take(self, n: int, *, ahead: bool = False) -> list[Endpoint]:
        """The next endpoints, at most `n`; `ahead`: of hosts that have answered, which go before all others."""
        lanes = self._lanes
        if not lanes:
            return self._walk.take(n, ahead=ahead)
        out = lanes.take(self._lanes_share(n), ahead=ahead)
        out += self._walk.take(n - len(out), ahead=ahead)
        if len(out) < n:
            out += lanes.take(n - len(out), ahead=ahead)
        return out

    def _lanes_share(self, n: int) -> int:
        """How many of `n` are the lanes' turn."""
        lanes, hosts = len(self._lanes), self._walk.hosts
        self._owed += n * lanes / (lanes + hosts)
        share = min(n, int(self._owed))
        self._owed = min(self._owed - share, 1.0)
        return share

    @property
    def over(self) -> bool:
        """Whether neither has any left."""
        return self._walk.done and not self._lanes
