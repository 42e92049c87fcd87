"""What a "no" comes to: asked again, waited for, or the verdict."""

from random import Random

from scanner.engine.brakes.gates import Gates
from scanner.engine.flight.probe import Denial
from scanner.engine.flight.verdict import Verdict
from scanner.engine.trial import Trial
from scanner.engine.truth.awaiting_cohort import AwaitingCohort
from scanner.engine.truth.denied_trials import DeniedTrials
from scanner.engine.truth.next_attempt import NextAttempt
from scanner.engine.truth.path import Path
from scanner.engine.truth.watched_paths import WatchedPaths
from scanner.model import Endpoint, Place, Request, State
from tests.engine.fakes import AF_INET, located

ROUTER = Verdict(State.UNREACHABLE, "host-unreach", "192.0.2.1")


class Rejected:
    """A path on which this many ports refused, and one target that met a "no" at each of its attempts."""

    def __init__(self, *, attempts: int, retries: int = 1, refused: int = 20, targets: int = 1000) -> None:
        self.path = Path(targets)
        self.again: list[tuple[Trial, float]] = []
        self.watched = WatchedPaths(Gates(None, None), lambda: targets)
        attempt = NextAttempt(lambda trial: None, lambda trial, at: self.again.append((trial, at)))
        self.awaiting_cohort = AwaitingCohort(self.watched, lambda trial, now: None, Random(1))
        self.denied = DeniedTrials(self.watched, self.awaiting_cohort, attempt)
        where = located(self.path)
        for port in range(1, 1 + refused):
            endpoint = Endpoint(Place("10.0.0.1", AF_INET), port, (Request(),))
            self.path.heard(endpoint, where.network, refused=True, attempts=1, rtt_ms=1.0, now=0.0)
        request = Request(timeout=1.0, retries=retries)
        self.trial = Trial(Endpoint(Place("10.0.0.1", AF_INET), 500, (request,)), where)
        self.trial.attempts = attempts
        self.trial.denials = tuple(Denial(nth, ROUTER, 5.0, float(nth)) for nth in range(1, attempts + 1))


def test_within_the_retries_it_is_asked_again_when_its_wait_would_have_ended() -> None:
    case = Rejected(attempts=1)
    assert not case.denied.met(case.trial, 0.5)
    assert case.again == [(case.trial, 1.0)]
    assert case.watched.paths == [case.path]


def test_where_nobody_can_tell_yet_it_waits_for_somebody_who_can() -> None:
    case = Rejected(attempts=2, refused=0)
    assert not case.denied.met(case.trial, 1.5)
    assert (case.again, case.trial.backed().awaits_responders) == ([(case.trial, 2.0)], True)
    assert case.denied.met(case.trial, 2.0), "nobody came: it is decided"


def test_it_stands_where_nothing_says_that_noes_come_by_chance() -> None:
    case = Rejected(attempts=2)
    assert case.denied.met(case.trial, 1.5)
    case.denied.decide(case.trial, 2.0)
    assert (case.watched.take_finished(), len(case.awaiting_cohort)) == ([], 1), "a few more responders are asked first"
    case.denied.decide(case.trial, 2.5)
    assert case.watched.take_finished() == [(case.trial, "")]
    assert (case.trial.verdict, case.trial.rtt_ms, case.path.counts.denied) == (ROUTER, 5.0, 1)


def test_where_they_do_it_is_asked_again() -> None:
    case = Rejected(attempts=2)
    case.path.counts.answered(50)
    case.path.counts.met_noes(25)
    assert case.denied.met(case.trial, 1.5)
    case.denied.decide(case.trial, 2.0)
    assert case.again == [(case.trial, 2.0)]


def test_noes_that_differ_are_told() -> None:
    case = Rejected(attempts=20)
    case.trial.denials = (*case.trial.denials[:-1], Denial(20, ROUTER._replace(reason="net-unreach"), 7.0, 20.0))
    assert case.denied.met(case.trial, 19.5)
    case.denied.decide(case.trial, 20.0)
    assert case.watched.take_finished() == [(case.trial, "flipped")]
    assert (case.trial.verdict, case.path.counts.turned) == (ROUTER, 1)
