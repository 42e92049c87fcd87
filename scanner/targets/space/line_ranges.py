"""Lines of addresses, and ranges on such a line, as numbers from first to last."""

from collections.abc import Iterable

#: A family and an IPv6 scope: addresses on different lines never meet.
Line = tuple[int, int]
#: First and last address of each.
LineRanges = list[tuple[int, int]]


def joined(ranges: LineRanges) -> LineRanges:
    """The same addresses as ascending ranges that neither overlap nor touch."""
    out: LineRanges = []
    for first, last in sorted(ranges):
        if out and first <= out[-1][1] + 1:
            if last > out[-1][1]:
                out[-1] = (out[-1][0], last)
        else:
            out.append((first, last))
    return out


def without(first: int, last: int, left_out: Iterable[int]) -> LineRanges:
    """The range from first to last, less some numbers."""
    ranges = []
    for number in sorted(number for number in left_out if first <= number <= last):
        if first < number:
            ranges.append((first, number - 1))
        first = number + 1
    return [*ranges, (first, last)] if first <= last else ranges
