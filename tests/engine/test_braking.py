"""What the loss on a path means for its pace: which evidence the rate law is shown."""

import pytest

from scanner.engine.truth.cohorts import Cohort, Era
from scanner.engine.truth.path import Path
from scanner.model import Endpoint, Place, Request
from tests.engine.fakes import AF_INET

REQUESTS = (Request(),)


def refusing(targets: int = 1000) -> Path:
    """A path on which somebody refuses, so that sentinels can be asked."""
    path = Path(targets)
    path.responders.refuses(Endpoint(Place("10.0.0.1", AF_INET), 9, REQUESTS))
    return path


def evaluated(path: Path, era: Era, lost: int, n: int) -> Cohort:
    cohort = Cohort(era, 0.0, 60)
    cohort.count = n
    for port in range(lost):
        cohort.lose(Endpoint(Place("10.0.0.1", AF_INET), 1 + port, REQUESTS))
    path.braking.evaluate(cohort, 1.0)
    return cohort


def test_what_was_sent_at_another_rate_says_nothing_of_the_present_one() -> None:
    path = refusing()
    before = path.cohorts.era
    evaluated(path, before, 30, 60)
    assert path.cohorts.era is not before, "evident loss changes the rate"
    assert path.pace.law.bucket is not None
    allowed = path.pace.law.bucket
    evaluated(path, before, 30, 60)  # its sentinels come back late
    assert path.pace.law.bucket is allowed
    assert (before.lost, before.n, path.cohorts.era.n) == (60, 120, 0)


def test_cohorts_too_small_to_tell_are_added_up() -> None:
    path = refusing()
    era = path.cohorts.era
    for lost in (2, 2):
        evaluated(path, era, lost, 6)
    assert path.cohorts.era is not era, "four of twelve are evident loss"


def test_where_nobody_refuses_later_answers_are_evidence_with_the_few_sentinels() -> None:
    path = Path(1000)
    era = path.cohorts.era
    path.sends(200, 0.5)
    assert not any(path.braking.answered(1, era, 1.0) for _ in range(20))
    assert not path.braking.answered(2, era, 1.0), "one of them may be chance"
    cut = [path.braking.answered(2, era, 1.0) for _ in range(10)]
    assert cut.count(True) == 1
    assert path.pace.held
    assert not path.braking.answered(2, era, 1.0), "the era is over"


def test_where_somebody_refuses_there_are_sentinels_enough() -> None:
    path = refusing()
    assert not any(path.braking.answered(2, path.cohorts.era, 1.0) for _ in range(30))
    assert not path.pace.held


@pytest.mark.parametrize(("targets", "rate"), [(100, 200.0), (120_000, 2000.0)])
def test_carefully_everybody_is_asked_within_a_minute(targets: int, rate: float) -> None:
    path = Path(targets)
    era = path.cohorts.era
    assert path.braking.go_carefully(1.0)
    assert path.pace.held
    assert path.cohorts.era is not era
    assert not path.braking.go_carefully(2.0), "it is held back already"
    waited = path.pace.delay()
    assert 0 < waited <= 1.0 / (0.9 * rate)


def test_it_is_not_held_back_where_enough_is_known() -> None:
    path = refusing()
    evaluated(path, path.cohorts.era, 0, 60)
    assert not path.braking.go_carefully(1.0)


def test_more_targets_mean_a_faster_careful_rate() -> None:
    path = Path(1, shared=True)
    path.has_targets(120_000)
    path.braking.go_carefully(1.0)
    assert path.pace.delay() <= 1.0 / 1800.0
