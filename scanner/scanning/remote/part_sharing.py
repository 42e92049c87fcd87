"""Who has which part, who may have the next one, and who gets none any more. Pure.

1. Whoever is free gets the next part that it may have.
2. A worker whose run broke does not get that part again as long as there is another one for it: it may be the worker.
   After a few parts that broke one after the other it gets nothing more, nor does one that says itself that it failed:
   or it would be free for the next part at once, and fail at that, until nothing is left.
3. One that is silent gets nothing before it speaks again.
"""

from collections.abc import Iterator, Mapping, Sequence
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


class PartSharing:
    """All parts of these lists; nobody has any at first."""

    def __init__(self, lists: Sequence[SharedList]) -> None:
        self._queue = PartQueue(lists)
        self._names = [each.worker for each in lists]
        self._running: dict[str, tuple[str, PartTask]] = {}  # by address: the worker's name, and what it does
        self._seen: dict[str, str] = {}
        self._broke: dict[tuple[int, int], str] = {}  # where the latest run of a part broke
        # By address: the parts that broke there one after the other.
        self._strikes: dict[str, set[tuple[int, int]]] = {}
        self._barred: set[str] = set()
        self._mute: dict[str, PartTask] = {}

    @property
    def running(self) -> list[PartTask]:
        """What is under way."""
        return [task for _, task in self._running.values()]

    @property
    def waiting(self) -> bool:
        """Whether there are parts that nobody has."""
        return bool(self._queue)

    def name_of(self, task: PartTask) -> str:
        """The name of the worker that has it; empty: none has."""
        return next((name for name, other in self._running.values() if other == task), "")

    def gone(self, there: Mapping[str, str]) -> list[tuple[str, PartTask]]:
        """Whose worker is none of these: its name, and what it had."""
        return [each for address, each in self._running.items() if address not in there]

    def next(self, there: Mapping[str, str]) -> Iterator[Assignment]:
        """Who of these is to get what now; each of them is to `begin` before the next is taken."""
        self._seen.update(there)
        for address, name in there.items():
            if self._is_free(address):
                others = [other for each, other in there.items() if each != address and self._is_fit(each)]
                avoided = {part for part, where in self._broke.items() if where == address}
                if (found := self._queue.take(name, avoided, others)) is not None:
                    yield Assignment(address, name, *found)

    def begin(self, who: Assignment, task: PartTask) -> None:
        """It does that from now on."""
        self._running[who.address] = who.name, task

    def end(self, task: PartTask) -> list[PartTask]:
        """Its part is no longer under way, nor waits: whoever has it is free. Returns other runs of it."""
        self._queue.discard(task.at, task.part)
        ended = [(address, other) for address, (_, other) in self._running.items() if other[:2] == task[:2]]
        for address, _ in ended:
            del self._running[address]
        return [other for _, other in ended if other != task]

    def ended_well(self, task: PartTask) -> None:
        """Its worker is in order."""
        for address, (_, other) in self._running.items():
            if other == task:
                self._strikes.pop(address, None)

    def again(self, task: PartTask) -> None:
        """Its part is next."""
        self._queue.again(task.at, task.part)

    def broke(self, task: PartTask) -> str:
        """A run has; before `end`. Returns the name of its worker, if that gets nothing more because of it."""
        for address, (name, other) in self._running.items():
            if other == task:
                self._broke[task.at, task.part] = address
                strikes = self._strikes.setdefault(address, set())
                strikes.add((task.at, task.part))
                if len(strikes) >= TRIES and address not in self._barred:
                    self._barred.add(address)
                    return name
        return ""

    def bar(self, task: PartTask) -> None:
        """Whoever has it gets nothing more."""
        self._barred |= {address for address, (_, other) in self._running.items() if other == task}

    def mute(self, task: PartTask) -> None:
        """Whoever has it gets nothing before that run speaks."""
        self._mute |= {address: task for address, (_, other) in self._running.items() if other == task}

    def speaks(self, task: PartTask) -> None:
        """That run has."""
        for address, other in list(self._mute.items()):
            if other == task:
                del self._mute[address]

    def has_free(self, there: Mapping[str, str], task: PartTask) -> bool:
        """Whether one of these could have that part at once."""
        name = self._names[task.at]
        return any(self._is_free(address) and name in ("", other) for address, other in there.items())

    def hopeless(self) -> bool:
        """Whether all workers that there have been, and that may have what is left, get nothing more."""
        names = {self._names[at] for at, _ in self._queue}
        may = {address for address, name in self._seen.items() if "" in names or name in names}
        return bool(may) and may <= self._barred

    def drain(self) -> list[tuple[int, int]]:
        """The parts that nobody has: nobody gets them."""
        return list(self._queue.drain())

    def _is_fit(self, address: str) -> bool:
        return address not in self._barred and address not in self._mute

    def _is_free(self, address: str) -> bool:
        return address not in self._running and self._is_fit(address)
