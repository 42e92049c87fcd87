"""A process of a scan that several share: it probes its part, and says what it finds. `work` is all that it does.

It is started by `machine/fresh_process.py`, is told what to probe, says that it could, and begins when it is told to.
It never waits for whoever reads: that would delay the reading of answers. Where its rows find no room, it launches
nothing more until they do, and what is in flight still comes to its end. So it holds no more than a few megabytes, and
no verdict depends on how fast anybody reads.

When the other end of its socket is gone it ends at once, whatever that was: within a turn, which takes 0.1 s at most.
"""

import gc
import os
import pickle
from collections.abc import Iterable
from json import dumps
from select import select
from time import monotonic
from typing import Any, NamedTuple

from scanner.machine.fresh_process import ignore_signals, socket_of, wakes_as_an_orphan
from scanner.model import ANSWERED, Need, Result
from scanner.scanning.local_probing import LocalProbing
from scanner.scanning.options import ScanOptions
from scanner.scanning.packed_rows import RowPacker
from scanner.scanning.processes.failures import packed_failure
from scanner.scanning.processes.frame_socket import FrameSocket
from scanner.scanning.processes.frames import Topic
from scanner.scanning.processes.heard_places import HeardPlaces, unpacked_places
from scanner.scanning.processes.worker_state import state_of
from scanner.scanning.scan_plan import ScanPlan

_SELDOM = 10_000  # as the command line has it: what a turn makes needs no search for cycles
#: Rows are gathered for so long, or until they are so many: many rows of one host tell of it once.
_GATHER_S, _MOST_ROWS = 0.2, 4096
_LISTEN_S = 0.05
_COUNT_S = 1.0
#: With so many bytes on their way, nothing is launched; with so few, again.
_FULL, _ROOM = 4 << 20, 1 << 20


class WorkerTask(NamedTuple):
    """What a process is to do: probe `part`, which is one of several of a plan that has these `needs`, beside
    `sharers` - 1 others. `tells_silent`: somebody keeps the hosts that are passed over."""

    part: ScanPlan
    options: ScanOptions
    needs: list[Need]
    sharers: int
    tells_silent: bool = False


class Worker:
    """What such a process says while it probes."""

    def __init__(self, line: FrameSocket, task: WorkerTask) -> None:
        self._line = line
        self._probing = LocalProbing(task.part, task.options, sharers=task.sharers)
        self._packer = RowPacker(task.needs)
        self._heard = HeardPlaces()
        self._rows: list[Result] = []
        self._unanswered = 0
        self._count_at = 0.0
        self._holding = False
        # With a rate for each host, nobody asks hosts of another process: only that one knows what they were sent.
        self._spares_hosts = task.options.host_rate is not None
        self._tells_silent = task.tells_silent
        if self._tells_silent:
            self._probing.take_silent()  # which are gathered from now on
        self._go = False

    def probe(self) -> None:
        """From the first word to the last."""
        self._line.send(Topic.READY, self._state())
        while not self._go:
            select([self._line], [], [])
            self._listen()
        probing = self._probing
        listens_at = speaks_at = 0.0
        try:
            for rows in probing.batches():
                self._rows += rows
                if (now := monotonic()) >= listens_at or len(self._rows) >= _MOST_ROWS:
                    listens_at = now + _LISTEN_S
                    self._listen()
                    if now >= speaks_at or len(self._rows) >= _MOST_ROWS:
                        speaks_at = now + _GATHER_S
                        self._speak(now)
        finally:
            self._hand_over()
        self._unanswered = probing.unanswered
        self._line.send(Topic.ENDED, state_of(probing, unanswered=self._unanswered, ended=True).packed())

    def _speak(self, now: float) -> None:
        self._hand_over()
        if now >= self._count_at:
            self._count_at = now + _COUNT_S
            self._unanswered = self._probing.unanswered
        self._line.send(Topic.STATE, self._state())
        unsent = self._line.unsent
        if self._holding != (unsent > (_ROOM if self._holding else _FULL)):
            self._holding = not self._holding
            self._probing.hold(self._holding)

    def _state(self) -> bytes:
        return state_of(self._probing, unanswered=self._unanswered).packed()

    def _hand_over(self) -> None:
        rows, self._rows = self._rows, []
        for at in range(0, len(rows), _MOST_ROWS):
            some = rows[at : at + _MOST_ROWS]
            self._line.send(Topic.ROWS, self._packer.pack(some))
            if heard := self._heard.packed(_answered(some)):
                self._line.send(Topic.HEARD, heard)
        if self._tells_silent and (silent := self._probing.take_silent()):
            self._line.send(Topic.SILENT, dumps(silent).encode())

    def _listen(self) -> None:
        for topic, payload in self._line.receive():
            if topic is Topic.STOP:
                self._probing.stop()
            elif topic is Topic.GO:
                self._go = True
            elif topic is Topic.RATE:
                self._probing.may_send(float(payload))
            elif topic is Topic.HEARD and not self._spares_hosts:
                self._probing.tell_of(unpacked_places(payload))
        if self._line.over:
            _leave()
        self._line.flush()


def work(descriptor: int) -> None:
    """Probes what it is told to over that socket, and ends."""
    ignore_signals()
    wakes_as_an_orphan()
    gc.set_threshold(_SELDOM)
    line = FrameSocket(socket_of(descriptor))
    try:
        task = _task(line)
        Worker(line, task).probe()
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


def _answered(rows: Iterable[Result]) -> "Iterable[Result]":
    return (row for row in rows if row.state in ANSWERED)


def _leave() -> None:
    """Without any last words: no lookup is waited for, and the kernel closes all sockets."""
    os._exit(0)
