"""Aligned columns that stay readable in a narrow window. Pure: rows in, lines out.

A row is some cells and a flow: the last text, which may be long. Cells are padded to their column; the flow is
wrapped beside them or, where the window leaves it too little room, indented below them. Only a name may be
cut: a shortened address is a wrong address.
"""

from collections.abc import Sequence
from typing import NamedTuple

from scanner.reports.painted import Look, columns, shorten, widest, wrap

_GAP = 2
_WIDE_FLOW = 40
_LEAST_NAME = 10
_INDENT = 4


class Row(NamedTuple):
    """One row. `styles` colour the cells, `flow_style` the flow. A `spare` flow is left out where it would take a
    line of its own.

    A row with fewer cells than the longest row has its flow right after them, across the other columns.
    """

    cells: tuple[str, ...]
    flow: str = ""
    styles: tuple[str, ...] = ()
    flow_style: str = ""
    spare: bool = False


_NO_HEAD = Row(())


class Columns:
    """The widths for one set of rows. Columns without any text take no room, not even for their heading.

    `cut` is the column that may be shortened in a narrow window, `right` those aligned to the right.
    Where the cells still do not fit the window, they are not aligned but fill lines one after another.
    """

    def __init__(
        self,
        rows: Sequence[Row],
        look: Look,
        *,
        head: Row = _NO_HEAD,
        cut: int | None = None,
        right: frozenset[int] = frozenset(),
    ) -> None:
        self._look = look
        self._cut = cut
        self._right = right
        self._widths = [0] * max((len(row.cells) for row in rows), default=0)
        for row in rows:
            for index, cell in enumerate(row.cells):
                self._widths[index] = max(self._widths[index], columns(cell))
        self._head = self._used(head)
        for index, cell in enumerate(self._head.cells):
            self._widths[index] = max(self._widths[index], columns(cell))
        self._cut_to_fit()
        self._stacked = sum(width + _GAP for width in self._widths if width) - _GAP > look.width

    def _used(self, head: Row) -> Row:
        return head._replace(
            cells=tuple(name if width else "" for name, width in zip(head.cells, self._widths, strict=False))
        )

    def _cut_to_fit(self) -> None:
        """Shortens the names where the cells alone do not fit: a flow goes below before a name is cut."""
        if self._cut is None or self._widths[self._cut] <= _LEAST_NAME:
            return
        excess = sum(width + _GAP for width in self._widths if width) - _GAP - self._look.width
        if excess > 0:
            self._widths[self._cut] -= min(excess, self._widths[self._cut] - _LEAST_NAME)

    def head(self) -> list[str]:
        """The line of headings, if columns are aligned; the flow's heading only where there is room."""
        if self._stacked:
            return []
        lead, used = self._lead(self._head)
        flow = self._head.flow
        return [(lead + flow if self._look.width - used >= columns(flow) else lead).rstrip()]

    def lines(self, row: Row) -> list[str]:
        """The row as one line, or several where the window is narrow."""
        if self._stacked and row.cells:
            return self._stack(row)
        lead, used = self._lead(row)
        flow, look = row.flow, self._look
        if not flow:
            return [lead.rstrip()]
        room = look.width - used
        if row.spare and columns(flow) > room:
            return [lead.rstrip()]
        beside = wrap(flow, room)
        below = wrap(flow, look.width - _INDENT)
        overflows = widest(beside) > room and widest(below) <= look.width - _INDENT
        if (overflows or self._goes_below(room, len(beside), len(below))) and lead.strip():
            return [lead.rstrip(), *(" " * _INDENT + look.paint(line, row.flow_style) for line in below)]
        first, *others = (look.paint(line, row.flow_style) for line in beside)
        return [lead + first, *(" " * used + line for line in others)]

    def _stack(self, row: Row) -> list[str]:
        """Cells one after another, then the flow, in lines of the window's width."""
        lines, used = [""], 0
        indent = " " * _INDENT
        for index, cell in enumerate(row.cells):
            if index == self._cut:
                cell = shorten(cell, self._widths[index], self._look)
            if not cell:
                continue
            if used and used + _GAP + columns(cell) > self._look.width:
                lines.append(indent)
                used = _INDENT
            elif used:
                lines[-1] += " " * _GAP
                used += _GAP
            elif index and not row.cells[0]:
                lines[-1], used = indent, _INDENT
            lines[-1] += self._look.paint(cell, row.styles[index] if index < len(row.styles) else "")
            used += columns(cell)
        flow = wrap(row.flow, self._look.width - _INDENT) if row.flow and not row.spare else []
        lines += [indent + self._look.paint(line, row.flow_style) for line in flow]
        return lines if used else lines[1:]

    @staticmethod
    def _goes_below(room: int, beside: int, below: int) -> bool:
        """Whether a flow is easier to read below its row, given how many lines it takes `beside` it and `below`."""
        if room < _WIDE_FLOW:
            return below < beside
        return below + 1 < beside

    def _lead(self, row: Row) -> tuple[str, int]:
        lead, used = "", 0
        for index, cell in enumerate(row.cells):
            width = self._widths[index]
            if not width and not cell:
                continue
            if index == self._cut:
                cell = shorten(cell, width, self._look)
            padding = " " * max(0, width - columns(cell))
            shown = self._look.paint(cell, row.styles[index] if index < len(row.styles) else "")
            lead += (padding + shown if index in self._right else shown + padding) + " " * _GAP
            used += max(width, columns(cell)) + _GAP
        return lead, used
