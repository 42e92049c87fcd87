"""Which rows have come, so that they do not come twice where a part is probed again.

A bit for each: for a port, a number of 256 bits for each /24 (IPv6: /120), so 16 million addresses at one port take
some ten megabytes. Every row of a scan by several processes passes here, so it is little that is done.
"""

import socket
from collections.abc import Iterable

from scanner.model import Place, Result

#: Of so many hosts it is remembered where their bits are: with more, each comes once in a long while.
_MOST_KNOWN = 1 << 14
_NET_BITS = 120

#: A host's network, as a number with its scope; and its bit there, 0 where there is no address.
_Spot = tuple[int, int]


class CameRows:
    """Of all parts: no host is in two of them. (Rows of one target differ in the entry that asks for them, or in the
    name that led there.)"""

    def __init__(self) -> None:
        self._came: dict[tuple[int, int, str], dict[int, int]] = {}
        self._without_address: set[tuple[str, int, int]] = set()
        self._spots: dict[Place, _Spot] = {}

    def add(self, rows: Iterable[Result]) -> None:
        """These have come."""
        came, spots = self._came, self._spots
        for row in rows:
            place, request = row.place, row.request
            net, bit = spots.get(place) or self._spot(place)
            if bit:
                nets = came.get(key := (row.port, request.order, request.host))
                if nets is None:
                    nets = came[key] = {}
                nets[net] = nets.get(net, 0) | bit
            else:
                self._without_address.add((row.host, row.port, request.order))

    def new(self, rows: Iterable[Result]) -> list[Result]:
        """Those of them that had not come; now they have."""
        out = []
        for row in rows:
            if not self._has(row):
                out.append(row)
                self.add((row,))
        return out

    def _has(self, row: Result) -> bool:
        net, bit = self._spot(row.place)
        if not bit:
            return (row.host, row.port, row.request.order) in self._without_address
        nets = self._came.get((row.port, row.request.order, row.request.host), {})
        return bool(nets.get(net, 0) & bit)

    def _spot(self, place: Place) -> _Spot:
        if not place.address:
            return 0, 0
        number = int.from_bytes(socket.inet_pton(place.family, place.numeric))
        net = (place.scope << _NET_BITS | number >> 8) << 1 | (place.family == socket.AF_INET)
        if len(self._spots) >= _MOST_KNOWN:
            self._spots.clear()
        spot = self._spots[place] = net, 1 << (number & 255)
        return spot
