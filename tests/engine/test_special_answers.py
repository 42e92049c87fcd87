"""Answers that are more than plain first ones: what is noted about them."""

import pytest

from scanner.engine.brakes.gates import Gates
from scanner.engine.flight.probe import Denial
from scanner.engine.flight.verdict import OPEN, REFUSED, Verdict
from scanner.engine.trial import Trial
from scanner.engine.truth.cohorts import Cohort
from scanner.engine.truth.location import Location
from scanner.engine.truth.network_evidence import Network
from scanner.engine.truth.path import COLD_ANSWERS, Path
from scanner.engine.truth.pool import Pool
from scanner.engine.truth.special_answers import SpecialAnswers
from scanner.engine.truth.watched_paths import WatchedPaths
from scanner.model import Endpoint, Place, Request, State
from tests.engine.fakes import AF_INET, located

ROUTER = Verdict(State.UNREACHABLE, "host-unreach", "192.0.2.1")


class Answered:
    def __init__(self, *, attempts: int = 1, answered: int = 1, noes: int = 0, lost_syns: int = 0) -> None:
        self.path = Path(1000)
        self.watched = WatchedPaths(Gates(None, None), lambda: 1000)
        self.trial = Trial(Endpoint(Place("10.0.0.1", AF_INET), 80, (Request(),)), located(self.path))
        self.trial.attempts, self.trial.answered, self.trial.lost_syns = attempts, answered, lost_syns
        self.trial.denials = tuple(Denial(nth, ROUTER, 1.0) for nth in range(1, 1 + noes))

    def note(self, *, refused: bool = False) -> None:
        self.trial.verdict = REFUSED if refused else OPEN
        SpecialAnswers(self.watched).note(self.trial, 1.0, refused=refused)


def test_a_first_answer_makes_a_responder_and_nothing_else() -> None:
    case = Answered()
    case.note()
    assert (len(case.path.responders), case.watched.paths, case.path.lossy) == (1, [], False)


def test_one_that_is_asked_before_its_turn_is_no_responder() -> None:
    case = Answered()
    case.trial.is_awaited()
    case.note()
    assert not case.path.responders


def test_silent_attempts_before_it_are_missed() -> None:
    case = Answered(attempts=3, answered=3)
    case.note()
    assert (case.path.counts.flipped, case.path.counts.missed, case.watched.paths) == (1, 2, [case.path])


def test_noes_before_it_are_noes_and_no_loss() -> None:
    case = Answered(attempts=3, answered=3, noes=2)
    case.note(refused=True)
    counts, network = case.path.counts, case.trial.network
    assert (counts.turned, counts.noes, counts.flipped, case.path.lossy) == (1, 2, 0, False)
    assert (network.noes, network.yeses) == (2, 1)
    assert case.watched.paths == [case.path]


def test_a_no_and_an_answer_are_told_of_its_network_and_of_its_host() -> None:
    case = Answered(attempts=2, answered=2, noes=1)
    parent = case.trial.network.parent = Network()
    case.note()
    assert (parent.noes, parent.yeses) == (1, 1)


@pytest.mark.parametrize(("noes", "known"), [(0, 2), (1, 0)])
def test_which_attempt_was_answered_tells_of_loss_unless_a_no_was_the_cause(noes: int, known: int) -> None:
    """Where only open ports answer, that is nearly all there is."""
    case = Answered(attempts=2, answered=2, noes=noes)
    case.note()
    assert case.path.cohorts.era.later.known == known


@pytest.mark.parametrize(
    ("answers", "lost_syns", "resent"),
    [(15, 1, 0), (16, 1, 0), (17, 1, 1), (17, 0, 0)],
)
def test_a_syn_that_was_sent_again_is_loss_once_the_way_is_warm(answers: int, lost_syns: int, resent: int) -> None:
    case = Answered(lost_syns=lost_syns)
    case.path.counts.answered(answers)
    case.note()
    assert (case.path.counts.resent, case.watched.paths) == (resent, [case.path] * resent)


@pytest.mark.parametrize(
    ("refused", "collecting", "heard"), [(True, True, 1), (True, False, 0), (False, True, 1), (False, False, 1)]
)
def test_of_refused_ones_those_are_responders_that_are_collected(refused: bool, collecting: bool, heard: int) -> None:
    case = Answered()
    case.trial.network.collecting = collecting
    case.note(refused=refused)
    assert len(case.path.responders) == heard


def test_its_attempt_is_counted_among_those_of_its_era() -> None:
    """The first of five left at another rate, and the second was answered: that was the first of this era."""
    case = Answered(attempts=5, answered=2)
    before = case.path.cohorts.unseen
    case.path.braking.new_era()
    for nth in range(1, 5):
        case.trial.backed().leaves_with(case.path.open_cohort(0.5), before, nth)
    case.note()
    assert (before.era.later.known, case.path.cohorts.era.later.known) == (0, 1)


def test_one_that_left_before_anybody_watched_counts_from_its_first_attempt() -> None:
    case = Answered(attempts=2, answered=2)
    case.trial.backed().waits_with(case.path.open_cohort(0.5))
    case.note()
    assert case.path.cohorts.era.later.known == 2


def test_where_later_attempts_are_answered_the_path_is_held_back() -> None:
    case = Answered(attempts=3, answered=3)
    case.path.cohorts.era.later.hit(3)
    case.note()
    assert (case.path.pace.held, case.watched.take_slowed()) == (True, [case.path])


@pytest.mark.parametrize(("answered", "vouches"), [(2, True), (1, False)])
def test_its_newest_attempt_vouches_as_a_sentinel_does(answered: int, vouches: bool) -> None:
    case = Answered(attempts=2, answered=answered)
    cohort = case.path.open_cohort(0.5)
    case.trial.backed().waits_with(cohort)
    case.note()
    assert (case.trial.network in cohort.witnesses.vouched) is vouches


def missed(*cohorts: Cohort) -> list[int]:
    """The attempts that each era missed of its targets."""
    return [cohort.era.flips.missed for cohort in cohorts]


class TestWhichEraMissedAnAttempt:
    """The one that it left in, whenever its target answered."""

    def leave(self, case: Answered, *, eras: bool) -> list[Cohort]:
        """Two attempts that nobody watched, and two more in a cohort each, of `eras` of their own; the cohorts."""
        cohorts = [case.path.cohorts.unseen]
        for nth in (2, 3):
            if eras:
                case.path.braking.new_era()
            cohorts.append(case.path.open_cohort(float(nth)))
            case.trial.backed().leaves_with(cohorts[-1], cohorts[0], nth)
        return cohorts

    def test_each_silent_attempt_counts_for_its_own(self) -> None:
        case = Answered(attempts=4, answered=4)
        cohorts = self.leave(case, eras=True)
        case.note(refused=True)
        assert missed(*cohorts) == [2, 1, 0]

    def test_what_was_sent_after_the_one_that_was_answered_is_not_known_to_be_lost(self) -> None:
        case = Answered(attempts=4, answered=2)
        cohorts = self.leave(case, eras=True)
        case.note(refused=True)
        assert missed(*cohorts) == [1, 0, 0]

    def test_in_one_era_they_add_up(self) -> None:
        case = Answered(attempts=4, answered=4)
        first, *_ = self.leave(case, eras=False)
        case.note(refused=True)
        assert missed(first) == [3]

    def test_an_attempt_that_met_a_no_was_not_lost(self) -> None:
        case = Answered(attempts=4, answered=4, noes=1)
        cohorts = self.leave(case, eras=True)
        case.note(refused=True)
        assert missed(*cohorts) == [1, 1, 0]

    def test_whichever_attempt_it_was(self) -> None:
        case = Answered(attempts=4, answered=4)
        case.trial.denials = (Denial(3, ROUTER, 1.0),)
        cohorts = self.leave(case, eras=True)
        case.note(refused=True)
        assert missed(*cohorts) == [2, 0, 0]

    def test_a_syn_of_an_earlier_attempt_that_was_sent_again_was_lost_in_that_ones(self) -> None:
        case = Answered(lost_syns=1, attempts=2, answered=1)
        case.path.counts.answered(COLD_ANSWERS + 1)
        first = case.path.cohorts.unseen
        case.path.braking.new_era()
        second = case.path.open_cohort(1.0)
        case.trial.backed().leaves_with(second, first, 1)
        case.note()
        assert missed(first, second) == [1, 0]

    def test_a_first_answer_missed_none(self) -> None:
        case = Answered()
        case.note(refused=True)
        assert missed(case.path.cohorts.unseen) == [0]

    @pytest.mark.parametrize("watched", [False, True])
    def test_a_syn_that_was_sent_again_was_lost_in_the_era_of_its_attempt(self, watched: bool) -> None:
        case = Answered(lost_syns=1, attempts=1)
        case.path.counts.answered(COLD_ANSWERS + 1)
        unseen = cohort = case.path.cohorts.unseen
        if watched:
            case.path.braking.new_era()
            cohort = case.path.open_cohort(1.0)
            case.trial.backed().leaves_with(cohort, unseen, 0)
        case.note()
        assert missed(cohort) == [1]
        assert not watched or missed(unseen) == [0]

    def test_a_part_of_a_pool_that_loses_more_is_no_loss_of_the_pool(self) -> None:
        """What was sent there before counts as lost, for those hosts alone."""
        pool = Pool()
        place = Place("10.0.0.1", AF_INET)
        location = Location(pool.of(place), pool.networks.of(place), pool)
        for number in range(4):
            elsewhere = Place(f"10.0.1.{number}", AF_INET)
            pool.path.responders.refuses(Endpoint(elsewhere, 80, (Request(),)))
        case = Answered(attempts=2, answered=2)
        case.trial = Trial(Endpoint(place, 80, (Request(),)), location)
        case.trial.attempts = case.trial.answered = 2
        case.note(refused=True)
        assert case.trial.path is not pool.path
        assert missed(pool.path.cohorts.unseen) == [0]


class TestAHostThatBecomesAPathOfItsOwn:
    """A big one that refuses for the first time, and late."""

    def late(self, *, urgent: bool = False, refused: bool = True) -> tuple[Pool, Trial]:
        pool, place = Pool(), Place("10.0.0.1", AF_INET, ports=1000)
        trial = Trial(Endpoint(place, 80, (Request(),)), Location(pool.path, pool.networks.of(place), pool, big=True))
        trial.attempts = trial.answered = 3
        trial.verdict = REFUSED if refused else OPEN
        if urgent:
            trial.is_awaited()
        SpecialAnswers(WatchedPaths(Gates(None, None), lambda: 1000)).note(trial, 1.0, refused=refused)
        return pool, trial

    def test_what_it_lost_before_is_its_own_paths_matter(self) -> None:
        pool, trial = self.late()
        assert not trial.path.shared
        assert (trial.path.counts.flipped, trial.path.counts.missed) == (1, 2)
        assert missed(trial.path.cohorts.unseen, pool.path.cohorts.unseen) == [2, 0]

    @pytest.mark.parametrize(("urgent", "refused"), [(True, True), (False, False)])
    def test_a_canary_and_an_open_port_do_not_make_one(self, urgent: bool, refused: bool) -> None:
        pool, trial = self.late(urgent=urgent, refused=refused)
        assert trial.path is pool.path
