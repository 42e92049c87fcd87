"""Aligned columns that stay readable in a narrow window. Pure: rows in, lines out.

A row is some cells and a flow: the last text, which may be long. Cells are padded to their column; the flow is
wrapped beside them or, where the window leaves it too little room, indented below them. Only a name may be
cut: a shortened address is a wrong address. How wide the columns are, `column_fit.py` decides.
"""

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from scanner.reports.column_fit import GAP, INDENT, WIDE_FLOW, Fit, Shape, fitted
from scanner.reports.painted import Look, columns, shorten, widest, wrap


class Row(NamedTuple):
    """One row. `styles` colour the cells, `flow_style` the flow. `brief` is said in place of a flow that would take a
    line of its own; it may be empty.

    A row with fewer cells than the longest row has its flow right after them, across the other columns.
    """

    cells: tuple[str, ...]
    flow: str = ""
    styles: tuple[str, ...] = ()
    flow_style: str = ""
    brief: str | None = None


_NO_HEAD = Row(())


class Columns:
    """The widths for one set of rows. Columns without any text take no room, not even for their heading.

    `cut` is the column that may be shortened in a narrow window, `right` those aligned to the right. `blank` stands for
    an empty first cell where another row has a line for its first cell alone: that line's next is not the row's.
    """

    def __init__(
        self,
        rows: Sequence[Row],
        look: Look,
        *,
        head: Row = _NO_HEAD,
        cut: int | None = None,
        right: frozenset[int] = frozenset(),
        blank: str = "",
    ) -> None:
        self._look = look
        shapes = Counter(map(_shape, rows))
        count = max((len(row.cells) for row in rows), default=0)
        used = [any(len(shape.cells) > column and shape.cells[column] for shape in shapes) for column in range(count)]
        names = [*head.cells[:count], *[""] * (count - len(head.cells))]
        self._head = head._replace(cells=tuple(name if text else "" for name, text in zip(names, used, strict=True)))
        fit = Fit(look.width, cut=cut, right=right)
        self._fit = fitted(shapes, [columns(name) for name in self._head.cells], fit)
        self._blank = blank if any(map(self._leaves_first, shapes)) else ""

    def _leaves_first(self, shape: Shape) -> bool:
        lines = self._fit.places(self._shown(shape.cells))
        return len(lines) > 1 and lines[0] == [(0, 0)]

    def _shown(self, cells: Sequence[int]) -> list[int]:
        """The widths of a row's cells as they are shown."""
        room = self._fit.name_room(cells)
        return [min(width, room) if column == self._fit.cut else width for column, width in enumerate(cells)]

    def head(self) -> list[str]:
        """The line of headings, if they have room; the flow's heading only where there is room for that too."""
        fit = self._fit
        used = fit.offsets[-1]
        if not fit.headed or used - GAP > fit.window or not any(self._head.cells):
            return []
        [lead], _ = self._lead(self._head)
        flow = self._head.flow
        return [(lead.ljust(used) + flow if fit.window - used >= columns(flow) else lead).rstrip()]

    def lines(self, row: Row) -> list[str]:
        """The row as one line, or several where the window is narrow."""
        if self._blank and row.cells and not row.cells[0]:
            row = row._replace(cells=(self._blank, *row.cells[1:]))
        (*above, lead), used = self._lead(row)
        flow, look = row.flow, self._look
        room = look.width - used
        if row.brief is not None and columns(flow) > room:
            flow = row.brief
        if not flow:
            return [*above, lead.rstrip()]
        if columns(flow) <= room:
            return [*above, lead + look.paint(flow, row.flow_style)]
        beside = wrap(flow, room)
        below = wrap(flow, look.width - INDENT)
        overflows = widest(beside) > room and widest(below) <= look.width - INDENT
        if (overflows or self._goes_below(room, len(beside), len(below))) and lead.strip():
            return [*above, lead.rstrip(), *(" " * INDENT + look.paint(line, row.flow_style) for line in below)]
        first, *others = (look.paint(line, row.flow_style) for line in beside)
        return [*above, lead + first, *(" " * used + line for line in others)]

    @staticmethod
    def _goes_below(room: int, beside: int, below: int) -> bool:
        """Whether a flow is easier to read below its row, given how many lines it takes `beside` it and `below`."""
        if room < WIDE_FLOW:
            return below < beside
        return below + 1 < beside

    def _lead(self, row: Row) -> tuple[list[str], int]:
        """The cells in lines, the last one padded to where the flow begins, and that column."""
        widths = self._shown([columns(cell) for cell in row.cells])
        lines = []
        end = 0
        for line in self._fit.places(widths):
            text, end = "", 0
            for column, at in line:
                cell = row.cells[column]
                if column == self._fit.cut:
                    cell = shorten(cell, widths[column], self._look)
                text += " " * (at - end)
                text += self._look.paint(cell, row.styles[column] if column < len(row.styles) else "")
                end = at + columns(cell)
            lines.append(text)
        used = self._fit.flow_at(len(row.cells), end + GAP if end else 0)
        lines[-1] += " " * (used - end)
        return lines, used


def _shape(row: Row) -> Shape:
    flow = columns(row.flow)
    return Shape(tuple(map(columns, row.cells)), flow, flow if row.brief is None else columns(row.brief))
