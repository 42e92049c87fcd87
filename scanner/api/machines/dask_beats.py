"""What all runs of a scan by a cluster are told by and by: when, and of whom. Pure."""

from collections import deque
from collections.abc import Sequence

from scanner.scanning.remote.worker_pool import Responder

#: All runs hear so often that somebody is there.
_BEAT_S = 0.5
#: So many who answered are told to the runs: all of those whenever there are new ones.
_MOST_TOLD = 8192


class Beats:
    """When the runs, and the scheduler, are to be spoken to next. `told`: how many responders the runs know of."""

    def __init__(self, now: float) -> None:
        self.look_at = now
        self.told = 0
        self._count = 0
        self._at = now
        self._stopping = False

    def due(self, now: float, stop: bool) -> bool:
        """Whether the runs are to be told now; that they are to stop is told at once."""
        return now >= self._at or stop != self._stopping

    def next(self, now: float, stop: bool) -> int:
        """The number of this beat."""
        self._at, self._stopping = now + _BEAT_S, stop
        self._count += 1
        return self._count

    def tells(self, told: int) -> None:
        """So many are known by now."""
        self.told = told

    def looks(self, at: float) -> None:
        """The scheduler is asked again then."""
        self.look_at = at


class LatestResponders:
    """The latest of those that answered. `count`: how many there have been."""

    def __init__(self) -> None:
        self._latest: deque[Responder] = deque(maxlen=_MOST_TOLD)
        self.count = 0

    def add(self, responders: Sequence[Responder]) -> None:
        """These have, too."""
        self._latest += responders
        self.count += len(responders)

    def latest(self) -> list[Responder]:
        """They."""
        return list(self._latest)
