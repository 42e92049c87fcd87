"""What the canaries of a host come to."""

import pytest

from scanner.model import State
from scanner.scanning.phantoms.canaries import Canaries
from tests.scanning.hosts import judged, place_with

OPEN, REFUSED, TIMEOUT, UNREACHABLE = State.OPEN, State.REFUSED, State.TIMEOUT, State.UNREACHABLE


def back(*states: State, attempts: int = 1, icmp_from: str = "") -> Canaries:
    canaries, place = Canaries(), place_with(1)
    canaries.send(2)
    for port, state in enumerate(states, 50_000):
        canaries.back(judged(place, port, state, attempts=attempts, icmp_from=icmp_from))
    return canaries


@pytest.mark.parametrize(
    ("states", "everything"),
    [
        ([OPEN, OPEN], True),
        ([OPEN, TIMEOUT], True),
        ([TIMEOUT, OPEN], True),
        ([OPEN], False),
        ([OPEN, REFUSED], False),
        ([OPEN, UNREACHABLE], False),
        ([TIMEOUT, TIMEOUT], False),
    ],
)
def test_one_open_and_the_other_not_against_it(states: list[State], everything: bool) -> None:
    assert back(*states).say_everything is everything


def test_whoever_refuses_is_there() -> None:
    assert back(OPEN, REFUSED).tested
    assert not back(TIMEOUT, OPEN).tested
    assert not back(UNREACHABLE, icmp_from="192.0.2.254").tested, "a router says that for nobody"
    assert back(UNREACHABLE, icmp_from="192.0.2.1").tested, "its own word"


def test_an_open_one_that_was_silent_first_was_late() -> None:
    assert back(OPEN, OPEN, attempts=2).came_late
    assert not back(REFUSED, REFUSED, attempts=2).came_late


def test_they_are_out_until_they_are_back() -> None:
    assert (back().out, back(OPEN).out, back(OPEN, OPEN).out) == (2, 1, 0)
    none = Canaries()
    none.send(0)
    assert not none.were_sent, "all of its high ports are excluded"
