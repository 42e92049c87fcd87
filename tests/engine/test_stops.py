"""This process is stopped for a while (SIGSTOP, Ctrl-Z, a machine that has no time for it): that changes no answer, and
no doubt. Whole scans on a fake kernel, stopped while they wait; its epoll says nothing then, as the real one does."""

import random
from collections import Counter

import pytest

from scanner.model import State
from tests.engine.fakes import START, Answer, FakeKernel, ListSource, Network, engine_for, finish, play
from tests.engine.simulated.play import REPEATS
from tests.engine.turns import POLLERS, Turns, answers

SILENT = range(191, 201)
SLOW = (0.85, 0.95)


def late_network(took: tuple[float, float]) -> Network:
    """Ports 22 and 80 are open, ten are silent, all others refuse; every answer takes that long, at least and most."""
    draw = random.Random(1)

    def network(host: str, port: int, attempt: int, now: float) -> Answer | None:
        if port in SILENT:
            return None
        return Answer(draw.uniform(*took), "open" if port in (22, 80) else "rst")

    return network


def doubts(stop: tuple[float, float] | None, *, took: tuple[float, float] = SLOW, seed: int = 1) -> Counter[str]:
    """Of the silent ports of a host, of which 200 are asked in some order; every state is right. `stop`: when, and for
    how long (seconds)."""
    ports = list(range(1, 201))
    random.Random(seed).shuffle(ports)
    stall = None if stop is None else (START + stop[0], stop[1])
    kernel = FakeKernel(late_network(took), stall=stall, repeats=REPEATS)
    engine, _ = engine_for(kernel, ListSource(["10.0.0.1"], ports), rate=50.0)
    rows = [row for _, row in finish(kernel, engine, most_seconds=60)]
    assert stop is None or kernel.stall is None, "it was stopped"
    assert {row.port for row in rows if row.state is State.TIMEOUT} == set(SILENT)
    assert {row.port for row in rows if row.state is State.OPEN} == {22, 80}
    assert len(rows) == 200
    return Counter(row.doubt for row in rows if row.state is State.TIMEOUT)


@POLLERS
@pytest.mark.parametrize("stop_s", [0.2, 3.0])
def test_what_came_while_it_was_stopped_belongs_to_the_turn_that_was(edge: bool, stop_s: float) -> None:
    """That one knows for how long nobody had looked: its round trips may be so much shorter."""
    flight = Turns(answers("rst", 0.9), stall=(START + 0.85, stop_s), edge=edge, recycles=edge)
    (trial,) = flight.launch(timeout=1.0)
    for _ in range(8):
        flight.wait(0.1)
    assert flight.judged == []
    flight.wait(0.1)
    assert [port for _, port in flight.judged] == [80]
    assert trial.rtt_ms is not None
    assert flight.mux.unseen_s >= stop_s
    assert trial.rtt_ms / 1000.0 - flight.mux.unseen_s < 0.9
    flight.wait(0.1)
    assert flight.mux.unseen_s <= 0.1 + 0.001


def test_unstopped_nothing_is_in_doubt() -> None:
    assert doubts(None) == {"": 10}


@pytest.mark.parametrize("stop_s", [0.5, 3.0, 10.0])
@pytest.mark.parametrize("at", [0.12, 0.62, 1.2])
def test_whenever_it_is_stopped_nothing_is_in_doubt(at: float, stop_s: float) -> None:
    """Before its first answer above all: by then nobody knows how long they take."""
    assert doubts((at, stop_s)) == {"": 10}


@pytest.mark.parametrize("stop_s", [0.5, 3.0, 10.0])
@pytest.mark.parametrize("at", [0.02, 0.3, 0.9])
def test_a_single_attempt_counts_from_when_it_left_not_back_from_when_it_was_over(at: float, stop_s: float) -> None:
    """All answers come in the first hundredth of a second; the stop is while the silent are still waited for."""
    hosts = [f"10.7.3.{last}" for last in range(60)]

    def network(host: str, port: int, attempt: int, now: float) -> Answer | None:
        return Answer(0.001, "rst") if host in hosts[:20] and port < 8 else None

    kernel = FakeKernel(network, stall=(START + at, stop_s), repeats=REPEATS)
    rows = play(kernel, ListSource(hosts, range(1, 21), retries=0))
    assert kernel.stall is None, "it was stopped"
    assert Counter((row.state, row.doubt) for row in rows) == {(State.REFUSED, ""): 140, (State.TIMEOUT, ""): 1060}


@pytest.mark.slow
@pytest.mark.parametrize("stop_s", [0.1, 0.5, 1.0, 3.0, 10.0])
@pytest.mark.parametrize("took", [SLOW, (0.001, 0.002), (0.2, 0.4)], ids=str)
def test_at_no_moment_at_all(took: tuple[float, float], stop_s: float) -> None:
    for tenth in range(24):
        assert doubts((0.02 + tenth / 10, stop_s), took=took, seed=tenth) == {"": 10}, tenth
