"""When a scan was asked to end, and how long whatever waits for somebody else may go on waiting.

A stop takes three seconds at most, even where a reader takes nothing more: everything waits in short turns and looks
here in between. (A signal cannot end a blocked write: Python goes on with it, PEP 475.)
"""

from collections.abc import Callable
from math import inf
from time import monotonic

#: Seconds that all readers together are given after the stop.
GRACE_S = 1.5
#: Seconds that one turn of waiting may take.
TURN_S = 0.1


class StopAskedError(Exception):
    """What was waited for did not come before the scan was asked to stop."""


class StopRequest:
    """Whether and when a stop was asked for; `ask` is safe in a signal handler."""

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
        """Seconds left to wait: unlimited before the stop, then what remains of the grace period."""
        return inf if self._asked is None else max(0.0, self._asked + GRACE_S - self._clock())
