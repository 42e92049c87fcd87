"""What shows that a host that accepted everything no longer does so. Pure: pass `now`.

A box may stop. After eight refusals in a row, the next open port waits until two ports that the box had opened have
been asked again. If one of them refuses, it is over, as of the port that waits; otherwise the box goes on, because
boxes leave out some ports. What is open after a few refusals may be real, so only ports after eight open ones were
certainly opened by the box.
"""

from collections.abc import Sequence

from scanner.model import State
from scanner.scanning.phantoms.lateness import is_late
from scanner.scanning.phantoms.open_runs import ProbedPort, from_within, in_order

_IN_A_ROW = 8
_ASKED = 2


class BoxEnd:
    """Whether a host that accepts everything, these ports among others, has stopped. since: when the first port that
    waits for this was probed, or 0.0."""

    __slots__ = ("_asked_at", "_in_a_row", "_open_in_a_row", "_opened", "_ports", "_states", "since")

    def __init__(self, opened: Sequence[int] = ()) -> None:
        self.since = self._asked_at = 0.0
        self._in_a_row = self._open_in_a_row = 0
        self._opened = from_within(opened)
        self._ports: list[int] = []
        self._states: dict[int, State] = {}

    def end_turn(self, opened: list[ProbedPort], refused: list[ProbedPort], missed: int) -> None:
        """Take in a turn. missed: refusals before it that nobody looked at."""
        self._refused(missed)
        for sent, shut, port in in_order(opened, refused):
            if shut:
                self._refused(1)
            elif self._in_a_row >= _IN_A_ROW and self._opened:
                self.since = self.since or sent
            else:
                self._in_a_row = 0
                self._open_in_a_row += 1
                if self._open_in_a_row > _IN_A_ROW or not self._opened:
                    self._opened = [*self._opened, port][-_ASKED:]

    def _refused(self, times: int) -> None:
        if times:
            self._in_a_row += times
            self._open_in_a_row = 0

    def ask(self, now: float) -> list[int]:
        """The ports to be asked now."""
        if not self.since or self._ports:
            return []
        self._ports, self._states, self._asked_at = list(self._opened), {}, now
        return self._ports

    def not_left(self, now: float) -> None:
        """One of them is still waiting for its turn: silence does not begin before it has left."""
        self._asked_at = now

    def heard(self, port: int, state: State) -> None:
        """Take in an answer."""
        if port in self._ports:
            self._states.setdefault(port, state)

    def says(self, now: float, slowest: float) -> bool | None:
        """Whether it is over; None: not known yet, or nobody was asked."""
        if not self._ports:
            return None
        states = {self._states.get(port) for port in self._ports}
        if None not in states or State.OPEN in states or is_late(self._asked_at, now, slowest):
            return State.REFUSED in states  # none does while a box is at work; an open one may be real
        return None

    def goes_on(self) -> None:
        """The box is still at work: what waits is in doubt as well."""
        self.since, self._in_a_row, self._ports = 0.0, 0, []

    @property
    def refusing(self) -> list[int]:
        """The ports that refused when it was over."""
        return list(self._ports)
