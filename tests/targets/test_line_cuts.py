"""Cutting a line of addresses: against counting every address by itself."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.errors import TargetError
from scanner.targets.space.line_cuts import cut

spans = st.lists(
    st.tuples(st.integers(0, 40), st.integers(0, 12), st.integers(-2, 4)).map(lambda s: (s[0], s[0] + s[1], s[2])),
    max_size=12,
)


@given(spans)
def test_every_address_has_the_cover_that_counting_gives(found: list[tuple[int, int, int]]) -> None:
    wanted: dict[int, set[int]] = {}
    for first, last, source in found:
        for number in range(first, last + 1):
            wanted.setdefault(number, set()).add(source)
    cells = list(cut(found))
    got = {number: set(cover) for cover, first, last in cells for number in range(first, last + 1)}
    assert got == wanted
    assert all(list(cover) == sorted(set(cover)) for cover, _, _ in cells)
    assert all(before[2] < after[1] for before, after in pairwise(cells))


def test_hostile_overlaps_fail_clearly() -> None:
    with pytest.raises(TargetError, match="too many address ranges overlap"):
        list(cut([(n, 100_000 - n, n) for n in range(4000)]))


def test_many_equal_ranges_are_one_cell() -> None:
    assert len(list(cut([(5, 9, n) for n in range(50_000)]))) == 1
