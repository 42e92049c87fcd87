"""The promise of --host-rate: to one host no more than so many SYNs in any second, the kernel's repeats included.
Pure: pass `now`.

Attempts to a host are spaced evenly, and no more of them are out than a second may hold SYNs (`ledger.py`); what
may not leave yet waits here, in its host's own queue, so one slow host holds up nobody else. A host is known by its
address: one with many hosts or late names may have several `Place`s. Hosts whose turn comes at the same instant leave
in a random order: a policer lets the first of a burst pass and drops the last, and who is last each time would meet a
loss that no sentinel knows of (they ask those who did pass).
"""

from collections import deque
from heapq import heappop, heappush
from random import Random
from typing import Generic

from scanner.engine.brakes.bucket import spacing
from scanner.engine.brakes.ledger import Ledger
from scanner.engine.flight.found import TrialT

_MOST_IDLE = 100_000


class HostRate(Generic[TrialT]):
    """Spaces the attempts to each host by about 1/rate seconds; its length is how many trials wait."""

    def __init__(self, rate: float) -> None:
        self.rate = rate
        self._gap = spacing(rate)
        self._ledger = Ledger(rate)
        self._free_at: dict[str, float] = {}
        self._tidy_at = _MOST_IDLE
        self._queues: dict[str, deque[TrialT]] = {}
        self._heap: list[tuple[float, float, str]] = []
        self._short: set[str] = set()  # hosts whose turn it is, with all their tokens out
        self._ticket = iter(Random(1).random, None)  # who goes first
        self._sentinels: set[str] = set()  # hosts whose queue has one
        self._held = 0

    def __len__(self) -> int:
        return self._held

    def busy(self, host: str) -> bool:
        """Whether a sentinel waits for its turn at this host: one more would only say the same later."""
        return host in self._sentinels

    def hold(self, trial: TrialT, now: float) -> bool:
        """True if the trial must wait (it is kept here); False if it may leave now."""
        host = trial.endpoint.place.address
        queue = self._queues.get(host)
        if queue is None:
            free_at = self._free_at.get(host, 0.0)
            if free_at <= now and self._has_token(host, now):
                self._leave(trial, host, now)
                return False
            queue = self._queues[host] = deque()
            heappush(self._heap, (free_at, next(self._ticket), host))
        if trial.sentinel:
            self._sentinels.add(host)
        if trial.urgent:
            queue.appendleft(trial)
        else:
            queue.append(trial)
        self._held += 1
        return True

    def release(self, now: float, room: int) -> list[TrialT]:
        """Those whose time has come, at most `room`."""
        out: list[TrialT] = []
        self._look(now)
        while self._heap and len(out) < room and self._heap[0][0] <= now:
            _, _, host = heappop(self._heap)
            if self._ledger.free(host) <= 0:
                self._short.add(host)
                continue
            queue = self._queues[host]
            out.append(queue.popleft())
            self._held -= 1
            if out[-1].sentinel:
                self._sentinels.discard(host)
            self._leave(out[-1], host, now)
            if queue:
                heappush(self._heap, (now + self._gap, next(self._ticket), host))
            else:
                del self._queues[host]
        return out

    def launched(self, now: float) -> None:
        """What was let go since the last time has left by now."""
        self._ledger.launched(now)

    def _has_token(self, host: str, now: float) -> bool:
        if self._ledger.free(host) <= 0:
            self._look(now)
        return self._ledger.free(host) > 0

    def _look(self, now: float) -> None:
        freed = self._ledger.look(now)
        if self._short:
            for host in self._short.intersection(freed):
                self._short.remove(host)
                heappush(self._heap, (now, next(self._ticket), host))

    def _leave(self, trial: TrialT, host: str, now: float) -> None:
        self._ledger.take(trial, now, host)
        if len(self._free_at) > self._tidy_at:
            self._free_at = {seen: at for seen, at in self._free_at.items() if at > now}
            self._tidy_at = max(_MOST_IDLE, 2 * len(self._free_at))  # else nothing to forget is looked for each time
        self._free_at[host] = now + self._gap

    def delay(self, now: float) -> float:
        """Seconds until the next one may leave, or until it is time to look who has a token; infinity if none waits."""
        if not self._queues:
            return float("inf")
        turn = self._heap[0][0] if self._heap else float("inf")
        look = self._ledger.next_free() if self._short else self._ledger.next_look()
        return max(0.0, min(turn, look) - now)
