"""One rate for several: whole shares that add up, and grow only once somebody else's SYNs are over. Plain numbers."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.engine.brakes.total_rate import TotalRate
from scanner.scanning.processes.rate_shares import RateShares, divided, processes_for, takes_over_at


@pytest.mark.parametrize(("rate", "count", "processes"), [
    (None, 4, 4), (1000.0, 4, 4), (3.0, 4, 3), (2.9, 4, 2), (1.5, 4, 1), (0.2, 4, 1), (5, 1, 1),
])  # fmt: skip
def test_no_more_processes_than_syns_a_second(rate: float | None, count: int, processes: int) -> None:
    assert processes_for(rate, count) == processes


@given(st.integers(1, 64), st.floats(1, 1e6))
def test_shares_add_up_to_no_more_than_the_rate(count: int, rate: float) -> None:
    count = processes_for(rate, count)
    shares = RateShares(rate, count)
    each = [shares.share(worker) for worker in range(count)]
    assert sum(each) <= rate
    assert count == 1 or sum(each) == int(rate)
    assert max(each) - min(each) <= 1
    assert min(each) >= 1


def test_nothing_is_said_of_a_rate_that_nobody_gave() -> None:
    shares = RateShares(None, 3)
    shares.ended(1, 10.0)
    assert shares.share(0) is None
    assert shares.grown([0, 2], 100.0) == {}


def test_a_share_is_dealt_again_a_second_after_its_last_syn() -> None:
    shares = RateShares(100, 3)
    assert [shares.share(worker) for worker in range(3)] == [34, 33, 33]
    shares.ended(0, 10.0)
    assert shares.grown([1, 2], 11.0) == {}
    assert shares.grown([1, 2], 11.1) == {1: 50, 2: 50}
    assert shares.grown([1, 2], 12.0) == {}
    shares.ended(1, 20.0)
    assert shares.grown([], 22.0) == {}, "who begins later has its own"
    assert shares.grown([2], 23.0) == {2: 100}


def test_who_takes_over_waits_as_long() -> None:
    assert takes_over_at(10.0) == pytest.approx(11.1)


@given(st.integers(0, 10_000), st.integers(1, 64))
def test_divided(most: int, count: int) -> None:
    each = divided(most, count)
    assert (sum(each), len(each)) == (most, count)
    assert max(each) - min(each) <= 1


@pytest.mark.parametrize("at", [0.0, 0.3, 0.77, 1.0])
def test_no_second_around_a_growing_share_has_more_than_the_new_one(at: float) -> None:
    """Whoever asks for room all the time, gets a share of 50 first, and 100 from then on."""
    rate, sent, now = TotalRate(50, 0.0), [], 0.0
    grown = False
    while now < 4.0:
        if now >= 1.0 + at and not grown:
            grown = True
            rate.grows(100, now)
        count = rate.room(now)
        trials = [Answered() for _ in range(count)]
        rate.take(trials, now)
        rate.launched(count, now)
        sent += [now] * count
        now += 0.001
    worst = max(sum(first <= when < first + 1.0 for when in sent) for first in sent)
    assert 90 < worst <= 100
    assert max(sum(first <= when < first + 1.0 for when in sent if when < 1.0 + at) for first in sent) <= 50


class Answered:
    """A trial that is answered at once: it holds its token for one second."""

    verdict = "refused"
    attempts = answered = 1
    lost_syns = 0
    rtt_ms = 1.0
    probes = ()
