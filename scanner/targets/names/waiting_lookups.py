"""Lookups that wait for a thread, and which of them is next.

A name whose servers are silent keeps its thread for half a minute. Threads may be few, and there may be more such names
than threads, so it is not first come, first served. What is known about others in a name's zone (the name asked for
without its first label) decides. Whatever was last heard from a zone counts: an answer, or silence. The rules:

1. Names in a zone that was last found silent wait behind all others. Its next answer brings them back.
2. A zone may not have had time to be heard from. So the last quarter of the threads is not for names like those that
   the other threads are waiting for: it takes names in zones that answer, or one from each zone with no lookup under
   way, from the other end of the queue, because where each name has another zone, silent ones tend to be neighbours.
3. No thread stays idle for this, except for the moment until it is known which zones answer.
4. A lookup that waits for its servers comes to hold a descriptor for each; any other holds one. So names in silent
   zones, and what failed when there may have been too few descriptors, begin only where there is room for all of those.

Nothing is made for a name before its turn, because there may be 200,000; only names that must wait longer are moved.
"""

from collections import deque
from collections.abc import Iterable

from scanner.model import Reason
from scanner.targets.names.lookup_job import LookupJob, zone_of
from scanner.targets.names.pending_name import PendingName

#: This many zones are remembered as ones that answer; any beyond that are merely unknown.
_MOST_ZONES = 10_000
_SHARE = 4


class _NameQueue:
    """Names in order: all for their first family, then, for the second, those that have one."""

    __slots__ = ("first", "second")

    def __init__(self) -> None:
        self.first: deque[PendingName] = deque()
        self.second: deque[PendingName] = deque()

    def __len__(self) -> int:
        return len(self.first) + len(self.second)

    def next(self) -> deque[PendingName]:
        """The part of the queue with the next name."""
        return self.first or self.second

    def job(self, names: deque[PendingName], *, last: bool = False) -> LookupJob:
        """Take the job of the first or last of these."""
        name = names.pop() if last else names.popleft()
        return LookupJob(name, name.families[names is self.second])

    def put(self, job: LookupJob, *, last: bool) -> None:
        """Put in a job from another queue: at the end if it came from its front, at the front if from its end."""
        names = self.first if job.family == job.name.families[0] else self.second
        if last:
            names.appendleft(job.name)
        else:
            names.append(job.name)

    def join(self, other: "_NameQueue") -> None:
        self.first += other.first
        self.second += other.second


class Zones:
    """What was last heard from each zone, and how many lookups are under way in it."""

    def __init__(self) -> None:
        self.answers: dict[str, bool] = {}  # what was last heard: an answer, or silence
        self.under_way: dict[str, int] = {}
        self.doubtful = 0  # lookups under way in zones that are not known to answer

    def begun(self, zone: str) -> None:
        """A lookup begins."""
        self.under_way[zone] = self.under_way.get(zone, 0) + 1
        self.doubtful += not self.answers.get(zone)

    def over(self, zone: str) -> None:
        """A lookup has ended."""
        self.doubtful -= not self.answers.get(zone)
        if left := self.under_way[zone] - 1:
            self.under_way[zone] = left
        else:
            del self.under_way[zone]

    def heard(self, zone: str, *, answers: bool) -> None:
        """Note what a zone was last heard to do: answer, or stay silent."""
        if answers and zone not in self.answers and len(self.answers) >= _MOST_ZONES:
            return
        self.doubtful += (bool(self.answers.get(zone)) - answers) * self.under_way.get(zone, 0)
        self.answers[zone] = answers


class WaitingLookups:
    """The jobs that wait for a thread. Not thread-safe: the caller holds the lock."""

    def __init__(self) -> None:
        self.zones = Zones()
        self._again: deque[LookupJob] = deque()
        self._doubted: deque[LookupJob] = deque()
        self._queue = _NameQueue()
        self._behind: dict[str, _NameQueue] = {}  # of zones that must wait
        self._back: dict[str, _NameQueue] = {}  # of zones that waited, and answer again
        self._put_off = 0  # lookups in those two

    def __len__(self) -> int:
        return len(self._again) + len(self._doubted) + len(self._queue) + self._put_off

    @property
    def all_need_room(self) -> bool:
        """Whether all of them begin only where there is room for what they may come to hold."""
        return not (self._again or self._queue or self._back)

    @property
    def all_doubted(self) -> bool:
        """Whether all of them failed in a crowd, and begin only where there is also room for all those under way."""
        return self.all_need_room and not self._behind

    def add(self, names: Iterable[PendingName]) -> None:
        """Queue all lookups of these names; those for a second family come after all others."""
        for name in names:
            self._queue.first.append(name)
            if len(name.families) > 1:
                self._queue.second.append(name)

    def put_back(self, jobs: Iterable[LookupJob]) -> None:
        """Queue these again: before all others or, if they have failed in a crowd, first of those that need room."""
        for job in jobs:
            (self._doubted if job.crowdings else self._again).append(job)

    def doubt(self, job: LookupJob, *, waited: bool) -> None:
        """Queue this one again, for when there is room; it was begun before. `waited`: it waited for its server."""
        if waited:
            self._doubted.append(job)
        else:
            self._doubted.appendleft(job)

    def drain(self) -> list[LookupJob]:
        """Take out all of them."""
        jobs = [*self._again, *self._doubted]
        self._again.clear()
        self._doubted.clear()
        for queue in (self._queue, *self._back.values(), *self._behind.values()):
            jobs += [queue.job(queue.next()) for _ in range(len(queue))]
        self._back, self._behind, self._put_off = {}, {}, 0
        return jobs

    def stuck(self, job: LookupJob) -> None:
        """This one, which is under way, is waiting for its server."""
        self.zones.heard(job.zone, answers=False)

    def over(self, job: LookupJob, slow_s: float) -> None:
        """This one is no longer under way. Its zone answers if it got an answer, or failed within `slow_s`."""
        self.zones.over(job.zone)
        if job.answer is None or job.answer.short:
            return
        answers = job.took < slow_s or job.answer.reason in ("", Reason.NO_ADDRESS)
        self.zones.heard(job.zone, answers=answers)
        if answers and (queue := self._behind.pop(job.zone, None)):
            self._back.setdefault(job.zone, _NameQueue()).join(queue)

    def next(self, most: int, *, roomy: bool = True, ample: bool = True) -> LookupJob | None:
        """The next job for one of `most` threads; None: none yet, those under way will tell more.

        `roomy`: whether there is room for one that comes to hold a descriptor for each server; `ample`: even if all
        those under way do so too.
        """
        job = self._next(self.zones.doubtful >= most - min(most - 1, max(1, most // _SHARE)), roomy, ample)
        if job is not None:
            self.zones.begun(job.zone)
        return job

    def _next(self, last_threads: bool, roomy: bool, ample: bool) -> LookupJob | None:
        if self._again:
            return self._again.popleft()
        while self._back:
            zone = next(iter(self._back))
            if not self._waits(zone, last_threads):
                return self._of(self._back, zone)
            self._behind.setdefault(zone, _NameQueue()).join(self._back.pop(zone))
        while self._queue:
            names, last = self._end(last_threads)
            job = self._queue.job(names, last=last)
            if not self._waits(job.zone, last_threads):
                return job
            self._behind.setdefault(job.zone, _NameQueue()).put(job, last=last)
            self._put_off += 1
        if self._doubted and ample:
            return self._doubted.popleft()
        if not self._behind or not roomy or (last_threads and self._open()):
            return None
        zone = next(iter(self._behind))
        if last_threads:
            zone = next((zone for zone in self._behind if zone not in self.zones.under_way), zone)
        job = self._of(self._behind, zone)
        if queue := self._behind.pop(zone, None):
            self._behind[zone] = queue  # the next is another zone's turn
        return job

    def _end(self, last_threads: bool) -> tuple[deque[PendingName], bool]:
        """Which names to take the next one from, and whether to take the last of them."""
        queue = self._queue
        for names in (queue.first, queue.second) if last_threads else ():
            for last in (True, False):
                if names and self.zones.answers.get(zone_of(names[-last])):
                    return names, last
        return queue.next(), last_threads

    def _waits(self, zone: str, last_threads: bool) -> bool:
        """Whether names in this zone must wait behind others."""
        if (answers := self.zones.answers.get(zone)) is None:
            return last_threads and zone in self.zones.under_way
        return not answers

    def _open(self) -> bool:
        """Whether it will soon be known which of the waiting zones to prefer."""
        known = self.zones.answers
        return len(self._behind) > 1 and any(
            zone in self._behind and zone not in known for zone in self.zones.under_way
        )

    def _of(self, queues: dict[str, _NameQueue], zone: str) -> LookupJob:
        queue = queues[zone]
        job = queue.job(queue.next())
        self._put_off -= 1
        if not queue:
            del queues[zone]
        return job
