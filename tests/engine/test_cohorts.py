"""Eras and cohorts in numbers: when one is dead, whole, or over, and what its probes met."""

import pytest

from scanner.engine.truth.cohorts import Cohort, Era
from scanner.model import Endpoint, Place, Request
from tests.engine.fakes import AF_INET

START = 100.0


def era(lost: int, n: int) -> Era:
    return Era(lost, n)


def cohort(count: int, *, lost: int = 0, target: int = 60, of: Era | None = None) -> Cohort:
    """One opened at START, with so many sentinels."""
    made = Cohort(of or Era(), START, target)
    made.count = count
    for port in range(lost):
        made.lose(Endpoint(Place("10.0.0.1", AF_INET), 1 + port, (Request(),)))
    return made


@pytest.mark.parametrize(
    ("lost", "n", "dead"),
    [
        (23, 23, False),  # two small cohorts at least
        (24, 24, True),
        (22, 24, True),
        (21, 24, False),
        (54, 60, True),
        (53, 60, False),  # something still comes through: probing again is not hopeless
        (30, 60, False),
    ],
)
def test_an_era_is_dead_when_nine_of_ten_fall_silent(lost: int, n: int, dead: bool) -> None:
    assert era(lost, n).dead is dead


@pytest.mark.parametrize(
    ("count", "target", "after", "whole", "ripe"),
    [
        (59, 60, 0.0, False, False),
        (60, 60, 0.0, True, True),
        (23, 23, 0.0, True, True),  # a small path wants fewer
        (59, 60, 0.29, False, False),
        (12, 60, 0.31, False, True),  # a dozen will do when they are long in coming
        (11, 60, 0.31, False, False),
        (11, 60, 0.9, False, False),
        (12, 60, 0.0, False, False),
    ],
)
def test_a_cohort_ends_whole_or_after_a_dozen_and_a_while(
    count: int, target: int, after: float, whole: bool, ripe: bool
) -> None:
    gathered = cohort(count, target=target)
    assert (gathered.whole, gathered.ripe(START + after)) == (whole, ripe)


@pytest.mark.parametrize(
    ("of_era", "own", "loss"),
    [
        ((0, 600), (0, 60), 0.00083),  # clean as the rest
        ((60, 600), (0, 12), 0.11294),  # that it lost none itself says less than the era
        ((0, 600), (20, 60), 0.39655),  # a burst: its probes met it, whatever the average says
        ((60, 600), (1, 60), 0.11294),  # it lost less than the average: that is luck
    ],
)
def test_what_the_probes_of_a_cohort_met(of_era: tuple[int, int], own: tuple[int, int], loss: float) -> None:
    lost, count = own
    assert round(cohort(count, lost=lost, of=era(*of_era)).loss(), 5) == loss
