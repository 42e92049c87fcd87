"""What shows that a host that accepted everything does so no more."""

import pytest

from scanner.model import State
from scanner.scanning.phantoms.box_end import BoxEnd
from tests.scanning.phantoms import probes

OPEN, REFUSED, TIMEOUT = State.OPEN, State.REFUSED, State.TIMEOUT


@pytest.mark.parametrize(("refused", "waits"), [(7, False), (8, True)])
def test_eight_refusals_in_a_row_and_then_an_open_port(refused: int, waits: bool) -> None:
    end = BoxEnd([1, 2, 3])
    end.end_turn(probes(30), probes(*range(10, 10 + refused)), 0)
    assert (end.since == 30.0) is waits
    assert end.ask(1.0) == ([2, 3] if waits else [])


@pytest.mark.parametrize(
    ("states", "over"), [([REFUSED, REFUSED], True), ([OPEN, REFUSED], True), ([OPEN], False), ([TIMEOUT] * 2, False)]
)
def test_a_port_that_the_box_had_opened_tells_whether_it_is_over(states: list[State], over: bool) -> None:
    end = BoxEnd([1, 2])
    end.end_turn(probes(30), [], 100)
    for port, state in zip(end.ask(1.0), states, strict=False):
        end.heard(port, state)
    assert end.says(1.01 if len(states) > 1 else 9.0, 0.01) is over


def test_one_that_goes_on_is_asked_again_after_the_next_refusals() -> None:
    end = BoxEnd([1, 2])
    end.end_turn(probes(30), [], 8)
    assert end.ask(1.0) == [1, 2]
    assert end.ask(1.0) == [], "once"
    end.goes_on()
    assert end.since == 0.0
    end.end_turn(probes(40), probes(*range(31, 38)), 0)
    assert end.ask(2.0) == [], "seven refusals in a row"
    end.end_turn(probes(50), probes(*range(41, 49)), 0)
    assert end.since == 50.0
    assert end.ask(3.0) == [1, 2]


def test_what_is_surely_the_boxs_is_asked_first() -> None:
    """Only a port with eight open ones before it, and the latest two of these."""
    end = BoxEnd([1, 2, 3])
    end.end_turn(probes(*range(10, 22)), [], 0)
    end.end_turn(probes(50), [], 8)
    assert end.ask(1.0) == [20, 21]
