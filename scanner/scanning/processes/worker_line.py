"""One worker as the process that started it sees it: the process, the line to it, and what it said last."""

import pickle
import signal
import subprocess
from collections.abc import Iterable
from json import dumps

from scanner.machine.fresh_process import start_process
from scanner.model import Need
from scanner.scanning.packed_rows import RowUnpacker
from scanner.scanning.parts.worker_state import WorkerState
from scanner.scanning.processes.frame_socket import FrameSocket
from scanner.scanning.processes.frames import Topic
from scanner.scanning.processes.worker import WorkerTask
from scanner.words.plain import plain

_DIES_S = 2.0
#: So much of its last words is told.
_LONGEST = 200
#: So many hosts of all workers together stay the same objects from pack to pack, and so many of one at least.
_MOST_KEPT, _LEAST_KEPT = 1 << 16, 1 << 12


class WorkerLine:
    """`part`: which part of the plan it has. `ready`: it could begin; `going`: it was told to; `ended`: it said all
    that it will. `settled`: what it says from now on might be other if the scan went on, as what it said before is not.
    `quiet`: the warnings that it has before it begins, which are those of the whole plan."""

    def __init__(self, part: int, needs: list[Need], sharers: int) -> None:
        self.part = part
        self._started = start_process("scanner.scanning.processes.worker", "work")
        self._process = self._started.process
        self.socket = FrameSocket(self._started.socket)
        self.unpacker = RowUnpacker(needs, max(_LEAST_KEPT, _MOST_KEPT // sharers))
        self.state = WorkerState()
        self.quiet: frozenset[str] = frozenset()
        self.ready = self.going = self.ended = self.settled = False
        self.begins_at = 0.0
        self._untaken = 0  # words that it does not know to be dealt with

    def follows(self, dead: "WorkerLine", begins_at: float) -> None:
        """It takes the place of that one, and may send from then on; until it is ready, the dead one's words stand."""
        said = dead.state
        self.state = said._replace(headway=said.headway._replace(attempts=0), unanswered=0, evidence={})
        self.quiet, self.begins_at = dead.quiet, begins_at

    def take_on(self, task: WorkerTask) -> None:
        """Tells it what to do."""
        self.socket.send(Topic.TASK, pickle.dumps(tuple(task), pickle.HIGHEST_PROTOCOL))

    def is_ready(self, state: WorkerState) -> None:
        """It could begin."""
        self.ready, self.state, self.quiet = True, state, frozenset(state.warnings)

    def says(self, state: WorkerState) -> None:
        """So far it is."""
        self.state = state
        self._untaken += 1

    def settles(self) -> None:
        """All that it said until now is final."""
        self.settled = True

    def takes(self) -> None:
        """Tells it that all it has said is dealt with."""
        if self._untaken:
            self.socket.send(Topic.TAKEN, dumps(self._untaken).encode())
            self._untaken = 0

    def ends(self, state: WorkerState | None) -> None:
        """It says no more; `state`: its last words."""
        self.ended = True
        self.state = state or self.state

    def go(self, heard: Iterable[bytes]) -> None:
        """Tells it to begin, and who answered elsewhere until now."""
        self.going = True
        for each in heard:
            self.socket.send(Topic.HEARD, each)
        self.socket.send(Topic.GO)

    def may_send(self, rate: float) -> None:
        """Tells it that its share of the rate is more."""
        self.socket.send(Topic.RATE, dumps(rate).encode())

    def stop(self) -> None:
        """Asks it to end soon."""
        self.socket.send(Topic.STOP)

    @property
    def cannot_begin(self) -> bool:
        """Whether it ended by itself, before it said that it could begin: so would any other."""
        return not self.ready and (self._process.poll() or 0) > 0

    def how_it_died(self) -> str:
        """In words. Its line is over, so it is about to be gone."""
        try:
            status = self._process.wait(_DIES_S)
        except subprocess.TimeoutExpired:
            self.end()
            return "stopped answering"
        if status >= 0:
            before = "" if self.ready else " before it could begin"
            why = plain(self._started.last_line()[:_LONGEST])
            return f"ended with status {status}{before}" + (f" ({why})" if why else "")
        try:
            name = signal.Signals(-status).name
        except ValueError:
            name = f"signal {-status}"
        return f"was killed by {name}" + (" (out of memory?)" if name == "SIGKILL" else "")

    def end(self) -> None:
        """Ends it at once, unless it has; its sockets are closed then."""
        self.socket.close()
        if self._process.poll() is None:
            self._process.kill()
            self._process.wait()
        self._started.stderr.close()
