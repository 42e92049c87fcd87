"""Ranges on a line of addresses."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from scanner.targets.space.line_ranges import joined, without

spans = st.tuples(st.integers(0, 30), st.integers(0, 6)).map(lambda pair: (pair[0], pair[0] + pair[1]))


@given(st.lists(spans))
def test_joined_ranges(ranges: list[tuple[int, int]]) -> None:
    out = joined(ranges)
    assert {n for a, b in out for n in range(a, b + 1)} == {n for a, b in ranges for n in range(a, b + 1)}
    assert all(before[1] + 1 < after[0] for before, after in pairwise(out))


@given(spans, st.sets(st.integers(0, 40)))
def test_ranges_without_some(span: tuple[int, int], left_out: set[int]) -> None:
    out = without(*span, left_out)
    assert [n for a, b in out for n in range(a, b + 1)] == [n for n in range(span[0], span[1] + 1) if n not in left_out]
