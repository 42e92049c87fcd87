"""The order of hosts: each once, repeated by its seed, and known backwards as well."""

from collections import Counter
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.targets.space.host_turns import AtRandom, InTurn


def taken(turns: AtRandom | InTurn, sizes: list[int]) -> list[int]:
    out: list[int] = []
    for size in sizes:
        out += turns.take(size)
    return [*out, *turns.take(turns.left)]


@given(
    st.integers(0, 300),
    st.none() | st.integers(0, 2**32 - 1),
    st.integers(1, 300) | st.just(10**6),
    st.lists(st.integers(0, 90), max_size=6),
)
def test_each_number_once_however_many_are_taken_at_once(
    count: int, seed: int | None, apart: int, sizes: list[int]
) -> None:
    turns = InTurn(count) if seed is None else AtRandom(count, seed, apart)
    out: list[int] = []
    for size in sizes:
        more = turns.take(size)
        assert len(more) == min(size, count - len(out))
        out += more
        assert turns.left == count - len(out)
        gone = set(out)
        assert [turns.is_out(number) for number in range(count)] == [number in gone for number in range(count)]
    out += turns.take(turns.left)
    assert sorted(out) == list(range(count))
    assert turns.take(5) in ([], range(count, count))
    if seed is not None:
        assert taken(AtRandom(count, seed, apart), [1, 2]) == out, "the same seed is the same order"


@pytest.mark.parametrize("count", [4096, 4097, 65_536, 100_000, (1 << 17) + 1])
def test_many(count: int) -> None:
    turns = AtRandom(count, 5)
    out = taken(turns, [1000] * 3)
    assert sorted(out) == list(range(count))
    assert all(map(turns.is_out, range(0, count, 997)))


def test_few_networks_are_under_way_together_and_they_lie_anywhere() -> None:
    """256 runs of neighbours are a batch: one that came later than another began when that one was through."""
    count = 1 << 20
    out = taken(AtRandom(count, 5), [1000])
    batches = [Counter(number >> 8 for number in out[at : at + 65_536]) for at in range(0, count, 65_536)]
    assert all(set(batch.values()) == {256} for batch in batches), "256 whole runs each"
    for batch in batches:
        sixteenths = Counter(run >> 8 for run in batch)
        assert len(sixteenths) == 16, "from all over the space"
        assert max(sixteenths.values()) < 40
        assert sum(abs(one - other) == 1 for one, other in pairwise(sorted(batch))) < 40, "and not as neighbours"
    assert max(Counter(number >> 8 for number in out[:1000]).values()) < 20, "shuffled within the batch"
    assert len({AtRandom(1 << 24, seed).take(1)[0] >> 16 for seed in range(50)}) > 25


@pytest.mark.parametrize(("apart", "run"), [(2, 128), (3, 64), (64, 4), (200, 1), (10_000, 1)])
def test_of_a_part_as_few_networks_are_under_way(apart: int, run: int) -> None:
    """So that a network's next host comes before what was heard of it is forgotten."""
    count, runs = 204_800, 256 * min(apart, 16)
    turns = AtRandom(count, 5, apart)
    out = list(turns.take(90_000))
    gone = set(out)
    assert all(turns.is_out(number) is (number in gone) for number in range(0, count, 37))
    out += turns.take(turns.left)
    assert sorted(out) == list(range(count))
    batch = runs * run
    batches = [Counter(number // run for number in out[at : at + batch]) for at in range(0, count, batch)]
    assert all(len(each) <= runs for each in batches)
    assert sum(map(len, batches)) == -(-count // run), "each run is in one batch"
    assert max(Counter(number >> 14 for number in out[:1000]).values()) < 300, "from all over the space"


@pytest.mark.parametrize("count", [65_537, 65_792, 70_001, 200_000])
def test_what_is_out_is_known_in_every_batch(count: int) -> None:
    """With a last run that is shorter, in whichever batch it is."""
    for seed in range(4):
        turns = AtRandom(count, seed)
        gone: set[int] = set()
        for size in (300, 65_200, 30, 5, 4400):
            gone.update(turns.take(size))
            asked = [*range(0, count, 61), *range(count - 300, count)]
            assert [turns.is_out(number) for number in asked] == [number in gone for number in asked]
        gone.update(turns.take(turns.left))
        assert len(gone) == count


def test_any_host_may_be_first_and_neighbours_do_not_follow_each_other() -> None:
    """Over many seeds each is first about equally often; in one order few have a neighbour next to them."""
    firsts = Counter(AtRandom(8, seed).take(1)[0] for seed in range(800))
    assert min(firsts.values()) > 50
    for count in (256, 65_536):
        out = AtRandom(count, 1).take(min(count, 5000))
        near = sum(abs(one - other) <= 2 for one, other in pairwise(out))
        assert near <= 4 * len(out) / count + 12
        steps = Counter((other - one) % count for one, other in pairwise(out))
        assert steps.most_common(1)[0][1] <= max(12, len(out) // 100), "it is a lattice"


def test_an_order_is_the_same_on_every_machine() -> None:
    """A shard that goes on elsewhere, or a report's seed, means the same there."""
    assert list(AtRandom(10, 42).take(10)) == [4, 8, 3, 7, 9, 0, 5, 1, 6, 2]
    assert list(AtRandom(1 << 24, 42).take(3)) == [14267192, 2567211, 15160721]
