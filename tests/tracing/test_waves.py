"""Which hops leave when, in plain numbers."""

from scanner.tracing.waves import Waves


def quick() -> float:
    return 0.1


def test_waves_grow() -> None:
    waves = Waves(30, held=False)
    assert [list(waves.leave(now, 30, quick)) for now in (0.0, 1.0, 2.0, 3.0, 4.0)] == [
        [1, 2, 3, 4], [5, 6, 7, 8], list(range(9, 17)), list(range(17, 31)), [],
    ]  # fmt: skip
    assert waves.delay(4.0, 30, quick) == float("inf")


def test_the_next_one_waits_for_the_last() -> None:
    waves = Waves(30, held=False)
    assert waves.delay(0.0, 30, lambda: 0.0) == 0.0
    waves.leave(5.0, 30, quick)
    assert not waves.leave(5.05, 30, quick)
    assert abs(waves.delay(5.05, 30, quick) - 0.05) < 1e-9
    assert waves.leave(5.05, 30, lambda: 0.0) == range(5, 9), "all have answered"


def test_none_goes_beyond_what_matters() -> None:
    """Its last hop may lie beyond: nobody knew by then."""
    waves = Waves(30, held=False)
    waves.leave(0.0, 30, quick)
    assert not waves.leave(1.0, 4, quick)
    assert waves.are_over(1.0, 4, quick)
    assert not waves.are_over(1.0, 5, quick)
    assert not waves.are_over(0.05, 4, quick), "it had no moment to answer"


def test_the_farthest_hop_there_may_be() -> None:
    assert Waves(3, held=False).leave(0.0, 3, quick) == range(1, 4)


def test_held_none_leaves() -> None:
    waves = Waves(30, held=True)
    assert not waves.leave(0.0, 30, quick)
    assert waves.delay(0.0, 30, quick) == float("inf")
    waves.begin()
    assert waves.leave(1.0, 30, quick) == range(1, 5)


def test_it_begins_where_others_know_the_way() -> None:
    waves = Waves(30, held=True)
    waves.begin_at(6, skip=False)
    assert (waves.first, waves.near) == (6, 10)
    assert waves.leave(1.0, 10, quick) == range(6, 11)
    assert not waves.leave(2.0, 10, quick)
    assert waves.leave(2.0, 30, quick) == range(11, 21), "somebody answered there"


def test_or_behind_it() -> None:
    waves = Waves(30, held=True)
    waves.begin_at(6, skip=True)
    assert waves.leave(1.0, 10, quick) == range(7, 11)


def test_what_others_know_may_lie_farther_than_is_looked() -> None:
    waves = Waves(5, held=True)
    waves.begin_at(9, skip=False)
    assert waves.leave(1.0, 5, quick) == range(5, 6)
