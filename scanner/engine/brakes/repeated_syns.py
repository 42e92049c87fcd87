"""What a rate promises: SYNs on the wire. The kernel repeats them for as long as a socket waits. Pure: pass `now`.

It never repeats one within a second of the one before, and does so about once a second (RFC 6298: a first timeout of
1 s; Linux: after 1, 2, 3, 4, 5, 7, 11 s, before 6.5 after 1, 3, 7 s, each up to a few hundredths late). So at most one
SYN of each socket falls into any second, and this is the rule:

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
from math import ceil
from typing import NamedTuple

from scanner.engine.trial import Slot, Trial

_BEFORE = 0.03  # a socket is closed so long before the kernel's repeat
_LOOK_BEFORE = 0.025  # and by then it is looked at
_LATE = 0.07  # a repeat may be so late, and the next is counted from there
_PROMPT_MS = 900.0


class Entry(NamedTuple):
    """Who holds a token: `slot` is the attempt's socket, None where it had none any more when it was launched."""

    granted: float
    launched: float
    trial: Trial
    attempt: int
    key: str
    slot: Slot | None = None

    @property
    def is_open(self) -> bool:
        """Whether the socket still waits for its answer."""
        slot = self.slot
        return slot is not None and slot.trial is self.trial and slot.attempt == self.attempt

    def may_have_sent_until(self, now: float) -> float:
        """When the last SYN of a socket that is closed by now may have left, at the latest."""
        trial, slot = self.trial, self.slot
        if slot is not None and slot.ended:
            return slot.ended
        answered = trial.verdict is not None and trial.answered == self.attempt and not trial.lost_syns
        at_once = answered and trial.rtt_ms is not None and trial.rtt_ms < _PROMPT_MS
        return self.launched if at_once or trial.attempts < self.attempt else now


def listened(patience: float, rate: float) -> float:
    """How long (seconds) an attempt that may wait for `patience` does so under a rate of SYNs per second."""
    if rate < 1.0:
        return min(patience, 1.0 - _BEFORE)
    repeat = round(patience)
    return repeat - _BEFORE if repeat and repeat - _BEFORE < patience < repeat + 1e-6 else patience


def syns(patience: float, rate: float) -> int:
    """How many SYNs an attempt is, at most, that finds nothing but silence."""
    return max(1, ceil(listened(patience, rate)))


def closes_at(age: float) -> float:
    """The age (seconds), not before this one, at which a socket must be closed lest its SYN be repeated once more."""
    return ceil(age + _BEFORE - 1e-6) - _BEFORE


class Ledger:
    """Who holds a token: so many for each key (a host, or all of them) as a second may hold SYNs."""

    def __init__(self, rate: float) -> None:
        self._most = max(1, int(rate))
        self._held: Counter[str] = Counter()
        self._fresh: deque[Entry] = deque()  # granted in this round
        self._stages: list[deque[Entry]] = []  # the nth has those whose nth repeat is the next
        self._ending: list[tuple[float, int, str]] = []
        self._ticket = count()

    def free(self, key: str = "") -> int:
        """How many tokens there are, as of the last look."""
        return self._most - self._held[key] if key in self._held else self._most

    def take(self, trial: Trial, now: float, key: str = "") -> None:
        """Its next attempt is about to leave."""
        self._held[key] += 1
        self._fresh.append(Entry(now, now, trial, trial.attempts + 1, key))

    def launched(self, now: float) -> None:
        """What was taken since the last time has left by now: a process may stand still in between."""
        for entry in self._fresh:
            slot = next((slot for slot in entry.trial.slots if slot.attempt == entry.attempt), None)
            self._await_repeat(0, entry._replace(launched=now, slot=slot))
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

    def _await_repeat(self, done: int, entry: Entry) -> None:
        if len(self._stages) == done:
            self._stages.append(deque())
        self._stages[done].append(entry)

    def _look_at(self, entry: Entry, number: int, now: float) -> None:
        """Its `number`th repeat is next, unless it is closed."""
        if entry.is_open:
            self._await_repeat(number, entry)
            return
        last = entry.launched + (number - 1) * (1.0 + _LATE)
        if now > entry.granted + number and (until := entry.may_have_sent_until(now)) > entry.granted + number:
            last = until  # the look came too late
        heappush(self._ending, (last + 1.0, next(self._ticket), entry.key))

    def next_look(self) -> float:
        """When to look who still waits, lest it be too late; infinity if nobody does."""
        looks = [stage[0].granted + number - _LOOK_BEFORE for number, stage in enumerate(self._stages, 1) if stage]
        return min(looks, default=float("inf"))

    def next_free(self) -> float:
        """When a look may find a token that is free again; infinity if all are."""
        return min(self.next_look(), self._ending[0][0] if self._ending else float("inf"))
