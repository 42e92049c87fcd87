"""Lookups that wait for a thread, and which of them is next.

A name whose servers are silent keeps its thread for half a minute. Threads may be few, and there may be more such names
than threads; so it is not first come, first served. What is known of the others in a name's zone (what is asked for
without its first label) decides. The last that was heard of a zone counts: an answer, or silence. The rules:

1. Names of a zone that was last heard to be silent wait behind all others. Its next answer brings them back.
2. A zone may have had no time to be heard of: the last quarter of the threads is not for names like those that the
   other threads wait for. It takes names of zones that answer, or one of each zone that nobody was asked in, from the
   other end of the queue: where every zone is another one, silent ones are rather neighbours than spread.
3. No thread is idle for that, but for the moment in which it comes out which zones answer.
4. A lookup that waits for its servers comes to hold a descriptor for each, any other one. So names of silent zones, and
   what failed while there might have been too few descriptors, begin only where there is room for all of that.

Nothing is made for a name before its turn, for there may be 200,000; only who is to wait for longer is put elsewhere.
"""

from collections import deque
from collections.abc import Iterable

from scanner.targets.names.job import Job, zone_of
from scanner.targets.names.pending_name import PendingName

#: That many zones are remembered as ones that answer; beyond, they are only unknown.
_MOST_ZONES = 10_000
_SHARE = 4


class _NameQueue:
    """Names in a row: all for their first family, then those that have a second one for that."""

    __slots__ = ("first", "second")

    def __init__(self) -> None:
        self.first: deque[PendingName] = deque()
        self.second: deque[PendingName] = deque()

    def __len__(self) -> int:
        return len(self.first) + len(self.second)

    def next(self) -> deque[PendingName]:
        """Where the next one stands."""
        return self.first or self.second

    def job(self, names: deque[PendingName], *, last: bool = False) -> Job:
        """Takes the job of the first or last of these."""
        name = names.pop() if last else names.popleft()
        return Job(name, name.families[names is self.second])

    def put(self, job: Job, *, last: bool) -> None:
        """One that was taken from another queue: behind those from its beginning, before those from its end."""
        names = self.first if job.family == job.name.families[0] else self.second
        if last:
            names.appendleft(job.name)
        else:
            names.append(job.name)

    def join(self, other: "_NameQueue") -> None:
        self.first += other.first
        self.second += other.second


class Zones:
    """What was last heard of each zone, and how many lookups are under way in it."""

    def __init__(self) -> None:
        self.answers: dict[str, bool] = {}  # the last that was heard: an answer, or silence
        self.under_way: dict[str, int] = {}
        self.doubtful = 0  # lookups under way in zones that were not heard to answer

    def begun(self, zone: str) -> None:
        """A lookup more."""
        self.under_way[zone] = self.under_way.get(zone, 0) + 1
        self.doubtful += not self.answers.get(zone)

    def over(self, zone: str) -> None:
        """A lookup less."""
        self.doubtful -= not self.answers.get(zone)
        if left := self.under_way[zone] - 1:
            self.under_way[zone] = left
        else:
            del self.under_way[zone]

    def heard(self, zone: str, *, answers: bool) -> None:
        """The last that is known of it now."""
        if answers and zone not in self.answers and len(self.answers) >= _MOST_ZONES:
            return
        self.doubtful += (bool(self.answers.get(zone)) - answers) * self.under_way.get(zone, 0)
        self.answers[zone] = answers


class Waiting:
    """The jobs that wait for a thread. Not safe for threads: whoever calls holds the lock."""

    def __init__(self) -> None:
        self.zones = Zones()
        self._again: deque[Job] = deque()
        self._doubted: deque[Job] = deque()
        self._queue = _NameQueue()
        self._behind: dict[str, _NameQueue] = {}  # of zones that are to wait
        self._back: dict[str, _NameQueue] = {}  # of zones that waited, and answer again
        self._put_off = 0  # lookups in those two

    def __len__(self) -> int:
        return len(self._again) + len(self._doubted) + len(self._queue) + self._put_off

    @property
    def all_need_room(self) -> bool:
        """Whether all of them are such as begin only where there is room for what they may come to hold."""
        return not (self._again or self._queue or self._back)

    @property
    def all_doubted(self) -> bool:
        """Whether all of them failed in a crowd, and begin only where there is room for all under way, too."""
        return self.all_need_room and not self._behind

    def add(self, names: Iterable[PendingName]) -> None:
        """All lookups of these names; those for their second family come behind all others."""
        for name in names:
            self._queue.first.append(name)
            if len(name.families) > 1:
                self._queue.second.append(name)

    def put_back(self, jobs: Iterable[Job]) -> None:
        """These were begun before: they go first, or first of those that need room."""
        for job in jobs:
            (self._doubted if job.crowdings else self._again).append(job)

    def doubt(self, job: Job, *, waited: bool) -> None:
        """This one was begun before, and is to be asked again when there is room. `waited`: for its server."""
        if waited:
            self._doubted.append(job)
        else:
            self._doubted.appendleft(job)

    def drain(self) -> list[Job]:
        """All of them."""
        jobs = [*self._again, *self._doubted]
        self._again.clear()
        self._doubted.clear()
        for queue in (self._queue, *self._back.values(), *self._behind.values()):
            jobs += [queue.job(queue.next()) for _ in range(len(queue))]
        self._back, self._behind, self._put_off = {}, {}, 0
        return jobs

    def stuck(self, job: Job) -> None:
        """This one, which is under way, waits for its server."""
        self.zones.heard(job.zone, answers=False)

    def over(self, job: Job, slow_s: float) -> None:
        """This one is no longer under way. Its zone answers if it has an answer, or failed in less than that time."""
        self.zones.over(job.zone)
        if job.answer is None or job.answer.short:
            return
        answers = job.took < slow_s or job.answer.reason in ("", "no-address")
        self.zones.heard(job.zone, answers=answers)
        if answers and (queue := self._behind.pop(job.zone, None)):
            self._back.setdefault(job.zone, _NameQueue()).join(queue)

    def next(self, most: int, *, roomy: bool = True, ample: bool = True) -> Job | None:
        """The next one of these for one of `most` threads; None: nobody yet, what is under way will tell more.

        `roomy`: whether there is room for one that comes to hold a descriptor for each server; `ample`: and for the
        others under way, if they do.
        """
        job = self._next(self.zones.doubtful >= most - min(most - 1, max(1, most // _SHARE)), roomy, ample)
        if job is not None:
            self.zones.begun(job.zone)
        return job

    def _next(self, last_threads: bool, roomy: bool, ample: bool) -> Job | None:
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
        """Which names to take the next one from, and whether the last of them."""
        queue = self._queue
        for names in (queue.first, queue.second) if last_threads else ():
            for last in (True, False):
                if names and self.zones.answers.get(zone_of(names[-last])):
                    return names, last
        return queue.next(), last_threads

    def _waits(self, zone: str, last_threads: bool) -> bool:
        """Whether names of this zone are to wait behind others."""
        if (answers := self.zones.answers.get(zone)) is None:
            return last_threads and zone in self.zones.under_way
        return not answers

    def _open(self) -> bool:
        """Whether it will come out soon which of the zones that wait are to be preferred."""
        known = self.zones.answers
        return len(self._behind) > 1 and any(
            zone in self._behind and zone not in known for zone in self.zones.under_way
        )

    def _of(self, queues: dict[str, _NameQueue], zone: str) -> Job:
        queue = queues[zone]
        job = queue.job(queue.next())
        self._put_off -= 1
        if not queue:
            del queues[zone]
        return job
