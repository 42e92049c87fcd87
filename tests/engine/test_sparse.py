"""Few open ports among many silent hosts, and a way that passes less than is sent: what answers late, and what answered
before but does not now, slow the scan down until everybody is heard."""

import random
from collections.abc import Iterable

import pytest

from scanner.engine.truth.later_answers import LaterAnswers
from scanner.model import State
from tests.engine.fakes import Answer, FakeKernel, ListSource, play
from tests.engine.simulated.play import REPEATS
from tests.engine.simulated.world import Policer

HOSTS = [f"10.7.{n >> 8}.{n & 255}" for n in range(4096)]
LIVE = [f"10.7.{n * 3 // 4}.{7 + n * 11}" for n in range(20)]


def sparse(rate: float, burst: float = 20, live: Iterable[str] = LIVE) -> FakeKernel:
    """The narrow line is in front of all hosts, so the silent ones use it up too."""
    policer, answering = Policer(rate, burst), set(live)

    def network(host: str, port: int, nth: int, now: float) -> Answer | None:
        return Answer(0.001, "open") if policer.passes(now) and host in answering else None

    return FakeKernel(network, repeats=REPEATS, costs=5e-5)


@pytest.mark.slow
@pytest.mark.parametrize(("rate", "burst"), [
    (1000, 5),
    *(pytest.param(rate, burst, marks=pytest.mark.slow)
      for rate, burst in [(1000, 50), (200, 5), (200, 20), (300, 5), (300, 20), (300, 50), (3000, 20)]),
])  # fmt: skip
def test_all_the_live_are_found_with_few_packets(rate: float, burst: float) -> None:
    kernel = sparse(rate, burst)
    rows = play(kernel, ListSource(HOSTS, [80]), most_seconds=600)
    assert {row.address for row in rows if row.state is State.OPEN} == set(LIVE)
    doubts = [row.doubt for row in rows if row.state is State.TIMEOUT]
    assert len(doubts) == len(HOSTS) - len(LIVE)
    assert set(doubts) <= {"lossy", "unverified"}
    assert len(kernel.wire) <= 40_000


@pytest.mark.slow
@pytest.mark.parametrize("seed", [134, 113])
def test_where_hardly_anybody_is_left_to_tell_it_goes_on_carefully(seed: int) -> None:
    """Two were found at first, one of them late, and neither may be asked again."""
    draw = random.Random(seed)
    live = set(draw.sample(HOSTS, 20))
    kernel = sparse(300, draw.choice([5, 20, 50]), live)
    kernel.costs = draw.choice([5e-5, 1e-4, 2e-4])
    rows = play(kernel, ListSource(HOSTS, [80]), most_seconds=600)
    assert {row.address for row in rows if row.state is State.OPEN} == live
    assert len(kernel.wire) <= 30_000


@pytest.mark.slow
@pytest.mark.parametrize("costs", [5e-4, 4.4e-4])
def test_a_cut_on_a_handful_of_answers_is_not_trusted_where_nobody_is_left_to_tell(costs: float) -> None:
    """A busy machine's first burst is slow, and loses less: what is left after the first cut was ten times too much."""
    kernel = sparse(300, 50)
    kernel.costs = costs
    rows = play(kernel, ListSource(HOSTS, [80]), most_seconds=600)
    assert {row.address for row in rows if row.state is State.OPEN} == set(LIVE)
    assert len(kernel.wire) <= 25_000


def test_a_clean_way_is_not_slowed_down() -> None:
    kernel = sparse(1e9, 1e9)
    rows = play(kernel, ListSource(HOSTS, [80]))
    assert sum(row.state is State.OPEN for row in rows) == 20
    assert kernel.now - 100.0 < 5.0


@pytest.mark.parametrize(("hits", "share", "known", "lost"), [
    ({1: 20}, 0.0, 20, 0),
    ({1: 80, 2: 16, 3: 3}, 19 / 96, 60, 12),
    ({1: 1, 2: 1}, 1.0, 3, 3),
    ({2: 2}, 1.0, 4, 4),
    ({1: 4, 2: 2, 3: 1}, 0.5, 11, 6),
    ({}, 0.0, 0, 0),
])  # fmt: skip
def test_the_loss_that_late_answers_tell(hits: dict[int, int], share: float, known: int, lost: int) -> None:
    late = LaterAnswers()
    for nth, many in hits.items():
        for _ in range(many):
            late.hit(nth)
    assert (late.share, late.known, late.lost) == (pytest.approx(share), known, lost)
