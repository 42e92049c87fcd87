"""What stands between a scan and the workers of a cluster: what a scan asks of it, and what it is told. No behaviour.

A worker here is a process on some machine that probes one part at a time. What is said of a part says in which run: a
part is probed again where its worker has died, and the first worker may turn out to be alive.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple, Protocol


class PartTask(NamedTuple):
    """Part `part` (1 to `parts`) of the list with the number `at`, in its run `run` (from 1)."""

    at: int
    part: int
    parts: int
    run: int


class PartNews(NamedTuple):
    """What a run has to say: packed rows, compressed (empty: none), and its packed state. `number`: from 1, of this
    run. `last`: nothing more comes; `failure`: because of this (`parts/failures.py`). `execution`: which one of this
    run: a cluster may begin the same run once more, where a worker is back at the address of one that has died."""

    task: PartTask
    number: int
    rows: bytes
    state: bytes
    last: bool = False
    failure: bytes = b""
    execution: str = ""


class BrokenRun(NamedTuple):
    """A run has ended, and not by itself: its worker is gone, or the cluster has given it up. `alone`: or it has heard
    of nobody here for a while."""

    task: PartTask
    why: str
    alone: bool = False


class LostCluster(NamedTuple):
    """Nobody can be told or asked anything any more."""

    why: str


class PoolNotice(NamedTuple):
    """What people want to know of the workers themselves."""

    text: str


#: What a pool has to say.
PoolWord = PartNews | BrokenRun | LostCluster | PoolNotice

#: Somebody who answered, for the runs of other parts of the same list: number of the list, part, address, family,
#: IPv6 scope, port.
Responder = tuple[int, int, str, int, int, int]


class WorkerPool(Protocol):
    """The workers. All of it is for one thread, and nothing but `take` waits."""

    def workers(self) -> Mapping[str, str]:
        """Those that can be given something to probe, by address: `tcp://10.0.0.1:40123`, with `#` and what tells this
        process from others that may have the same address after it. The values are their names."""
        ...

    @property
    def hears(self) -> bool:
        """Whether what runs say would be heard at present."""
        ...

    def submit(self, address: str, task: PartTask, work: bytes, sharers: int) -> None:
        """Have this worker run this part of this work; so many workers, it among them, are on the same machine."""
        ...

    def forget(self, task: PartTask, *, waits: bool = False) -> None:
        """Nobody waits for this run any more. `waits`: it has not begun, and keeps its place where it is, to say a word
        once its worker is free."""
        ...

    def tell(self, responders: Sequence[Responder]) -> None:
        """These have answered: all runs want to know, those to come as well."""
        ...

    def stop(self) -> None:
        """All runs end soon, and say what they have until then."""
        ...

    def take(self, wait_s: float) -> list[PoolWord]:
        """What there is to hear, in the order in which it came; waits so long for the first of it."""
        ...

    def close(self) -> None:
        """Leave. Runs that are still there end by themselves."""
        ...
