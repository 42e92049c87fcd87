"""Cuts one line of addresses wherever a range begins or ends, and says who covers each piece.

The ranges of all entries and excludes may overlap. Between two neighbouring boundaries every address is covered by the
same ranges: that piece is a cell. Most real lists hardly overlap, so ranges that meet no other are passed through
without further work.
"""

from collections.abc import Generator, Iterator
from heapq import heappop, heappush

from scanner.errors import TargetError

#: First and last address, and the number of the source or exclude.
NumberedRange = tuple[int, int, int]
#: Who covers a cell: these numbers, ascending.
Cover = tuple[int, ...]
Cell = tuple[Cover, int, int]
#: The most (cell, source) pairs: a second's work, and far more than any real list has.
_MOST_PAIRS = 2_000_000


def cut(spans: list[NumberedRange]) -> Iterator[Cell]:
    """The cells of these spans in ascending order, as (cover, first, last). Empties the list on the way, so that a long
    one never exists twice.

    Errors: TargetError where so many ranges overlap that cutting would take minutes.
    """
    budget = _MOST_PAIRS
    spans.sort(reverse=True)
    while spans:
        span = spans.pop()
        first, last, source = span
        if not spans or spans[-1][0] > last:
            yield (source,), first, last
        else:
            spans.append(span)
            budget = yield from _cluster(spans, budget)


def _cluster(spans: list[NumberedRange], budget: int) -> Generator[Cell, None, int]:
    """The cells of the last span and of all that overlap with it, directly or through others; returns what is left of
    the budget."""
    active: dict[int, int] = {}
    ends: list[tuple[int, int]] = []  # a heap: up to which address a source is active
    boundary = spans[-1][0]
    while True:
        while ends and ends[0][0] < boundary:
            _, source = heappop(ends)
            active[source] -= 1
            if not active[source]:
                del active[source]
        while spans and spans[-1][0] == boundary:
            _, last, source = spans.pop()
            heappush(ends, (last, source))
            active[source] = active.get(source, 0) + 1
        if not active:
            return budget
        budget -= len(active)
        if budget < 0:
            raise TargetError("too many address ranges overlap; join them into fewer, larger entries")
        start, boundary = boundary, ends[0][0] + 1
        if spans:
            boundary = min(boundary, spans[-1][0])
        yield tuple(sorted(active)), start, boundary - 1
