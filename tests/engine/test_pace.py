"""The pace of a path: what may leave, and who pays for it."""

from scanner.engine.brakes.pace import Pace


def held(rate: float) -> Pace:
    """At that rate (at least 100 a second), and the tokens of before are gone."""
    pace = Pace()
    pace.law.be_careful(rate, 0.0)
    return pace


def test_a_free_path_has_room_for_all_and_costs_nothing() -> None:
    pace = Pace()
    pace.spend(1000)
    assert (pace.held, pace.room(256, 0.0), pace.delay()) == (False, 256, 0.0)


def test_a_held_one_spends_what_it_has_and_waits_for_the_rest() -> None:
    pace = held(1000.0)
    assert (pace.held, pace.room(256, 0.0)) == (True, 0)
    assert pace.room(256, 0.01) == 2, "two milliseconds' worth, however long nothing left"
    pace.spend(2)
    assert pace.room(256, 0.01) == 0
    assert round(pace.delay(), 3) == 0.001
    assert pace.room(256, 0.0111) == 1
    assert pace.room(0, 0.0111) == 0


def test_to_which_rate_it_is_held() -> None:
    assert not Pace().held_to(1000.0)
    assert [held(rate).held_to(1000.0) for rate in (999.0, 1000.0, 1001.0)] == [True, True, False]


def test_what_is_freed_owes_nothing() -> None:
    pace = held(100.0)
    pace.spend(5)
    pace.forget()
    assert (pace.held, pace.room(9, 0.0), pace.delay()) == (False, 9, 0.0)
