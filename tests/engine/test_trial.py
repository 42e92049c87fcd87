"""A target on its way to a verdict, and a sentinel's."""

import pytest

from scanner.engine.flight.probe import BareTrial
from scanner.engine.flight.verdict import TIMEOUT
from scanner.engine.trial import Sentinel, Trial
from scanner.engine.truth.cohorts import Cohort, Era
from scanner.engine.truth.path import Path
from scanner.model import Endpoint, Place, Request
from tests.engine.fakes import AF_INET, located

REQUESTS = (Request(timeout=2.0, retries=1),)


def endpoint() -> Endpoint:
    return Endpoint(Place("10.0.0.1", AF_INET), 80, REQUESTS)


def test_a_clean_one_has_no_record_of_its_attempts() -> None:
    trial = Trial(endpoint(), located(Path(1)))
    assert (trial.backing, trial.cohort, trial.patience) == (None, None, 2.0)
    trial.take_back()
    assert trial.backing is None


def test_it_begins_as_any_trial_of_flight_does() -> None:
    """It sets its fields itself, which saves a call for each target."""
    one = endpoint()
    begun = vars(Trial(one, located(Path(1))))
    assert {**vars(BareTrial(one)), **begun} == begun


def test_the_record_is_made_once_and_gives_back_what_did_not_leave() -> None:
    path, cohort = Path(1), Cohort(Era())
    trial = Trial(endpoint(), located(path))
    trial.backed().leaves_with(cohort, path.cohorts.unseen, 0)
    assert trial.backed() is trial.backing
    assert trial.cohort is cohort
    trial.take_back()
    assert (trial.cohort, trial.backed().cohorts, trial.backed().nth) == (None, [], 0)


def test_what_becomes_of_it() -> None:
    trial, other = Trial(endpoint(), located(Path(1))), Path(2)
    trial.is_awaited()
    trial.moves_to(other)
    trial.set_patience(0.3)
    trial.stands(TIMEOUT)
    assert (trial.urgent, trial.path, trial.patience, trial.verdict, trial.rtt_ms) == (True, other, 0.3, TIMEOUT, None)


@pytest.mark.parametrize(("rtt", "patience"), [(None, 2.0), (0.01, 0.3), (9.0, 2.0)])
def test_a_sentinel_waits_as_long_as_its_path_asks_for(rtt: float | None, patience: float) -> None:
    path = Path(1)
    if rtt is not None:
        path.round_trip.measured(rtt)
    sentinel = Sentinel(endpoint(), located(path), path, Cohort(Era()), vouches=True)
    assert (sentinel.sentinel, sentinel.urgent) == (True, True)
    assert sentinel.patience == pytest.approx(patience)


@pytest.mark.parametrize(("leaves", "vouches"), [(10.9, True), (11.5, False)])
def test_one_that_is_held_back_for_too_long_vouches_for_nobody(leaves: float, vouches: bool) -> None:
    sentinel = Sentinel(endpoint(), located(Path(1)), Path(1), Cohort(Era(), 10.0), vouches=True)
    sentinel.leaves(leaves)
    assert sentinel.vouches is vouches
