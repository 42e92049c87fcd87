"""How fast? Token buckets for the rates a user promises, and the rate law for a path that drops what is too much.

The rate law saves packets and spares the network; it decides no verdict (`evidence.py` does). Pure: pass `now`.

* Buckets keep a promise: in any second no more than `rate` tokens. With a depth of b and a refill of r, less than b + r
  leave in a second, so r = rate - b + 1. They hold no more than 20 ms worth: recent behaviour counts, never owed
  debt, and a laptop that wakes up does not burst.
* The law cuts when sentinels are lost at the present rate: the capacity is what got through. Loss that a second cut
  does not cure is random, and no reason to be slow: it becomes the floor, and the rate comes back. Clean cohorts
  raise the rate to just below capacity, and after eight of them the capacity is tried anew.
"""

from math import sqrt

_BURST_S = 0.02
_CUT_TO, _GROW, _NEAR = 0.8, 1.5, 0.95
_CLEAN_BEFORE_TRIAL, _TRIAL_STEP = 2, 1.3
_STAYS = 0.6
_SLOWEST = 50.0


class Bucket:
    """At most `rate` tokens in any second; `depth` at once."""

    __slots__ = ("_last", "_refill", "_tokens", "depth")

    def __init__(self, rate: float, now: float) -> None:
        self.depth = max(1.0, float(int(rate * _BURST_S)))
        self._refill = rate - self.depth + 1.0 if rate >= 1.0 else rate
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

    def wait(self) -> float:
        """Seconds until the next token, as of the last look."""
        return max(0.0, (1.0 - self._tokens) / self._refill)


class RateLaw:
    """How fast one path may be sent to; `bucket` is None while there is no need to hold back."""

    def __init__(self) -> None:
        self.bucket: Bucket | None = None
        self.floor = 0.0
        self._rate = 0.0
        self._capacity = 0.0
        self._before: float | None = None  # the loss that led to the last cut
        self._paced_cuts = 0
        self._clean = 0

    def judge(self, *, lost: int, n: int, rate: float, now: float) -> bool:
        """A cohort was judged: `lost` of `n`, sent at `rate` per second. True when the rate was changed for loss."""
        loss = lost / n
        noise = 2.0 * sqrt(max(loss, self.floor) * (1.0 - min(loss, 1.0)) / n)
        if lost < 2 or loss <= self.floor + 0.02 + noise:
            self._was_clean(now)
            return False
        paced = self.bucket is not None
        if paced and self._before is not None and loss > _STAYS * self._before:
            self._paced_cuts += 1
            if self._paced_cuts >= 2:
                self._call_it_random(loss)
                return True
        elif paced:
            self._paced_cuts = 0
        self._before = loss
        self._clean = 0
        self._capacity = max(_SLOWEST, (min(rate, self._rate) if paced and rate else rate or self._rate) * (1.0 - loss))
        self._set(_CUT_TO * self._capacity, now)
        return True

    def _call_it_random(self, loss: float) -> None:
        self.floor = loss
        self.bucket = None
        self._before = None
        self._paced_cuts = 0
        self._clean = 0

    def _was_clean(self, now: float) -> None:
        if self.bucket is None:
            return
        self._clean += 1
        if self._clean >= _CLEAN_BEFORE_TRIAL:
            self._clean = 0
            self._capacity *= _TRIAL_STEP
        self._set(min(self._rate * _GROW, _NEAR * self._capacity), now)

    def _set(self, rate: float, now: float) -> None:
        """Tokens of the faster time are dropped with the old bucket."""
        self._rate = max(_SLOWEST, rate)
        self.bucket = Bucket(self._rate, now)
        self.bucket.take(self.bucket.available(now))
