"""Answers that are more than plain first ones: what is noted about them."""

import pytest

from scanner.engine.brakes.gates import Gates
from scanner.engine.flight.probe import Denial
from scanner.engine.flight.verdict import OPEN, REFUSED, Verdict
from scanner.engine.trial import Trial
from scanner.engine.truth.path import COLD_ANSWERS, Path
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
    case.trial.goes_first()
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


@pytest.mark.parametrize(("answers", "resent"), [(COLD_ANSWERS, 0), (COLD_ANSWERS + 1, 1)])
def test_a_syn_that_was_sent_again_is_loss_once_the_way_is_warm(answers: int, resent: int) -> None:
    case = Answered(lost_syns=1)
    case.path.counts.answered(answers)
    case.note()
    assert case.path.counts.resent == resent


@pytest.mark.parametrize(("answered", "vouches"), [(2, True), (1, False)])
def test_its_newest_attempt_vouches_as_a_sentinel_does(answered: int, vouches: bool) -> None:
    case = Answered(attempts=2, answered=answered)
    cohort = case.path.open_cohort(0.5)
    case.trial.backed().waits_with(cohort)
    case.note()
    assert (case.trial.network in cohort.witnesses.vouched) is vouches
