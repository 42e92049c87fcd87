"""Which runs are silent for too long. Pure: pass `now`.

A run speaks twice a second from its beginning on. If it does no longer, its worker is frozen, or cut off, and nobody
may ever say so. One that has not spoken yet may wait for its turn, behind somebody else's work.

Only time in which somebody listened counts: a scan that was stopped for a minute (Ctrl-Z, a laptop asleep, a slow
reader) has not been told anything for a minute, and nobody is to blame for that. The same is so while what is between
them, a scheduler, says nothing.
"""

from collections.abc import Iterator

from scanner.scanning.remote.worker_pool import PartTask

#: As long as a run waits for whoever scans, before it takes itself for alone.
SILENT_S = 20.0
#: A worker that is free begins sooner than that.
BUSY_S = 8.0
#: From one look to the next, so much counts at most.
_STEP_S = 1.0


class RunWatch:
    """The runs under way."""

    def __init__(self, now: float) -> None:
        self._looked = now
        self._silent_s: dict[PartTask, float] = {}
        self._spoken: set[PartTask] = set()

    def begins(self, task: PartTask) -> None:
        """It was given to its worker."""
        self._silent_s[task] = 0.0

    def hears(self, task: PartTask) -> None:
        """It said something."""
        if task in self._silent_s:
            self._silent_s[task] = 0.0
            self._spoken.add(task)

    def ends(self, task: PartTask) -> None:
        """Nobody waits for it any more."""
        self._silent_s.pop(task, None)
        self._spoken.discard(task)

    def look(self, now: float, *, hears: bool = True) -> None:
        """It was listened until now. `hears`: and who spoke would have been heard."""
        step, self._looked = min(now - self._looked, _STEP_S) if hears else 0.0, now
        for task in self._silent_s:
            self._silent_s[task] += step

    def silent(self) -> Iterator[PartTask]:
        """Those that had begun, and are lost."""
        return (task for task, for_s in self._silent_s.items() if for_s >= SILENT_S and task in self._spoken)

    def unbegun(self, for_s: float) -> Iterator[PartTask]:
        """Those that have not said a word for so long since they were given to their workers."""
        return (task for task, silent_s in self._silent_s.items() if silent_s >= for_s and task not in self._spoken)
