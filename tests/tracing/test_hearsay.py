"""Whether what others know of a way is believed."""

from scanner.tracing.hearsay import Hearsay
from tests.tracing.ways import WAY, A, B


def test_known_hops_are_asked_for_from_the_last_one_on() -> None:
    told = Hearsay(WAY, checks=5)
    assert [told.next_check() for _ in range(6)] == [4, 3, 2, 1, 4, None]
    assert not told.is_being_checked


def test_without_checks_nothing_is_asked_for() -> None:
    assert Hearsay(WAY).next_check() is None
    assert Hearsay({}, checks=3).next_check() is None


def test_three_that_should_have_answered_refute_it() -> None:
    told = Hearsay(WAY, checks=9)
    said = [told.is_refuted(should_have_answered=each) for each in (True, False, True, False, True)]
    assert said == [False] * 4 + [True]


def test_it_holds_where_the_same_router_answers() -> None:
    told = Hearsay(WAY, checks=9)
    assert told.knows(1)
    assert told.holds_at(1, A)
    assert not told.holds_at(1, B)
    assert not told.knows(5)
    told.confirm()
    assert not told.is_being_checked
    assert told.knows(1)


def test_what_does_not_hold_is_forgotten() -> None:
    told = Hearsay(WAY, checks=9)
    told.forget()
    assert not told.is_being_checked
    assert not told.knows(1)
    assert told.joined({1: A}) == {1: A}


def test_it_is_passed_on_only_once_a_hop_of_it_answered() -> None:
    told = Hearsay(WAY)
    assert told.joined({1: B}) == {1: B}
    assert told.joined({1: A, 5: "192.0.2.5"}) == {**WAY, 5: "192.0.2.5"}
