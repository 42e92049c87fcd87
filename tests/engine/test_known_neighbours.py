"""Who is there, and who is not: neither for ever."""

import pytest

from scanner.engine.brakes.known_neighbours import KnownNeighbours
from scanner.model import Place
from tests.engine.fakes import AF_INET

HERE, ELSEWHERE = Place("10.1.0.1", AF_INET), Place("10.1.0.2", AF_INET)


def test_somebody_is_there_until_the_kernel_says_otherwise() -> None:
    known = KnownNeighbours(16)
    assert not known.there(HERE)
    known.is_there(HERE, 1.0)
    known.is_there(HERE, 3.0)
    assert (known.there(HERE), known.there(ELSEWHERE)) == (True, False)
    assert (known.heard_at(HERE), known.heard_at(ELSEWHERE)) == (3.0, None)
    known.is_uncertain(HERE)
    assert (known.there(HERE), known.absent(HERE)) == (False, False)
    known.is_there(HERE, 4.0)
    known.is_absent(HERE, 5.0)
    assert (known.there(HERE), known.absent(HERE)) == (False, True)


def test_somebody_may_be_there_of_whom_nothing_was_heard() -> None:
    known = KnownNeighbours(16)
    known.is_absent(HERE, 0.0)
    known.may_be_there(HERE)
    assert (known.there(HERE), known.absent(HERE)) == (True, False)
    assert known.heard_at(HERE) == float("-inf")
    known.is_there(HERE, 2.0)
    known.may_be_there(HERE)
    assert known.heard_at(HERE) == 2.0


def test_nobody_is_there_for_ten_seconds() -> None:
    known = KnownNeighbours(16)
    known.is_absent(HERE, 1.0)
    known.expire(10.9)
    assert known.absent(HERE)
    known.expire(11.0)
    assert not known.absent(HERE)


def test_who_turns_up_is_not_absent_and_may_leave_again() -> None:
    known = KnownNeighbours(16)
    known.is_absent(HERE, 1.0)
    known.is_there(HERE, 2.0)
    assert (known.absent(HERE), known.there(HERE)) == (False, True)
    known.is_absent(HERE, 8.0)
    known.expire(12.0)
    assert known.absent(HERE), "it counts from the last time"
    known.expire(18.0)
    assert not known.absent(HERE)


@pytest.mark.parametrize(("absent", "seconds"), [(1, 10.0), (10, 10.0), (16, 15.0), (160, 150.0)])
def test_asking_for_all_of_them_takes_a_fifth_of_the_time_at_most(absent: int, seconds: float) -> None:
    """Sixteen at once, in three seconds."""
    known = KnownNeighbours(16)
    for number in range(absent):
        known.is_absent(Place(f"10.1.1.{number}", AF_INET), 0.0)
    assert known.again_s == pytest.approx(seconds)
