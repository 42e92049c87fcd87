"""The pace of one path: its rate law, and the one place where the tokens that the law allows are spent. (Who waits for
them: `gates.py`.) Pure: pass `now`."""

from scanner.engine.brakes.rate_law import RateLaw


class Pace:
    """`held`: the path is held back to a rate at present."""

    __slots__ = ("law",)

    def __init__(self) -> None:
        self.law = RateLaw()

    @property
    def held(self) -> bool:
        return self.law.bucket is not None

    def held_to(self, rate: float) -> bool:
        """Whether it is held back to that rate, or to a lower one."""
        return self.held and self.law.rate <= rate

    def room(self, most: int, now: float) -> int:
        """So many of `most` may leave now."""
        bucket = self.law.bucket
        return most if bucket is None else min(most, bucket.available(now))

    def spend(self, count: int) -> None:
        """That many are leaving."""
        if self.law.bucket is not None:
            self.law.bucket.take(count)

    def delay(self) -> float:
        """Seconds until one more may leave, as of the last look."""
        return self.law.bucket.delay() if self.law.bucket is not None else 0.0

    def forget(self) -> None:
        """What was learned of its rate does not hold any more."""
        self.law = RateLaw()
