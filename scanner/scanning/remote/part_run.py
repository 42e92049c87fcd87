"""What runs on a worker: one part of a list by an engine of its own, and what it says of it meanwhile.

It needs the process to itself: an engine has one thread, and takes as many sockets as the machine allows.
"""

import pickle
import secrets
import zlib
from collections.abc import Sequence
from typing import Any, NamedTuple, Protocol

from scanner.model import Place, Result
from scanner.scanning.local_probing import LocalProbing
from scanner.scanning.options import ScanOptions
from scanner.scanning.packed_rows import RowPacker
from scanner.scanning.parts.failures import packed_failure
from scanner.scanning.parts.probing_loop import Gathering, ProbingLoop
from scanner.scanning.parts.worker_state import WorkerState
from scanner.scanning.remote.worker_pool import PartNews, PartTask, Responder
from scanner.scanning.responder_choice import KnownResponder
from scanner.words.no_collection import seldom_collected

#: Every word goes through a scheduler that others use as well: so there are fewer than between processes, and larger.
_GATHERING = Gathering(0.5, 16_384)
#: Of so many rows is a pack, some 15 kilobytes: where a line is slow, that little gets through at a time.
_PACK_ROWS = 2048
#: While more packs wait to be sent, nothing is launched.
_MOST_WAITING = 16
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

    def send(self, *news: PartNews) -> None:
        """Say these, one after the other."""
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
    try:
        with seldom_collected():
            run.probe(pickle.loads(zlib.decompress(work)), sharers)
    except Exception as error:
        run.fail(error)


class _PartRun:
    """The `Voice` of a run, over its line."""

    def __init__(self, task: PartTask, line: PartLine) -> None:
        self._task = task
        self._line = line
        self._execution = secrets.token_hex(4)
        self._number = 0
        self._state = WorkerState()
        self._packer = RowPacker()
        self._probing: LocalProbing | None = None

    def probe(self, work: _Work, sharers: int) -> None:
        """All of it, unless it is stopped."""
        task, options = self._task, ScanOptions(**work.options)
        plan = work.plan.part(task.part, task.parts) if task.parts > 1 else work.plan
        self._packer = RowPacker(plan.needs)
        self._probing = LocalProbing(plan, options, sharers=sharers)
        ProbingLoop(self._probing, self, _GATHERING, spares_hosts=options.host_rate is not None).probe()

    def fail(self, error: Exception) -> None:
        """It cannot go on."""
        self._line.send(self._news(b"", last=True, failure=packed_failure(error)))

    @property
    def filled(self) -> float:
        """How much waits to be sent."""
        return self._line.waiting / _MOST_WAITING

    def say(self, rows: Sequence[Result], state: WorkerState, *, last: bool) -> None:
        """Rows, and how far it is. (Who is heard in them is looked for where all parts come together.)"""
        self._state = state
        packs = [self._packed(rows[at : at + _PACK_ROWS]) for at in range(0, len(rows), _PACK_ROWS)] or [b""]
        self._line.send(*[self._news(each, last=last and each is packs[-1]) for each in packs])

    def _packed(self, rows: Sequence[Result]) -> bytes:
        return zlib.compress(self._packer.pack(rows), _LEVEL)

    def _news(self, packed: bytes, *, last: bool, failure: bytes = b"") -> PartNews:
        self._number += 1
        return PartNews(self._task, self._number, packed, self._state.packed(), last, failure, self._execution)

    def settle(self) -> None:
        """Nobody asks: no journal keeps the rows of a cluster."""

    def listen(self) -> Sequence[KnownResponder]:
        """Whether it is to end; who answered in other parts of the same list."""
        if self._probing is not None and self._line.stopped:
            self._probing.stop()
        return [
            KnownResponder(Place(address, family, scope=scope), port)
            for at, part, address, family, scope, port in self._line.heard()
            if at == self._task.at and part != self._task.part
        ]
