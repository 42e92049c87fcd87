"""The threads that lookups run on: how many there are, which are stuck, and what to do when there are none.

A lookup blocks and cannot be cancelled, so a thread whose lookup outlives its deadline is given up: nobody waits for
it, its name is judged without it, and once it returns it is used again. The rules:

1. 64 lookups are under way at once. One that takes longer than half a second does not count among them: another takes
   its place, so that names whose servers are silent hold up nothing else.
2. There are at most 256 threads, including those given up. When all are taken, jobs wait, and none fails because of it.
   Which job is next, so that silent servers do not hold up other servers' names, is in `waiting_lookups.py`; whether
   there are descriptors for one more, in `lookups_under_way.py`.
3. Only when every thread that may exist, or that there are descriptors for, was given up, and none has come back for
   as long as the C library may take (at least half a minute), are the waiting jobs given up too: a scan has to end.
4. Where no thread can be started (RuntimeError), the existing ones do all the work. If there are none, the caller's
   own does one job each time it looks: slow, and not interruptible in between, but correct.
"""

import threading
from collections.abc import Callable, Iterable

from scanner.targets.names.lookup import Answer
from scanner.targets.names.lookup_job import LookupJob
from scanner.targets.names.lookups_under_way import LookupsUnderWay
from scanner.targets.names.pending_name import PendingName
from scanner.targets.names.waiting_lookups import WaitingLookups
from scanner.words.shown_text import many

MOST_THREADS = 256
_AT_ONCE = 64
_SLOW_S = 0.5
_LOOK_S = 0.02  # how often those under way are looked at
_STALL_S = 1.0  # nobody looked for this long: the process stood still, and its lookups with it
_TRY_AGAIN_S = 1.0
_HOPELESS_S = 30.0


class LookupThreads:
    """Does jobs on threads, where it calls `ask` with a text and a family. Its times are seconds of `clock`.

    `most`: how many threads there may be at first.
    """

    def __init__(self, ask: Callable[[str, int], Answer], clock: Callable[[], float], most: int) -> None:
        self._ask = ask
        self._clock = clock
        self._lock = threading.Lock()
        self._waiting = WaitingLookups()
        self._under_way = LookupsUnderWay()
        self._done: list[LookupJob] = []
        self._looked = self._moved = clock()
        self._start_at = float("-inf")
        self._stopping = False
        self._too_few = False  # whether a thread could not be started
        self._never_begun = self._hung = 0  # jobs that were given up before they began; how many hung then
        #: How many threads there may be.
        self.most = most
        #: How many threads there are.
        self.threads = 0

    @property
    def busy_with(self) -> list[str]:
        """The names whose lookups are under way."""
        with self._lock:
            return [job.name.text for job in self._under_way]

    def fit(self, most: int, room: int, each: int) -> None:
        """There may be `most` threads, and there are `room` descriptors for lookups (`LookupsUnderWay.provide`)."""
        self.most = most
        with self._lock:
            self._under_way.provide(room, each)

    def fewer(self) -> None:
        """From now on there may be half as many threads; any beyond that end after their lookups."""
        self.most = max(1, min(self.most, self.threads) // 2)

    def more(self, most: int) -> None:
        """There may be twice as many as now, up to `most`."""
        self.most = min(most, self.most * 2)

    def add(self, names: Iterable[PendingName]) -> None:
        """Queue all lookups of these names."""
        with self._lock:
            self._waiting.add(names)

    def put_back(self, jobs: Iterable[LookupJob]) -> None:
        """Queue these again; they were begun before."""
        with self._lock:
            self._waiting.put_back(jobs)

    def doubt(self, job: LookupJob, *, waited: bool) -> None:
        """Queue this one, which failed in a crowd, for when there is room. `waited`: it waited for its server."""
        with self._lock:
            self._waiting.doubt(job, waited=waited)

    def stop(self) -> None:
        """No further job begins. Safe from a signal handler."""
        self._stopping = True

    def complaints(self) -> list[str]:
        """What to say about threads that could not be started, or that hang, since the last call."""
        found = []
        if self._too_few:
            some = self.threads > 0
            what = "no more threads" if some else "no thread"
            effect = "fewer names are looked up at once" if some else "the scan waits for each lookup"
            self._too_few = False
            found.append(
                f"{what} can be started, so {effect} (the answers are the same): raise `ulimit -u` or pids.max"
            )
        if count := self._never_begun:
            self._never_begun = 0
            found.append(
                f"{many(count, 'lookup was', 'lookups were')} never started: all {self._hung} before them hang"
            )
        return found

    def look(self, now: float, deadline: float, hopeless: float) -> list[LookupJob]:
        """The jobs that ended since the last call: done, or given up (without an answer) after `deadline` seconds,
        which include those spent on the name before.

        `hopeless`: seconds after which a thread that was given up is not expected back.
        """
        if now - self._looked >= _LOOK_S:
            over = self._given_up(now, deadline)
            if self._hopeless(now, max(hopeless, _HOPELESS_S)):
                with self._lock:
                    never = self._waiting.drain()
                    self._never_begun, self._hung = self._never_begun + len(never), len(self._under_way)
                    over += never
        else:
            over = []
        self.staff(now)
        with self._lock:
            done, self._done = self._done, []
        if done or over:
            self._moved = now
        return over + [job for job in done if not job.given_up]

    def _given_up(self, now: float, deadline: float) -> list[LookupJob]:
        """Look at those under way: note which are slow, and return those to give up."""
        stalled = now - self._looked if now - self._looked > _STALL_S else 0.0
        self._looked = now
        with self._lock:
            for job in self._under_way:
                job.stand_still(stalled, now)
            for job in self._under_way.turned_slow(now, _SLOW_S):
                self._waiting.stuck(job)
            return [job for job in self._under_way if job.outlives(now, deadline)]

    def _hopeless(self, now: float, patience: float) -> bool:
        """Whether jobs wait for threads none of which will come back."""
        with self._lock:
            if not self._waiting or not self._under_way.all_given_up:
                return False
            more = len(self._under_way) < self.most and now >= self._start_at
            if more and not self._under_way.blocks(self._waiting):
                return False
        return now - self._moved >= patience

    def staff(self, now: float) -> None:
        """Start the threads that are wanted now."""
        with self._lock:
            blocked = self._under_way.blocks(self._waiting)
            idle = self.threads - len(self._under_way)
            lively = self.threads - self._under_way.slow
            wanted = min(len(self._waiting) - idle, _AT_ONCE - lively, self.most - self.threads) if not blocked else 0
        if now >= self._start_at:
            for _ in range(wanted):
                if not self._start():
                    self._start_at, self._too_few = now + _TRY_AGAIN_S, True
                    break
        if not self.threads and self._waiting and not self._stopping:
            self._one()

    def _start(self) -> bool:
        """Start one more thread, if this machine lets us."""
        with self._lock:
            self.threads += 1
        try:
            threading.Thread(target=self._work, name="resolver", daemon=True).start()
        except (RuntimeError, MemoryError):
            with self._lock:
                self.threads -= 1
            return False
        return True

    def _work(self) -> None:
        while self._one(on_thread=True):
            pass

    def _one(self, *, on_thread: bool = False) -> bool:
        """Do the next job, if there is one for this thread; otherwise the thread ends."""
        with self._lock:
            job = None if self._enough(on_thread=on_thread) else self._next()
            if job is None:
                self.threads -= on_thread
                return False
            self._under_way.begin(job, self._clock())
        job.look_up(self._ask)
        with self._lock:
            self._under_way.end(job, self._clock())
            self._waiting.over(job, _SLOW_S)
            self._done.append(job)
        return True

    def _enough(self, *, on_thread: bool) -> bool:
        """Whether no further job may begin, at all or on this thread."""
        crowded = self.threads > self.most or self.threads - self._under_way.slow > _AT_ONCE
        return not self._waiting or self._stopping or (on_thread and crowded) or not self._under_way.admits()

    def _next(self) -> LookupJob | None:
        return self._waiting.next(self.most, roomy=self._under_way.roomy(), ample=self._under_way.ample())
