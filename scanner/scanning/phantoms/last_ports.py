"""What confirms that a host has accepted everything from the start. Pure: pass `now`.

20 open ports may be all that a host has, if its list begins with them. So while others are still to come, the last one
is asked at once: if it is open, that confirms it; if it refuses, it does not. Silence may be loss: one more is asked.
"""

from collections.abc import Sequence

from scanner.model import State
from scanner.scanning.phantoms.lateness import is_late

_ASKED = 2


class LastPorts:
    """The last ports of a host's list."""

    __slots__ = ("_asked_at", "_ports", "_state", "_told")

    def __init__(self) -> None:
        self._told = False
        self._ports: list[int] = []
        self._state: State | None = None
        self._asked_at = 0.0

    def ask(self, listed: Sequence[int], now: float, slowest: float) -> int:
        """The port to be asked now, or 0."""
        asked = len(self._ports)
        if asked < min(_ASKED, len(listed)) and (not asked or self._silent(now, slowest)):
            self._ports.append(listed[-1 - asked])
            self._state, self._asked_at = None, now
            return self._ports[-1]
        return 0

    def not_left(self, now: float) -> None:
        """It is still waiting for its turn: silence does not begin before it has left."""
        self._asked_at = now

    def _silent(self, now: float, slowest: float) -> bool:
        late = is_late(self._asked_at, now, slowest)
        return self._state in (State.TIMEOUT, State.ERROR) or (self._state is None and late)

    def heard(self, port: int, state: State) -> bool:
        """Take in an answer; returns whether this port was asked."""
        if port in self._ports and self._state is not State.OPEN:
            self._state, self._told = state, True
        return port in self._ports

    def just_told(self) -> bool:
        """Whether an answer has come since the last call."""
        told, self._told = self._told, False
        return told

    def pending(self, now: float, slowest: float) -> bool:
        """Whether an answer may still come."""
        return bool(self._ports) and self._state is None and not self._silent(now, slowest)

    def says(self, now: float, slowest: float) -> bool | None:
        """Whether it confirms it; None: not known yet."""
        if not self._ports or self.pending(now, slowest):
            return None
        return self._state is State.OPEN
