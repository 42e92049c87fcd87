"""How wide columns are in a window that has no room for the widest text of each. Pure: widths in, widths out.

A single long name must not push a whole table out of its columns. So a column may be narrower than its widest cells: a
row with such a cell spills, which is to say that what follows stands further right where its line has room, and else
in the next line, each cell under its heading. Of all widths that come into question, those are taken with which the
table has the fewest lines. (Some hundred widths are tried on 100 shapes of rows at most: a fraction of a second, and
only where not every row has room for all.)
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate, product
from math import ceil
from typing import NamedTuple

GAP = 2
INDENT = 4
#: A name is not cut to less: it goes to a line of its own.
LEAST_NAME = 20
#: A flow this wide may go on beside its row.
WIDE_FLOW = 40

#: So many columns may be narrower than their widest cell; so wide are columns at least that matter.
_NARROWED, _WIDE = 3, 8
#: Of the widths of a column's cells, in their order, those that are tried.
_TRIED = (1.0, 0.98, 0.9, 0.75, 0.5, 0.0)
_SHAPES = 100
#: What it costs, in lines, where a row is out of its columns, its name cut, or no heading above it.
_SHIFTED, _CUT, _BARE = 0.3, 0.5, 0.3


class Shape(NamedTuple):
    """The widths of a row's cells, of what is said after them, and of the fewest words for it."""

    cells: tuple[int, ...]
    flow: int
    brief: int


class Fit:
    """The widths of columns, 0 where a column has no text, in a window; `cut`: the column of names, `right`: those
    aligned to the right. `headed`: with room for headings. `offsets`: where each column begins, and after the last one,
    where a flow does."""

    __slots__ = ("cut", "headed", "offsets", "right", "widths", "window")

    def __init__(
        self,
        window: int,
        widths: Sequence[int] = (),
        cut: int | None = None,
        right: frozenset[int] = frozenset(),
        *,
        headed: bool = True,
    ) -> None:
        self.window = window
        self.widths = widths
        self.cut = cut
        self.right = right
        self.headed = headed
        self.offsets = (0, *accumulate(width + GAP if width else 0 for width in widths))

    def of(self, widths: Sequence[int], *, headed: bool = True) -> "Fit":
        """The same with other widths."""
        return Fit(self.window, widths, self.cut, self.right, headed=headed)

    def name_room(self, cells: Sequence[int]) -> int:
        """The columns that a row's name may take: it is cut only where it would cost a line."""
        name = cells[self.cut] if self.cut is not None and self.cut < len(cells) else 0
        if self.cut is None or name <= (width := self.widths[self.cut]):
            return self.window
        if width < LEAST_NAME:
            return self.window
        short = [min(each, width) if index == self.cut else each for index, each in enumerate(cells)]
        return width if len(self.places(short)) < len(self.places(cells)) else self.window

    def places(self, cells: Sequence[int]) -> list[list[tuple[int, int]]]:
        """For each line of a row the columns and where their cells begin, given how wide these are."""
        line, end = self._run(cells, 0, -GAP)
        return [line] if end <= self.window else self._spilled(cells)

    def _run(self, cells: Sequence[int], first: int, end: int) -> tuple[list[tuple[int, int]], int]:
        """The cells from `first` on in the line that is taken up to `end`, and where that ends then."""
        line = []
        for column in range(first, len(cells)):
            if width := cells[column]:
                at = self._at(column, width)
                if at < end + GAP:
                    at = end + GAP
                line.append((column, at))
                end = at + width
        return line, end

    def _spilled(self, cells: Sequence[int]) -> list[list[tuple[int, int]]]:
        lines: list[list[tuple[int, int]]] = [[]]
        end = -GAP
        for column, width in enumerate(cells):
            if not width:
                continue
            at = self._at(column, width)
            if at + width > self.window and at > INDENT:
                at = max(0, min(INDENT, self.window - width)) if lines[-1] else 0
            if at < end + GAP:
                rest, last = self._run(cells, column, end)
                if last <= self.window:
                    return [*lines[:-1], lines[-1] + rest]
                lines.append([])
            lines[-1].append((column, at))
            end = at + width
        return lines

    def _at(self, column: int, width: int) -> int:
        at = self.offsets[column]
        return at + self.widths[column] - width if column in self.right and width < self.widths[column] else at

    def cost(self, shape: Shape) -> float:
        """What a row of this shape takes beyond its line, in lines."""
        room = self.name_room(shape.cells)
        cells = [min(each, room) if index == self.cut else each for index, each in enumerate(shape.cells)]
        *above, last = self.places(cells)
        end = last[-1][1] + cells[last[-1][0]] + GAP if last else 0
        columns = len(above) + _SHIFTED * any(
            at > self._at(column, cells[column]) or cells[column] > self.widths[column] for column, at in last
        )
        left = self.window - self.flow_at(len(cells), end)
        return columns + _CUT * (list(shape.cells) != cells) + self._flow_cost(shape, left)

    def flow_at(self, count: int, end: int) -> int:
        """Where a flow begins after so many cells, the last of which, with its gap, takes its line up to `end`."""
        at = self.offsets[count]
        return at if end <= at < self.window else end

    def _flow_cost(self, shape: Shape, room: int) -> int:
        if shape.flow <= room or shape.brief <= room:
            return 0
        below = ceil(shape.brief / (self.window - INDENT))
        return below if room < WIDE_FLOW else min(below, ceil(shape.brief / room) - 1)


def fitted(shapes: Counter[Shape], heads: Sequence[int], fit: Fit) -> Fit:
    """`fit` with the widths that serve best rows of these shapes, so many of each. `heads`: the widths of the headings,
    of columns that have text."""
    natural = _natural(shapes, heads)
    best = fit.of(natural)
    some = shapes.most_common(_SHAPES)
    least = _cost(best, some)
    if not least:
        return best
    for headed in (True, False) if any(heads) else (True,):
        for widths in _candidates(shapes, heads if headed else [0] * len(heads), fit):
            each = fit.of(widths, headed=headed)
            cost = _cost(each, some)
            if cost < least:
                best, least = each, cost
    return best


def _cost(fit: Fit, shapes: Sequence[tuple[Shape, int]]) -> float:
    bare = _BARE if not fit.headed or fit.offsets[-1] - GAP > fit.window else 0.0
    return sum([(fit.cost(shape) + bare) * count for shape, count in shapes])


def _natural(shapes: Iterable[Shape], heads: Sequence[int]) -> tuple[int, ...]:
    widths = list(heads)
    for shape in shapes:
        for column, width in enumerate(shape.cells):
            widths[column] = max(widths[column], width)
    return tuple(widths)


def _candidates(shapes: Counter[Shape], heads: Sequence[int], fit: Fit) -> Iterator[tuple[int, ...]]:
    """Widths of columns that come into question; that of names also as what the others leave."""
    natural = _natural(shapes, heads)
    widest = sorted((width, column) for column, width in enumerate(natural) if width > _WIDE)[-_NARROWED:]
    narrowed = {column for _, column in widest}
    for widths in product(
        *(_tried(shapes, column, heads) if column in narrowed else (width,) for column, width in enumerate(natural))
    ):
        yield widths
        if fit.cut in narrowed:
            left = fit.window - fit.of((*widths[: fit.cut], 0, *widths[fit.cut + 1 :])).offsets[-1]
            if LEAST_NAME <= left < natural[fit.cut]:
                yield *widths[: fit.cut], left, *widths[fit.cut + 1 :]


def _tried(shapes: Counter[Shape], column: int, heads: Sequence[int]) -> list[int]:
    found: Counter[int] = Counter()
    for shape, count in shapes.items():
        if column < len(shape.cells) and shape.cells[column]:
            found[shape.cells[column]] += count
    total, wanted, passed = found.total(), [], 0
    for width in sorted(found):
        first, passed = passed, passed + found[width]
        if any(first <= part * (total - 1) < passed for part in _TRIED):
            wanted.append(max(width, heads[column]))
    return sorted({*wanted, heads[column] or INDENT}, reverse=True)
