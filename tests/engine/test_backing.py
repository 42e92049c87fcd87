"""What each attempt of a silent target met."""

from scanner.engine.truth.backing import Backing
from scanner.engine.truth.cohorts import Cohort, Era
from scanner.engine.truth.path import Path
from scanner.model import Endpoint, Place, Request
from tests.engine.fakes import AF_INET

REQUESTS = (Request(),)


CLEAN, HALF = 0.001, 0.5


def answering(*, refused: int = 100) -> Path:
    """A path on which this many ports refused."""
    path = Path(1000)
    for port in range(1, 1 + refused):
        path.responders.refuses(Endpoint(Place("10.0.0.1", AF_INET), port, REQUESTS))
    return path


def evaluated(path: Path, era: Era, lost: int, n: int) -> Cohort:
    cohort = Cohort(era, 0.0, 60)
    cohort.count = n
    for port in range(lost):
        cohort.lose(Endpoint(Place("10.0.0.1", AF_INET), 1 + port, REQUESTS))
    path.braking.evaluate(cohort, 1.0)
    return cohort


def losses(path: Path, *cohorts: Cohort, before: int = 0) -> list[float] | None:
    """The losses of an attempt in each of these cohorts, and of some that left before the path was watched."""
    backing = Backing()
    for number, cohort in enumerate(cohorts, before):
        backing.leaves_with(cohort, path.cohorts.unseen, number)
    return backing.losses(path, before + len(cohorts))


def test_what_each_attempt_met() -> None:
    """Attempts before the path was watched met the first era's loss; each later one met that of its own cohort."""
    path = answering()
    assert losses(path, before=2) == [HALF, HALF]
    clean = evaluated(path, path.cohorts.era, 0, 60)
    assert losses(path, clean, before=1) == [CLEAN, CLEAN]
    burst = evaluated(path, path.cohorts.era, 20, 60)
    first, second, third = losses(path, clean, burst, before=1) or []
    assert first == second < third
    assert round(third, 3) == 0.397


def test_nobody_tells_where_nobody_ever_answered() -> None:
    path = Path(1000)
    assert losses(path, before=2) is None


def test_those_who_answered_later_tell_what_left_before_anybody_watched() -> None:
    """Ten of a hundred did: sentinels that have been clean since then say nothing about that time."""
    path = answering()
    evaluated(path, path.cohorts.era, 0, 60)
    path.counts.answers, path.counts.flipped, path.counts.resent = 100, 7, 3
    (before,) = losses(path, before=1) or []
    assert round(before, 3) == 0.134


def test_each_attempt_left_with_a_cohort_or_before_anybody_watched() -> None:
    path = answering()
    unseen, first, second = path.cohorts.unseen, Cohort(Era()), Cohort(Era())
    backing = Backing()
    assert backing.left_with(2, unseen) == [unseen, unseen]
    backing.leaves_with(first, unseen, 1)
    backing.leaves_with(second, unseen, 2)
    assert backing.left_with(3, unseen) == [unseen, first, second]
    assert backing.left_with(2, unseen) == [unseen, first]


def test_targets_that_answered_later_tell_what_the_others_beside_them_met() -> None:
    """Forty-five of nine hundred did: that the sentinels beside them were all answered was luck."""
    path = answering()
    clean = evaluated(path, path.cohorts.era, 0, 60)
    path.counts.answered(900)
    for _ in range(45):
        path.cohorts.era.flips.miss()
    (loss,) = losses(path, clean) or []
    assert round(loss, 4) == 0.0551
    path.braking.new_era()
    path.counts.answered(900)
    later = evaluated(path, path.cohorts.era, 0, 60)
    assert losses(path, later) == [CLEAN], "of the next era they say nothing"
    assert losses(path, clean) == [loss], "nor do later answers of this one"


def test_which_attempt_of_its_era_is_the_newest() -> None:
    """Counted anew in each era: at another rate what was lost before says nothing."""
    unseen, other = Cohort(Era()), Cohort(Era())
    backing, seen = Backing(), []
    for attempts, cohort in enumerate((unseen, unseen, other, other, unseen), 2):
        backing.leaves_with(cohort, unseen, attempts)
        seen.append((backing.era, backing.nth))
    assert seen == [(unseen.era, 3), (unseen.era, 4), (other.era, 1), (other.era, 2), (unseen.era, 1)]


def test_the_first_that_is_watched_may_be_of_another_era_than_those_before() -> None:
    backing, other = Backing(), Cohort(Era())
    backing.leaves_with(other, Cohort(Era()), 2)
    assert (backing.era, backing.nth) == (other.era, 1)
