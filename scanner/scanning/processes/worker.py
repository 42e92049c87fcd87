"""A process of a scan that several share: it probes its part, and says what it finds. `work` is all that it does.

It is started by `machine/fresh_process.py`, is told what to probe, says that it could, and begins when it is told to.
It never waits for whoever reads (`parts/probing_loop.py`): where its rows find no room, or nobody has dealt with them
half a second later (a report waits for its reader, the other process is stopped), it launches nothing more until that
is over. So it holds no more than a few megabytes, no verdict depends on how fast anybody reads, and what is lost if all
are killed is not much.

When the other end of its socket is gone it ends at once, whatever that was: within a turn, which takes 0.1 s at most.
"""

import os
import pickle
from collections import deque
from collections.abc import Callable, Sequence
from json import dumps
from select import select
from time import monotonic
from typing import Any, NamedTuple

from scanner.machine.started_process import ignore_signals, socket_of
from scanner.model import Need, Result
from scanner.scanning.local_probing import LocalProbing
from scanner.scanning.options import ScanOptions
from scanner.scanning.packed_rows import RowPacker
from scanner.scanning.parts.failures import packed_failure
from scanner.scanning.parts.heard_places import packed_places, unpacked_places
from scanner.scanning.parts.probing_loop import Gathering, ProbingLoop
from scanner.scanning.parts.worker_state import WorkerState, state_of
from scanner.scanning.processes.frame_socket import FrameSocket
from scanner.scanning.processes.frames import Topic
from scanner.scanning.responder_choice import KnownResponder, ResponderChoice
from scanner.scanning.scan_plan import ScanPlan
from scanner.words.no_collection import seldom_collected

#: Whoever reads is near, and reads at once: a word costs little, and the bar moves smoothly.
_GATHERING = Gathering(0.2, 4096)
#: With more bytes on their way, nothing is launched.
_FULL = 4 << 20
#: Nor where the oldest word that is not dealt with was said so long ago: its rows are in no journal yet.
_LATE_S = 0.5


class WorkerTask(NamedTuple):
    """What a process is to do: probe `plan`, which is one part of a plan that has these `needs`, beside
    `sharers` - 1 others. `tells_silent`: somebody keeps the hosts that are passed over."""

    plan: ScanPlan
    options: ScanOptions
    needs: list[Need]
    sharers: int
    tells_silent: bool = False


class Worker:
    """The `Voice` of such a process, over its socket."""

    def __init__(self, line: FrameSocket, task: WorkerTask, clock: Callable[[], float] = monotonic) -> None:
        self._line = line
        self._clock = clock
        self._untaken: deque[float] = deque()  # when each was said
        self._probing = LocalProbing(task.plan, task.options, sharers=task.sharers)
        self._loop = ProbingLoop(self._probing, self, _GATHERING, spares_hosts=task.options.host_rate is not None)
        self._packer = RowPacker(task.needs)
        self._heard = ResponderChoice()
        self._tells_silent = task.tells_silent
        if self._tells_silent:
            self._probing.take_silent()  # which are gathered from now on
        self._go = False

    def probe(self) -> None:
        """From the first word to the last."""
        self._line.send(Topic.READY, state_of(self._probing, unanswered=0).packed())
        while not self._go:
            select([self._line], [], [])
            self._loop.listen()
        self._loop.probe()

    @property
    def filled(self) -> float:
        """How much is on its way, or how late that is."""
        late = self._clock() - self._untaken[0] if self._untaken else 0.0
        return max(self._line.unsent / _FULL, late / _LATE_S)

    def say(self, rows: Sequence[Result], state: WorkerState, *, last: bool) -> None:
        """Rows, who is heard in them, who was passed over, and how far it is."""
        if rows:
            self._line.send(Topic.ROWS, self._packer.pack(rows))
            if heard := self._heard.add(rows):
                self._line.send(Topic.HEARD, packed_places(heard))
        if self._tells_silent and (silent := self._probing.take_silent()):
            self._line.send(Topic.SILENT, dumps(silent).encode())
        if not last:
            self._untaken.append(self._clock())
        self._line.send(Topic.ENDED if last else Topic.STATE, state.packed())

    def settle(self) -> None:
        """All that was said until now is final."""
        self._line.send(Topic.SETTLED)

    def listen(self) -> Sequence[KnownResponder]:
        """What the other end says; who answered elsewhere."""
        told: list[KnownResponder] = []
        for topic, payload in self._line.receive():
            if topic is Topic.STOP:
                self._probing.stop()
            elif topic is Topic.GO:
                self._go = True
            elif topic is Topic.RATE:
                self._probing.may_send(float(payload))
            elif topic is Topic.TAKEN:
                for _ in range(int(payload)):
                    self._untaken.popleft()
            elif topic is Topic.HEARD:
                told += unpacked_places(payload)
        if self._line.over:
            _leave()
        self._line.flush()
        return told


def work(descriptor: int) -> None:
    """Probes what it is told to over that socket, and ends."""
    ignore_signals()
    line = FrameSocket(socket_of(descriptor))
    try:
        with seldom_collected():
            Worker(line, _task(line)).probe()
    except Exception as error:
        line.send(Topic.FAILED, packed_failure(error))
    while line.unsent:
        select([], [line], [])
        line.flush()
    _leave()


def _task(line: FrameSocket) -> WorkerTask:
    """The first frame. It is a pickle of the process that started this one, which might as well have given it any
    program."""
    while not line.over:
        select([line], [], [])
        for topic, payload in line.receive():  # nothing else is said before this process has said that it could begin
            if topic is Topic.TASK:
                task: Any = pickle.loads(payload)
                return WorkerTask(*task)
    _leave()
    raise SystemExit


def _leave() -> None:
    """Without any last words: no lookup is waited for, and the kernel closes all sockets."""
    os._exit(0)
