"""The address ranges of a scan as they were typed, and which part of them an address lies in. Pure.

Whether a port is open "everywhere" is asked of two things: of a *part*, the addresses that a range has in one /24
(IPv6: /120, the same size), and of a *stretch*, which is the whole range or, if that is longer, each 4096 addresses of
it. So an interceptor in front of one network of a /16 is seen, and so is one in front of a range that spans two
networks. Where a scan has but every so-manieth address, because others have the rest, it sees a fair sample of each of
them: sizes, and what counts as many, shrink alike. Hosts that were listed one by one, and names, are in no range:
nobody said that they belong together.
"""

import socket
from bisect import bisect_right
from collections.abc import Iterable
from typing import NamedTuple

from scanner.model import Place

#: Ranges with fewer addresses say nothing; nor does a sample with fewer.
LEAST = 64
_LEAST_SAMPLED = 8
_PART, _STRETCH = 256, 4096
_MOST_KNOWN = 4096
_V4 = int(socket.AF_INET)

#: Family, IPv6 scope, first and last address as numbers.
Range = tuple[int, int, int, int]


class Spot(NamedTuple):
    """Where an address lies: its line (family, scope), the first addresses of stretch and part, and their sizes."""

    line: tuple[int, int]
    stretch: int
    part: int
    stretch_size: int
    part_size: int


class Ranges:
    """The ranges that have enough addresses. Overlapping ones are joined. `every`: only every so-manieth of their
    addresses is probed here. `least`: so many of those say something."""

    def __init__(self, ranges: Iterable[Range], every: int = 1) -> None:
        self.least = max(_LEAST_SAMPLED, LEAST // every) if every > 1 else LEAST
        self._every = every
        self._firsts: dict[tuple[int, int], list[int]] = {}
        self._lasts: dict[tuple[int, int], list[int]] = {}
        self._known: dict[object, Spot | None] = {}
        for family, scope, first, last in sorted(ranges):
            firsts = self._firsts.setdefault((family, scope), [])
            lasts = self._lasts.setdefault((family, scope), [])
            if lasts and first <= lasts[-1]:
                lasts[-1] = max(lasts[-1], last)
            elif last - first + 1 >= LEAST:
                firsts.append(first)
                lasts.append(last)

    def __bool__(self) -> bool:
        return any(self._firsts.values())

    def spot(self, place: Place) -> Spot | None:
        """Where a place lies; None for an address in no range. What holds for a whole /24 is remembered."""
        if place.family == _V4:
            key: object = place.numeric.rpartition(".")[0]
        else:
            key = socket.inet_pton(place.family, place.numeric)[:15], place.scope
        if key in self._known:
            return self._known[key]
        number = int.from_bytes(socket.inet_pton(place.family, place.numeric))
        spot, whole = self._find((place.family, place.scope), number)
        if whole:
            if len(self._known) >= _MOST_KNOWN:
                self._known.clear()
            self._known[key] = spot
        return spot

    def _find(self, line: tuple[int, int], number: int) -> tuple[Spot | None, bool]:
        """The spot of an address, and whether its whole /24 shares it."""
        firsts, lasts = self._firsts.get(line, []), self._lasts.get(line, [])
        low = number - number % _PART
        high = low + _PART - 1
        at = bisect_right(firsts, number) - 1
        if at < 0 or number > lasts[at]:
            before = at >= 0 and lasts[at] >= low
            behind = at + 1 < len(firsts) and firsts[at + 1] <= high
            return None, not (before or behind)
        first, last = firsts[at], lasts[at]
        begin, end = first, last
        if last - first >= _STRETCH:
            begin = max(first, number - number % _STRETCH)
            end = min(last, number - number % _STRETCH + _STRETCH - 1)
        part, part_end = max(begin, low), min(end, high)
        spot = Spot(line, begin, part, self._size(begin, end), self._size(part, part_end))
        return spot, first <= low and high <= last

    def _size(self, first: int, last: int) -> int:
        """How many addresses of those are probed here, about."""
        return -(-(last - first + 1) // self._every)
