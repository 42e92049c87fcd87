"""Where an address is among the hosts of a target space: asked when a name turns out to lead to one."""

from bisect import bisect_right
from collections.abc import Iterable

from scanner.targets.space.blocks import Block, Owned
from scanner.targets.space.line_ranges import Line

#: First and last address, the first one's host number, and how far apart they are.
_Cell = tuple[int, int, int, int]


class AddressIndex:
    """The host numbers of all addresses: for each range one cell, found by bisection.

    `blocks` in the order of their hosts, each with the number of its first one.
    """

    def __init__(self, blocks: Iterable[tuple[Block | Owned, int]]) -> None:
        cells: dict[Line, list[_Cell]] = {}
        for block, offset in blocks:
            for line, low, high, start in block.cells():
                cells.setdefault(line, []).append((low, high, offset + start, block.step))
        for some in cells.values():
            some.sort()
        self._cells = cells
        self._lows = {line: [low for low, *_ in some] for line, some in cells.items()}

    def find(self, line: Line, number: int) -> int | None:
        """The host number of an address, or None where there is none."""
        at = bisect_right(self._lows.get(line, ()), number) - 1
        if at < 0:
            return None
        low, high, host, step = self._cells[line][at]
        on, beside = divmod(number - low, step)
        return None if number > high or beside else host + on
