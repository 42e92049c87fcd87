"""The lookups under way, and whether there are descriptors for more of them.

A lookup holds one descriptor, and one for each name server once it has waited for the first. Where descriptors are few,
the lookups under way may come to want more than there are: a crowd. New ones still begin while the quick ones are fewer
than a quarter of the descriptors, because most are over at once; those in silent zones do not. What fails in a crowd
may have failed because of it, and is asked again when there is room for all that it and the others under way may come
to hold: lookups that wait for this must not crowd each other. While one is asked for the last time, another begins only
where there is such room for both: then that one cannot be crowded, so every lookup comes to an end.
"""

from collections.abc import Iterator

from scanner.targets.names.lookup_job import LookupJob
from scanner.targets.names.waiting_lookups import WaitingLookups

_SHARE = 4


class LookupsUnderWay:
    """Not thread-safe: the caller holds the lock."""

    def __init__(self) -> None:
        self._jobs: set[LookupJob] = set()
        self._room = float("inf")
        self._each = 1
        self._crowds = 0  # how often it was seen that the lookups may want more descriptors than there are
        self._last_times = 0  # lookups that are asked for the last time
        #: How many take long.
        self.slow = 0

    def __len__(self) -> int:
        return len(self._jobs)

    def __iter__(self) -> Iterator[LookupJob]:
        return iter(self._jobs)

    def provide(self, room: float, each: int) -> None:
        """There are `room` descriptors for lookups, each of which may come to hold `each` of them."""
        self._room = room
        self._each = each

    def begin(self, job: LookupJob, now: float) -> None:
        """A lookup begins."""
        job.begin(now, self._crowds)
        self._jobs.add(job)
        self._last_times += job.last_time
        self._look_at_crowd()

    def end(self, job: LookupJob, now: float) -> None:
        """A lookup has ended."""
        job.end(now, self._crowds)
        self._jobs.discard(job)
        self._last_times -= job.last_time
        self.slow -= job.slow

    def turned_slow(self, now: float, slow_s: float) -> list[LookupJob]:
        """Those that turn out now, for the first time, to take longer than this."""
        found = [job for job in self._jobs if job.turns_slow(now, slow_s)]
        for _ in found:
            self.slow += 1
            self._look_at_crowd()
        return found

    @property
    def all_given_up(self) -> bool:
        """Whether there are some, and nobody waits for any of them."""
        return bool(self._jobs) and all(job.given_up for job in self._jobs)

    def _wanted(self) -> int:
        """How many descriptors these may come to want, if the quick ones stay quick."""
        return len(self._jobs) + self.slow * (self._each - 1)

    def _look_at_crowd(self) -> None:
        self._crowds += len(self._jobs) > 1 and self._wanted() > self._room  # one alone has them all to itself

    def roomy(self) -> bool:
        """Whether there is room for one more, even if it comes to hold as many as it may."""
        return not self._jobs or self._wanted() + self._each <= self._room

    def ample(self) -> bool:
        """The same, even if all that are under way come to hold as many as they may."""
        return not self._jobs or (len(self._jobs) + 1) * self._each <= self._room

    def admits(self) -> bool:
        """Whether one more may begin, although nobody knows how long it will take."""
        if self._last_times:
            return self.ample()
        return self.roomy() or self._wanted() < self._room or len(self._jobs) - self.slow < self._room // _SHARE

    def blocks(self, waiting: WaitingLookups) -> bool:
        """Whether the waiting lookups must go on waiting for descriptors."""
        room = self.ample() if waiting.all_doubted else not waiting.all_need_room or self.roomy()
        return not (room and self.admits())
