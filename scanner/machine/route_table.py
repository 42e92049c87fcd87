"""The routes this host had when the scan began: did it ever have a way to an address, and through a router?

So that a way that is lost in mid-scan is told from one that never was. The longest prefix decides, of equal ones the
lowest metric; a route that rejects (`unreachable`, and what IPv6 has where there is no default route) is none. Only
Linux shows them, and of IPv4 the main table alone: elsewhere it is known only that a probe left before.
"""

import socket
from collections.abc import Iterable

from scanner.machine.kernel_routes import Way, ways
from scanner.model import Place

_BITS = {int(socket.AF_INET): 32, int(socket.AF_INET6): 128}


class RouteTable:
    """Looks up the way to a place."""

    def __init__(self, ways: Iterable[Way] = ()) -> None:
        self._best: dict[tuple[int, int, int], Way] = {}
        for way in ways:
            key = way.family, way.length, way.network
            if key not in self._best or way.metric < self._best[key].metric:
                self._best[key] = way
        lengths = {(way.family, way.length) for way in self._best.values()}
        self._lengths = sorted(lengths, key=lambda each: -each[1])

    def to(self, place: Place) -> Way | None:
        """The way to it, or None where there was none."""
        address = int.from_bytes(socket.inet_pton(place.family, place.numeric), "big")
        for family, length in self._lengths:
            if family == place.family:
                shift = _BITS[family] - length
                way = self._best.get((family, length, address >> shift << shift))
                if way is not None:
                    return None if way.reject else way
        return None


def read_routes(root: str = "/proc/net") -> RouteTable:
    """The routes of this moment; none where they cannot be read."""
    return RouteTable(ways(root))
