"""Who has which part, who may have the next one, and who gets none any more. Pure.

1. Whoever is free gets the next part that it may have.
2. A worker whose run broke does not get that part again as long as there is another one for it: it may be the worker.
   After a few parts that broke one after the other it gets nothing more, nor does one that says itself that it failed:
   or it would be free for the next part at once, and fail at that, until nothing is left.
3. One that is silent gets nothing before it speaks again. One that has not begun, because it is busy with something
   else, gets something before that only where nobody else is there for it.

A process that died may be followed by another one on the same machine, which will do no better. So it is names that
count, where workers have been given any.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import NamedTuple

from scanner.scanning.parts.part_limits import TRIES
from scanner.scanning.remote.part_queue import PartQueue, SharedList
from scanner.scanning.remote.worker_pool import PartTask


class Assignment(NamedTuple):
    """A part, by its list and its number, for a worker."""

    address: str
    name: str
    at: int
    part: int


class _Sharer(NamedTuple):
    """One that is there."""

    address: str
    name: str

    @property
    def itself(self) -> str:
        """Its name; of one without, what tells this process from others."""
        return self.name if self._has_name else self.address

    @property
    def home(self) -> str:
        """Its name; of one without, its machine."""
        return self.name if self._has_name else machine_of(self.address)

    @property
    def _has_name(self) -> bool:
        """Dask calls one without by its address."""
        return self.name not in ("", self.address.partition("#")[0])

    def may_have(self, pinned: str) -> bool:
        """A part of a list that is for workers of this name (empty: for any)."""
        return pinned in ("", self.name)


class PartSharing:
    """All parts of these lists; nobody has any at first."""

    def __init__(self, lists: Sequence[SharedList]) -> None:
        self._queue = PartQueue(lists)
        self._names = [each.worker for each in lists]
        self._running: dict[_Sharer, PartTask] = {}
        self._seen: set[_Sharer] = set()
        self._broke: dict[tuple[int, int], set[str]] = {}  # where runs of a part broke: workers, and their homes
        # By worker: the parts that broke there one after the other.
        self._strikes: dict[str, set[tuple[int, int]]] = {}
        self._barred: set[str] = set()
        self._mute: dict[_Sharer, PartTask] = {}
        self._busy: dict[_Sharer, PartTask] = {}

    @property
    def running(self) -> list[PartTask]:
        """What is under way."""
        return list(self._running.values())

    @property
    def waiting(self) -> bool:
        """Whether there are parts that nobody has."""
        return bool(self._queue)

    def name_of(self, task: PartTask) -> str:
        """The name of the worker that has it; empty: none has."""
        return next((each.name for each in self._with(task)), "")

    def gone(self, there: Mapping[str, str]) -> list[tuple[str, PartTask]]:
        """Whose worker is none of these: its name, and what it had."""
        return [(each.name, task) for each, task in self._running.items() if each.address not in there]

    def next(self, there: Mapping[str, str]) -> Iterator[Assignment]:
        """Who of these is to get what now; each of them is to `begin` before the next is taken."""
        workers = [_Sharer(*each) for each in there.items()]
        self._seen.update(workers)
        fit = [each for each in workers if self._is_fit(each)]
        for each in workers:
            if each not in self._running and self._may_begin(each):
                others = [other for other in fit if other != each]
                # One that is busy leaves whole lists to others.
                left = {at for at, name in enumerate(self._names) if each in self._busy and _any_for(name, others)}
                if (found := self._queue.take(each.name, partial(self._avoids, each, others, left))) is not None:
                    yield Assignment(*each, *found)

    def begin(self, who: Assignment, task: PartTask) -> None:
        """It does that from now on."""
        self._running[_Sharer(who.address, who.name)] = task

    def end(self, task: PartTask) -> list[PartTask]:
        """Its part is no longer under way, nor waits: whoever has it is free. Returns other runs of it."""
        self._queue.discard(task.at, task.part)
        ended = [(each, other) for each, other in self._running.items() if other[:2] == task[:2]]
        for each, _ in ended:
            del self._running[each]
        return [other for _, other in ended if other != task]

    def ended_well(self, task: PartTask) -> None:
        """Its worker is in order."""
        for each in self._with(task):
            self._strikes.pop(each.itself, None)

    def again(self, task: PartTask) -> None:
        """Its part is next."""
        self._queue.again(task.at, task.part)

    def broke(self, task: PartTask) -> str:
        """A run has; before `end`. Returns the name of its worker, if that gets nothing more because of it."""
        part = task.at, task.part
        for each in self._with(task):
            self._broke.setdefault(part, set()).update((each.itself, each.home))
            strikes = self._strikes.setdefault(each.itself, set())
            strikes.add(part)
            if len(strikes) >= TRIES and each.itself not in self._barred:
                self._barred.add(each.itself)
                return each.name
        return ""

    def bar(self, task: PartTask) -> None:
        """Whoever has it gets nothing more."""
        self._barred |= {each.itself for each in self._with(task)}

    def mute(self, task: PartTask) -> None:
        """Whoever has it gets nothing before that run speaks."""
        self._mute |= dict.fromkeys(self._with(task), task)

    def set_aside(self, task: PartTask) -> None:
        """Whoever has it has not begun, and gets nothing before that run speaks, unless nobody else is there for it."""
        self._busy |= dict.fromkeys(self._with(task), task)

    def speaks(self, task: PartTask) -> None:
        """That run has."""
        for waits in (self._mute, self._busy):
            for each in [each for each, other in waits.items() if other == task]:
                del waits[each]

    def has_free(self, there: Mapping[str, str], task: PartTask) -> bool:
        """Whether one of these could have that part at once."""
        workers = [each for each in map(_Sharer, there, there.values()) if self._is_fit(each)]
        return _any_for(self._names[task.at], [each for each in workers if each not in self._running])

    def hopeless(self) -> bool:
        """Whether all workers that there have been, and that may have what is left, get nothing more."""
        names = {self._names[at] for at, _ in self._queue}
        may = {each.itself for each in self._seen if any(map(each.may_have, names))}
        return bool(may) and may <= self._barred

    def drain(self) -> list[tuple[int, int]]:
        """The parts that nobody has: nobody gets them."""
        return list(self._queue.drain())

    def _with(self, task: PartTask) -> list[_Sharer]:
        return [each for each, other in self._running.items() if other == task]

    def _may_begin(self, worker: _Sharer) -> bool:
        return worker.itself not in self._barred and worker not in self._mute

    def _is_fit(self, worker: _Sharer) -> bool:
        return self._may_begin(worker) and worker not in self._busy

    def _avoids(self, worker: _Sharer, others: Sequence[_Sharer], left: set[int], part: tuple[int, int]) -> bool:
        """Whether it leaves that part to one of the others, as it does with all of the lists that are `left`."""
        if part[0] in left or (broke := self._broke.get(part)) is None:
            return part[0] in left
        may = [each for each in others if each.may_have(self._names[part[0]])]
        return (worker.itself in broke and any(each.itself not in broke for each in may)) or (
            worker.home in broke and any(each.home not in broke for each in may)
        )


def machine_of(address: str) -> str:
    """`tcp://10.0.0.1:40123#worker-1` is a process of `tcp://10.0.0.1`."""
    where = address.partition("#")[0]
    return where.rpartition(":")[0] or where


def _any_for(name: str, workers: Iterable[_Sharer]) -> bool:
    return any(each.may_have(name) for each in workers)
