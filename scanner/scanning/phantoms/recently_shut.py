"""The latest verdicts other than open. Nobody looks at them unless an open port makes them interesting.

That a host refused before, or that its neighbours' port is closed, matters only once something is open, and most of a
sweep never gets there. So a turn's rows are kept as they are, a reference each, and are looked up afterwards, the
newest first.
"""

from collections import deque
from collections.abc import Iterator

from scanner.model import Place, Result, State

_MOST_ROWS = 2048  # they stay in the processor's cache: with 8192 of them a sweep takes 1% longer


class Recent:
    """The last few thousand rows that were not open."""

    def __init__(self, most: int = _MOST_ROWS) -> None:
        self._most = most
        self._turns: deque[list[Result]] = deque()
        self._count = 0

    def add(self, rows: list[Result]) -> None:
        """Add a turn without an open port, or its rows that were not open. The list must not change afterwards."""
        if not rows:
            return
        self._turns.append(rows)
        self._count += len(rows)
        while self._count > self._most and len(self._turns) > 1:
            self._count -= len(self._turns.popleft())

    def newest_first(self) -> Iterator[Result]:
        """Row by row, back in time."""
        for rows in reversed(self._turns):
            yield from reversed(rows)

    def shut_at(self, place: Place, most: int) -> tuple[list[int], list[int]]:
        """The latest ports that refused at this place, and the others that were not open; at most `most` of each.

        The last one that refused is known however long ago that was, because with many hosts rows are soon forgotten.
        """
        refused: list[int] = []
        silent: list[int] = []
        for row in self.newest_first():
            if row.place is place:
                ports = refused if row.state is State.REFUSED else silent
                if len(ports) < most and row.port not in ports:
                    ports.append(row.port)
                if len(refused) == most:
                    break
        last = place.note.refused
        if last and last not in refused and len(refused) < most:
            refused.append(last)
        return refused, silent
