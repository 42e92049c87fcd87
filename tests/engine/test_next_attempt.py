"""How long an attempt waits, and when it leaves."""

import pytest

from scanner.engine.flight.syn_repeats import listened
from scanner.engine.trial import Trial
from scanner.engine.truth.next_attempt import NextAttempt, first_patience, losses_of
from scanner.engine.truth.path import Path
from scanner.engine.truth.stands import MOST_ATTEMPTS
from scanner.model import Endpoint, Place, Request
from tests.engine.fakes import AF_INET, located


class Line:
    """The trials that are in line, and those that wait until some time."""

    def __init__(self, path: Path, *, retries: int = 1, rate: float | None = None) -> None:
        self.again: list[Trial] = []
        self.later: list[tuple[Trial, float]] = []
        shortened = (lambda patience: listened(patience, rate)) if rate is not None else None
        self.attempt = NextAttempt(self.again.append, lambda trial, at: self.later.append((trial, at)), shortened)
        request = Request(timeout=4.0, retries=retries)
        self.trial = Trial(Endpoint(Place("10.0.0.1", AF_INET), 80, (request,)), located(path))

    def waits(self, attempts: int) -> float:
        self.trial.attempts = attempts
        self.attempt.make(self.trial)
        return self.trial.patience


def near(targets: int = 1000) -> Path:
    """A path whose round trip is known."""
    path = Path(targets)
    path.round_trip.measured(0.01)
    return path


@pytest.mark.parametrize(("retries", "known", "patience"), [(1, False, 4.0), (1, True, 0.3), (0, True, 4.0)])
def test_a_first_attempt_is_cut_short_only_where_another_one_may_follow(
    retries: int, known: bool, patience: float
) -> None:
    path = near() if known else Path(1000)
    assert first_patience(path, (Request(timeout=4.0, retries=retries),)) == pytest.approx(patience)


def test_of_several_requests_the_longest_timeout_and_the_most_retries_hold() -> None:
    requests = (Request(timeout=2.0, retries=0), Request(timeout=4.0, retries=1))
    assert first_patience(Path(1000), requests) == 4.0
    assert first_patience(near(), requests) == pytest.approx(0.3)


def test_it_leaves_now_or_when_its_time_has_come() -> None:
    line = Line(Path(1000))
    line.attempt.make(line.trial)
    line.attempt.make(line.trial, 7.5)
    assert (line.again, line.later) == ([line.trial], [(line.trial, 7.5)])


def test_the_one_that_may_be_the_last_waits_as_long_as_its_user_asked() -> None:
    line = Line(near(), retries=2)
    assert [line.waits(attempts) for attempts in (1, 2)] == [pytest.approx(0.3), 4.0]
    assert line.waits(MOST_ATTEMPTS - 1) == 4.0


def test_where_it_can_not_be_the_last_it_is_cut_short() -> None:
    """So much is lost here that two silent attempts prove nothing."""
    path = near()
    path.responders.refuses(Line(path).trial.endpoint)
    path.counts.lose(30)
    path.cohorts.era.counts(lost=30, n=60)
    assert Line(path).waits(1) == pytest.approx(0.3)


def test_where_all_are_gone_asking_on_is_of_no_use() -> None:
    path = near()
    path.responders.refuses(Line(path).trial.endpoint)
    path.counts.lose(30)
    path.cohorts.era.counts(lost=30, n=60)
    path.all_gone()
    assert Line(path).waits(1) == 4.0


@pytest.mark.parametrize(
    ("rate", "patience", "full"),
    [
        (None, 4.0, True),
        (None, 5.0, True),
        (None, 3.97, False),
        (50.0, 3.97, True),
        (50.0, 0.3, False),
        (0.5, 0.97, True),
    ],
)
def test_a_full_one_waits_the_whole_timeout_or_what_a_rate_leaves_of_it(
    rate: float | None, patience: float, full: bool
) -> None:
    line = Line(Path(1000), rate=rate)
    line.trial.set_patience(patience)
    assert line.attempt.is_full(line.trial) is full


def bad(*, refused: int = 1) -> Path:
    """A near path on which hardly anything gets through: no number of silent attempts proves anything."""
    path = near()
    path.counts.asked(60)
    path.counts.lose(57)
    path.cohorts.era.counts(lost=57, n=60)
    for _ in range(refused):
        path.responders.refuses(Line(path).trial.endpoint)
    return path


@pytest.mark.parametrize(
    ("retries", "attempts", "whole"),
    [(1, 18, False), (1, 19, True), (1, 25, True), (31, 19, False), (31, 30, False), (31, 31, True)],
)
def test_the_last_of_all_waits_the_whole_timeout(retries: int, attempts: int, whole: bool) -> None:
    assert Line(bad(), retries=retries).waits(attempts) == pytest.approx(4.0 if whole else 0.3)


def test_where_nobody_is_left_to_tell_or_its_network_is_gone_it_may_be_the_last() -> None:
    assert Line(bad(refused=0)).waits(1) == 4.0
    line = Line(bad())
    assert line.waits(1) == pytest.approx(0.3)
    line.trial.network.stopped = 1.0
    assert line.waits(1) == 4.0


@pytest.mark.parametrize(("targets", "waits"), [(1000, [4.0, 4.0, 4.0]), (10**6, [0.3, 4.0, 4.0])])
def test_where_nothing_was_lost_so_far_the_best_that_may_be_found_until_then_counts(
    targets: int, waits: list[float]
) -> None:
    path = near(targets)
    path.responders.refuses(Line(path).trial.endpoint)
    assert [Line(path).waits(attempts) for attempts in (1, 2, 3)] == [pytest.approx(wait) for wait in waits]


@pytest.mark.parametrize(("clean", "wait"), [(500, 0.3), (2000, 4.0)])
def test_where_many_clean_sentinels_are_known_two_attempts_may_do_for_many_targets(clean: int, wait: float) -> None:
    path = near(50_000)
    path.responders.refuses(Line(path).trial.endpoint)
    path.cohorts.era.counts(lost=0, n=clean)
    assert Line(path).waits(1) == pytest.approx(wait)


def test_a_way_that_takes_longer_than_the_timeout_shortens_and_lengthens_nothing() -> None:
    path = Path(1000)
    path.round_trip.measured(5.0)
    assert Line(path, retries=2).waits(1) == 4.0
    assert first_patience(path, (Request(timeout=4.0, retries=2),)) == 4.0


def test_of_its_network_an_attempt_for_which_nobody_vouches_is_lost() -> None:
    path = near()
    path.responders.refuses(Line(path).trial.endpoint)
    trial = Line(path).trial
    trial.backed().leaves_with(path.open_cohort(1.0), path.cohorts.unseen, 0)
    trial.attempts = 1
    assert losses_of(trial) == [0.5]
    assert losses_of(trial, of_network=True) == [1.0]
