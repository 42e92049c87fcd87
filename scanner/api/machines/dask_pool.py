"""The workers of a Dask cluster as a `WorkerPool`: a thread that speaks with the scheduler, and what it has heard.

Each call to a scheduler may take a while, and one who writes reports may do so as well; so a scan and its scheduler do
not wait for each other. What a worker must be like is checked once, of those that join later too, before anything is
given to it.
"""

from collections import deque
from collections.abc import Callable, Mapping, Sequence
from threading import Condition, Thread
from time import monotonic
from typing import Any, Protocol

from scanner.scanning.remote.worker_pool import BrokenRun, LostCluster, PartNews, PartTask, Responder

_TURN_S = 0.1
#: All runs hear so often that somebody is there, and the scheduler is asked so often whom it has.
_BEAT_S = 0.5
_LOOK_S = 1.0
#: So much may wait for a slow writer; then the workers wait.
_MOST_HELD = 64
#: So many who answered are told to the runs: all of those whenever there are new ones.
_MOST_TOLD = 8192
#: A scheduler that answers nothing is lost after so long,
_PATIENCE_S = 10.0
#: and nobody waits longer than this for a good-bye; least of all who stops, which takes three seconds in all.
_LEAVE_S, _HURRY_S = 2.0, 0.5
_GONE = "the connection to the Dask scheduler has broken"
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

    def order(self, beat: int, *, stop: bool, hold: bool, told: int) -> None: ...

    def tell(self, responders: Sequence[Responder]) -> None: ...

    def close(self, *, over: bool) -> None: ...


class DaskPool:
    """`WorkerPool` of a scheduler. `workers`: those that it has now, by address, with their names; `fit`: which of
    these addresses, of workers that have come since, may be given anything."""

    def __init__(
        self,
        calls: SchedulerCalls,
        workers: Mapping[str, str],
        fit: Callable[[Sequence[str]], Sequence[str]],
        *,
        clock: Callable[[], float] = monotonic,
    ) -> None:
        self._calls = calls
        self._fit = fit
        self._clock = clock
        self._changed = Condition()
        self._said: deque[PartNews | BrokenRun | LostCluster] = deque()
        self._wanted: deque[tuple[Callable[..., None], tuple[Any, ...]]] = deque()
        self._workers = dict(workers)
        self._unfit: set[str] = set()
        self._responders: deque[Responder] = deque(maxlen=_MOST_TOLD)
        self._responded = 0
        self._open: set[PartTask] = set()
        self._stop = False
        self._closing = False
        self._thread = Thread(target=self._serve, name="scanner-machines", daemon=True)
        self._thread.start()

    def workers(self) -> Mapping[str, str]:
        """Those that can be given something to probe."""
        return self._workers

    def submit(self, address: str, task: PartTask, work: bytes, sharers: int) -> None:
        """Have this worker run this part."""
        self._open.add(task)
        self._want(self._calls.submit, address, task, work, sharers)

    def forget(self, task: PartTask) -> None:
        """Nobody waits for this run any more."""
        self._open.discard(task)
        self._want(self._calls.forget, task)

    def tell(self, responders: Sequence[Responder]) -> None:
        """These have answered."""
        self._responders += responders
        self._responded += len(responders)

    def stop(self) -> None:
        """All runs end soon."""
        self._stop = True
        self._want(_nothing)

    def take(self, wait_s: float) -> list[PartNews | BrokenRun | LostCluster]:
        """What there is to hear."""
        with self._changed:
            if not self._said:
                self._changed.wait(wait_s)
            said = list(self._said)
            self._said.clear()
            self._changed.notify_all()
        return said

    def close(self) -> None:
        """Leave."""
        self._closing = True
        self._want(_nothing)
        self._thread.join(_HURRY_S if self._stop else _LEAVE_S)

    def _want(self, call: Callable[..., None], *what: Any) -> None:
        with self._changed:
            self._wanted.append((call, what))
            self._changed.notify_all()

    def _serve(self) -> None:
        """The thread, until somebody leaves or the scheduler is lost."""
        beats, failing_at = _Beats(self._clock()), None
        while not self._closing:
            try:
                busy = self._turn(beats)
                failing_at = None
            except Exception:  # whatever Dask, or the network, has to say
                busy, now = False, self._clock()
                failing_at = now if failing_at is None else failing_at
                if self._calls.lost or now - failing_at >= _PATIENCE_S:
                    self._hear([LostCluster(_GONE if self._calls.lost else _MUTE)])
                    break
            if not busy:
                with self._changed:
                    if not self._wanted and not self._closing:
                        self._changed.wait(_TURN_S)
        self._calls.close(over=not self._open)

    def _turn(self, beats: "_Beats") -> bool:
        """Whether anything came of it."""
        if self._calls.lost:
            raise ConnectionError(_GONE)
        while self._wanted:
            call, what = self._wanted.popleft()
            call(*what)
        now = self._clock()
        if beats.due(now, self._stop):
            if (count := self._responded) > beats.told:
                self._calls.tell(list(self._responders))
                beats.tells(count)
            self._calls.order(
                beats.next(now, self._stop), stop=self._stop, hold=len(self._said) >= _MOST_HELD, told=beats.told
            )
        if now >= beats.look_at:
            self._look()
            beats.looks(self._clock() + _LOOK_S)
        return self._fetch()

    def _look(self) -> None:
        """Who is there, and may be used."""
        there = self._calls.workers()
        new = [each for each in there if each not in self._workers and each not in self._unfit]
        fit = set(self._fit(new)) if new else set()
        self._unfit.update(each for each in new if each not in fit)
        self._workers = {each: name for each, name in there.items() if each not in self._unfit}

    def _fetch(self) -> bool:
        if len(self._said) >= _MOST_HELD:
            return False
        over = self._calls.ended()  # before what they said last is fetched: a task ends after that
        said: list[PartNews | BrokenRun | LostCluster] = list(self._calls.news())
        self._open.difference_update(each.task for each in said if isinstance(each, PartNews) and each.last)
        for task, why in over.items():
            if task in self._open:
                self._open.discard(task)
                said.append(BrokenRun(task, why or "its worker ended it"))
        self._hear(said)
        return bool(said)

    def _hear(self, said: Sequence[PartNews | BrokenRun | LostCluster]) -> None:
        with self._changed:
            self._said += said
            self._changed.notify_all()


class _Beats:
    """When the runs, and the scheduler, are to be spoken to next. `told`: how many responders the runs know of."""

    def __init__(self, now: float) -> None:
        self.look_at = now
        self.told = 0
        self._count = 0
        self._at = now
        self._stopping = False

    def due(self, now: float, stop: bool) -> bool:
        """Whether the runs are to be told now; that they are to stop is told at once."""
        return now >= self._at or stop != self._stopping

    def next(self, now: float, stop: bool) -> int:
        """The number of this beat."""
        self._at, self._stopping = now + _BEAT_S, stop
        self._count += 1
        return self._count

    def tells(self, told: int) -> None:
        """So many are known by now."""
        self.told = told

    def looks(self, at: float) -> None:
        """The scheduler is asked again then."""
        self.look_at = at


def _nothing() -> None:
    """Wakes the thread up."""
