"""What runs on a worker: one part of a list by an engine of its own, and what it says of it meanwhile.

It needs the process to itself: an engine has one thread, and takes as many sockets as the machine allows.
"""

import gc
import pickle
import zlib
from collections.abc import Sequence
from time import monotonic
from typing import Any, NamedTuple, Protocol

from scanner.model import Place, Result
from scanner.scanning.local_probing import LocalProbing
from scanner.scanning.options import ScanOptions
from scanner.scanning.packed_rows import RowPacker
from scanner.scanning.processes.failures import packed_failure
from scanner.scanning.processes.worker_state import WorkerState, state_of
from scanner.scanning.remote.worker_pool import PartNews, PartTask, Responder

#: Rows are sent after so long, or when there are so many.
_EACH_S = 0.5
_MOST_ROWS = 16_384
#: While so many packs wait to be sent, nothing is launched; what is in flight still comes to its end.
_MOST_WAITING = 8
_SELDOM = 10_000  # as the command line has it: what a turn makes needs no search for cycles
_LEVEL = 1  # of compression: rows are much alike


class PartLine(Protocol):
    """A run's way to whoever reads its rows. Nothing of it waits."""

    @property
    def stopped(self) -> bool:
        """The run is to end soon, because somebody said so or nobody listens any more."""
        ...

    @property
    def waiting(self) -> int:
        """How much of what was sent has not left yet."""
        ...

    def send(self, news: PartNews) -> None:
        """Say this."""
        ...

    def heard(self) -> Sequence[Responder]:
        """Who has answered elsewhere since the last call."""
        ...


class _Work(NamedTuple):
    plan: Any
    options: dict[str, Any]


def packed_work(plan: Any, options: ScanOptions) -> bytes:
    """A plan and how to probe it, for `run_part`. It is a pickle: for workers that run what they are told anyway."""
    told = {name: getattr(options, name) for name in ScanOptions.__slots__}
    return zlib.compress(pickle.dumps(_Work(plan, told)), _LEVEL)


def run_part(work: bytes, task: PartTask, line: PartLine, sharers: int = 1) -> None:
    """Probes the part to its end, by one of so many processes on this machine. Whatever happens is said over the line,
    an error too."""
    run = _PartRun(task, line)
    usual = gc.get_threshold()
    gc.set_threshold(_SELDOM)
    try:
        run.probe(pickle.loads(zlib.decompress(work)), sharers)
    except Exception as error:
        run.fail(error)
    finally:
        gc.set_threshold(*usual)


class _PartRun:
    def __init__(self, task: PartTask, line: PartLine) -> None:
        self._task = task
        self._line = line
        self._number = 0
        self._state = WorkerState()
        self._packer = RowPacker()

    def probe(self, work: _Work, sharers: int) -> None:
        """All of it, unless it is stopped."""
        task, line = self._task, self._line
        plan = work.plan.part(task.part, task.parts) if task.parts > 1 else work.plan
        self._packer = RowPacker(plan.needs)
        probing = LocalProbing(plan, ScanOptions(**work.options), sharers=sharers)
        self._say(probing, [])
        kept: list[Result] = []
        due = monotonic() + _EACH_S
        try:
            for rows in probing.batches():
                kept += rows
                if line.stopped:
                    probing.stop()
                if (now := monotonic()) < due and len(kept) < _MOST_ROWS:
                    continue
                due = now + _EACH_S
                if told := line.heard():
                    probing.tell_of(_others(told, task))
                self._say(probing, kept)
                kept = []
                probing.hold(line.waiting > _MOST_WAITING and not line.stopped)
        except Exception:  # what is held back comes first, then the error
            self._say(probing, kept)
            raise
        self._say(probing, kept, last=True)

    def fail(self, error: Exception) -> None:
        """It cannot go on."""
        self._number += 1
        self._line.send(PartNews(self._task, self._number, b"", self._state.packed(), True, packed_failure(error)))

    def _say(self, probing: LocalProbing, rows: list[Result], *, last: bool = False) -> None:
        self._number += 1
        self._state = state_of(probing, unanswered=probing.unanswered, ended=last)
        packed = zlib.compress(self._packer.pack(rows), _LEVEL) if rows else b""
        self._line.send(PartNews(self._task, self._number, packed, self._state.packed(), last))


def _others(told: Sequence[Responder], task: PartTask) -> list[tuple[Place, int]]:
    """Those of the same list that are another part's."""
    return [
        (Place(address, family, scope=scope), port)
        for at, part, address, family, scope, port in told
        if at == task.at and part != task.part
    ]
