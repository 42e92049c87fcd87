"""The order of each host's ports."""

from hypothesis import given
from hypothesis import strategies as st

from scanner.targets.space.port_turns import PortTurns

SEEDS = st.none() | st.integers(0, 2**32 - 1)


@given(SEEDS, st.integers(1, 60), st.integers(0, 1 << 40))
def test_each_port_once_and_its_turn_is_known(seed: int | None, count: int, host: int) -> None:
    turns = PortTurns(seed)
    begins = turns.begins(host, count)
    order = turns.order(count)[begins : begins + count]
    assert sorted(order) == list(range(count))
    assert [turns.turn(host, count, position) for position in order] == list(range(count))
    assert list(PortTurns(seed).order(count)) == list(turns.order(count)), "the same seed is the same order"
    if seed is None:
        assert list(order) == list(range(count))


def test_hosts_begin_at_places_of_their_own() -> None:
    turns = PortTurns(7)
    begins = [turns.begins(host, 1000) for host in range(1000)]
    assert len(set(begins)) > 500
    assert list(turns.order(1000)) != list(PortTurns(8).order(1000))


def test_what_is_kept_has_bounds_and_is_made_again() -> None:
    turns = PortTurns(7)
    first = list(turns.order(40_000))
    for count in range(40_001, 40_020):
        assert len(turns.order(count)) == 2 * count
    assert list(turns.order(40_000)) == first


def test_an_order_is_the_same_on_every_machine() -> None:
    assert list(PortTurns(42).order(6)[:6]) == [1, 2, 3, 0, 5, 4]
    assert [PortTurns(42).begins(host, 100) for host in range(4)] == [97, 32, 75, 41]
