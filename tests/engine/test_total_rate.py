"""The promise of --rate: attempts and the kernel's repeats together."""

import pytest

from scanner.engine.brakes.total_rate import TotalRate
from scanner.engine.flight.probe import BareTrial
from scanner.model import Endpoint, Place, Request
from tests.engine.fakes import AF_INET


def trials(count: int) -> list[BareTrial]:
    place = Place("10.0.0.1", AF_INET)
    return [BareTrial(Endpoint(place, 1 + port, (Request(timeout=4.0),))) for port in range(count)]


def leave(rate: TotalRate, count: int, now: float) -> None:
    rate.take(trials(count), now)
    rate.launched(count, now)


@pytest.mark.parametrize(("a_second", "at_once"), [(1000.0, 20), (50.0, 1), (2.5, 1), (0.5, 1)])
def test_so_many_leave_at_once(a_second: float, at_once: int) -> None:
    assert TotalRate(a_second, 0.0).room(0.0) == at_once


@pytest.mark.parametrize(("a_second", "most"), [(2.5, 2), (10.0, 10), (100.0, 100)])
def test_no_second_has_more_and_no_token_comes_back_within_it(a_second: float, most: int) -> None:
    """At 2.5 a second, three must never leave within one second."""
    rate, left = TotalRate(a_second, 0.0), []
    for step in range(3000):
        now = step / 1000
        if room := rate.room(now):
            leave(rate, room, now)
            left += [now] * room
    assert max(sum(start <= at < start + 1.0 for at in left) for start in left) <= most
    assert len(left) >= 2 * most


def test_it_says_how_long_to_wait() -> None:
    rate = TotalRate(10.0, 0.0)
    leave(rate, rate.room(0.0), 0.0)
    assert rate.room(0.0) == 0
    now = rate.delay(0.0)
    assert now > 0.0
    assert rate.room(now + 0.001) == 1
