"""How a part is probed by whoever has it, and how often something is said of it meanwhile.

1. What the engine finds is gathered for a while, or until it is a lot: many rows of one host tell of it once.
2. Now and then it is heard what others say: to end, or who answered elsewhere.
3. Whoever has probes in flight must not wait for a reader: answers would be read late. So where much was said that has
   not left yet, nothing is launched until that is over, and what is in flight still comes to its end.
4. What was found before a stop, or an error, is said before anything that comes then: it is final, the rest may not be.

How words leave is a `Voice`: a socket between two processes, or the scheduler of a cluster.
"""

from collections.abc import Callable, Sequence
from time import monotonic
from typing import Any, NamedTuple, Protocol

from scanner.model import Result
from scanner.scanning.parts.worker_state import WorkerState, state_of
from scanner.scanning.probing import SettlingProbing, Unsettled
from scanner.scanning.responder_choice import KnownResponder

_LISTEN_S = 0.05
#: What `unanswered` and the evidence say takes a while to count.
_COUNT_S = 1.0
#: With so much on its way, of what may be, the engine launches again.
_ROOM = 0.25


class Gathering(NamedTuple):
    """Rows are said after so many seconds, or once there are so many; never more at a time."""

    each_s: float
    most_rows: int


class HeldProbing(SettlingProbing, Protocol):
    """Probing that can be told to wait, as that of an engine can."""

    def hold(self, holds: bool) -> None:
        """Launch nothing, until told otherwise."""
        ...

    @property
    def evidence_so_far(self) -> dict[str, Any]:
        """Its `evidence`, without what takes long to tell."""
        ...


class Voice(Protocol):
    """What a part says and hears. Nothing of it waits."""

    @property
    def filled(self) -> float:
        """How much of what was said has not left yet, where 1.0 is as much as may be."""
        ...

    def listen(self) -> Sequence[KnownResponder]:
        """Do what was said since the last call. Returns who answered elsewhere."""
        ...

    def say(self, rows: Sequence[Result], state: WorkerState, *, last: bool) -> None:
        """These were found, and so far it is. `last`: all that there was to probe was, or it was stopped."""
        ...

    def settle(self) -> None:
        """What was said until now is final; what is said from now on might be other if the scan went on."""
        ...


class ProbingLoop:
    """One part, from the first word to the last. `spares_hosts`: with a rate for each host, nobody asks a host of
    another part: only who has that one knows what was sent to it."""

    def __init__(
        self,
        probing: HeldProbing,
        voice: Voice,
        gathering: Gathering,
        *,
        spares_hosts: bool,
        clock: Callable[[], float] = monotonic,
    ) -> None:
        self._probing = probing
        self._voice = voice
        self._gathering = gathering
        self._spares_hosts = spares_hosts
        self._clock = clock
        self._rows: list[Result] = []
        self._unanswered = 0
        self._evidence: dict[str, Any] = {}
        self._count_at = 0.0
        self._holding = self._settled = False

    def probe(self) -> None:
        """All of it, unless it is stopped. Errors are those of the probing; what was found before is said first."""
        listens_at = speaks_at = self._clock()
        try:
            for rows in self._probing.batches():
                if not self._settled and self._probing.unsettled is Unsettled.ALL:
                    self._settle()
                self._rows += rows
                now, full = self._clock(), len(self._rows) >= self._gathering.most_rows
                if now >= listens_at or full:
                    listens_at = now + _LISTEN_S
                    self.listen()
                    if now >= speaks_at or full:
                        speaks_at = now + self._gathering.each_s
                        self._speak(now)
                    self._hold_or_go_on()
        except Exception:
            self._speak(self._clock())
            raise
        self._count_at = 0.0
        self._speak(self._clock(), last=True)

    def listen(self) -> None:
        """Hears what others say; also before it begins."""
        told = self._voice.listen()
        if told and not self._spares_hosts:
            self._probing.tell_of(told)

    def _settle(self) -> None:
        self._settled = True
        self._speak(self._clock())
        self._voice.settle()

    def _speak(self, now: float, *, last: bool = False) -> None:
        if now >= self._count_at:
            self._count_at = now + _COUNT_S
            self._unanswered = self._probing.unanswered
            self._evidence = self._probing.evidence if last else self._probing.evidence_so_far
        state = state_of(self._probing, unanswered=self._unanswered, evidence=self._evidence)
        rows, self._rows, most = self._rows, [], self._gathering.most_rows
        for at in range(0, max(1, len(rows)), most):
            self._voice.say(rows[at : at + most], state, last=last and at + most >= len(rows))

    def _hold_or_go_on(self) -> None:
        if self._holding != (self._voice.filled > (_ROOM if self._holding else 1.0)):
            self._holding = not self._holding
            self._probing.hold(self._holding)
