"""The promise of --host-rate: to one host no more than so many connection attempts in any second. Pure: pass `now`.

Attempts to a host are spaced evenly; what may not leave yet waits here, in its host's own queue, so one slow host holds
up nobody else.
"""

from collections import deque
from heapq import heappop, heappush
from itertools import count

from scanner.engine.pace import spacing
from scanner.engine.trial import Trial
from scanner.model import Place

_MOST_IDLE = 100_000


class HostRate:
    """Spaces the attempts to each host by about 1/rate seconds; its length is how many trials wait."""

    def __init__(self, rate: float) -> None:
        self._gap = spacing(rate)
        self._free_at: dict[Place, float] = {}
        self._tidy_at = _MOST_IDLE
        self._queues: dict[Place, deque[Trial]] = {}
        self._heap: list[tuple[float, int, Place]] = []
        self._ticket = count()
        self._held = 0

    def __len__(self) -> int:
        return self._held

    def hold(self, trial: Trial, now: float) -> bool:
        """True if the trial must wait (it is kept here); False if it may leave now."""
        place = trial.endpoint.place
        queue = self._queues.get(place)
        if queue is None:
            free_at = self._free_at.get(place, 0.0)
            if free_at <= now:
                self._leave(place, now)
                return False
            queue = self._queues[place] = deque()
            heappush(self._heap, (free_at, next(self._ticket), place))
        queue.append(trial)
        self._held += 1
        return True

    def release(self, now: float, room: int) -> list[Trial]:
        """Those whose time has come, at most `room`."""
        out: list[Trial] = []
        while self._heap and len(out) < room and self._heap[0][0] <= now:
            _, _, place = heappop(self._heap)
            queue = self._queues[place]
            out.append(queue.popleft())
            self._held -= 1
            self._leave(place, now)
            if queue:
                heappush(self._heap, (now + self._gap, next(self._ticket), place))
            else:
                del self._queues[place]
        return out

    def _leave(self, place: Place, now: float) -> None:
        if len(self._free_at) > self._tidy_at:
            self._free_at = {seen: at for seen, at in self._free_at.items() if at > now}
            self._tidy_at = max(_MOST_IDLE, 2 * len(self._free_at))  # else nothing to forget is looked for each time
        self._free_at[place] = now + self._gap

    def wait(self, now: float) -> float:
        """Seconds until the next one may leave; infinity if none waits."""
        return max(0.0, self._heap[0][0] - now) if self._heap else float("inf")
