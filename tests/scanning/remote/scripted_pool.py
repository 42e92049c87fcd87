"""Workers that are made up, and what they say: for scans by other machines without any."""

import socket
import zlib
from collections.abc import Callable, Mapping, Sequence

from scanner.model import Place, Request, Result, State
from scanner.scanning.certainty import evidence
from scanner.scanning.packed_rows import RowPacker
from scanner.scanning.parts.failures import packed_failure
from scanner.scanning.parts.worker_state import WorkerState
from scanner.scanning.probing import Headway
from scanner.scanning.remote.part_queue import SharedList
from scanner.scanning.remote.remote_probing import RemoteProbing
from scanner.scanning.remote.worker_pool import BrokenRun, LostCluster, PartNews, PartTask, Responder

V4 = int(socket.AF_INET)
REQUEST = Request("", vantage="here")
Said = PartNews | BrokenRun | LostCluster


def rows(*ports: int, host: str = "10.0.0.1", state: State = State.REFUSED) -> list[Result]:
    return [Result(Place(host, V4, ports=2), port, REQUEST, state, "conn-refused", attempts=1) for port in ports]


def news(
    task: PartTask, number: int, found: Sequence[Result] = (), *, last: bool = False, complete: bool = True,
    warnings: tuple[str, ...] = (), failure: Exception | None = None, total: int = 3,
) -> PartNews:  # fmt: skip
    done = {**evidence([], {"unverified": 1} if last else {}), "skipped": 2}
    headway = Headway(attempts=len(found), begun=len(found), total=total, to_probe=total, hosts=min(1, total))
    state = WorkerState(headway, 7, warnings, (), done if last else {}, (), last and complete)
    packed = zlib.compress(RowPacker().pack(found)) if found else b""
    return PartNews(task, number, packed, state.packed(), last, packed_failure(failure) if failure else b"")


class ScriptedPool:
    """Says what it is told to when a task is submitted, and never waits: time goes on with each call of `take`."""

    def __init__(self, names: Mapping[str, str], script: Callable[["ScriptedPool", str, PartTask], None]) -> None:
        self.names = dict(names)
        self.now = 0.0
        self.hears = True
        self.say: list[Said] = []
        self.submitted: list[tuple[str, PartTask]] = []
        self.forgotten: list[PartTask] = []
        self.waiting: list[PartTask] = []
        self.told: list[Responder] = []
        self.stops = self.closed = 0
        self._script = script

    def workers(self) -> Mapping[str, str]:
        return self.names

    def submit(self, address: str, task: PartTask, work: bytes, sharers: int) -> None:
        self.submitted.append((address, task))
        self._script(self, address, task)

    def forget(self, task: PartTask, *, waits: bool = False) -> None:
        (self.waiting if waits else self.forgotten).append(task)

    def tell(self, responders: Sequence[Responder]) -> None:
        self.told += responders

    def stop(self) -> None:
        self.stops += 1

    def take(self, wait_s: float) -> list[Said]:
        self.now += 0.5
        said, self.say = self.say, []
        return said

    def close(self) -> None:
        self.closed += 1


def probed(pool: ScriptedPool, *lists: SharedList, expected: Headway = Headway()) -> tuple[RemoteProbing, list[int]]:  # noqa: B008
    """The probing at its end, and the ports of its rows in their order."""
    probing = RemoteProbing(lists, pool, expected, clock=lambda: pool.now)
    found = [row.port for batch in probing.batches() for row in batch]
    assert pool.closed == 1
    return probing, found


def finds(pool: ScriptedPool, address: str, task: PartTask) -> None:
    pool.say += [news(task, 1, rows(task.part)), news(task, 2, rows(task.part + 100), last=True)]
