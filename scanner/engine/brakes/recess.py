"""Trials that met a "no" and are asked again later: when that attempt would have ended, had it been silence.

A "no" comes at once, and what made it may take a second to pass: asked again at once, all attempts of a trial would
fall into the same moment. They hold no socket meanwhile. Pure: pass `now`.
"""

import heapq
from collections.abc import Iterator
from itertools import count

from scanner.engine.flight.deadlines import LONG_AGO
from scanner.engine.trial import Trial
from scanner.model import Endpoint


class Recess:
    """Its length is how many wait. Times are seconds of the engine's clock."""

    def __init__(self) -> None:
        self._waiting: list[tuple[float, int, Trial]] = []
        self._order = count()

    def __len__(self) -> int:
        return len(self._waiting)

    def hold(self, trial: Trial, until: float) -> None:
        """It is asked again then."""
        heapq.heappush(self._waiting, (until, next(self._order), trial))

    def due(self, now: float) -> list[Trial]:
        """Those whose time has come, without what was answered meanwhile (late, to an earlier attempt)."""
        due = []
        while self._waiting and self._waiting[0][0] <= now:
            trial = heapq.heappop(self._waiting)[2]
            if trial.verdict is None:
                due.append(trial)
        return due

    def delay(self, now: float) -> float:
        """Seconds until `due` has something; infinity if nobody waits."""
        return max(0.0, self._waiting[0][0] - now) if self._waiting else float("inf")

    def waiting(self) -> Iterator[tuple[Endpoint, float]]:
        """Every target that waits; it was probed long ago. Slow, for rare cases."""
        return ((trial.endpoint, LONG_AGO) for _, _, trial in self._waiting)
