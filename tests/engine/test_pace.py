"""The pace of a path: what may leave, and who pays for it."""

from scanner.engine.brakes.bucket import Bucket
from scanner.engine.brakes.pace import Pace


def held(rate: float) -> Pace:
    pace = Pace()
    pace.law.bucket = Bucket(rate, 0.0, promised=False)
    return pace


def test_a_free_path_has_room_for_all_and_costs_nothing() -> None:
    pace = Pace()
    pace.spend(1000)
    assert (pace.held, pace.room(256, 0.0), pace.delay()) == (False, 256, 0.0)


def test_a_held_one_spends_what_it_has_and_waits_for_the_rest() -> None:
    pace = held(100.0)
    assert (pace.held, pace.room(256, 0.0)) == (True, 2)
    pace.spend(2)
    assert pace.room(256, 0.0) == 0
    assert round(pace.delay(), 3) == 0.01
    assert pace.room(256, 0.011) == 1
    assert pace.room(0, 0.011) == 0


def test_what_is_freed_owes_nothing() -> None:
    pace = held(10.0)
    pace.spend(5)
    pace.forget()
    assert (pace.held, pace.room(9, 0.0), pace.delay()) == (False, 9, 0.0)
