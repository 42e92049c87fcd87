"""A host that answers later than it is waited for: its silence is never beyond doubt, whoever vouches for the way."""

from collections import Counter

import pytest

from scanner.model import State
from tests.engine.fakes import Answer, FakeKernel, ListSource, engine_for, finish

FAST = [f"10.9.0.{number}" for number in range(1, 9)]
SLOW = "10.9.0.50"


def told(kernel: FakeKernel, **options: int) -> Counter[tuple[State, str]]:
    """The rows of the slow host, by state and doubt; there is room for few at once, so it is heard before the end."""
    engine, _ = engine_for(kernel, ListSource([*FAST, SLOW], range(1, 101)), concurrency=40, **options)
    rows = [row for _, row in finish(kernel, engine, most_seconds=900.0) if row.address == SLOW]
    assert len(rows) == 100
    return Counter((row.state, row.doubt) for row in rows)


def test_once_it_was_heard_late_its_silence_is_in_doubt() -> None:
    """Every other port answers after 1.3 seconds, and the rest never."""
    kernel = FakeKernel(lambda host, port, *_: Answer(0.001, "rst") if host in FAST else _late(port, 1.3))
    rows = told(kernel)
    assert rows[State.TIMEOUT, "unverified"] >= 40
    assert rows[State.TIMEOUT, ""] <= 10, "those who were judged before anything was heard"


@pytest.mark.parametrize("delay", [0.05, 0.3])
def test_who_answers_in_time_and_is_silent_elsewhere_is_not(delay: float) -> None:
    kernel = FakeKernel(lambda host, port, *_: Answer(0.001, "rst") if host in FAST else _late(port, delay))
    assert told(kernel)[State.TIMEOUT, ""] == 50


def _late(port: int, delay: float) -> Answer | None:
    return Answer(delay, "rst") if port % 2 else None
