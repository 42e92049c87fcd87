"""When which hops of one way are asked for the first time. Pure: pass `now`.

Hops go out in waves: 1-4, 5-8, 9-16, 17-30. The next one leaves when the last is answered, or after a moment, and only
up to the farthest hop that matters (`bound`, see `route.py`). So an answering target sees few connections, and a silent
hop delays nobody. Where others know the way up to a hop, the first wave begins there.
"""

from collections.abc import Callable

FIRST_WAVE = 4

_Patience = Callable[[], float]  # how long (seconds) the next wave waits for the last one, as of now


class Waves:
    """`most`: the farthest hop there may be; `first`: the first that is asked; `near`: the last one unless somebody
    answers; `sent`: up to where they were asked (-1: nothing was). While `held`, none leaves.
    """

    __slots__ = ("_left_at", "first", "held", "most", "near", "sent")

    def __init__(self, most: int, *, held: bool) -> None:
        self.most = most
        self.first = 1
        self.near = most
        self.sent = -1
        self.held = held
        self._left_at = 0.0

    def begin(self) -> None:
        """From the first hop on: nobody knows anything."""
        self.held = False
        self.sent = 0

    def begin_at(self, last: int, *, skip: bool) -> None:
        """Others know the way up to this hop. `skip`: it is asked otherwise, the first wave begins behind it."""
        last = min(last, self.most)
        self.held = False
        self.first = max(1, last)
        self.sent = last if skip else self.first - 1
        self.near = min(last + FIRST_WAVE, self.most)

    def leave(self, now: float, bound: int, patience: _Patience) -> range:
        """The hops whose wave leaves now; none if it is too early, or if there are no more."""
        first, last = self.sent + 1, self._next(bound)
        if first > last or (self.sent > 0 and now < self._left_at + patience()):
            return range(0)
        self.sent, self._left_at = last, now
        return range(max(1, first), last + 1)

    def delay(self, now: float, bound: int, patience: _Patience) -> float:
        """Seconds until the next wave; infinity when only answers can tell whether there is one."""
        if self._next(bound) <= self.sent:
            return float("inf")
        return max(0.0, self._left_at + patience() - now)

    def are_over(self, now: float, bound: int, patience: _Patience) -> bool:
        """Whether all hops that matter were asked, and had a moment to answer."""
        return self.sent >= bound and now >= self._left_at + patience()

    def _next(self, bound: int) -> int:
        """Up to where the next wave goes."""
        if self.held:
            return 0
        first = self.near if self.first > 1 else FIRST_WAVE
        wave = first if self.sent < self.first else 2 * self.sent
        most = self.near if bound <= self.near else self.most
        return min(wave, most) if self.sent < bound else self.sent
