"""Which rows of a part have come, so that they do not come twice where the part is probed again.

A bit for each: numbers of 256 bits, one for each /24 (IPv6: /120) and port, so that 16 million addresses at one port
take a few megabytes. Every row of a scan by several processes passes here: it is one dictionary and one number each.
"""

import socket
from collections.abc import Iterable

from scanner.model import Place, Result

_V4 = int(socket.AF_INET)
_MOST_KNOWN = 1 << 17

#: Where an address is: its network and scope, and its bit there (0: there is no address).
_Spot = tuple[tuple[bytes, int], int]


class CameRows:
    """Of one part. (Rows of one target differ in the entry that asks for them, or in the name that led there.)"""

    def __init__(self) -> None:
        self._came: dict[tuple[tuple[bytes, int], int, int, str], int] = {}
        self._without_address: set[tuple[str, int, int]] = set()
        self._spots: dict[Place, _Spot] = {}

    def add(self, rows: Iterable[Result]) -> None:
        """These have come."""
        came, spots = self._came, self._spots
        for row in rows:
            place = row.place
            spot = spots.get(place) or self._spot(place)
            if spot[1]:
                request = row.request
                key = spot[0], row.port, request.order, request.host
                came[key] = came.get(key, 0) | spot[1]
            else:
                self._without_address.add((row.host, row.port, row.request.order))

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
        return bool(self._came.get((net, row.port, row.request.order, row.request.host), 0) & bit)

    def _spot(self, place: Place) -> _Spot:
        if not place.address:
            spot: _Spot = ((b"", 0), 0)
        else:
            number = socket.inet_pton(place.family, place.numeric)
            spot = ((number[:-1], place.scope), 1 << number[-1])
        if len(self._spots) >= _MOST_KNOWN:
            self._spots.clear()
        self._spots[place] = spot
        return spot
