"""The parts that nobody probes at the moment, and who may have them. Pure."""

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from scanner.model import Need


class SharedList(NamedTuple):
    """A list, cut into so many `parts`. `work`: all of it, as `part_run.packed_work` has it. `needs`: those of its
    plan. `worker`: the name of the one that probes all of it; empty: any may probe a part. `meeting`: several parts may
    have the same host, by different names."""

    work: bytes
    parts: int
    needs: Sequence[Need] = ()
    worker: str = ""
    meeting: bool = False


class PartQueue:
    """Parts by the number of their list, and their own, from 1; all of them at first."""

    def __init__(self, lists: Sequence[SharedList]) -> None:
        self._workers = [each.worker for each in lists]
        self._parts = [deque(range(1, each.parts + 1)) for each in lists]

    def __bool__(self) -> bool:
        return any(self._parts)

    def __iter__(self) -> Iterator[tuple[int, int]]:
        """What is left."""
        return ((at, part) for at, parts in enumerate(self._parts) for part in parts)

    def take(self, worker: str, avoids: Callable[[tuple[int, int]], bool]) -> tuple[int, int] | None:
        """The next one that a worker of this name may have; it is taken out. `avoids`: whether it is left to others."""
        for at, (name, parts) in enumerate(zip(self._workers, self._parts, strict=True)):
            if name in ("", worker):
                for part in parts:
                    if not avoids((at, part)):
                        parts.remove(part)
                        return at, part
        return None

    def again(self, at: int, part: int) -> None:
        """This one is next, whoever had it."""
        self._parts[at].appendleft(part)

    def discard(self, at: int, part: int) -> None:
        """Nobody needs to have that one any more, if anybody did."""
        if part in self._parts[at]:
            self._parts[at].remove(part)

    def drain(self) -> Iterator[tuple[int, int]]:
        """All that are left, each taken out."""
        for at, parts in enumerate(self._parts):
            while parts:
                yield at, parts.popleft()
