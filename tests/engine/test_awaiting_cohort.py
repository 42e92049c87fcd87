"""Trials that wait for a cohort: they are decided once all its sentinels are done."""

from random import Random

from scanner.engine.brakes.gates import Gates
from scanner.engine.flight.verdict import OPEN
from scanner.engine.trial import Trial
from scanner.engine.truth.awaiting_cohort import AwaitingCohort
from scanner.engine.truth.network_evidence import Network
from scanner.engine.truth.path import Path
from scanner.engine.truth.watched_paths import WatchedPaths
from scanner.model import Endpoint, Place, Request
from tests.engine.fakes import AF_INET, located


class Court:
    def __init__(self) -> None:
        self.decided: list[tuple[Trial, float]] = []
        watched = WatchedPaths(Gates(None, None), lambda: 1000)
        self.awaiting_cohort = AwaitingCohort(watched, lambda trial, now: self.decided.append((trial, now)), Random(1))
        self.path = Path(1000)
        self.cohort = self.path.open_cohort(0.0)

    def waits(self) -> Trial:
        trial = Trial(Endpoint(Place("10.0.0.1", AF_INET), 80, (Request(),)), located(self.path))
        self.awaiting_cohort.wait_for(self.cohort, trial)
        return trial

    def sentinels(self, count: int) -> None:
        for _ in range(count):
            self.cohort.asks(Network(), 0.0)


def test_nobody_is_decided_while_a_sentinel_is_out() -> None:
    court = Court()
    trial = court.waits()
    court.sentinels(60)
    for left in range(60, 0, -1):
        court.awaiting_cohort.evaluate(court.path, court.cohort, 1.0)
        assert (court.decided, court.cohort.awaited, len(court.awaiting_cohort)) == ([], True, 1), left
        court.cohort.one_done()
    court.awaiting_cohort.evaluate(court.path, court.cohort, 2.0)
    assert (court.decided, court.cohort.awaited, len(court.awaiting_cohort)) == ([(trial, 2.0)], False, 0)
    court.awaiting_cohort.evaluate(court.path, court.cohort, 3.0)
    assert len(court.decided) == 1, "a cohort is evaluated once"


def test_an_open_cohort_waits_for_more_sentinels() -> None:
    court = Court()
    court.waits()
    court.sentinels(12)
    for _ in range(12):
        court.cohort.one_done()
    court.awaiting_cohort.evaluate(court.path, court.cohort, 1.0)
    assert court.decided == []
    court.path.cohorts.close(court.cohort)
    court.awaiting_cohort.evaluate(court.path, court.cohort, 1.0)
    assert len(court.decided) == 1


def test_who_was_answered_meanwhile_is_not_decided() -> None:
    court = Court()
    answered, silent = court.waits(), court.waits()
    answered.verdict = OPEN
    court.path.cohorts.close(court.cohort)
    court.awaiting_cohort.evaluate(court.path, court.cohort, 1.0)
    assert [trial for trial, _ in court.decided] == [silent]
