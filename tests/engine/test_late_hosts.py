"""A host that answers later than it is waited for: its silence is never beyond doubt, whoever vouches for the way."""

from collections import Counter

import pytest

from scanner.model import Endpoint, Request, State
from tests.engine.fakes import START, Answer, FakeKernel, ListSource, engine_for, finish

FAST = [f"10.9.0.{number}" for number in range(1, 9)]
SLOW = "10.9.0.50"


def told(kernel: FakeKernel, *, retries: int = 1, timeout: float = 1.0) -> Counter[tuple[State, str]]:
    """The rows of the slow host, by state and doubt; there is room for few at once, so it is heard before the end."""
    engine, _ = engine_for(
        kernel, ListSource([*FAST, SLOW], range(1, 101), retries=retries, timeout=timeout), concurrency=40
    )
    rows = [row for _, row in finish(kernel, engine, most_seconds=900.0) if row.address == SLOW]
    assert len(rows) == 100
    return Counter((row.state, row.doubt) for row in rows)


def test_once_it_was_heard_late_its_silence_is_in_doubt() -> None:
    """Every other port answers after 1.45 seconds, and the rest never."""
    kernel = FakeKernel(lambda host, port, *_: Answer(0.001, "rst") if host in FAST else _late(port, 1.45))
    rows = told(kernel)
    assert rows[State.TIMEOUT, "unverified"] >= 40
    assert rows[State.TIMEOUT, ""] <= 10, "those who were judged before anything was heard"


@pytest.mark.parametrize("delay", [0.05, 0.3])
def test_who_answers_in_time_and_is_silent_elsewhere_is_not(delay: float) -> None:
    kernel = FakeKernel(lambda host, port, *_: Answer(0.001, "rst") if host in FAST else _late(port, delay))
    assert told(kernel)[State.TIMEOUT, ""] == 50


def test_so_it_is_where_each_port_is_asked_once() -> None:
    """An answer may still come while somebody is asked whether packets are lost: a plain refusal, but a late one."""
    kernel = FakeKernel(lambda host, port, *_: Answer(0.2, "rst") if host in FAST else _late(port, 0.6))
    rows = told(kernel, retries=0, timeout=0.5)
    assert rows[State.REFUSED, ""] > 5
    assert rows[State.TIMEOUT, "unverified"] >= 30


def test_a_stop_of_this_process_makes_nobody_late() -> None:
    """What was answered at once is seen much later."""
    kernel = FakeKernel(
        lambda host, port, *_: Answer(0.001, "rst") if host in FAST else _late(port, 0.05), stall=(START + 0.02, 1.45)
    )
    rows = told(kernel)
    assert rows == {(State.REFUSED, ""): 50, (State.TIMEOUT, ""): 50}


def test_a_lost_syn_makes_nobody_late() -> None:
    """The kernel sends it again, after one second and, as Linux does since 6.5, after two."""

    def network(host: str, port: int, attempt: int, now: float) -> Answer | None:
        if host in FAST:
            return Answer(0.001, "rst")
        return Answer(0.05, "rst") if port % 2 and attempt > 4 else None

    assert told(FakeKernel(network, repeats=(1.0, 2.0, 3.0)), timeout=2.0)[State.TIMEOUT, ""] == 50


def test_who_is_too_slow_for_one_entry_is_not_for_another() -> None:
    """An answer after 0.3 seconds: too late for 0.1, in time for one."""
    kernel = FakeKernel(lambda host, port, *_: Answer(0.001, "rst") if host in FAST else _late(port, 0.3))
    source = ListSource([*FAST, SLOW], range(1, 101))
    short, long = Request(timeout=0.1), Request(timeout=1.0)
    source.endpoints = [
        Endpoint(each.place, each.port, (short if each.port > 50 else long,)) for each in source.endpoints
    ]
    engine, _ = engine_for(kernel, source, concurrency=40)
    rows = [row for _, row in finish(kernel, engine) if row.address == SLOW and row.state is State.TIMEOUT]
    assert Counter((row.port > 50, row.doubt) for row in rows) == {(True, "unverified"): 25, (False, ""): 25}


def _late(port: int, delay: float) -> Answer | None:
    return Answer(delay, "rst") if port % 2 else None
