"""When a scan was asked to end, and how long whatever waits for somebody else may go on waiting.

A stop takes three seconds at most, also where a reader takes nothing more: all that waits, waits in short turns and
looks here in between. (A blocked write cannot be ended by a signal: Python goes on with it, PEP 475.)
"""

from collections.abc import Callable
from math import inf
from time import monotonic

#: Seconds that readers are given after the stop, all of them together.
GRACE_S = 1.5
#: Seconds that one turn of waiting may take.
TURN_S = 0.1


class StopAskedError(Exception):
    """What was waited for did not come before the scan was asked to stop."""


class Stop:
    """Nobody has asked yet; `ask` is safe in a signal handler."""

    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        self._clock = clock
        self._asked: float | None = None

    def ask(self) -> None:
        if self._asked is None:
            self._asked = self._clock()

    @property
    def asked(self) -> bool:
        return self._asked is not None

    def patience(self) -> float:
        """Seconds that are left to wait: no end of them before the stop, then what remains of the grace."""
        return inf if self._asked is None else max(0.0, self._asked + GRACE_S - self._clock())
