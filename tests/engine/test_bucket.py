"""Token buckets: what they promise, and what they allow."""

import itertools
from math import floor

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from scanner.engine.brakes.bucket import PACED_BURST_S, Bucket, spacing, whole
from tests.engine.simulated.invariants import most_in_a_second

RATES = st.one_of(
    st.sampled_from([0.1, 0.5, 1.0, 1.5, 2.0, 2.999, 10.0, 49.0, 50.0, 50.5, 100.0, 150.0, 1000.0]),
    st.floats(0.05, 2000.0),
)


#: A pause (seconds), and how many want to leave after it.
STEPS = st.lists(
    st.tuples(st.one_of(st.floats(0.0, 0.05), st.floats(0.0, 3.0), st.just(3600.0)), st.integers(0, 3000)),
    max_size=60,
)


#: Seconds since the machine started, on which a monotonic clock's precision depends.
STARTS = st.sampled_from([0.0, 100.0, 1e7])


def leave(bucket: Bucket, now: float, wanted: int) -> int:
    """How many of those who want to leave do."""
    count = max(0, min(wanted, bucket.available(now)))
    bucket.take(count)
    return count


@settings(deadline=None)
@given(rate=RATES, start=STARTS, steps=STEPS)
@example(rate=1.5, start=0.0, steps=[(0.0, 1), (0.7, 1)])
def test_no_second_holds_more_than_the_rate(rate: float, start: float, steps: list[tuple[float, int]]) -> None:
    bucket = Bucket(rate, start)
    now, times = start, []
    for pause, wanted in steps:
        now += pause
        times += [now] * leave(bucket, now, wanted)
    if rate < 1.0:
        assert all(later - earlier >= 1.0 / rate for earlier, later in itertools.pairwise(times))
    elif times:
        assert most_in_a_second(times) <= floor(rate)


@pytest.mark.parametrize("rate", [1.0, 50.0, 100.0, 150.0, 1000.0, 20_000.0])
def test_a_first_connect_that_is_late_makes_no_second_fuller(rate: float) -> None:
    """Some time passes between the bucket and connect(), and it varies: here the first leave 8 ms after their grant."""
    bucket = Bucket(rate, 0.0)
    times = [0.008] * leave(bucket, 0.0, 10**9)
    now = 0.0
    while now < 1.5:
        now += bucket.delay() + 1e-6
        times += [max(now, 0.008)] * leave(bucket, now, 10**9)
    assert most_in_a_second(times) <= rate


@settings(deadline=None)
@given(rate=RATES)
def test_greed_gets_nearly_all_of_it_and_no_more(rate: float) -> None:
    """It always takes a token the instant there is one, as a scan does."""
    bucket = Bucket(rate, 0.0)
    now, times = 0.0, []
    for _ in range(400):
        times += [now] * leave(bucket, now, 10**9)
        now += bucket.delay() + 1e-6
    if rate >= 1.0:
        assert most_in_a_second(times) <= floor(rate)
    assert len(times) / now >= 0.95 * whole(rate)


@pytest.mark.parametrize(("rate", "burst"), [(0.1, 1), (1, 1), (2.9, 1), (99, 1), (100, 2), (1000, 20), (50_000, 1000)])
def test_the_burst_is_twenty_milliseconds_worth(rate: float, burst: int) -> None:
    assert Bucket(rate, 5.0).available(5.0) == burst


@pytest.mark.parametrize("rate", [0.5, 1.0, 7.5, 1000.0])
def test_a_long_pause_owes_nothing(rate: float) -> None:
    bucket = Bucket(rate, 0.0)
    full = bucket.available(0.0)
    bucket.take(full)
    assert bucket.available(0.0) == 0
    assert bucket.available(86_400.0) == full
    bucket.take(full)
    assert bucket.available(86_400.0) == 0


def test_wait_is_the_time_to_the_next_token() -> None:
    bucket = Bucket(10.0, 0.0)
    assert bucket.delay() == 0.0
    bucket.take(bucket.available(0.0))
    wait = bucket.delay()
    assert bucket.available(wait - 1e-6) == 0
    assert bucket.available(wait) == 1


def test_what_was_taken_too_much_is_paid_back() -> None:
    bucket = Bucket(10.0, 0.0)
    bucket.take(5)
    assert bucket.available(0.0) < 0
    assert bucket.available(0.3) <= 0
    assert bucket.available(0.6) == 1


@settings(deadline=None)
@given(rate=RATES)
def test_even_spacing_leaves_no_second_with_more(rate: float) -> None:
    gap = spacing(rate)
    assert gap * (floor(rate) if rate >= 1.0 else rate) > 1.0
    assert gap <= 1.02 / whole(rate)


@pytest.mark.parametrize(
    ("rate", "depth", "refill"),
    [
        (0.25, 1.0, 0.25),
        (1.0, 1.0, 1.0),
        (2.5, 1.0, 2.0),  # a second holds a whole number
        (99.0, 1.0, 99.0),
        (100.0, 2.0, 99.0),
        (1000.0, 20.0, 981.0),  # with the 20 at once they make 1000 in any second
    ],
)
def test_depth_and_refill_make_the_rate_together_less_one_in_a_hundred(
    rate: float, depth: float, refill: float
) -> None:
    bucket = Bucket(rate, 0.0)
    assert (bucket.depth, bucket.available(0.0)) == (depth, int(depth))
    bucket.take(int(depth))
    assert bucket.delay() == pytest.approx(1.0 / (0.99 * refill))


@pytest.mark.parametrize(
    ("rate", "depth", "refill"), [(0.25, 1.0, 0.25), (2.5, 1.0, 2.5), (999.5, 1.0, 999.5), (2000.5, 4.0, 1997.5)]
)
def test_what_nobody_was_promised_is_kept_without_a_margin(rate: float, depth: float, refill: float) -> None:
    """Limits for the sake of the way: fractions count, and no more leave at once than a policer's own bucket holds."""
    bucket = Bucket(rate, 0.0, PACED_BURST_S, promised=False)
    assert bucket.depth == depth
    bucket.take(int(depth))
    assert bucket.delay() == pytest.approx(1.0 / refill)


@pytest.mark.parametrize(("rate", "gap"), [(0.5, 2 / 0.99), (1.0, 1 / 0.99), (1.5, 1 / 0.99), (2.0, 0.5 / 0.99)])
def test_even_spacing(rate: float, gap: float) -> None:
    assert spacing(rate) == pytest.approx(gap)


def test_wait_counts_what_is_there_already() -> None:
    bucket = Bucket(100.0, 0.0, promised=False)
    assert bucket.available(0.0) == 2
    bucket.take(4)
    assert bucket.delay() == pytest.approx(3 / 99)
    assert bucket.available(1 / 99) <= 0
    assert bucket.delay() == pytest.approx(2 / 99)
    assert bucket.available(1.0) == 2
    assert bucket.delay() == 0.0


def test_a_token_that_rounding_makes_a_hair_too_small_is_one() -> None:
    bucket = Bucket(10.0, 0.0, promised=False)
    bucket.take(1)
    found = [bucket.available(tenth / 100) for tenth in range(1, 11)]
    assert found == [0] * 9 + [1]
