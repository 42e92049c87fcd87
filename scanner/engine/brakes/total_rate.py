"""The promise of --rate: in any second no more than so many SYNs leave, first attempts, later ones and the kernel's
repeats together. Pure: pass `now`.

The bucket (`bucket.py`) spreads the attempts evenly; the ledger (`ledger.py`) knows which of them the kernel
may repeat.
"""

from collections.abc import Sequence

from scanner.engine.brakes.bucket import Bucket
from scanner.engine.brakes.ledger import Ledger
from scanner.engine.flight.probe import BareTrial


class TotalRate:
    """How many attempts may leave now, of `rate` SYNs per second."""

    def __init__(self, rate: float, now: float) -> None:
        self._bucket = Bucket(rate, now)
        self._ledger = Ledger(rate)

    def grows(self, rate: float, now: float) -> None:
        """It is that much from now on, which is more. The bucket begins empty, so no second around then has more than
        the new rate."""
        self._bucket = Bucket(rate, now)
        self._bucket.take(int(self._bucket.depth))
        self._ledger.grows(rate)

    def room(self, now: float) -> int:
        """So many may leave now."""
        self._ledger.look(now)
        return min(self._bucket.available(now), self._ledger.free())

    def take(self, trials: Sequence[BareTrial], now: float) -> None:
        """These are about to leave."""
        self._bucket.take(len(trials))
        for trial in trials:
            self._ledger.take(trial, now)

    def launched(self, count: int, now: float) -> None:
        """That many of them left by `now`.

        Had the process stood still in between, they would leave together with what the bucket filled up to meanwhile.
        """
        bucket = self._bucket
        bucket.take(max(0, bucket.available(now) - max(0, int(bucket.depth) - count)))
        self._ledger.launched(now)

    def delay(self, now: float) -> float:
        """Seconds until there may be room, as of the last look, or until it is time to look who still has a socket."""
        turn = self._bucket.delay()
        return max(0.0, min(turn, self._ledger.next_look() - now) if turn else self._ledger.next_free() - now)
