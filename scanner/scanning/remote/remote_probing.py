"""Probing by workers elsewhere: parts of one list, or of the same list seen from several places, until all have ended.

1. Whoever is free gets the next part: a worker has one at a time, and what it finds comes while it probes.
2. Where a worker is gone, its part begins anew elsewhere, and only rows that had not come are handed on
   (`part_log.py`). A part whose workers keep dying is given up, and so is one that nobody is there for: the scan is
   incomplete then, and what came of it stands.
3. Who answers is passed on to the others (`parts/heard_places.py`), because silence is judged by its neighbours.

A rate, or a number of probes in flight, holds for each worker: each has a line of its own.
"""

from collections.abc import Callable, Generator, Iterable, Sequence
from time import monotonic
from typing import Any

from scanner.errors import UsageError
from scanner.model import Place, Result
from scanner.scanning.certainty import joined
from scanner.scanning.packed_rows import PackError, RowUnpacker
from scanner.scanning.parts.failures import failure_of
from scanner.scanning.parts.heard_places import HeardPlaces
from scanner.scanning.parts.part_limits import STOP_S, TRIES
from scanner.scanning.probing import Headway
from scanner.scanning.remote.part_log import PartLog, run_of
from scanner.scanning.remote.part_queue import PartQueue, SharedList
from scanner.scanning.remote.parts_headway import PartsHeadway
from scanner.scanning.remote.worker_pool import BrokenRun, LostCluster, PartNews, PartTask, WorkerPool
from scanner.scanning.warning_lines import WarningLines

_TURN_S = 0.05
#: A worker that died may be started again by whoever watches over it; until then nobody has its place.
_NOBODY_S = 30.0


class RemoteProbing:
    """`Probing` of these lists. `expected`: what is known of all of them together beforehand."""

    def __init__(
        self,
        lists: Sequence[SharedList],
        pool: WorkerPool,
        expected: Headway = Headway(),  # noqa: B008 (a tuple)
        *,
        clock: Callable[[], float] = monotonic,
    ) -> None:
        self._lists = lists
        self._pool = pool
        self._clock = clock
        self._logs = [[PartLog(each.needs) for _ in range(each.parts)] for each in lists]
        self._unpackers = [RowUnpacker(each.needs) for each in lists]
        self._waiting = PartQueue(lists)
        self._told: set[str] = set()
        self._running: dict[str, tuple[str, PartTask]] = {}  # by address: the worker's name, and what it does
        self._heard = [HeardPlaces() for _ in lists]  # what two vantages hear has nothing to do with each other
        self._warnings = WarningLines()
        self._progress = PartsHeadway(expected, sum(each.parts for each in lists))
        self._somebody_at = clock()  # somebody could be given something
        self._stop_at: float | None = None
        self._stopping = False
        self.complete = False

    def batches(self) -> Generator[list[Result], None, None]:
        """The rows, as they come."""
        try:
            while not self._over():
                yield self._turn()
            self.complete = all(log.whole for logs in self._logs for log in logs)
        finally:
            self._pool.close()

    def _turn(self) -> list[Result]:
        rows: list[Result] = []
        for said in self._pool.take(_TURN_S):
            if isinstance(said, PartNews):
                rows += self._news(said)
            elif isinstance(said, BrokenRun):
                self._broken(said.task, said.why)
            else:
                self._lost(said)
        if self._stopping and self._stop_at is None:
            self._stop_at = self._clock()
            self._pool.stop()
        if self._stop_at is None:
            self._share_out()
        self._progress.look([self._log(task) for _, task in self._running.values()])
        return rows

    def _over(self) -> bool:
        if self._stop_at is not None:
            return not self._running or self._clock() - self._stop_at >= STOP_S
        return not self._running and not self._waiting

    def _log(self, task: PartTask) -> PartLog:
        return self._logs[task.at][task.part - 1]

    def _news(self, news: PartNews) -> list[Result]:
        task = news.task
        log = self._log(task)
        if log.ended:
            return []
        try:
            rows = log.rows(news, self._unpackers[task.at])
        except PackError as error:
            self._broken(task, str(error))
            return []
        self._warn(task, [text for text in log.state.warnings if text not in self._told])
        if heard := self._heard[task.at].new(rows):
            told = [(task.at, task.part, each.address, each.family, each.scope, port) for each, port in heard]
            self._pool.tell(told)
        if news.failure:
            self._failed(task, failure_of(news.failure))
        elif news.last and (log.state.complete or self._stop_at is not None):
            self._ended(task, whole=log.state.complete)
        elif news.last:
            self._broken(task, "its worker ended it")
        return rows

    def _warn(self, task: PartTask, texts: list[str]) -> None:
        """What several workers say is said once, of the first."""
        if texts:
            self._told.update(texts)
            name = next((name for name, other in self._running.values() if other == task), "")
            self._warnings.gather(f"{name}: {text}" if name else text for text in texts)

    def _ended(self, task: PartTask, *, whole: bool) -> None:
        """Whichever run that was: another one may be under way."""
        self._progress.ended(self._log(task))
        self._log(task).ends(whole=whole)
        self._forget(task)

    def _forget(self, task: PartTask) -> None:
        for address, (_, other) in list(self._running.items()):
            if (other.at, other.part) == (task.at, task.part):
                del self._running[address]
                if other != task:
                    self._pool.forget(other)

    def _failed(self, task: PartTask, error: Exception) -> None:
        """It cannot be probed, wherever that is tried."""
        if isinstance(error, UsageError) and not self._progress.headway.begun:
            raise error
        self._give_up(task, str(error))

    def _broken(self, task: PartTask, why: str) -> None:
        log = self._log(task)
        if log.ended or task.run != log.runs:
            return
        self._pool.forget(task)
        self._forget(task)
        if task.run >= TRIES:
            self._give_up(task, f"{why}, {TRIES} times")
        else:
            self._waiting.again(task.at, task.part)
            self._warnings.gather([f"{run_of(task)} is probed again: {why}"])

    def _give_up(self, task: PartTask, why: str) -> None:
        self._warnings.gather([f"{run_of(task)} was given up: {why}"])
        self._ended(task, whole=False)

    def _lost(self, said: LostCluster) -> None:
        self._warnings.gather([f"the scan ends here: {said.why}"])
        for _, task in self._running.values():
            self._progress.ended(self._log(task))
        self._running.clear()
        for _ in self._waiting.drain():
            pass

    def _share_out(self) -> None:
        """Every free worker gets something to do, if there is anything for it."""
        there = dict(self._pool.workers())
        for address in [each for each in self._running if each not in there]:
            name, task = self._running[address]
            self._broken(task, f"worker {name} is gone")
        for address, name in there.items():
            if address not in self._running and (found := self._waiting.take(name)) is not None:
                self._begin(address, name, *found)
        if self._running or not self._waiting:
            self._somebody_at = self._clock()
        elif self._clock() - self._somebody_at >= _NOBODY_S:
            for at, part in self._waiting.drain():
                self._give_up(PartTask(at, part, self._lists[at].parts, 0), "there is no worker left for it")

    def _begin(self, address: str, name: str, at: int, part: int) -> None:
        run = self._logs[at][part - 1].begins()
        task = PartTask(at, part, self._lists[at].parts, run)
        self._running[address] = name, task
        here = _machine_of(address)
        sharers = sum(_machine_of(other) == here for other in self._pool.workers())
        self._pool.submit(address, task, self._lists[at].work, max(1, sharers))

    def stop(self) -> None:
        """All workers end soon. Safe from a signal handler."""
        self._stopping = True

    def tell_of(self, answered: Iterable[tuple[Place, int]]) -> None:
        """Who answered before, only a journal knows, and that does not go with other machines."""

    def take_silent(self) -> list[tuple[int, int, int]]:
        """The same: nobody keeps them."""
        return []

    def permits(self, place: Place, port: int) -> bool:
        """Nothing is asked from here."""
        return False

    def may_ask(self, place: Place, port: int) -> bool:
        """Nothing is asked from here."""
        return False

    @property
    def headway(self) -> Headway:
        """How far all workers are."""
        return self._progress.headway

    @property
    def unanswered(self) -> int:
        """Attempts of all workers beyond their attached networks that met silence or a "no"."""
        return self._progress.unanswered

    @property
    def warnings(self) -> list[str]:
        """Plain one-line warnings so far; those of a worker begin with its name, and what several say is said once."""
        return self._warnings.gather(())

    @property
    def details(self) -> list[str]:
        """What the workers' systems lack."""
        return list(dict.fromkeys(text for log in self._begun() for text in log.state.details))

    @property
    def evidence(self) -> dict[str, Any]:
        """What the timeouts of all workers rest on."""
        known = [log.state.evidence for log in self._begun() if log.state.evidence]
        return {**joined(known), "skipped": max((each["skipped"] for each in known), default=0)}  # of all of the list

    @property
    def skipped_texts(self) -> list[str]:
        """Which kinds of addresses were left out."""
        return list(dict.fromkeys(text for log in self._begun() for text in log.state.skipped))

    def _begun(self) -> list[PartLog]:
        return [log for logs in self._logs for log in logs if log.runs]


def _machine_of(address: str) -> str:
    """`tcp://10.0.0.1:40123` is a process of `tcp://10.0.0.1`."""
    return address.rpartition(":")[0]
