"""Ctrl-C, SIGTERM and SIGHUP: the first asks for an end in good order; only a second Ctrl-C leaves at once.

SIGHUP and SIGTERM may repeat: when a terminal is closed, the shell and the kernel both send SIGHUP, and service
managers send SIGTERM to a whole group and then to each of it. Whoever wants us gone for good has SIGKILL.

Before the scan runs there is nothing to save, so the first signal ends the program on the spot (`Stopped`). From the
opening of the reports on (`deferred`) the first one only asks the scan to stop: reports get their proper end. A signal
that was ignored when we were started (`nohup`, a shell's background job) stays ignored.
"""

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

from scanner.cli.status import Stopped, status_of_signal

#: Those that we answer, by name: Windows has no SIGHUP.
NAMES = ("SIGINT", "SIGTERM", "SIGHUP")


class Signals:
    """The handlers. `received` is the first signal's number, or 0.

    `stop` is asked by the first signal: whatever waits for a reader looks at it.
    """

    def __init__(self) -> None:
        from scanner.reports.outlets.stop_request import StopRequest

        self.received = 0
        self._restore: Callable[[], None] | None = None
        self.stop = StopRequest()
        self._end: Callable[[], None] | None = None
        self._interrupts = 0

    @contextmanager
    def installed(self) -> Iterator["Signals"]:
        """Our handlers stand inside the block; the main thread only."""
        before: dict[int, Any] = {}
        for number in numbers():
            if signal.getsignal(number) is not signal.SIG_IGN:
                before[number] = signal.signal(number, self._handle)
        try:
            yield self
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    @contextmanager
    def deferred(self, end: Callable[[], None]) -> Iterator[None]:
        """Inside the block the first signal calls `end`, and what runs goes on to its own end."""
        self._end = end
        try:
            yield
        finally:
            self._end = None

    @contextmanager
    def restoring(self, restore: Callable[[], None]) -> Iterator[None]:
        """Inside the block `restore` puts the terminal right before we leave at once, and at its end in any case."""
        self._restore = restore
        try:
            yield
        finally:
            restore()
            self._restore = None

    def _handle(self, signum: int, frame: FrameType | None) -> None:
        self._interrupts += signum == signal.SIGINT
        if self._interrupts > 1:
            self._leave()
        if self.received:
            return
        self.received = signum
        self.stop.ask()
        if self._end is None:
            raise Stopped(signum)
        self._end()

    def _leave(self) -> None:
        if self._restore is not None:
            self._restore()
        os._exit(status_of_signal(self.received or signal.SIGINT))


def numbers() -> list[int]:
    """The signals' numbers on this system."""
    return [number for name in NAMES if (number := getattr(signal, name, None)) is not None]
