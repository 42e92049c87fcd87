"""How many more probes this machine has room for: the window, and the connection tracking table. Pure: pass `now`."""

import errno

from scanner.engine.room.conntrack import Conntrack
from scanner.engine.room.shortage import shortage_warning
from scanner.engine.room.window import Window, usual_window

_FEW_SOCKETS = 1000


class Room:
    """`concurrency`: what the user allows; None: what this machine does. `capacity`: how many sockets there may be,
    `in_memory`: how many fit there, None where nobody tells. `warnings` are one line each, in the order in which they
    came.
    """

    def __init__(
        self,
        capacity: int,
        concurrency: int | None = None,
        conntrack: Conntrack | None = None,
        *,
        in_memory: int | None = None,
    ) -> None:
        self._concurrency = concurrency
        self._capacity = capacity
        self._in_memory = in_memory
        self._window = Window(self._width(capacity))
        self._untold = concurrency is None  # that few sockets make the scan slow
        self._conntrack = conntrack
        self.warnings: list[str] = []

    def fit(self, capacity: int) -> None:
        """There may be so many sockets from now on."""
        self._capacity = capacity
        self._window.fit(self._width(capacity))

    def _width(self, capacity: int) -> int:
        if self._concurrency is not None:
            return min(self._concurrency, capacity)
        return usual_window(capacity, self._in_memory)

    def for_more(self, in_flight: int, attempts: int, now: float) -> int:
        """How many more may be launched, beside `in_flight` and after so many attempts in all."""
        room = self._window.room(in_flight, now)
        if self._conntrack is not None:
            room = min(room, self._conntrack.room(attempts, now))
            if self._conntrack.warning:
                self.say(self._conntrack.warning)
        return room

    def nothing_launched(self, in_flight: int) -> None:
        """Nothing was launched: if that is for want of sockets, and there are few, it is reported once."""
        if self._untold and self._capacity < _FEW_SOCKETS and in_flight >= self._window.size:
            self._untold = False
            self._warn(errno.EMFILE)

    def short_of(self, code: int, in_flight: int, now: float) -> None:
        """There was none for one more beside `in_flight`: this machine met that limit."""
        self._warn(code)
        self._window.shrink(in_flight, now)

    def _warn(self, code: int) -> None:
        self.say(shortage_warning(code, self._capacity))

    def say(self, warning: str) -> None:
        """One line for the user, said once."""
        if warning and warning not in self.warnings:
            self.warnings.append(warning)
