"""What the kernel's neighbour table says of a host, read seldom. Pure: pass `now`."""

import socket
from collections.abc import Callable, Iterable

from scanner.machine.neighbour_entries import NeighbourKey, Resolution, neighbour_key
from scanner.model import Place

#: What the kernel's table holds of one address family; None: it can never be read. OSError: not now.
Entries = Callable[[int], dict[NeighbourKey, Resolution] | None]

LATELY_S = 0.1  #: what was read so long ago is as good as new where nothing hangs on a moment


class NeighbourWords:
    """`tells`: whether the table can be read, as far as known."""

    def __init__(self, entries: Entries) -> None:
        self._entries = entries
        self._tables: dict[int, tuple[float, dict[NeighbourKey, Resolution]]] = {}  # by family: when, and what
        self._tried_at: dict[int, float] = {}
        self._most: dict[int, int] = {}
        self.tells = True

    def read(self, families: Iterable[int], now: float, *, age: float = 0.0) -> bool:
        """Reads of these families what was not read for so long (seconds). Whether it is known now."""
        known = [self._read(family, now, age) for family in families]
        return all(known)

    def _read(self, family: int, now: float, age: float) -> bool:
        read_at, _ = self._tables.get(family, (float("-inf"), {}))
        if not self.tells or now - read_at <= age:
            return self.tells
        if age and now - self._tried_at.get(family, float("-inf")) <= age:
            return False
        self._tried_at[family] = now
        try:
            found = self._entries(family)
        except OSError:
            return False  # no descriptor for it just now
        if found is None:
            self.tells = False
            return False
        self._tables[family] = (now, found)
        self._most[family] = max(len(found), self._most.get(family, 0))
        return True

    def read_at(self, place: Place) -> float:
        """When the table of its family was last read."""
        return self._tables.get(place.family, (float("-inf"), {}))[0]

    def on(self, place: Place) -> Resolution | None:
        """What the table said of a host when it was last read. None: nothing."""
        key = neighbour_key(place.family, socket.inet_pton(place.family, place.numeric), place.scope)
        return self._tables.get(place.family, (0.0, {}))[1].get(key)

    def most(self, place: Place) -> int:
        """How many entries the table of its family had, at most."""
        return self._most.get(place.family, 0)
