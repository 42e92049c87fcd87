"""What each attempt of a silent target met."""

import pytest

from scanner.engine.truth.backing import Backing
from scanner.engine.truth.cohorts import Cohort, Era
from scanner.engine.truth.loss_estimate import estimate
from scanner.engine.truth.network_evidence import Network
from scanner.engine.truth.path import Path
from scanner.model import Endpoint, Place, Request
from tests.engine.fakes import AF_INET, evaluated

REQUESTS = (Request(),)


CLEAN, HALF = 0.001, 0.5


def answering(*, refused: int = 100) -> Path:
    """A path on which this many ports refused."""
    path = Path(1000)
    for port in range(1, 1 + refused):
        path.responders.refuses(Endpoint(Place("10.0.0.1", AF_INET), port, REQUESTS))
    return path


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


def noted(backing: Backing) -> dict[str, object]:
    return {name: getattr(backing, name) for name in Backing.__slots__}


NOTHING = {
    "asked_more": False, "awaits_responders": False, "cohort": None, "cohorts": None, "era": None, "known": -1,
    "nth": 0, "unheard": 0,
}  # fmt: skip


def test_nothing_is_known_at_first_and_each_thing_is_noted_where_it_belongs() -> None:
    backing, first, second = Backing(), Cohort(Era()), Cohort(Era())
    assert noted(backing) == NOTHING
    backing.waits_with(first)
    assert noted(backing) == NOTHING | {"cohort": first}
    backing.waits_with_more(second)
    backing.waits_for_responders(True)
    backing.was_unheard(3)
    backing.knew(7)
    assert noted(backing) == NOTHING | {
        "cohort": second, "asked_more": True, "awaits_responders": True, "unheard": 3, "known": 7,
    }  # fmt: skip
    backing.waits_for_responders(False)
    assert not backing.awaits_responders


def test_an_attempt_that_did_not_leave_is_no_evidence() -> None:
    unseen, cohort = Cohort(Era()), Cohort(Era())
    backing = Backing()
    backing.take_back(0)
    assert noted(backing) == NOTHING, "nobody watched"
    backing.leaves_with(cohort, unseen, 1)
    backing.leaves_with(cohort, unseen, 2)
    assert (backing.cohort, backing.nth, backing.cohorts) == (cohort, 2, [unseen, cohort, cohort])
    backing.take_back(2)
    assert (backing.cohort, backing.nth, backing.cohorts) == (None, 1, [unseen, cohort])
    backing.waits_with(cohort)
    backing.take_back(2)
    assert (backing.cohort, backing.nth, backing.cohorts) == (cohort, 1, [unseen, cohort]), "both did leave"


def test_on_another_path_what_it_met_before_says_nothing() -> None:
    backing, cohort = Backing(), Cohort(Era())
    backing.leaves_with(cohort, Cohort(Era()), 1)
    backing.begin_anew()
    assert (backing.cohort, backing.cohorts, backing.era) == (None, None, None)


class TestOfItsNetwork:
    """What nobody of it vouches for is as good as lost."""

    def setup_method(self) -> None:
        self.path, self.network, self.backing = answering(), Network(), Backing()
        self.alone, self.vouched = (evaluated(self.path, self.path.cohorts.era, 0, 60) for _ in range(2))
        self.vouched.witnesses.vouch(self.network)
        for attempts, cohort in enumerate((self.alone, self.vouched), 1):
            self.backing.leaves_with(cohort, self.path.cohorts.unseen, attempts)

    def losses(self, network: Network | None) -> list[float]:
        return [round(loss, 3) for loss in self.backing.losses(self.path, 3, network) or []]

    def test_an_attempt_that_was_watched_needs_somebody_who_vouches(self) -> None:
        assert self.losses(self.network) == [CLEAN, 1.0, CLEAN]
        assert self.losses(None) == [CLEAN] * 3

    @pytest.mark.parametrize("unheard", [1, 3, 9])
    def test_so_does_one_that_left_before_anybody_was_heard(self, unheard: int) -> None:
        self.backing.was_unheard(unheard)
        assert self.losses(self.network) == ([1.0] * unheard + [1.0, CLEAN][unheard - 1 :])[:3]
        assert self.losses(None) == [CLEAN] * 3


class TestWhereOnlyOpenPortsAnswer:
    """They are asked again seldom: answers to later attempts tell what a burst met."""

    def loss(self, cohort: Cohort, *, refused: int = 0) -> float:
        path = answering(refused=refused)
        path.counts.asked(1)  # so that it can tell
        path.counts.answers, path.counts.missed, path.counts.flipped = 10, 3, self.flipped
        (loss,) = losses(path, cohort) or []
        return loss

    flipped = 3

    def cohort(self, lost: int, *, late: tuple[int, ...] = ()) -> Cohort:
        """One of twelve, in an era of 3 lost ones of 20, in which first, second, ... attempts were answered."""
        cohort = Cohort(Era(3, 20), 0.0, 60)
        cohort.count = 12
        for port in range(lost):
            cohort.lose(Endpoint(Place("10.0.0.1", AF_INET), 1 + port, REQUESTS))
        for nth, hits in enumerate(late, 1):
            for _ in range(hits):
                cohort.era.later.hit(nth)
        return cohort

    def test_the_answers_of_the_path_tell_until_some_of_the_era_do(self) -> None:
        clean = self.cohort(0)
        clean.era.counts(-3, 40)
        assert self.loss(clean) == estimate(3, 13)
        assert self.loss(self.cohort(9)) == estimate(9, 12)

    def test_those_of_its_era_count_beside_its_sentinels(self) -> None:
        """Three answered the first attempt and two the second: two thirds of seven were lost, in effect."""
        assert self.loss(self.cohort(0, late=(3, 2))) == estimate(3 + 5, 20 + 7)
        assert self.loss(self.cohort(9, late=(3, 2))) == estimate(9, 12)

    def test_where_somebody_refuses_or_nobody_was_late_its_sentinels_tell(self) -> None:
        for late in ((), (3, 2)):
            assert self.loss(self.cohort(0, late=late), refused=1) == estimate(3, 20)
        self.flipped = 0
        assert self.loss(self.cohort(0)) == estimate(3, 20)
