"""What bears out that a host has accepted everything from the start."""

import pytest

from scanner.model import State
from scanner.scanning.phantoms.far_end import FarEnd

OPEN, REFUSED, TIMEOUT = State.OPEN, State.REFUSED, State.TIMEOUT


@pytest.mark.parametrize(
    ("states", "said"),
    [([OPEN], True), ([REFUSED], False), ([State.UNREACHABLE], False), ([TIMEOUT, OPEN], True),
     ([TIMEOUT, TIMEOUT], False), ([], None)],
)  # fmt: skip
def test_the_far_end(states: list[State], said: bool | None) -> None:
    far, listed = FarEnd(), range(1, 101)
    port = far.ask(listed, 1.0, 0.01)
    assert port == 100
    for state in states:
        far.heard(port, state)
        port = far.ask(listed, 1.1, 0.01)
    assert far.says(1.1, 0.01) is said


def test_silence_does_not_begin_before_it_has_left() -> None:
    far = FarEnd()
    far.ask([1, 2], 1.0, 0.01)
    assert far.pending(1.2, 0.01)
    assert not far.pending(1.3, 0.01)
    far.not_left(1.3)
    assert far.pending(1.5, 0.01)


def test_an_answer_is_told_once() -> None:
    far = FarEnd()
    port = far.ask([1, 2], 1.0, 0.01)
    assert not far.just_told()
    assert far.heard(port, OPEN)
    assert (far.just_told(), far.just_told()) == (True, False)
    assert not far.heard(77, OPEN), "it was not asked"


def test_an_open_port_stands_whatever_comes_later() -> None:
    far = FarEnd()
    port = far.ask([1, 2], 1.0, 0.01)
    far.heard(port, OPEN)
    far.heard(port, REFUSED)
    assert far.says(1.1, 0.01) is True
