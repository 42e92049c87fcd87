"""Token buckets keep their promise in any second; the rate law plays its scenarios cohort by cohort."""

import itertools
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.engine.brakes.rate_law import RateLaw


def allowed(law: RateLaw, else_: float = 0.0) -> float:
    """The most that leaves in a second as of a cut or a cohort just evaluated; `else_` where nothing holds it back."""
    bucket = law.bucket
    if bucket is None:
        return else_
    return 1.0 / bucket.delay() + bucket.depth - 1.0


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
            if self.law.learn(lost=lost, n=n, era_lost=self._lost, era_n=self._n, rate=rate, now=self.now):
                self._lost = self._n = 0
            self.rates.append(self.rate)
        return self


class Told:
    """A law that is told of cohorts of 60, each an era of its own unless said otherwise, and what it allows then."""

    def __init__(self) -> None:
        self.law = RateLaw()
        self.now = 0.0

    @property
    def allowed(self) -> float:
        """Per second; infinite while nothing is held back. As of a bucket that was just made, whose tokens are gone."""
        bucket = self.law.bucket
        return float("inf") if bucket is None else 1.0 / bucket.delay() + bucket.depth - 1.0

    def lose(self, lost: int, *, at: float | None = None, n: int = 60, **others: Any) -> bool:
        self.now += 0.3
        era = {"era_lost": lost, "era_n": n, **others}
        rate = self.allowed if at is None else at
        return self.law.learn(lost=lost, n=n, rate=rate, now=self.now, **era)

    def clean(self, count: int) -> list[tuple[float, bool]]:
        """After each of so many clean cohorts: what is allowed, and whether that is beyond what was known."""
        found = []
        for _ in range(count):
            beyond = self.lose(0)
            found.append((round(self.allowed, 1), beyond))
        return found

    def until_tried(self) -> int:
        """How many clean cohorts until the capacity is tried anew."""
        for count in range(1, 100):
            if self.lose(0):
                return count
        raise AssertionError("never tried")


def cut_twice() -> Told:
    """First a burst, then what is allowed is known: 2160 of 2700."""
    told = Told()
    assert told.lose(45, at=12_000.0)
    assert told.clean(2) == [(3600.0, False), (5400.0, False)]
    assert told.lose(30)
    assert round(told.allowed, 6) == 2160.0
    return told


def test_from_the_first_cut_on_the_rate_grows_by_half_until_nothing_need_be_held_back() -> None:
    told = Told()
    assert told.lose(45, at=12_000.0)
    assert round(told.allowed, 6) == 2400.0
    grown = [3600.0, 5400.0, 8100.0, 12_150.0, 18_225.0, 27_337.5, 41_006.2, float("inf")]
    assert told.clean(9) == [(rate, False) for rate in [*grown, float("inf")]]


def test_below_the_capacity_it_grows_to_just_below_and_tries_in_growing_steps() -> None:
    """A tenth more than 2700 after four clean ones, then after every other: two, four and at most eight tenths."""
    told = cut_twice()
    assert told.clean(4) == [(2565.0, False), (2565.0, False), (2565.0, False), (2821.5, True)]
    assert told.clean(2) == [(2821.5, False), (3385.8, True)]
    assert told.clean(2) == [(3385.8, False), (4740.1, True)]
    assert told.clean(2) == [(4740.1, False), (7110.2, True)]  # half more than it was, towards eight tenths
    assert told.clean(2) == [(8532.2, False), (12_798.3, True)]
    assert told.clean(2) == [(15_358.0, False), (23_037.0, True)]


def test_a_trial_that_was_too_much_doubles_the_wait_for_the_next_up_to_a_bound() -> None:
    told = cut_twice()
    waits = []
    for _ in range(6):
        waits.append(told.until_tried())
        assert told.lose(30)
    assert waits == [4, 8, 16, 32, 32, 32]


def test_a_cut_that_no_trial_led_to_leaves_the_wait() -> None:
    told = cut_twice()
    told.clean(3)
    assert told.lose(30)
    assert told.until_tried() == 4


def test_one_failed_trial_makes_the_wait_longer_once() -> None:
    told = cut_twice()
    told.until_tried()
    told.lose(30)
    told.clean(2)
    told.lose(30)
    assert told.until_tried() == 8


def test_a_trial_that_met_random_loss_makes_no_wait_longer() -> None:
    told = cut_twice()
    told.until_tried()
    assert not told.lose(20, at=0.1 * told.allowed)
    assert told.lose(20, at=0.1 * told.allowed)
    assert told.lose(45)
    assert told.until_tried() == 4


def test_after_a_cut_the_steps_are_small_again() -> None:
    told = cut_twice()
    told.clean(10)
    assert told.lose(30)
    before = told.allowed
    told.clean(8)
    assert told.allowed == pytest.approx(before / 0.8 * 1.1 * 0.95)


def test_a_little_loss_is_near_the_capacity_so_the_count_and_the_steps_begin_anew() -> None:
    told = cut_twice()
    told.clean(3)
    assert not told.lose(1)
    assert told.clean(4) == [(2565.0, False), (2565.0, False), (2565.0, False), (2821.5, True)]
    told.clean(2)
    assert not told.lose(1)
    assert told.clean(2) == [(3385.8, False), (round(2700 * 1.1 * 1.2 * 1.1 * 0.95, 1), True)]


def test_loss_that_comes_back_after_one_clean_cohort_is_uncured_after_two_it_is_new() -> None:
    floors = []
    for clean in (1, 2):
        told = Told()
        told.lose(30, at=10_000.0)
        told.clean(clean)
        for _ in range(2):
            told.lose(30)
        floors.append(told.law.floor)
    assert floors == [pytest.approx(60 / 180), 0.0]


@pytest.mark.parametrize(
    ("first", "lost", "random"),
    [(60, 37, True), (60, 36, False), (60, 30, False), (30, 19, True), (30, 18, False), (30, 15, False)],
)
def test_a_cut_cures_when_no_more_than_three_fifths_are_left(first: int, lost: int, random: bool) -> None:
    told = Told()
    told.lose(first, at=50_000.0)
    for _ in range(2):
        told.lose(lost)
    assert (told.law.floor > 0.0) is random


def test_random_loss_brings_the_rate_of_before_the_cuts_back() -> None:
    told = Told()
    assert told.lose(20, at=9000.0)
    assert round(told.allowed, 6) == 4800.0
    assert told.lose(20)
    assert round(told.allowed, 6) == 2560.0
    assert told.lose(20)
    assert round(told.allowed, 6) == 9000.0
    assert told.law.floor == pytest.approx(1 / 3)
    assert told.lose(20) is False, "as much as is lost anyway"
    assert round(told.allowed, 6) == 13_500.0, "what it can take is sought from there"


@pytest.mark.parametrize(
    ("rate", "allowed"), [(49_999.5, 49_999.5), (50_000.0, float("inf")), (60_000.0, float("inf"))]
)
def test_a_rate_of_before_that_needs_no_pacing_is_not_paced(rate: float, allowed: float) -> None:
    told = Told()
    for at in (rate, None, None):
        assert told.lose(20, at=at)
    assert told.allowed == pytest.approx(allowed)


@pytest.mark.parametrize("lost", [20, 10, 0])
def test_beside_random_loss_what_is_not_more_than_that_counts_as_clean(lost: int) -> None:
    told = Told()
    for at in (9000.0, None, None):
        told.lose(20, at=at)
    assert told.lose(45)
    assert [told.lose(lost) for _ in range(4)] == [False, False, False, True]


@pytest.mark.parametrize("clean", [2, 3, 4])
def test_what_was_lost_before_a_cut_cured_is_no_part_of_the_floor(clean: int) -> None:
    told = Told()
    told.lose(45, at=9000.0)
    told.clean(clean)
    for _ in range(3):
        told.lose(20)
    assert told.law.floor == pytest.approx(1 / 3)


def careful_from_the_start() -> Told:
    told = Told()
    told.law.be_careful(500.0, 0.0)
    return told


def cured_after_a_burst() -> Told:
    told = Told()
    told.lose(45, at=9000.0)
    told.clean(2)
    return told


def called_random() -> Told:
    told = Told()
    for at in (9000.0, None, None):
        told.lose(20, at=at)
    return told


@pytest.mark.parametrize("begin", [careful_from_the_start, cured_after_a_burst, called_random, cut_twice])
def test_loss_with_little_to_send_is_random_the_second_time_unless_two_were_clean_meanwhile(
    begin: Callable[[], Told],
) -> None:
    for clean, random in ((0, True), (1, True), (2, False)):
        told = begin()
        if clean and begin is cured_after_a_burst:
            continue  # every further clean one says again that it was cured
        assert not told.lose(45, at=0.1 * told.allowed)
        told.clean(clean)
        assert told.lose(45, at=0.1 * told.allowed) is random


def test_loss_beyond_the_floor_is_compared_with_none_of_before() -> None:
    told = called_random()
    for _ in range(2):
        told.lose(45)
        assert told.law.floor == pytest.approx(1 / 3)
    told.lose(45)
    assert told.law.floor > 0.4


def test_a_cut_for_new_loss_forgets_that_there_was_little_to_send_before() -> None:
    told = cut_twice()
    assert not told.lose(20, at=0.1 * told.allowed)
    assert told.lose(15), "half as much as before the last cut, which cured that"
    assert not told.lose(20, at=0.1 * told.allowed)


def test_clean_ones_from_before_loss_was_called_random_cure_nothing_after_it() -> None:
    told = careful_from_the_start()
    told.clean(1)
    assert [told.lose(45, at=0.1 * told.allowed) for _ in range(2)] == [False, True]
    assert not told.lose(60, at=0.1 * told.allowed)
    told.clean(1)
    assert told.lose(60, at=0.1 * told.allowed)


def test_fifty_thousand_a_second_need_no_pacing() -> None:
    told = cut_twice()
    told.law.be_careful(50_000.0 / 1.5, told.now)
    assert told.clean(1) == [(float("inf"), False)]


def test_the_whole_era_tells_of_loss_that_one_cohort_is_too_small_for() -> None:
    told = cut_twice()
    assert told.lose(2, era_lost=60, era_n=300)
    assert told.allowed == pytest.approx(0.8 * 2160 * 0.8)
    told = cut_twice()
    assert not told.lose(2, era_lost=2, era_n=300)
    free = Told()
    assert not free.lose(2, at=9000.0, era_lost=60, era_n=300), "where nothing is held back the cohort alone tells"


@pytest.mark.parametrize(
    ("lost", "n", "floor", "much"),
    [
        (1, 2, 0.0, False),  # one is chance
        (2, 2, 0.0, True),
        (6, 60, 0.0, True),  # 0.1 > 0.02 + 0.0775
        (5, 60, 0.0, False),  # 0.083 < 0.02 + 0.0714
        (29, 60, 1 / 3, True),  # 0.483 > 0.333 + 0.02 + 0.129
        (28, 60, 1 / 3, False),  # 0.467 < 0.333 + 0.02 + 0.1288
        (140, 600, 0.18, False),  # 0.2333 < 0.18 + 0.02 + 0.0345
        (141, 600, 0.18, True),  # 0.235 > 0.18 + 0.02 + 0.0346
        (60, 60, 0.98, False),  # just as much
        (60, 60, 0.97, True),
        (72, 60, 1.0, True),  # several kinds may be counted more than once
    ],
)
def test_more_loss_than_the_floor_and_two_standard_deviations(lost: int, n: int, floor: float, much: bool) -> None:
    law = RateLaw()
    law.floor = floor
    assert law.significant(lost, n) is much


@pytest.mark.parametrize(
    ("at", "careful", "allowed"),
    [
        (10_000.0, 500.0, 500.0),  # that rate at most
        (1000.0, 500.0, 400.0),  # or what got through, where that is less
    ],
)
def test_where_few_tell_the_capacity_is_sought_from_below(at: float, careful: float, allowed: float) -> None:
    told = Told()
    assert told.lose(30, at=at, careful=careful)
    assert told.allowed == pytest.approx(allowed)
    assert told.clean(2) == [(round(1.5 * allowed, 1), False), (round(2.25 * allowed, 1), False)]


def test_what_is_lost_where_few_tell_is_not_random_yet() -> None:
    told = Told()
    for _ in range(6):
        assert told.lose(30, at=10_000.0, careful=500.0)
    assert told.law.floor == 0.0
    assert told.allowed == pytest.approx(100.0)


def test_carefully_it_is_sought_even_if_it_was_known() -> None:
    told = cut_twice()
    assert told.lose(30, careful=9000.0)
    assert told.allowed == pytest.approx(864.0)
    assert told.clean(2) == [(1296.0, False), (1944.0, False)]


def test_being_careful_begins_at_that_rate_and_grows() -> None:
    told = cut_twice()
    told.law.be_careful(500.0, told.now)
    assert told.allowed == pytest.approx(500.0)
    assert told.clean(2) == [(750.0, False), (1125.0, False)]


def test_what_was_lost_before_being_careful_is_forgotten_and_its_rate_is_the_one_that_comes_back() -> None:
    told = cut_twice()
    told.law.be_careful(500.0, told.now)
    told.lose(30)
    assert told.law.floor == 0.0
    assert told.allowed == pytest.approx(200.0)


@pytest.mark.parametrize(("share", "idle"), [(0.49, True), (0.5, False)])
def test_little_to_send_is_less_than_half_of_what_was_allowed(share: float, idle: bool) -> None:
    told = cut_twice()
    before = told.allowed
    told.clean(2)
    assert told.lose(20, at=share * told.allowed) is not idle
    assert (told.allowed >= before) is idle


def test_a_cut_is_from_what_was_sent_or_allowed_whichever_is_less() -> None:
    for share in (0.75, 1.0, 2.0):
        told = cut_twice()
        told.clean(2)
        assert told.lose(30, at=share * 2565.0)
        assert told.allowed == pytest.approx(0.4 * min(1.0, share) * 2565.0)


def test_a_new_rate_begins_without_tokens_of_the_faster_time() -> None:
    told = Told()
    told.lose(30, at=20_000.0)
    assert told.law.bucket is not None
    assert told.law.bucket.available(told.now) == 0
    assert told.law.bucket.available(told.now + 1.0) == 16


def test_a_clean_way_is_never_held_back() -> None:
    assert Way().cohorts(50).law.bucket is None


@pytest.mark.parametrize("lost", [0, 1])
def test_a_single_lost_sentinel_is_chance(lost: int) -> None:
    law = RateLaw()
    assert not law.learn(lost=lost, n=60, era_lost=lost, era_n=60, rate=50_000.0, now=0.0)
    assert law.bucket is None


@pytest.mark.parametrize(("lost", "n", "cut"), [(100, 6000, False), (200, 6000, True), (2, 60, False), (7, 60, True)])
def test_two_in_a_hundred_and_what_chance_explains_are_not_worth_a_cut(lost: int, n: int, cut: bool) -> None:
    law = RateLaw()
    assert law.learn(lost=lost, n=n, era_lost=lost, era_n=n, rate=50_000.0, now=0.0) is cut


def test_evident_loss_cuts_to_what_got_through() -> None:
    law = RateLaw()
    assert law.learn(lost=45, n=60, era_lost=45, era_n=60, rate=12_000.0, now=0.0)
    assert law.bucket is not None
    assert allowed(law) == pytest.approx(0.8 * 12_000 * 0.25)


def test_a_cut_brings_no_tokens_of_the_faster_time() -> None:
    law = RateLaw()
    law.learn(lost=30, n=60, era_lost=30, era_n=60, rate=10_000.0, now=7.0)
    assert law.bucket is not None
    assert law.bucket.available(7.0) == 0


def test_loss_too_small_for_one_cohort_shows_in_the_era() -> None:
    law = RateLaw()
    law.learn(lost=45, n=60, era_lost=45, era_n=60, rate=12_000.0, now=0.0)
    assert not law.learn(lost=2, n=60, era_lost=2, era_n=60, rate=2000.0, now=1.0)
    assert law.learn(lost=2, n=60, era_lost=30, era_n=300, rate=2000.0, now=2.0)


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
    law.learn(lost=20, n=60, era_lost=20, era_n=60, rate=9000.0, now=0.0)
    for turn in range(3):
        for clean in range(2):
            law.learn(lost=0, n=60, era_lost=0, era_n=60 + 60 * clean, rate=allowed(law), now=turn + clean / 3)
        assert law.learn(lost=20, n=60, era_lost=20, era_n=60, rate=allowed(law), now=turn + 0.9)
    assert law.floor == 0.0


def test_a_cut_that_cured_is_forgotten_when_loss_is_judged_to_be_random() -> None:
    """It takes two cuts in a row that cure nothing, after the one whose loss they are compared with."""
    law = RateLaw()
    floors = []
    for now, lost in enumerate([20, 0, 0, 20, 20, 20]):
        law.learn(lost=lost, n=60, era_lost=lost, era_n=60, rate=allowed(law, 9000.0), now=float(now))
        floors.append(round(law.floor, 2))
    assert floors == [0.0, 0.0, 0.0, 0.0, 0.0, 0.33]


def test_loss_while_there_is_little_to_send_lowers_no_rate() -> None:
    law = RateLaw()
    law.learn(lost=20, n=60, era_lost=20, era_n=60, rate=9000.0, now=0.0)
    before = allowed(law)
    assert not law.learn(lost=20, n=60, era_lost=20, era_n=60, rate=100.0, now=1.0)
    assert allowed(law) == before
    assert law.learn(lost=20, n=60, era_lost=40, era_n=120, rate=100.0, now=2.0)
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
        (13, 13, 30_000.0, 0.8 * 30_000 * 1.5 / 14),
        (60, 60, 1000.0, 100.0),  # no slower than the slowest
    ],
)
def test_the_first_cut(lost: int, n: int, sent: float, expected: float) -> None:
    law = RateLaw()
    assert law.learn(lost=lost, n=n, era_lost=lost, era_n=n, rate=sent, now=0.0)
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
        if law.learn(lost=lost, n=n, era_lost=era_lost, era_n=era_n, rate=rate, now=float(number)):
            assert lost >= 2 or era_lost >= 2 or law.bucket is None or allowed(law) > slower
            assert law.bucket is not before or law.bucket is None
            era_lost = era_n = 0
        if law.bucket is not None and law.bucket is not before:
            assert allowed(law) >= 99.999
            assert law.bucket.available(float(number)) <= 0
        assert 0.0 <= law.floor <= 1.0
