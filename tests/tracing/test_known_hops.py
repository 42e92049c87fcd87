"""Which hops one trace takes from those that left with it."""

import pytest

from scanner.tracing.known_hops import agree, between, farthest, in_common, shared
from tests.tracing.ways import WAY, A, B, C


@pytest.mark.parametrize(
    ("own", "near", "far", "got"),
    [
        ({}, [WAY], [], {1, 2, 3}),  # of the same network that is enough
        ({}, [], [WAY], set()),  # of another one it is not
        ({2: B}, [], [WAY], {1}),
        ({3: C}, [], [WAY], {1, 2}),
        ({2: "192.0.2.99"}, [WAY], [WAY], set()),  # another way
        ({}, [WAY, {1: A, 2: "192.0.2.98", 3: C}], [], {1}),  # as far as they agree
        (WAY, [WAY], [], set()),
        ({}, [], [], set()),
    ],
)
def test_hops_in_between(
    own: dict[int, str], near: list[dict[int, str]], far: list[dict[int, str]], got: set[int]
) -> None:
    hops = between(own, 4, near, far)
    assert set(hops) == got
    assert hops.items() <= WAY.items()


def test_in_common() -> None:
    assert in_common([WAY, {1: A, 2: B, 3: "192.0.2.9"}]) == {1: A, 2: B}
    assert in_common([WAY, {}, {2: B, 3: C}]) == {1: A, 2: B, 3: C}
    assert in_common([]) == in_common([{}]) == {}


def test_the_one_that_saw_most() -> None:
    assert farthest([{1: A}, WAY, {2: B}, {}]) == WAY
    assert farthest([]) == {}


def test_where_two_ways_are_one() -> None:
    assert shared(WAY, {1: A, 3: C, 4: "192.0.2.9"}) == 3
    assert shared(WAY, {5: A}) == 0
    assert agree(WAY, {1: A, 9: "192.0.2.9"})
    assert not agree(WAY, {2: A})
