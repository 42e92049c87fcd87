"""Cuts one line of addresses where anybody's ranges begin or end, and says who covers each piece.

The ranges of all entries and excludes lie over each other. Between two neighbouring boundaries every address is
covered by the same ones: that piece is a cell. Cells with the same cover are listed together. Most real lists
hardly overlap, so ranges that touch no other are passed through without further work.
"""

from scanner.errors import TargetError

#: first, last, source
Span = tuple[int, int, int]
#: Who covers a cell: source numbers, ascending.
Cover = tuple[int, ...]
Ranges = list[tuple[int, int]]
#: The most (cell, source) pairs: some seconds' work, and far beyond honest lists.
_MOST_PAIRS = 3_000_000


def cut(spans: list[Span]) -> dict[Cover, Ranges]:
    """The cells of these spans by their cover, each list ascending and joined where cells touch.

    Errors: TargetError where so many ranges overlap that cutting would take minutes.
    """
    found: dict[Cover, Ranges] = {}
    budget = _MOST_PAIRS
    spans = sorted(spans)
    at = 0
    while at < len(spans):
        first, last, source = spans[at]
        end = at + 1
        while end < len(spans) and spans[end][0] <= last:
            last = max(last, spans[end][1])
            end += 1
        if end == at + 1:
            _add(found, (source,), first, last)
        else:
            budget = _cluster(spans[at:end], found, budget)
        at = end
    return found


def _add(found: dict[Cover, Ranges], cover: Cover, first: int, last: int) -> None:
    ranges = found.setdefault(cover, [])
    if ranges and ranges[-1][1] == first - 1:
        ranges[-1] = (ranges[-1][0], last)
    else:
        ranges.append((first, last))


def _cluster(spans: list[Span], found: dict[Cover, Ranges], budget: int) -> int:
    """The cells of spans that overlap; returns what is left of the budget."""
    changes: dict[int, list[tuple[int, int]]] = {}
    for first, last, source in spans:
        changes.setdefault(first, []).append((source, 1))
        changes.setdefault(last + 1, []).append((source, -1))
    active: dict[int, int] = {}
    start = 0
    for boundary in sorted(changes):
        if active:
            budget -= len(active)
            if budget < 0:
                raise TargetError("too many address ranges overlap; join them into fewer, larger entries")
            _add(found, tuple(sorted(active)), start, boundary - 1)
        for source, change in changes[boundary]:
            active[source] = active.get(source, 0) + change
            if not active[source]:
                del active[source]
        start = boundary
    return budget
