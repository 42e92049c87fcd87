"""In which order each host has its ports: as its list has them, or at random, as a seed says.

There is one random order for all lists with equally many ports, and each host begins at a place of its own in it. So
no two neighbours are asked for the same port at the same time, and nothing is kept for a host but a number, which can
be made again from its own.
"""

from collections.abc import Sequence
from random import Random
from zlib import crc32

_WORD = (1 << 64) - 1
#: The most positions in all orders that are kept; others are made again when they are needed.
_MOST_KEPT = 1 << 20


def number_of_name(name: str) -> int:
    """What stands for a host's number at the first address of a name, in lower case; at the next it is one more."""
    return crc32(name.encode())


class PortTurns:
    """The order of a list's ports, as positions in it. `seed` None: as they are."""

    def __init__(self, seed: int | None = None) -> None:
        self._seed = seed
        chance = Random(f"{seed} ports")
        self._salt, self._factor = (int(chance.random() * _WORD) | 1 for _ in range(2))
        self._orders: dict[int, Sequence[int]] = {}
        self._kept = 0
        self._where: tuple[int, dict[int, int]] = (0, {})  # how many ports, and when each position has its turn

    def order(self, count: int) -> Sequence[int]:
        """The positions of so many ports, in the order in which they have their turn, twice over: from where a host
        `begins`, each comes once in `count`."""
        found = self._orders.get(count)
        if found is None:
            if self._kept > _MOST_KEPT:
                self._orders.clear()
                self._kept = 0
            found = self._orders[count] = self._made(count)
            self._kept += len(found)
        return found

    def _made(self, count: int) -> Sequence[int]:
        if self._seed is None:
            return range(2 * count)
        chance = Random(f"{self._seed} {count} ports").random
        keys = [chance() for _ in range(count)]
        return sorted(range(count), key=keys.__getitem__) * 2

    def begins(self, host: int, count: int) -> int:
        """Where in that order a host of so many ports begins."""
        if self._seed is None or not count:
            return 0
        mixed = (host ^ self._salt) * self._factor & _WORD
        return (((mixed ^ mixed >> 29) * self._factor & _WORD) >> 32) % count

    def turn(self, host: int, count: int, position: int) -> int:
        """How many ports of a host have their turn before the one at this position of its list."""
        if self._seed is None:
            return position
        if self._where[0] != count:
            self._where = count, dict(zip(self.order(count)[:count], range(count), strict=True))
        return (self._where[1][position] - self.begins(host, count)) % count
