"""The workers of a Dask cluster as a `WorkerPool`: a thread that speaks with the scheduler, and what it has heard.

Each call to a scheduler may take a while, and one who writes reports may do so as well; so a scan and its scheduler do
not wait for each other. Which of its workers may be given anything, `fit_workers.py` knows.

All that both threads touch is behind one lock (`_changed`), which nobody holds while a scheduler is asked. A call that
fails is made again, and what was heard by then is kept, until the scheduler is taken for lost.
"""

from collections import deque
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from threading import Condition, Thread
from time import monotonic
from typing import Any, Protocol

from scanner.api.machines.dask_beats import Beats, LatestResponders
from scanner.api.machines.dask_courier import ALONE_S
from scanner.api.machines.fit_workers import FitWorkers
from scanner.scanning.remote.worker_pool import (
    BrokenRun,
    LostCluster,
    PartNews,
    PartTask,
    PoolNotice,
    PoolWord,
    Responder,
)

_TURN_S = 0.1
#: The scheduler is asked so often whom it has.
_LOOK_S = 1.0
#: So many bytes may wait for a slow writer, some 200,000 rows; then the workers wait.
_MOST_HELD = 2_000_000
#: A scheduler that answers nothing is lost after so long: not before its workers take themselves for alone,
_PATIENCE_S = ALONE_S
#: and nobody waits longer than this for a good-bye; least of all who stops, which takes three seconds in all.
_LEAVE_S, _HURRY_S = 2.0, 0.5
#: What has not been asked for longer than this is not heard.
_LATELY_S = 2.0
_GONE = "the connection to the Dask scheduler has broken"
#: A task that ends without a last word has heard of nobody here for a while (`dask_courier.py`).
_ALONE = f"its worker had not heard of this scan for {ALONE_S:g} s"
_MUTE = f"the Dask scheduler has not answered for {_PATIENCE_S:g} s"


class SchedulerCalls(Protocol):
    """As `dask_client.DaskClient`."""

    @property
    def lost(self) -> bool: ...

    def workers(self) -> dict[str, str]: ...

    def submit(self, address: str, task: PartTask, work: bytes, sharers: int) -> None: ...

    def forget(self, task: PartTask) -> None: ...

    def ended(self) -> dict[PartTask, str]: ...

    def news(self) -> list[PartNews]: ...

    def order(self, beat: int, *, stop: bool, hold: bool, told: int, over: Sequence[PartTask]) -> None: ...

    def tell(self, responders: Sequence[Responder]) -> None: ...

    def close(self, *, over: bool) -> None: ...


class DaskPool:
    """`WorkerPool` of a scheduler. `workers`: those that may be given something now, by address, with their names;
    `fit`: which others may, once they come."""

    def __init__(
        self,
        calls: SchedulerCalls,
        workers: Mapping[str, str],
        fit: FitWorkers,
        *,
        clock: Callable[[], float] = monotonic,
    ) -> None:
        self._calls = calls
        self._fit = fit
        self._clock = clock
        self._changed = Condition()
        # Behind it: what was said, what is wanted, who is there, who answered, which runs are open, and which are over
        # though they may not know; that it stops, and closes; when the scheduler answered last.
        self._said: deque[PoolWord] = deque()
        self._wanted: deque[tuple[Callable[..., None], tuple[Any, ...]]] = deque()
        self._workers = dict(workers)
        self._responders = LatestResponders()
        self._open: set[PartTask] = set()
        self._over: list[PartTask] = []
        self._stop = self._closing = False
        self._answered_at = clock()
        # Of the other thread alone: tasks that have ended, whose last words may be on their way.
        self._ended: dict[PartTask, str] = {}
        self._thread = Thread(target=self._serve, name="scanner-machines", daemon=True)
        self._thread.start()

    def workers(self) -> Mapping[str, str]:
        """Those that can be given something to probe."""
        with self._changed:
            return self._workers  # which is never changed, but replaced

    @property
    def hears(self) -> bool:
        """Whether the scheduler has answered lately."""
        with self._changed:
            return self._clock() - self._answered_at < _LATELY_S

    def submit(self, address: str, task: PartTask, work: bytes, sharers: int) -> None:
        """Have this worker run this part."""
        with self._changed:
            self._open.add(task)
            self._want(self._calls.submit, address, task, work, sharers)

    def forget(self, task: PartTask, *, waits: bool = False) -> None:
        """Nobody waits for this run any more. If it goes on all the same, or begins, it is told to end."""
        with self._changed:
            if task in self._open:
                self._open.discard(task)
                self._over.append(task)
            if not waits:
                self._want(self._calls.forget, task)

    def tell(self, responders: Sequence[Responder]) -> None:
        """These have answered."""
        with self._changed:
            self._responders.add(responders)

    def stop(self) -> None:
        """All runs end soon."""
        with self._changed:
            self._stop = True
            self._changed.notify_all()

    def take(self, wait_s: float) -> list[PoolWord]:
        """What there is to hear."""
        with self._changed:
            if not self._said:
                self._changed.wait(wait_s)
            said = list(self._said)
            self._said.clear()
            self._changed.notify_all()
        return said

    def close(self) -> None:
        """Leave. Runs that are still there are told to end."""
        with self._changed:
            self._closing = True
            self._changed.notify_all()
        self._thread.join(_HURRY_S if self._stop else _LEAVE_S)

    def _want(self, call: Callable[..., None], *what: Any) -> None:
        self._wanted.append((call, what))
        self._changed.notify_all()

    def _serve(self) -> None:
        """The thread, until somebody leaves or the scheduler is lost."""
        beats = Beats(self._clock())
        while not self._closing:
            try:
                busy, fails = self._turn(beats), False
                with self._changed:
                    self._answered_at = self._clock()
            except Exception:  # whatever Dask, or the network, has to say
                busy, fails = False, True
                if self._calls.lost or self._clock() - self._answered_at >= _PATIENCE_S:
                    self._hear([LostCluster(_GONE if self._calls.lost else _MUTE)])
                    break
            if not busy:
                with self._changed:
                    if (fails or not self._wanted) and not self._closing:
                        self._changed.wait(_TURN_S)
        with self._changed:
            alone = not self._open and not self._over
        with suppress(Exception):
            if not alone and not self._calls.lost:
                self._order(beats, self._clock(), stop=True)
        self._calls.close(over=alone)

    def _turn(self, beats: Beats) -> bool:
        """Whether anything came of it."""
        if self._calls.lost:
            raise ConnectionError(_GONE)
        while self._wanted:
            call, what = self._wanted[0]
            call(*what)
            self._wanted.popleft()  # which only this thread does
        now = self._clock()
        if beats.due(now, self._stop):
            with self._changed:
                latest, count = self._responders.latest(), self._responders.count
            if count > beats.told:
                self._calls.tell(latest)
                beats.tells(count)
            self._order(beats, now, stop=self._stop)
        if now >= beats.look_at:
            self._look()
            beats.looks(self._clock() + _LOOK_S)
        return self._fetch()

    def _order(self, beats: Beats, now: float, *, stop: bool) -> None:
        with self._changed:
            hold, over = self._is_full(), list(self._over)
        self._calls.order(beats.next(now, stop), stop=stop, hold=hold and not stop, told=beats.told, over=over)

    def _look(self) -> None:
        """Who is there, and may be used."""
        there = self._fit.among(self._calls.workers())
        self._hear([PoolNotice(text) for text in self._fit.take_notices()])
        with self._changed:
            self._workers = there

    def _fetch(self) -> bool:
        with self._changed:
            if self._is_full():
                return False
        self._ended |= self._calls.ended()  # before what they said last is fetched: a task ends after that
        said: list[PoolWord] = list(self._calls.news())
        with self._changed:
            lasts = {each.task for each in said if isinstance(each, PartNews) and each.last}
            self._open -= lasts
            self._over = [task for task in self._over if task not in lasts]
            for task, why in self._ended.items():
                if task in self._open:
                    self._open.discard(task)
                    said.append(BrokenRun(task, why or _ALONE, alone=not why))
            self._ended.clear()
        self._hear(said)
        return bool(said)

    def _is_full(self) -> bool:
        return sum(len(each.rows) + len(each.state) for each in self._said if isinstance(each, PartNews)) >= _MOST_HELD

    def _hear(self, said: Sequence[PoolWord]) -> None:
        with self._changed:
            self._said += said
            self._changed.notify_all()
