"""Token buckets for the rates a user promises, and for what a way can take. Pure: pass `now`.

They keep a promise: in any second no more than `rate` tokens. With a depth of b and a refill of r, less than b + r + 1
leave in a second, so r = rate - b + 1, less a little for what lies between a grant and its connect(). A second holds a
whole number: 2.5 means 2, and less than 1 means one every 1 / rate seconds. They hold no more than 20 ms worth: recent
behaviour counts, never owed debt, and a laptop that wakes up does not burst.
"""

_BURST_S = 0.02
PACED_BURST_S = 0.002  # a policer's own bucket may hold five packets
_MARGIN = 0.99  # between a grant and its connect() lie microseconds to milliseconds, and they vary


def spacing(rate: float) -> float:
    """Seconds between attempts, evenly spaced, of which no second may hold more than `rate`."""
    return 1.0 / (_MARGIN * whole(rate))


def whole(rate: float) -> float:
    """The most that a second may hold of `rate` attempts per second; below 1 as it is, one every 1 / rate seconds."""
    return float(int(rate)) if rate >= 1.0 else rate


class Bucket:
    """At most `rate` tokens in any second; `depth` at once. `promised`: to a user, hence with a margin."""

    __slots__ = ("_last", "_refill", "_tokens", "depth")

    def __init__(self, rate: float, now: float, burst_s: float = _BURST_S, *, promised: bool = True) -> None:
        most = whole(rate) if promised else rate
        self.depth = max(1.0, float(int(most * burst_s)))
        self._refill = most - self.depth + 1.0 if rate >= 1.0 else rate
        if promised:
            self._refill *= _MARGIN
        self._tokens = self.depth
        self._last = now

    def available(self, now: float) -> int:
        """How many may leave now."""
        self._tokens = min(self.depth, self._tokens + (now - self._last) * self._refill)
        self._last = now
        return int(self._tokens + 1e-9)

    def take(self, count: int) -> None:
        """That many left."""
        self._tokens -= count

    def delay(self) -> float:
        """Seconds until the next token, as of the last look."""
        return max(0.0, (1.0 - self._tokens) / self._refill)
