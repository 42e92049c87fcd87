"""What shows that a host that accepted everything does so no more. Pure: pass `now`.

A box stops. After eight refusals in a row the next open port waits until two that the box had opened were asked again.
If one refuses it is over, as of that port; else it goes on: boxes leave out some ports. What is open after a few
refusals may be real, so only ports with eight open ones before them were surely opened by the box.
"""

from collections.abc import Sequence

from scanner.model import State
from scanner.scanning.phantoms.lateness import is_late
from scanner.scanning.phantoms.open_runs import ProbedPort, from_within, in_order

_IN_A_ROW = 8
_ASKED = 2


class BoxEnd:
    """Of a host that accepts everything, these ports among others: has it stopped? since: when the first port was
    probed that waits for that, or 0.0."""

    __slots__ = ("_asked_at", "_in_a_row", "_open_in_a_row", "_opened", "_ports", "_states", "since")

    def __init__(self, opened: Sequence[int] = ()) -> None:
        self.since = self._asked_at = 0.0
        self._in_a_row = self._open_in_a_row = 0
        self._opened = from_within(opened)
        self._ports: list[int] = []
        self._states: dict[int, State] = {}

    def end_round(self, opened: list[ProbedPort], refused: list[ProbedPort], missed: int) -> None:
        """What the round brought. missed: refusals before it that nobody looked at."""
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
        """The ports that are to be asked now."""
        if not self.since or self._ports:
            return []
        self._ports, self._states, self._asked_at = list(self._opened), {}, now
        return self._ports

    def not_left(self, now: float) -> None:
        """One of them still waits for its turn: silence does not begin before it has left."""
        self._asked_at = now

    def heard(self, port: int, state: State) -> None:
        """An answer."""
        if port in self._ports:
            self._states.setdefault(port, state)

    def says(self, now: float, slowest: float) -> bool | None:
        """Whether it is over; None: not known yet, or nobody was asked."""
        if not self._ports:
            return None
        states = {self._states.get(port) for port in self._ports}
        if None not in states or State.OPEN in states or is_late(self._asked_at, now, slowest):
            return State.REFUSED in states  # while a box is at work none does; an open one may be real
        return None

    def goes_on(self) -> None:
        """The box is at work: what waits is in doubt as well."""
        self.since, self._in_a_row, self._ports = 0.0, 0, []

    @property
    def refusing(self) -> list[int]:
        """The ports that refused when it was over."""
        return list(self._ports)
