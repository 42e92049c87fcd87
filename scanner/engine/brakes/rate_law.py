"""How fast may one send on a path that drops what is too much? It saves packets and spares the network; it decides no
verdict (`truth/stands.py` does). Pure: pass `now`.

The law cuts when sentinels are lost at the present rate: the capacity is what got through. Loss that a second cut
does not cure is random, and no reason to be slow: it becomes the floor, and the rate of before the cuts comes back.
  Loss while there was little to send is such loss too. While nothing is lost the rate grows to just below capacity,
  and after four such cohorts the capacity is tried anew, in growing steps, then after every other; four become
  eight, and so on, each time that it was too much. The first cut is measured in a burst and says little: from there
  the rate grows until something is lost.
"""

from math import sqrt

from scanner.engine.brakes.bucket import PACED_BURST_S, Bucket

_CUT_TO, _GROW, _NEAR = 0.8, 1.5, 0.95
_CLEAN_BEFORE_RAISE, _MOST_BEFORE_RAISE, _CLEAN_BEFORE_NEXT, _CURED = 4, 32, 2, 2
_RAISE_STEP, _MOST_STEP = 0.1, 0.8
_STAYS, _USED = 0.6, 0.5
_SLOWEST = 100.0
_UNLIMITED = 50_000.0  # no faster than that without any pacing


class RateLaw:
    """How fast one path may be sent to; `bucket` is None while there is no need to hold back."""

    def __init__(self) -> None:
        self.bucket: Bucket | None = None
        self.floor = 0.0
        self._rate = 0.0
        self._capacity = 0.0
        self._before: float | None = None  # the loss that led to the last cut
        self._paced_cuts = 0
        self._origin = 0.0  # the rate before the cuts that cured nothing
        self._paced_lost = self._paced_n = 0  # since a lower rate last cured something
        self._clean = 0
        self._clean_wanted = _CLEAN_BEFORE_RAISE  # clean cohorts between a cut and the next raise
        self._needed = _CLEAN_BEFORE_RAISE  # clean cohorts before the next raise
        self._raising = False
        self._step = _RAISE_STEP
        self._searching = True  # the first cut rests on a burst: find the capacity from below

    @property
    def rate(self) -> float:
        """What a path with a bucket is held back to, a second."""
        return self._rate

    def learn(
        self, *, lost: int, n: int, era_lost: int, era_n: int, rate: float, now: float, careful: float = 0.0
    ) -> bool:
        """A cohort was evaluated: it lost `lost` of `n`, sent at `rate` per second; its era, `era_lost` of `era_n`.

        `careful`: so few tell of so much loss that the capacity is anybody's guess. It is sought from below, from that
        rate at most, and what is lost there is not random yet.

        True when what was learned so far does not hold for the rate from now on: it was cut for loss, or is tried
        beyond the known capacity.
        """
        loss = lost / n
        if self.bucket is not None:
            self._paced_lost += lost
            self._paced_n += n
        if not self.significant(lost, n):
            if self.bucket is None or not self.significant(era_lost, era_n):
                return self._was_clean(now, spotless=loss <= self.floor)
            loss = era_lost / era_n
        paced = self.bucket is not None
        idle = paced and rate < _USED * self._rate  # there was little to send: at that rate, not at the one allowed
        uncured = paced and self._before is not None and loss > _STAYS * self._before
        if idle or (uncured and not careful):
            self._paced_cuts += 1
            if self._paced_cuts >= 2:
                self._call_it_random(now)
                return True
            if idle:
                return False
        else:
            self._paced_cuts = 0
            self._origin = max(self._rate, rate)
        self._searching = not paced
        self._before = None if careful else loss
        self._clean = 0
        self._step = _RAISE_STEP
        if self._raising:  # the capacity was known well enough: ask less often whether there is more
            self._clean_wanted = min(_MOST_BEFORE_RAISE, 2 * self._clean_wanted)
        self._raising = False
        self._needed = self._clean_wanted
        sent = (min(rate, self._rate) if paced else rate) or self._rate
        through = max(1.0 - loss, 1.5 / (n + 1))  # all lost only says that hardly any got through
        self._capacity = max(_SLOWEST, sent * through)
        if careful:
            self._capacity = min(self._capacity, careful / _CUT_TO)
            self._searching = True
        self._set(_CUT_TO * self._capacity, now)
        return True

    def be_careful(self, rate: float, now: float) -> None:
        """Something is lost, and hardly anybody is left to tell how much: the capacity is sought from that rate on."""
        self._origin, self._before, self._searching = rate, None, True
        self._capacity = rate / _CUT_TO
        self._set(rate, now)

    def significant(self, lost: int, n: int) -> bool:
        """Whether that is more loss than the floor and chance explain."""
        if lost < 2:
            return False
        loss = lost / n
        noise = 2.0 * sqrt(max(loss, self.floor) * (1.0 - min(loss, 1.0)) / n)
        return loss > self.floor + 0.02 + noise

    def _call_it_random(self, now: float) -> None:
        """Being slower cured nothing: this loss is the floor, and the rate of before is tried again."""
        self.floor = self._paced_lost / self._paced_n
        self._before = None
        self._paced_cuts = 0
        self._clean = 0
        self._raising = False
        self._searching = True
        rate = max(self._rate, self._origin)
        self._capacity = rate / _NEAR
        if rate >= _UNLIMITED:
            self.bucket = None
        else:
            self._set(rate, now)

    def _was_clean(self, now: float, *, spotless: bool) -> bool:
        if self.bucket is None:
            return False
        if spotless:
            self._clean += 1
        else:  # a little is lost already: near the capacity
            self._clean = 0
            self._step = _RAISE_STEP
        if self._clean >= _CURED:  # it was the rate: loss that comes back when the rate does is not random
            self._before = None
            self._paced_cuts = self._paced_lost = self._paced_n = 0
        raised = not self._searching and self._clean >= self._needed
        if self._searching:
            self._capacity = max(self._capacity, self._rate * _GROW / _NEAR)
        elif raised:
            self._clean = 0
            self._raising = True
            self._needed = _CLEAN_BEFORE_NEXT
            self._capacity *= 1.0 + self._step
            self._step = min(_MOST_STEP, 2 * self._step)
        self._set(min(self._rate * _GROW, _NEAR * self._capacity), now)
        if self._rate >= _UNLIMITED:
            self.bucket = None
        return raised

    def _set(self, rate: float, now: float) -> None:
        """Tokens of the faster time are dropped with the old bucket."""
        self._rate = max(_SLOWEST, rate)
        self.bucket = Bucket(self._rate, now, PACED_BURST_S, promised=False)
        self.bucket.take(self.bucket.available(now))
