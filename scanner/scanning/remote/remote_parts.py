"""What becomes of the parts of a scan by other machines: who gets which, what came of it, and when one is given up.

All that is told of here comes from `WorkerPool.take`; who is free, silent or not to be trusted is decided by
`part_sharing.py` and `run_watch.py`, and what people are told of it is in `remote_words.py`.
"""

from collections.abc import Callable, Sequence

from scanner.errors import UsageError
from scanner.model import Result
from scanner.scanning.packed_rows import PackError, RowUnpacker
from scanner.scanning.parts.answered_hosts import AnsweredHosts
from scanner.scanning.parts.failures import failure_of, reason_of
from scanner.scanning.parts.part_limits import TRIES
from scanner.scanning.probing import Headway
from scanner.scanning.remote.part_log import PartLog
from scanner.scanning.remote.part_queue import SharedList
from scanner.scanning.remote.part_sharing import Assignment, PartSharing, machine_of
from scanner.scanning.remote.parts_headway import PartsHeadway
from scanner.scanning.remote.remote_words import RemoteWords
from scanner.scanning.remote.run_watch import BUSY_S, SILENT_S, RunWatch
from scanner.scanning.remote.worker_pool import (
    BrokenRun,
    LostCluster,
    PartNews,
    PartTask,
    PoolNotice,
    PoolWord,
    WorkerPool,
)
from scanner.scanning.responder_choice import ResponderChoice

#: A worker that died may be started again by whoever watches over it; until then nobody has its place.
_NOBODY_S = 30.0
#: A run that ended because nobody here was heard (Ctrl-Z, a laptop asleep) does not count as a try; so often.
_MOST_NAPS = 100


class RemoteParts:
    """Those of these lists, of which so much is `expected` together.

    `progress`: how far all are. `unusable`: what a worker said of the plan, if one did.
    """

    def __init__(
        self, lists: Sequence[SharedList], pool: WorkerPool, expected: Headway, clock: Callable[[], float]
    ) -> None:
        self._lists = lists
        self._pool = pool
        self._clock = clock
        self._logs = [[PartLog(each.needs) for _ in range(each.parts)] for each in lists]
        self._unpackers = [RowUnpacker(each.needs) for each in lists]
        self._sharing = PartSharing(lists)
        self._watch = RunWatch(clock())
        self._heard = [ResponderChoice() for _ in lists]  # what two places hear has nothing to do with each other
        self._open: dict[tuple[int, int], PartLog] = {}  # begun, and not ended
        self._places = AnsweredHosts() if len(lists) > 1 else None
        self._somebody_at = clock()  # somebody could be given something
        self.words = RemoteWords([each.worker for each in lists])
        meeting = any(each.meeting for each in lists)
        self.progress = PartsHeadway(expected, sum(each.parts for each in lists), meeting=meeting)
        self.unusable: UsageError | None = None
        self.stopping = False
        self.count()

    def stop(self) -> None:
        """No run is to follow another."""
        self.stopping = True

    @property
    def running(self) -> bool:
        """Whether anybody probes."""
        return bool(self._sharing.running)

    @property
    def waiting(self) -> bool:
        """Whether there are parts that nobody has."""
        return self._sharing.waiting

    @property
    def begun(self) -> list[PartLog]:
        """What came of those that anybody has, or had."""
        return [log for logs in self._logs for log in logs if log.runs]

    @property
    def whole(self) -> bool:
        """Whether all of each was probed."""
        return all(log.whole for logs in self._logs for log in logs)

    def note_idle(self) -> None:
        """Of several places, some may have had nothing to probe, which is not success. (Of all, the scan says it.)"""
        idle = [not any(log.state.headway.to_probe for log in logs) for logs in self._logs]
        if not all(idle):
            self.words.nothing_from(each.worker for each, had_none in zip(self._lists, idle, strict=True) if had_none)

    def hear(self, said: PoolWord) -> list[Result]:
        """Of what the pool has to say, the next. Returns the rows that are new."""
        if isinstance(said, PartNews):
            return self._news(said)
        if isinstance(said, BrokenRun):
            self._broken(said.task, said.why, counts=not said.alone)
        elif isinstance(said, PoolNotice):
            self.words.warn(said.text)
        else:
            self._lost(said)
        return []

    def listened(self) -> None:
        """To all that was said by now, which is yet to be heard."""
        self._watch.look(self._clock(), hears=self._pool.hears)

    def count(self) -> None:
        """How far all are, from now on."""
        self.progress.look(list(self._open.values()))
        if self._places is not None:
            self.progress.seen_from(len(self._lists), self._places.count)

    def _log(self, task: PartTask) -> PartLog:
        return self._logs[task.at][task.part - 1]

    def _news(self, news: PartNews) -> list[Result]:
        task = news.task
        log = self._log(task)
        self._watch.hears(task)
        self._sharing.speaks(task)
        if log.ended or log.is_torn(task.run):
            return []
        try:
            rows = log.rows(news, self._unpackers[task.at])
        except PackError as error:
            self._broken(task, str(error))
            return []
        self.words.of_worker(self._sharing.name_of(task), log.state.warnings)
        if self._places is not None:
            self._places.add(rows)
        if heard := self._heard[task.at].add(rows):
            told = [(task.at, task.part, each.address, each.family, each.scope, port) for each, port, _ in heard]
            self._pool.tell(told)
        if news.failure:
            self._failed(task, failure_of(news.failure))
        elif news.last and log.state.complete:
            self._ended(task, whole=True)
        elif news.last:
            self._broken(task, "its worker ended it")
        return rows

    def _ended(self, task: PartTask, *, whole: bool) -> None:
        """Whichever run that was: another one may be under way."""
        if whole:
            self._sharing.ended_well(task)
        log = self._log(task)
        log.ends(whole=whole)
        self.progress.ended(log)
        self._open.pop((task.at, task.part), None)
        self._leave(task)

    def _leave(self, task: PartTask) -> None:
        """Nobody waits for the runs of this part any more."""
        self._watch.ends(task)
        for other in self._sharing.end(task):
            self._watch.ends(other)
            self._pool.forget(other)

    def _failed(self, task: PartTask, error: Exception) -> None:
        """Its worker cannot go on, as it says itself."""
        if task in self._sharing.running:  # or else another one has the part by now
            if isinstance(error, UsageError):
                self.unusable = self.unusable or error
            self._sharing.bar(task)
            self.words.worker_failed(self._sharing.name_of(task), task, error)
            self._broken(task, reason_of(error), told=True)

    def _broken(
        self, task: PartTask, why: str, *, counts: bool = True, told: bool = False, waits: bool = False
    ) -> None:
        """A run has ended without an end of its part. `told`: that was said already; `waits`: it has not begun."""
        log = self._log(task)
        if task not in self._sharing.running:
            return
        if counts and (name := self._sharing.broke(task)):
            self.words.worker_barred(name, why)
        self._pool.forget(task, waits=waits)
        if self.stopping:
            self._ended(task, whole=False)
        elif log.breaks(counts=counts) >= TRIES or log.runs >= _MOST_NAPS:
            self.words.given_up(task, why, log.tries)
            self._ended(task, whole=False)
        else:
            self._leave(task)
            self._sharing.again(task)
            if not told:
                self.words.again(task, why)

    def _lost(self, said: LostCluster) -> None:
        self.words.warn(f"the scan ends here: {said.why}")
        for task in self._sharing.running:
            self._ended(task, whole=False)
        self._sharing.drain()

    def share_out(self) -> None:
        """Every free worker gets something to do, if there is anything for it."""
        there = dict(self._pool.workers())
        for name, task in self._sharing.gone(there):
            self._broken(task, f"worker {name} is gone")
        for task in list(self._watch.silent()):
            self._sharing.mute(task)
            self._broken(task, f"worker {self._sharing.name_of(task)} has said nothing for {SILENT_S:g} s")
        self.words.busy(self._sharing.name_of(task) for task in self._watch.unbegun(BUSY_S))
        for task in list(self._watch.unbegun(SILENT_S)):
            if self._sharing.has_free(there, task):
                self._sharing.set_aside(task)
                self.words.moved(task, self._sharing.name_of(task))
                self._broken(task, "", counts=False, told=True, waits=True)
        for who in self._sharing.next(there):
            self._begin(who)
        self._give_up_what_nobody_takes()

    def _give_up_what_nobody_takes(self) -> None:
        now = self._clock()
        if self._sharing.running or not self._sharing.waiting:
            self._somebody_at = now
        elif self._sharing.hopeless() or now - self._somebody_at >= _NOBODY_S:
            left = [PartTask(at, part, self._lists[at].parts, 0) for at, part in self._sharing.drain()]
            self.words.nobody_for(left)
            for task in left:
                self._ended(task, whole=False)

    def _begin(self, who: Assignment) -> None:
        log = self._logs[who.at][who.part - 1]
        task = PartTask(who.at, who.part, self._lists[who.at].parts, log.begins())
        self._open[who.at, who.part] = log
        self._sharing.begin(who, task)
        self._watch.begins(task)
        here = machine_of(who.address)
        sharers = sum(machine_of(other) == here for other in self._pool.workers())
        self._pool.submit(who.address, task, self._lists[who.at].work, max(1, sharers))
