"""How much is lost, from how many were lost: the estimate, and how many clean sentinels are needed."""

import pytest

from scanner.engine.truth.cohorts import Era
from scanner.engine.truth.loss_estimate import ENOUGH, FULL_COHORT, clean_enough, estimate, sentinels_needed
from scanner.engine.truth.stands import doubtful


def era(lost: int, n: int) -> Era:
    return Era(lost, n)


@pytest.mark.parametrize(
    ("lost", "n", "loss"),
    [
        (0, 0, 0.5),  # nothing is known
        (0, 1, 0.25),
        (0, 12, 0.0385),  # a dozen clean ones do not make a clean way yet
        (0, 59, 0.0083),
        (0, 60, 0.001),  # the whole cohort is clean, and so is the way
        (0, 100, 0.001),  # more of them do not say less
        (0, 499, 0.001),
        (0, 1000, 0.0005),  # half a loss among 1001
        (1, 12, 0.2040),  # a standard error above the share: one may be few by mere chance
        (1, 13, 0.1898),
        (3, 60, 0.0872),
        (300, 6000, 0.0529),  # with many it is small
        (12, 12, 1.0),  # never more than all
        (60, 60, 1.0),
    ],
)
def test_loss_that_sentinels_show(lost: int, n: int, loss: float) -> None:
    assert round(estimate(lost, n), 4) == loss
    assert era(lost, n).loss() == estimate(lost, n)


def test_more_lost_is_more_loss() -> None:
    shown = [estimate(lost, 60) for lost in range(61)]
    assert shown == sorted(shown)


@pytest.mark.parametrize(
    ("targets", "attempts", "sentinels"),
    [
        (1, 2, 12),
        (10, 2, 23),
        (40, 2, 45),
        (100, 2, 60),
        (100_000, 2, 60),
        (100, 3, 14),
        (1, 1, 60),
        (0, 2, 12),
        (1, 0, 60),
    ],
)
def test_clean_sentinels_needed(targets: int, attempts: int, sentinels: int) -> None:
    """At least twelve, at most a full cohort; more for more targets, fewer for more attempts."""
    assert sentinels_needed(targets, attempts) == sentinels
    if sentinels < FULL_COHORT:
        assert not doubtful(targets, [estimate(0, sentinels)] * attempts)


def test_more_lost_than_were_asked_is_all_lost() -> None:
    assert estimate(61, 60) == estimate(60, 60) <= 1.0


@pytest.mark.parametrize("n", [500, 501, 601])
def test_of_more_than_a_clean_cohort_the_loss_is_half_a_loss_among_one_more(n: int) -> None:
    assert estimate(0, n) == pytest.approx(0.5 / (n + 1), rel=1e-12)


@pytest.mark.parametrize("targets", [5_001, 65_536, 1_000_000])
def test_so_many_clean_ones_let_two_attempts_stand(targets: int) -> None:
    enough = clean_enough(targets)
    assert targets * estimate(0, enough) ** 2 <= ENOUGH < targets * estimate(0, enough - 2) ** 2


def test_for_few_targets_a_full_clean_cohort_is_enough() -> None:
    assert clean_enough(1) == clean_enough(5000) == FULL_COHORT
    assert 5000 * estimate(0, FULL_COHORT) ** 2 <= ENOUGH
