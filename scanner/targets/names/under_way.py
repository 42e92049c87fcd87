"""The lookups under way, and whether there are descriptors for more of them.

A lookup holds a descriptor, and one for each name server once it has waited for the first. Where these are few, all
that are under way may so come to want more than there are: a crowd. New ones begin all the same, a quarter of the
descriptors' worth, for most are over at once; those of names that were silent do not. What fails in a crowd may have
failed by it, and is asked again where there is room for all that it and the others under way may come to hold: those
that wait for that must not be each other's crowd. While one is asked for the last of three times, nobody else begins
but where there is such room for both: that one cannot be crowded, so every lookup comes to an end.
"""

from collections.abc import Iterator

from scanner.targets.names.job import Job
from scanner.targets.names.waiting import Waiting

_SHARE = 4


class UnderWay:
    """Not safe for threads: whoever calls holds the lock."""

    def __init__(self) -> None:
        self._jobs: set[Job] = set()
        self._room = float("inf")
        self._each = 1
        self._crowds = 0  # how often it was seen that the lookups may want more descriptors than there are
        self._last_times = 0  # lookups that are asked for the last time
        #: Those that take long.
        self.slow = 0

    def __len__(self) -> int:
        return len(self._jobs)

    def __iter__(self) -> Iterator[Job]:
        return iter(self._jobs)

    def provide(self, room: float, each: int) -> None:
        """There are so many descriptors for lookups, of which each may come to hold so many."""
        self._room = room
        self._each = each

    def begin(self, job: Job, now: float) -> None:
        """One more."""
        job.begin(now, self._crowds)
        self._jobs.add(job)
        self._last_times += job.last_time
        self._look_at_crowd()

    def end(self, job: Job, now: float) -> None:
        """One less."""
        job.end(now, self._crowds)
        self._jobs.discard(job)
        self._last_times -= job.last_time
        self.slow -= job.slow

    def turned_slow(self, now: float, slow_s: float) -> list[Job]:
        """Those that are seen now, and for the first time, to take longer than this."""
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
        """How many descriptors these may come to want."""
        return len(self._jobs) + self.slow * (self._each - 1)

    def _look_at_crowd(self) -> None:
        self._crowds += len(self._jobs) > 1 and self._wanted() > self._room  # one alone has all there is

    def roomy(self) -> bool:
        """Whether there is room for one more that comes to hold all that it may."""
        return not self._jobs or self._wanted() + self._each <= self._room

    def ample(self) -> bool:
        """The same, if all that are under way come to hold all that they may, too."""
        return not self._jobs or (len(self._jobs) + 1) * self._each <= self._room

    def admits(self) -> bool:
        """Whether one more may begin, of which nobody knows how long it takes."""
        if self._last_times:
            return self.ample()
        return self.roomy() or self._wanted() < self._room or len(self._jobs) - self.slow < self._room // _SHARE

    def blocks(self, waiting: Waiting) -> bool:
        """Whether those that wait have to, for descriptors."""
        room = self.ample() if waiting.all_doubted else not waiting.all_need_room or self.roomy()
        return not (room and self.admits())
