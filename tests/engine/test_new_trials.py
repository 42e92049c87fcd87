"""The source's targets become trials: each on its path, with the patience of a first attempt."""

import pytest

from scanner.engine.new_trials import NewTrials
from scanner.engine.truth.paths import Paths
from scanner.model import Endpoint, Place, Request
from tests.engine.fakes import AF_INET, ListSource


def test_they_come_in_the_order_of_the_source_each_on_its_path() -> None:
    paths = Paths()
    source = ListSource(["10.0.0.1", "10.0.0.2"], range(1, 4), timeout=2.0)
    new = NewTrials(source, paths)
    trials = [*new.take(4, ahead=False), *new.take(9, ahead=False)]
    assert [trial.endpoint for trial in trials] == source.endpoints
    assert {trial.patience for trial in trials} == {2.0}
    assert all(trial.location is trial.endpoint.place.note and trial.path is trial.location.path for trial in trials)
    assert (new.take(9, ahead=False), source.exhausted) == ([], True)
    assert (new.begun, new.asked_beside) == (6, 0)


def test_where_a_round_trip_is_known_it_shortens_the_first_attempt_of_several() -> None:
    paths = Paths()
    once, twice = (Endpoint(Place(f"10.0.0.{n}", AF_INET), 80, (Request(retries=n),)) for n in (0, 1))
    paths.of(once.place).path.round_trip.measured(0.01)
    assert [trial.patience for trial in NewTrials(ListSource([], []), paths).beside([once, twice])] == [
        1.0,
        pytest.approx(0.3),
    ]


def test_what_is_asked_beside_the_list_goes_first() -> None:
    new = NewTrials(ListSource(["10.0.0.1"], [1]), Paths())
    (beside,) = new.beside([Endpoint(Place("10.0.0.1", AF_INET), 9, (Request(),))])
    (listed,) = new.take(9, ahead=False)
    assert (beside.urgent, listed.urgent) == (True, False)
    assert (new.begun, new.asked_beside) == (1, 1)
