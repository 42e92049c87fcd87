"""Which neighbours are there, and which are not, as far as known. Neither is for ever: a host may leave, and turn up.

Pure: pass `now`.
"""

from collections import deque

from scanner.model import Place

_ABSENT_S, _FIFTH = 10.0, 5.0
_ASKING_S = 3.0  # for as many as the table has room for


class KnownNeighbours:
    """`limit`: how many may be asked for at once."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._heard_at: dict[Place, float] = {}
        self._absent_since: dict[Place, float] = {}
        self._absent_order: deque[tuple[float, Place]] = deque()

    def there(self, place: Place) -> bool:
        """Whether somebody is, or may be."""
        return place in self._heard_at

    def absent(self, place: Place) -> bool:
        """Whether nobody is."""
        return place in self._absent_since

    def heard_at(self, place: Place) -> float | None:
        """When it was last known that somebody is there, minus infinity: never; None: nothing is sent there yet."""
        return self._heard_at.get(place)

    def is_there(self, place: Place, now: float) -> None:
        """Somebody is."""
        self._heard_at[place] = now
        self._absent_since.pop(place, None)

    def may_be_there(self, place: Place) -> None:
        """Nobody was heard, but what is sent there leaves: the kernel has an old address, or asks for none."""
        self._heard_at.setdefault(place, float("-inf"))
        self._absent_since.pop(place, None)

    def is_absent(self, place: Place, now: float) -> None:
        """Nobody is."""
        self._heard_at.pop(place, None)
        self._absent_since[place] = now
        self._absent_order.append((now, place))

    def is_uncertain(self, place: Place) -> None:
        """Somebody was."""
        self._heard_at.pop(place, None)

    @property
    def again_s(self) -> float:
        """After how many seconds an absent host is asked for again: at least ten, and so that asking for all who are
        absent, as many at once as the table has room for, takes a fifth of the time."""
        return max(_ABSENT_S, _FIFTH * _ASKING_S * len(self._absent_since) / self._limit)

    def expire(self, now: float) -> None:
        """Who was absent for that long is asked for by the next probe."""
        while self._absent_order and now - self._absent_order[0][0] >= self.again_s:
            since, place = self._absent_order.popleft()
            if self._absent_since.get(place) == since:
                del self._absent_since[place]
