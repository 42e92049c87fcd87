"""The workers of one scan: who has which part, what each is told and when, and who takes the place of one that died.

All begin together, once each has said that it could: what is wrong for one of them is wrong for the scan. One that dies
is followed by another, which begins with the same share of the rate, not before what the dead one sent is over. Who
answered in one is told to the others.
"""

import selectors
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from time import monotonic
from typing import Any

from scanner.scanning.parts.worker_state import WorkerState, unpacked_state
from scanner.scanning.processes.frames import Topic
from scanner.scanning.processes.rate_shares import RateShares, takes_over_at
from scanner.scanning.processes.worker import WorkerTask
from scanner.scanning.processes.worker_line import WorkerLine

_PAUSE_S = 0.1
#: So many words on who answered are kept for workers that come later.
_MOST_HEARD = 4096

#: A worker, what it said, and its words; None: it died without having said that it ended.
Word = tuple[WorkerLine, Topic | None, bytes]


class Crew:
    """A process for each task, started now. `lines`: those that have the parts now, by part.

    `attempts`, `unanswered`, `evidence`: of workers that died and were replaced.
    """

    def __init__(self, tasks: Sequence[WorkerTask], shares: RateShares) -> None:
        self._tasks = tasks
        self._shares = shares
        self._limited = shares.share(0) is not None
        self._selector = selectors.DefaultSelector()
        self._heard: deque[tuple[WorkerLine | None, bytes]] = deque(maxlen=_MOST_HEARD)
        self._begun = self._tells_silent = False
        self.attempts = self.unanswered = 0
        self.evidence: list[Mapping[str, Any]] = []
        self.lines: list[WorkerLine] = []
        try:
            for part in range(len(tasks)):
                self.lines.append(self._start(part))
        except Exception:
            self.end()
            raise

    def _start(self, part: int) -> WorkerLine:
        line = WorkerLine(part, self._tasks[part].needs, len(self._tasks))
        self._selector.register(line.socket, selectors.EVENT_READ, line)
        return line

    def hand_out(self, *, tells_silent: bool) -> None:
        """Each is told its task, once all is known of it. `tells_silent`: see `WorkerTask`."""
        self._tells_silent = tells_silent
        for line in self.lines:
            self._take_on(line)

    def _take_on(self, line: WorkerLine) -> None:
        task = self._tasks[line.part]
        options = task.options.shared(concurrency=task.options.concurrency, rate=self._shares.share(line.part))
        line.take_on(task._replace(options=options, tells_silent=self._tells_silent))

    def tell(self, heard: bytes) -> None:
        """Each that begins from now on is told who answered before; nobody of them heard that."""
        self._heard.append((None, heard))

    @property
    def running(self) -> list[WorkerLine]:
        """Those that have not ended."""
        return [line for line in self.lines if not line.ended]

    def words(self) -> Iterator[Word]:
        """What workers say, as far as it is not dealt with here; waits for 0.1 s at most. Those of the call before are
        dealt with by now."""
        now = monotonic()
        self._let_begin(now)
        for part, rate in self._shares.grown([line.part for line in self.running if line.going], now).items():
            self.lines[part].may_send(rate)
        for line in self.running:
            line.takes()
            waits = selectors.EVENT_WRITE if line.socket.unsent else 0
            self._selector.modify(line.socket, selectors.EVENT_READ | waits, line)
        for key, _ in self._selector.select(_PAUSE_S):
            line = key.data
            line.socket.flush()
            for topic, payload in line.socket.receive():
                if not self._deal_with(line, topic, payload):
                    yield line, topic, payload
            if line.socket.over:
                self._selector.unregister(line.socket)
                if not line.ended:
                    yield line, None, b""

    def _deal_with(self, line: WorkerLine, topic: Topic, payload: bytes) -> bool:
        """Whether that is of no concern to others."""
        if topic is Topic.READY:
            line.is_ready(unpacked_state(payload))
        elif topic is Topic.STATE:
            line.says(unpacked_state(payload))
        elif topic is Topic.HEARD:
            self._heard.append((line, payload))
            for other in self.running:
                if other is not line and other.going:
                    other.socket.send(Topic.HEARD, payload)
        else:
            return False
        return True

    def _let_begin(self, now: float) -> None:
        if not self._begun:
            self._begun = all(line.ready or line.ended for line in self.lines)
        if self._begun:
            for line in self.running:
                if line.ready and not line.going and now >= line.begins_at:
                    line.go([said for who, said in self._heard if who is None or who.part != line.part])

    def ended(self, line: WorkerLine, state: WorkerState | None = None) -> None:
        """It says no more. `state`: its last words."""
        line.ends(state)
        self._shares.ended(line.part, monotonic())

    def replace(self, line: WorkerLine) -> None:
        """It died: another takes its place."""
        line.end()
        self.attempts += line.state.headway.attempts
        self.unanswered += line.state.unanswered
        if line.state.evidence:
            self.evidence.append(line.state.evidence)
        begins_at = takes_over_at(monotonic()) if self._limited else 0.0
        self.lines[line.part] = other = self._start(line.part)
        self._take_on(other)
        other.follows(line, begins_at)

    def stop(self) -> None:
        """Asks all to end soon. Who has not begun has nothing to say."""
        for line in self.running:
            if line.going:
                line.stop()
            else:
                self._selector.unregister(line.socket)
                line.ends(None)
                line.end()

    def end(self) -> None:
        """Ends all, at once."""
        for line in self.lines:
            line.end()
        self._selector.close()
