"""Token buckets keep their promise in any second; the rate law plays its scenarios cohort by cohort."""

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.engine.brakes.rate_law import RateLaw


def allowed(law: RateLaw, else_: float = 0.0) -> float:
    """The most that leaves in a second as of a cut or a cohort just judged; `else_` where nothing holds it back."""
    bucket = law.bucket
    if bucket is None:
        return else_
    return 1.0 / bucket.wait() + bucket.depth - 1.0


class Way:
    """A path for the law to be tried on: each cohort loses what its network drops at the rate it was sent with.

    `at_random` is the share lost whatever the rate; `policer` the rate beyond which everything is dropped.
    """

    def __init__(self, *, at_random: float = 0.0, policer: float = float("inf"), free: float = 100_000.0) -> None:
        self.law = RateLaw()
        self.at_random, self.policer, self.free = at_random, policer, free
        self.now = 0.0
        self.rates: list[float] = []
        self._lost = self._n = 0

    @property
    def rate(self) -> float:
        """What is sent per second: `free` unless the law holds it back."""
        if (bucket := self.law.bucket) is not None:
            bucket.take(bucket.available(self.now))
        return min(self.free, allowed(self.law, self.free))

    def cohorts(self, count: int, n: int = 60) -> "Way":
        for _ in range(count):
            rate = self.rate
            self.now += 0.3
            through = (1.0 - self.at_random) * min(1.0, self.policer / rate)
            lost = round(n * (1.0 - through))
            self._lost, self._n = self._lost + lost, self._n + n
            if self.law.judge(lost=lost, n=n, era_lost=self._lost, era_n=self._n, rate=rate, now=self.now):
                self._lost = self._n = 0
            self.rates.append(self.rate)
        return self


def test_a_clean_way_is_never_held_back() -> None:
    assert Way().cohorts(50).law.bucket is None


@pytest.mark.parametrize("lost", [0, 1])
def test_a_single_lost_sentinel_is_chance(lost: int) -> None:
    law = RateLaw()
    assert not law.judge(lost=lost, n=60, era_lost=lost, era_n=60, rate=50_000.0, now=0.0)
    assert law.bucket is None


@pytest.mark.parametrize(("lost", "n", "cut"), [(100, 6000, False), (200, 6000, True), (2, 60, False), (7, 60, True)])
def test_two_in_a_hundred_and_what_chance_explains_are_not_worth_a_cut(lost: int, n: int, cut: bool) -> None:
    law = RateLaw()
    assert law.judge(lost=lost, n=n, era_lost=lost, era_n=n, rate=50_000.0, now=0.0) is cut


def test_evident_loss_cuts_to_what_got_through() -> None:
    law = RateLaw()
    assert law.judge(lost=45, n=60, era_lost=45, era_n=60, rate=12_000.0, now=0.0)
    assert law.bucket is not None
    assert allowed(law) == pytest.approx(0.8 * 12_000 * 0.25)


def test_a_cut_brings_no_tokens_of_the_faster_time() -> None:
    law = RateLaw()
    law.judge(lost=30, n=60, era_lost=30, era_n=60, rate=10_000.0, now=7.0)
    assert law.bucket is not None
    assert law.bucket.available(7.0) == 0


def test_loss_too_small_for_one_cohort_shows_in_the_era() -> None:
    law = RateLaw()
    law.judge(lost=45, n=60, era_lost=45, era_n=60, rate=12_000.0, now=0.0)
    assert not law.judge(lost=2, n=60, era_lost=2, era_n=60, rate=2000.0, now=1.0)
    assert law.judge(lost=2, n=60, era_lost=30, era_n=300, rate=2000.0, now=2.0)


@pytest.mark.parametrize("policer", [300.0, 3000.0, 20_000.0])
def test_a_policer_is_found_and_kept_to(policer: float) -> None:
    way = Way(policer=policer).cohorts(60)
    settled = way.rates[20:]
    assert max(settled) <= 1.6 * policer
    assert sum(settled) / len(settled) >= 0.6 * policer
    assert way.law.floor <= 0.05, "a policer was taken for random loss"


def test_a_little_random_loss_is_not_worth_a_cut() -> None:
    assert min(Way(at_random=0.05).cohorts(40).rates) == 100_000.0


@pytest.mark.parametrize("at_random", [0.2, 0.35, 0.5])
def test_random_loss_becomes_the_floor_and_the_rate_comes_back(at_random: float) -> None:
    way = Way(at_random=at_random).cohorts(40)
    assert way.law.floor == pytest.approx(at_random, abs=0.02)
    assert way.law.bucket is None or way.rate >= 0.9 * way.free
    assert min(way.rates) < way.free, "it was never cut, so nothing was found out"


def test_a_policer_beyond_random_loss_is_still_found() -> None:
    way = Way(at_random=0.2, policer=3000.0).cohorts(200)
    settled = way.rates[50:]
    assert sum(settled) / len(settled) <= 4 * 3000.0
    assert min(settled) >= 100.0


def test_a_known_capacity_is_tried_less_and_less_often() -> None:
    """Each trial beyond it loses packets; after one that failed the next waits twice as long."""
    way = Way(policer=3000.0).cohorts(400)
    beyond = [number for number, rate in enumerate(way.rates) if rate > 3000.0]
    starts = [number for number in beyond if number - 1 not in beyond]
    gaps = [later - earlier for earlier, later in itertools.pairwise(starts)]
    assert gaps[0] < gaps[-1]
    assert gaps[-1] >= 32


def test_loss_that_a_lower_rate_cured_is_not_random_when_it_comes_back() -> None:
    law = RateLaw()
    law.judge(lost=20, n=60, era_lost=20, era_n=60, rate=9000.0, now=0.0)
    for turn in range(3):
        for clean in range(2):
            law.judge(lost=0, n=60, era_lost=0, era_n=60 + 60 * clean, rate=allowed(law), now=turn + clean / 3)
        assert law.judge(lost=20, n=60, era_lost=20, era_n=60, rate=allowed(law), now=turn + 0.9)
    assert law.floor == 0.0


def test_a_cut_that_cured_is_forgotten_when_loss_is_judged_to_be_random() -> None:
    """It takes two cuts in a row that cure nothing, after the one whose loss they are compared with."""
    law = RateLaw()
    floors = []
    for now, lost in enumerate([20, 0, 0, 20, 20, 20]):
        law.judge(lost=lost, n=60, era_lost=lost, era_n=60, rate=allowed(law, 9000.0), now=float(now))
        floors.append(round(law.floor, 2))
    assert floors == [0.0, 0.0, 0.0, 0.0, 0.0, 0.33]


def test_loss_while_there_is_little_to_send_lowers_no_rate() -> None:
    law = RateLaw()
    law.judge(lost=20, n=60, era_lost=20, era_n=60, rate=9000.0, now=0.0)
    before = allowed(law)
    assert not law.judge(lost=20, n=60, era_lost=20, era_n=60, rate=100.0, now=1.0)
    assert allowed(law) == before
    assert law.judge(lost=20, n=60, era_lost=40, era_n=120, rate=100.0, now=2.0)
    assert allowed(law) == pytest.approx(9000.0), "it was no use to be slower"
    assert law.floor == pytest.approx(1 / 3)


def test_growth_when_clean_is_steady_and_bounded() -> None:
    way = Way(policer=1000.0).cohorts(1)
    way.policer = float("inf")
    way.cohorts(60)
    assert way.law.bucket is None, "a way that is clean at any rate needs no bucket"
    grown = [rate for rate in way.rates if rate < way.free]
    steps = [later / earlier for earlier, later in itertools.pairwise(grown)]
    assert len(steps) > 5
    assert min(steps) >= 1.0
    assert max(steps) <= 1.51


@pytest.mark.parametrize(
    ("lost", "n", "sent", "expected"),
    [
        (30, 60, 10_000.0, 4000.0),  # half got through: 5000, of which 0.8
        (58, 60, 10_000.0, 8000.0 / 30),
        (59, 60, 30_000.0, 0.8 * 30_000 * 1.5 / 61),  # one may be luck
        (60, 60, 30_000.0, 0.8 * 30_000 * 1.5 / 61),  # all lost: hardly any got through, not none at all
        (12, 12, 30_000.0, 0.8 * 30_000 * 1.5 / 13),  # of few that says less
        (60, 60, 1000.0, 100.0),  # no slower than the slowest
    ],
)
def test_the_first_cut(lost: int, n: int, sent: float, expected: float) -> None:
    law = RateLaw()
    assert law.judge(lost=lost, n=n, era_lost=lost, era_n=n, rate=sent, now=0.0)
    assert allowed(law) == pytest.approx(expected)


def test_never_slower_than_the_slowest_rate() -> None:
    """Nothing gets through at all; every cohort says so."""
    way = Way(policer=0.0, at_random=1.0)
    way.cohorts(100)
    assert min(way.rates) >= 98.0


@settings(deadline=None)
@given(cohorts=st.lists(st.tuples(st.integers(1, 60), st.floats(0, 1), st.floats(0, 1e6)), max_size=80))
def test_whatever_is_lost_the_rate_stays_a_rate(cohorts: list[tuple[int, float, float]]) -> None:
    law = RateLaw()
    era_lost = era_n = 0
    for number, (n, share, rate) in enumerate(cohorts):
        lost = round(share * n)
        era_lost, era_n = era_lost + lost, era_n + n
        before, slower = law.bucket, allowed(law)
        if law.judge(lost=lost, n=n, era_lost=era_lost, era_n=era_n, rate=rate, now=float(number)):
            assert lost >= 2 or era_lost >= 2 or law.bucket is None or allowed(law) > slower
            assert law.bucket is not before or law.bucket is None
            era_lost = era_n = 0
        if law.bucket is not None and law.bucket is not before:
            assert allowed(law) >= 99.999
            assert law.bucket.available(float(number)) <= 0
        assert 0.0 <= law.floor <= 1.0
