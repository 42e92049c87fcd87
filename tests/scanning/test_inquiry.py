"""The questions that a host is asked about a run of open ports, and what the answers come to."""

import pytest

from scanner.model import State
from scanner.scanning.phantoms.inquiry import Inquiry, Said
from tests.scanning.phantoms import probes

OPEN, REFUSED, TIMEOUT = State.OPEN, State.REFUSED, State.TIMEOUT


@pytest.mark.parametrize(
    ("answers", "said"),
    [
        ([OPEN, OPEN], Said.EVERYTHING),
        ([REFUSED, REFUSED], Said.NOTHING),
        ([OPEN], None),
        ([REFUSED], None),
        ([OPEN, REFUSED, OPEN, OPEN], Said.EVERYTHING),
        ([OPEN, REFUSED, OPEN, REFUSED], Said.NOTHING),
        ([REFUSED, OPEN, REFUSED], Said.NOTHING),
        ([OPEN, REFUSED, OPEN], None),
        ([TIMEOUT, REFUSED], Said.NOTHING),
        ([TIMEOUT, TIMEOUT, TIMEOUT, TIMEOUT], Said.UNKNOWN),  # all refused before: what is silent now is lost
        ([TIMEOUT, TIMEOUT, REFUSED, TIMEOUT], Said.NOTHING),
        ([OPEN, TIMEOUT, TIMEOUT, TIMEOUT], Said.UNKNOWN),
        ([OPEN, TIMEOUT, OPEN, OPEN], Said.EVERYTHING),
    ],
)
def test_witnesses(answers: list[State], said: Said | None) -> None:
    asked = Inquiry(range(1, 33))
    ports = asked.ask(1.0)
    assert len(ports) == 2
    for state in answers:
        asked.heard(ports.pop(0), state)
        ports += asked.ask_more(1.1, overdue=False)
    assert asked.says(overdue=False) is said


def test_witnesses_that_waited_for_their_turn_are_heard_all_the_same() -> None:
    """Few sockets, and silent targets that hold them: the question ended long ago, and yet both are open."""
    asked = Inquiry(range(1, 33))
    first, second = asked.ask(1.0)
    assert asked.says(overdue=True) is Said.UNKNOWN
    asked.end(Said.UNKNOWN)
    asked.heard(first, OPEN)
    assert not asked.turned_late
    asked.heard(second, OPEN)
    assert asked.turned_late


def test_silence_does_not_begin_before_they_have_left() -> None:
    asked = Inquiry([1, 2])
    asked.ask(1.0)
    asked.not_left(1.5)
    assert not asked.overdue(1.6, slowest=0.01)
    assert asked.overdue(1.8, slowest=0.01)


def test_what_is_open_now_counts_on_where_the_rest_is_lost() -> None:
    """Each time one of four is open, and the others are silent: two that refused before are open now."""
    asked = Inquiry(range(1, 33))
    for said in (Said.UNKNOWN, Said.EVERYTHING):
        ports = asked.ask(1.0)
        asked.heard(ports[0], OPEN)
        ports += asked.ask_more(2.0, overdue=True)
        assert asked.says(overdue=True) is said
        asked.end(said)
        assert not asked.turned_late, "by one of them alone"


def test_the_only_witness_may_have_been_a_lost_packet() -> None:
    asked = Inquiry()
    asked.note_silent([7])
    asked.heard(*asked.ask(1.0), OPEN)
    assert asked.says(overdue=True) is Said.UNKNOWN


def test_what_came_to_nothing_is_asked_again_ever_later() -> None:
    asked = Inquiry(range(1, 33))
    now, pauses = 1.0, []
    for _ in range(4):
        asked.ask(now)
        asked.end(Said.UNKNOWN)
        start = now
        while not asked.ready(now, done=True):
            now += 0.1
        pauses.append(pytest.approx(now - start, abs=0.11))
    assert pauses == [0.3, 0.6, 1.2, 2.4]


def test_witnesses_do_not_lie_side_by_side() -> None:
    asked = Inquiry(range(1, 33))
    first, second = asked.ask(1.0)
    asked.heard(first, OPEN)
    asked.heard(second, REFUSED)
    assert [first, second, *asked.ask_more(1.1, overdue=False)] == [32, 1, 25, 14]


@pytest.mark.parametrize(
    ("states", "overdue", "said"),
    [
        ([REFUSED, REFUSED], False, Said.STOPPED),
        ([OPEN, REFUSED], False, Said.REAL),
        ([REFUSED, TIMEOUT], False, Said.REAL),
        ([REFUSED], False, None),
        ([REFUSED], True, Said.REAL),
        ([], True, Said.REAL),
    ],
)
def test_a_runs_own_ports(states: list[State], overdue: bool, said: Said | None) -> None:
    asked = Inquiry()
    own = asked.ask(1.0, probes(*range(1, 13)))
    assert own == [5, 9]
    for port, state in zip(own, states, strict=False):
        asked.heard(port, state)
    assert asked.says(overdue=overdue) is said
    asked.end(Said.REAL)
    assert not set(asked.ask(2.0, probes(*range(1, 13)))) & {5, 9}, "never again"


# Who may be a witness


def test_the_latest_that_refused_is_asked_first() -> None:
    asked = Inquiry([3, 4])
    asked.refused_before([2, 1])  # the latest first
    asked.shut(5, refused=True)
    assert asked.refusing == [1, 2, 3, 4, 5]
    assert asked.ask(1.0) == [5, 1]


def test_one_that_is_known_keeps_its_place() -> None:
    asked = Inquiry([3, 4])
    asked.refused_before([4, 2])
    assert asked.refusing == [2, 3, 4]


def test_a_silent_port_that_is_open_after_all_is_no_witness() -> None:
    asked = Inquiry()
    asked.note_silent([7, 8])
    asked.opened(7)
    asked.opened(9)
    assert asked.ask(1.0) == [8]


def test_of_the_silent_three_are_enough_and_each_is_asked_once() -> None:
    asked = Inquiry()
    asked.note_silent([1, 2, 3, 4])
    assert asked.silent == [1, 2, 3]
    assert asked.ask(1.0, silent_first=True) == [1, 2]
    asked.note_silent([1, 2])
    assert asked.silent == [3]
