"""Trials that met a "no" and are asked again later."""

from scanner.engine.brakes.recess import Recess
from scanner.engine.flight.verdict import REFUSED
from scanner.engine.trial import Trial
from scanner.engine.truth.path import Path
from scanner.model import Endpoint, Place, Request
from tests.engine.fakes import AF_INET, located

HOST = "10.0.0.1"


class TestRecess:
    def test_each_comes_back_at_its_time_unless_it_was_answered_late(self) -> None:
        recess = Recess()
        place = Place(HOST, AF_INET)
        first, second, third = (Trial(Endpoint(place, port, (Request(),)), located(Path(1))) for port in (1, 2, 3))
        recess.hold(second, 2.0)
        recess.hold(first, 1.0)
        recess.hold(third, 1.0)
        assert (len(recess), recess.delay(0.4), recess.due(0.9)) == (3, 0.6, [])
        assert {each.port for each, _ in recess.waiting()} == {1, 2, 3}
        third.verdict = REFUSED
        assert recess.due(1.0) == [first]
        assert recess.due(5.0) == [second]
        assert (len(recess), recess.delay(0.0)) == (0, float("inf"))
