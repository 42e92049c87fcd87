"""The threads that lookups run on: how many there are, which are stuck, and what is left when there are none.

A lookup blocks and cannot be cancelled, so a thread whose lookup outlives its deadline is given up: nobody waits for
it, its name is judged without it, and when it does return it is as good as new. The rules:

1. 64 lookups are under way at once. One that takes longer than half a second does not count among them: another takes
   its place, so that names whose servers are silent hold up nobody.
2. There are 256 threads at most, those given up among them. With all of them taken, jobs wait, and none fails for it.
   Which of them is next, so that silent servers hold up no others' names, is in `waiting.py`.
3. Only when every thread that there may be, or that there are descriptors for, was given up, and none has come back for
   as long as the C library may take (half a minute at least), are the jobs that wait given up with them: a scan has to
   end.
4. A lookup holds a descriptor, and one for each name server once it has waited for the first. Where these are few, all
   that are under way may so come to want more than there are (`crowded`). New ones begin all the same, a quarter of the
   descriptors' worth, for most are over at once; those of names that were silent do not. What fails in a crowd may have
   failed by it, and is asked again where there is room for all that it and the others under way may come to hold: those
   that wait for that must not be each other's crowd. While one is asked for the last of three times, nobody else begins
   but where there is such room for both: that one cannot be crowded, so every lookup comes to an end.
5. Where no thread can be started (RuntimeError), those there are do it all. If there are none, the caller's own does
   one job each time it looks: slow, and nothing stops it in between, but true.
"""

import threading
from collections.abc import Callable

from scanner.targets.names.job import Job
from scanner.targets.names.waiting import Waiting

__all__ = ["MOST_THREADS", "Crew", "Job"]

MOST_THREADS = 256
_AT_ONCE = 64
_SLOW_S = 0.5
_LOOK_S = 0.02  # so often are those under way looked at
_SHARE = 4
_MOST_CROWDS = 3
_STALL_S = 1.0  # nobody looked for so long: the process stood still, and its lookups with it
_TRY_AGAIN_S = 1.0
_HOPELESS_S = 30.0


class Crew:
    """Does the jobs in `waiting` on threads; `do` is called on them. Its times are seconds of `clock`.

    `most`: how many threads there may be. It may be changed at any time; threads beyond it end after their lookups.
    `room`: descriptors for lookups. `each`: how many one may come to hold.
    """

    def __init__(self, do: Callable[[Job], None], clock: Callable[[], float], most: int) -> None:
        self._do = do
        self._clock = clock
        self.most = most
        self.room = float("inf")
        self.each = 1
        self.lock = threading.Lock()
        self.waiting = Waiting()
        self._running: set[Job] = set()
        self._done: list[Job] = []
        self._slow = 0
        self._last_times = 0  # lookups under way that are asked for the last time
        self._crowds = 0  # how often it was seen that the lookups may want more descriptors than there are
        self._looked = self._moved = clock()
        self._start_at = float("-inf")
        #: Set by whoever wants no further job begun; safe from a signal handler.
        self.stopping = False
        #: Threads there are.
        self.threads = 0
        #: Whether a thread could not be started.
        self.too_few = False
        #: Jobs that were given up without having been begun, and how many hung then.
        self.never_begun = self.hung = 0

    def look(self, now: float, deadline: float, hopeless: float) -> list[Job]:
        """The jobs that are over since the last call: done, or given up (without an answer) after `deadline` seconds,
        in which those count that were spent on the name before.

        `hopeless`: seconds after which a thread that was given up is not expected back.
        """
        if now - self._looked >= _LOOK_S:
            over = self._given_up(now, deadline)
            if self._hopeless(now, max(hopeless, _HOPELESS_S)):
                with self.lock:
                    never = self.waiting.drain()
                    self.never_begun, self.hung = self.never_begun + len(never), len(self._running)
                    over += never
        else:
            over = []
        self.staff(now)
        with self.lock:
            done, self._done = self._done, []
        if done or over:
            self._moved = now
        return over + [job for job in done if not job.given_up]

    def _given_up(self, now: float, deadline: float) -> list[Job]:
        """Looks at those under way: which are slow, and which are over."""
        stalled = now - self._looked if now - self._looked > _STALL_S else 0.0
        self._looked = now
        over = []
        with self.lock:
            for job in self._running:
                job.since = min(now, job.since + stalled)  # it may have begun meanwhile
                if not job.slow and now - job.since >= _SLOW_S:
                    job.slow = True
                    self._slow += 1
                    self._look_at_crowd()
                    self.waiting.stuck(job)
                if not job.given_up and now - job.since >= deadline - job.spent:
                    job.given_up = True
                    over.append(job)
        return over

    def _hopeless(self, now: float, patience: float) -> bool:
        """Whether jobs wait for threads of which none will come back."""
        with self.lock:
            if not self.waiting or not self._running or not all(job.given_up for job in self._running):
                return False
            if len(self._running) < self.most and now >= self._start_at and not self._blocked():
                return False
        return now - self._moved >= patience

    def _wanted(self) -> int:
        """How many descriptors the lookups under way may come to want."""
        return len(self._running) + self._slow * (self.each - 1)

    def _look_at_crowd(self) -> None:
        self._crowds += len(self._running) > 1 and self._wanted() > self.room  # one alone has all there is

    def _roomy(self) -> bool:
        """Whether there is room for one more that comes to hold all that it may."""
        return not self._running or self._wanted() + self.each <= self.room

    def _ample(self) -> bool:
        """The same, if all that are under way come to hold all that they may, too."""
        return not self._running or (len(self._running) + 1) * self.each <= self.room

    def _admits(self) -> bool:
        """Whether one more may begin, of which nobody knows how long it takes."""
        if self._last_times:
            return self._ample()
        return self._roomy() or self._wanted() < self.room or len(self._running) - self._slow < self.room // _SHARE

    def _blocked(self) -> bool:
        """Whether those that wait have to, for descriptors."""
        waiting = self.waiting
        room = self._ample() if waiting.all_doubted else not waiting.all_need_room or self._roomy()
        return not (room and self._admits())

    def staff(self, now: float) -> None:
        """Starts the threads that are wanted now."""
        with self.lock:
            blocked = self._blocked()
            idle = self.threads - len(self._running)
            lively = self.threads - self._slow
            wanted = min(len(self.waiting) - idle, _AT_ONCE - lively, self.most - self.threads) if not blocked else 0
        if now >= self._start_at:
            for _ in range(wanted):
                if not self._start():
                    self._start_at, self.too_few = now + _TRY_AGAIN_S, True
                    break
        if not self.threads and self.waiting and not self.stopping:
            self._one()

    def _start(self) -> bool:
        """One more thread, if this machine lets us."""
        with self.lock:
            self.threads += 1
        try:
            threading.Thread(target=self._work, name="resolver", daemon=True).start()
        except (RuntimeError, MemoryError):
            with self.lock:
                self.threads -= 1
            return False
        return True

    def _work(self) -> None:
        while self._one(on_thread=True):
            pass

    def _one(self, *, on_thread: bool = False) -> bool:
        """Does the next job, if there is one for this thread; else the thread ends."""
        with self.lock:
            crowded = self.threads > self.most or self.threads - self._slow > _AT_ONCE
            done = not self.waiting or self.stopping or (on_thread and crowded) or not self._admits()
            if done or (job := self.waiting.next(self.most, roomy=self._roomy(), ample=self._ample())) is None:
                self.threads -= on_thread
                return False
            job.begin(self._clock())
            job.crowds = self._crowds
            self._running.add(job)
            self._last_times += job.crowdings >= _MOST_CROWDS
            self._look_at_crowd()
        self._do(job)
        with self.lock:
            job.took = self._clock() - job.since
            job.crowded = self._crowds != job.crowds and job.crowdings < _MOST_CROWDS
            self._running.discard(job)
            self._last_times -= job.crowdings >= _MOST_CROWDS
            self._slow -= job.slow
            self.waiting.over(job, _SLOW_S)
            self._done.append(job)
        return True
