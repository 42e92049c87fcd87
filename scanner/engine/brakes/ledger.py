"""What a rate promises: SYNs on the wire. The kernel repeats them for as long as a socket waits. Pure: pass `now`.

It never repeats one within a second of the one before (`flight/syn_repeats.py`). So at most one SYN of each socket
falls into any second, and this is the rule:

* **A socket holds a token from its connect() until a second after its last SYN.** There are as many tokens as a second
  may hold SYNs, hence no second holds more. An attempt that is answered, or closed in time, holds its token for one
  second; one that waits for 4 s holds it for four, which are its four SYNs. An answer that comes at once costs nothing.
* A repeat that would leave just as an attempt ends is not worth a token: the attempt ends just before it (`listened`).
  So does whatever still listens after its attempt is over (`closes_at`). Below one SYN a second nothing is repeated.

Whether a socket is still open is looked up just before its next repeat. Where that look comes too late (the process
stood still), it may have sent until now.
"""

from collections import Counter, deque
from heapq import heappop, heappush
from itertools import count
from typing import NamedTuple

from scanner.engine.flight.probe import BareTrial, Probe

_LOOK_BEFORE = 0.025  # so long before the kernel's repeat it is looked at who still waits
_LATE = 0.07  # a repeat may be so late, and the next is counted from there
_PROMPT_MS = 900.0


class Token(NamedTuple):
    """Who holds a token: `probe` is the attempt's socket, None where it had none any more when it was launched."""

    granted: float
    launched: float
    trial: BareTrial
    attempt: int
    key: str
    probe: Probe | None = None

    @property
    def is_open(self) -> bool:
        """Whether the socket still waits for its answer."""
        probe = self.probe
        return probe is not None and probe.trial is self.trial and probe.attempt == self.attempt

    def may_have_sent_until(self, now: float) -> float:
        """When the last SYN of a socket that is closed by now may have left, at the latest."""
        trial, probe = self.trial, self.probe
        if probe is not None and probe.ended:
            return probe.ended
        answered = trial.verdict is not None and trial.answered == self.attempt and not trial.lost_syns
        at_once = answered and trial.rtt_ms is not None and trial.rtt_ms < _PROMPT_MS
        return self.launched if at_once or trial.attempts < self.attempt else now


class Ledger:
    """Who holds a token: so many for each key (a host, or all of them) as a second may hold SYNs."""

    def __init__(self, rate: float) -> None:
        self._most = max(1, int(rate))
        self._held: Counter[str] = Counter()
        self._fresh: deque[Token] = deque()  # granted in this turn
        self._stages: list[deque[Token]] = []  # the nth has those whose nth repeat is the next
        self._ending: list[tuple[float, int, str]] = []
        self._ticket = count()

    def grows(self, rate: float) -> None:
        """A second may hold so many from now on, which is more."""
        self._most = max(1, int(rate))

    def free(self, key: str = "") -> int:
        """How many tokens there are, as of the last look."""
        return self._most - self._held[key] if key in self._held else self._most

    def take(self, trial: BareTrial, now: float, key: str = "") -> None:
        """Its next attempt is about to leave."""
        self._held[key] += 1
        self._fresh.append(Token(now, now, trial, trial.attempts + 1, key))

    def launched(self, now: float) -> None:
        """What was taken since the last time has left by now: a process may stand still in between."""
        for token in self._fresh:
            probe = next((probe for probe in token.trial.probes if probe.attempt == token.attempt), None)
            self._await_repeat(0, token._replace(launched=now, probe=probe))
        self._fresh.clear()

    def look(self, now: float) -> list[str]:
        """Takes back the tokens that nobody holds any more; returns their keys."""
        while self._fresh and self._fresh[0].granted < now:  # nobody said when it left
            self._await_repeat(0, self._fresh.popleft())
        for number, stage in enumerate(self._stages, 1):
            while stage and (stage[0].granted + number - _LOOK_BEFORE <= now or not stage[0].is_open):
                self._look_at(stage.popleft(), number, now)
        freed = []
        while self._ending and self._ending[0][0] <= now:
            _, _, key = heappop(self._ending)
            self._held[key] -= 1
            if not self._held[key]:
                del self._held[key]
            freed.append(key)
        return freed

    def _await_repeat(self, done: int, token: Token) -> None:
        if len(self._stages) == done:
            self._stages.append(deque())
        self._stages[done].append(token)

    def _look_at(self, token: Token, number: int, now: float) -> None:
        """Its `number`th repeat is next, unless it is closed."""
        if token.is_open:
            self._await_repeat(number, token)
            return
        last = token.launched + (number - 1) * (1.0 + _LATE)
        if now > token.granted + number and (until := token.may_have_sent_until(now)) > token.granted + number:
            last = until  # the look came too late
        heappush(self._ending, (last + 1.0, next(self._ticket), token.key))

    def next_look(self) -> float:
        """When to look who still waits, lest it be too late; infinity if nobody does."""
        looks = [stage[0].granted + number - _LOOK_BEFORE for number, stage in enumerate(self._stages, 1) if stage]
        return min(looks, default=float("inf"))

    def next_free(self) -> float:
        """When a look may find a token that is free again; infinity if all are."""
        return min(self.next_look(), self._ending[0][0] if self._ending else float("inf"))
