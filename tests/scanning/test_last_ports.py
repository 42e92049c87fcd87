"""What bears out that a host has accepted everything from the start."""

import pytest

from scanner.model import State
from scanner.scanning.phantoms.last_ports import LastPorts

OPEN, REFUSED, TIMEOUT = State.OPEN, State.REFUSED, State.TIMEOUT


@pytest.mark.parametrize(
    ("states", "said"),
    [([OPEN], True), ([REFUSED], False), ([State.UNREACHABLE], False), ([TIMEOUT, OPEN], True),
     ([TIMEOUT, TIMEOUT], False), ([], None)],
)  # fmt: skip
def test_the_last_ports(states: list[State], said: bool | None) -> None:
    last, listed = LastPorts(), range(1, 101)
    port = last.ask(listed, 1.0, 0.01)
    assert port == 100
    for state in states:
        last.heard(port, state)
        port = last.ask(listed, 1.1, 0.01)
    assert last.says(1.1, 0.01) is said


def test_silence_does_not_begin_before_it_has_left() -> None:
    last = LastPorts()
    last.ask([1, 2], 1.0, 0.01)
    assert last.pending(1.2, 0.01)
    assert not last.pending(1.3, 0.01)
    last.not_left(1.3)
    assert last.pending(1.5, 0.01)


def test_an_answer_is_told_once() -> None:
    last = LastPorts()
    port = last.ask([1, 2], 1.0, 0.01)
    assert not last.just_told()
    assert last.heard(port, OPEN)
    assert (last.just_told(), last.just_told()) == (True, False)
    assert not last.heard(77, OPEN), "it was not asked"


def test_an_open_port_stands_whatever_comes_later() -> None:
    last = LastPorts()
    port = last.ask([1, 2], 1.0, 0.01)
    last.heard(port, OPEN)
    last.heard(port, REFUSED)
    assert last.says(1.1, 0.01) is True
