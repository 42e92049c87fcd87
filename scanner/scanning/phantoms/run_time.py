"""The time in which a scan ran: how long a row has been kept counts in it, and when a port that was asked is late.

A row that is kept waits for what others answer meanwhile. While this process is stopped (SIGSTOP, a machine that has no
time for it), while whoever reads the rows pauses, or while nothing may be launched because nobody takes them, nobody is
asked: such time says nothing, and must not make a row look as if nothing spoke against it. So of each turn, which waits
for a tenth of a second at most, a little more than that counts, and of one in which the scan is held, nothing.

Instants of the engine's clock, such as when a port was probed, are put on the same scale: a turn that took too long is
stretched evenly, so that the order stays. Pure: it is told the time.
"""

from collections import deque
from math import inf
from typing import NamedTuple

from scanner.engine.flight.flight import LONGEST_WAIT_S

#: Of one turn. (Less would count as nothing what is only a machine with much to do.)
_MOST_S = LONGEST_WAIT_S + 0.05
_REMEMBERED = 64  # further back than these, only how much there was in all is known


class _Gap(NamedTuple):
    """A turn that took longer than counts: from `begin` on, `seconds` of the engine's clock, of which `counted` do.
    `before`: what did not count until then."""

    begin: float
    seconds: float
    counted: float
    before: float


class RunTime:
    """The time, as told at the end of each turn. Where it is told of none, it is that of the engine's clock."""

    def __init__(self) -> None:
        self._last: float | None = None
        self._lost = 0.0  # seconds that do not count
        self._ends = -inf  # the last gap
        self._gaps: deque[_Gap] = deque(maxlen=_REMEMBERED)

    def turn(self, now: float, *, held: bool) -> float:
        """A turn is over; returns the time in which the scan ran, by then. `held`: nothing could be launched."""
        last, self._last = self._last, now
        if last is not None and now - last > (0.0 if held else _MOST_S):
            counted = 0.0 if held else _MOST_S
            self._gaps.append(_Gap(last, now - last, counted, self._lost))
            self._lost += now - last - counted
            self._ends = now
        return now - self._lost

    def rest(self) -> None:
        """Nothing waits: how long it lasts until the next turn is of no concern."""
        self._last = None

    def at(self, when: float) -> float:
        """An instant of the engine's clock, up to now, on this scale."""
        if when >= self._ends:
            return when - self._lost
        if when < self._gaps[0].begin:
            return when - self._gaps[0].before
        gap = next(gap for gap in reversed(self._gaps) if gap.begin <= when)
        share = min(1.0, (when - gap.begin) / gap.seconds)
        return when - gap.before - (gap.seconds - gap.counted) * share
