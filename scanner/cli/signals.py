"""Ctrl-C, SIGTERM and SIGHUP: the first asks for an end in good order, the second leaves at once.

Before the scan runs there is nothing to save, so the first signal ends the program on the spot (`Stopped`). While
it runs (`deferred`) the first one only asks the scan to stop: reports get their proper end. A signal that was
ignored when we were started (`nohup`, a shell's background job) stays ignored.
"""

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

from scanner.cli.status import Stopped, status_of_signal


class Signals:
    """The handlers. `received` is the first signal's number, or 0. `restore` puts the terminal right on leaving."""

    def __init__(self) -> None:
        self.received = 0
        self.restore: Callable[[], None] | None = None
        self._stop: Callable[[], None] | None = None

    @contextmanager
    def installed(self) -> Iterator["Signals"]:
        """Our handlers stand inside the block; the main thread only."""
        before: dict[int, Any] = {}
        for name in ("SIGINT", "SIGTERM", "SIGHUP"):
            number = getattr(signal, name, None)  # Windows has no SIGHUP
            if number is not None and signal.getsignal(number) is not signal.SIG_IGN:
                before[number] = signal.signal(number, self._handle)
        try:
            yield self
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    @contextmanager
    def deferred(self, stop: Callable[[], None]) -> Iterator[None]:
        """Inside the block the first signal calls `stop`, and what runs goes on to its end."""
        self._stop = stop
        try:
            yield
        finally:
            self._stop = None

    def _handle(self, signum: int, frame: FrameType | None) -> None:
        if self.received:
            self._leave(signum)
        self.received = signum
        if self._stop is None:
            raise Stopped(signum)
        self._stop()

    def _leave(self, signum: int) -> None:
        if self.restore is not None:
            self.restore()
        os._exit(status_of_signal(signum))
