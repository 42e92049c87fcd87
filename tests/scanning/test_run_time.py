"""A process that is stopped, read late or held: that changes no doubt, because such time does not count."""

from collections import Counter
from itertools import pairwise

import pytest

from scanner.model import Doubt, State
from scanner.scanning.phantoms.run_time import RunTime
from tests.scanning.phantoms import Box, addresses, as_range, sweep

ALL_IN_DOUBT = Counter({(State.OPEN, Doubt.ACCEPTS_EVERYTHING): 100})
HOW = ["stopped", "read_late", "held"]


def test_a_turn_counts_as_long_as_turns_are() -> None:
    time = RunTime()
    assert [time.turn(10.0 + tenth / 10, held=False) for tenth in range(3)] == [10.0, 10.1, 10.2]
    assert time.turn(15.2, held=False) == pytest.approx(10.35)
    assert time.turn(15.3, held=False) == pytest.approx(10.45)


def test_nothing_counts_while_it_is_held() -> None:
    time = RunTime()
    assert time.turn(10.0, held=False) == 10.0
    assert time.turn(10.1, held=True) == pytest.approx(10.0)
    assert time.turn(10.1, held=True) == pytest.approx(10.0)
    assert time.turn(10.2, held=False) == pytest.approx(10.1)


def test_while_nothing_waits_all_of_it_counts() -> None:
    time = RunTime()
    time.turn(10.0, held=False)
    time.rest()
    assert time.turn(90.0, held=False) == 90.0


def test_instants_keep_their_order_and_none_lies_behind_now() -> None:
    """Also those before the first gap that is remembered, and those of attempts that were long ago."""
    time, now, real = RunTime(), 0.0, 0.0
    for turn in range(200):
        real += 3.0 if turn % 2 else 0.1
        now = time.turn(real, held=turn % 5 == 0)
    instants = [time.at(tenth / 7) for tenth in range(int(7 * real))]
    assert all(earlier <= later for earlier, later in pairwise(instants))
    assert instants[-1] <= now == time.at(real)
    assert time.at(float("-inf")) == float("-inf")


@pytest.mark.parametrize("how", HOW)
@pytest.mark.parametrize("at", [0.02, 0.05, 0.15, 0.3])
def test_a_host_that_accepts_everything_is_found_out_all_the_same(at: float, how: str) -> None:
    """Nineteen open ports say nothing, the twentieth does; the first of them must still be there by then."""
    outcome = sweep(Box(0), ["10.0.0.1"], range(1, 101), rate=100.0, **{how: (at, 6.0)})  # type: ignore[arg-type]
    assert outcome.count() == ALL_IN_DOUBT


@pytest.mark.parametrize("how", HOW)
@pytest.mark.parametrize("at", [0.05, 0.3])
def test_so_is_a_port_that_is_answered_for_a_whole_range(at: float, how: str) -> None:
    hosts = addresses("10.0.0.0", 128)
    outcome = sweep(Box(0), hosts, [25], ranges=[as_range(hosts)], rate=200.0, **{how: (at, 6.0)})  # type: ignore[arg-type]
    assert outcome.count() == {(State.OPEN, Doubt.INTERCEPTED): 128}


@pytest.mark.parametrize("how", HOW)
@pytest.mark.parametrize("at", [0.02, 0.4, 0.62, 0.66])
def test_so_is_one_that_begins_to_in_mid_scan(at: float, how: str) -> None:
    """Its witnesses must not look late because nobody could ask them."""
    box = Box(60, {22, 80})
    outcome = sweep(box, ["10.0.0.1"], range(1, 201), rate=100.0, **{how: (at, 6.0)})  # type: ignore[arg-type]
    assert outcome.ports("") == {22}
    assert len(outcome.ports(Doubt.ACCEPTS_EVERYTHING)) == 140


@pytest.mark.parametrize("how", HOW)
def test_and_one_that_is_real_stays_so(how: str) -> None:
    outcome = sweep(Box(1 << 30, range(20, 40)), ["10.0.0.1"], range(1, 201), rate=100.0, **{how: (0.25, 6.0)})  # type: ignore[arg-type]
    assert outcome.count() == {(State.OPEN, ""): 20, (State.REFUSED, ""): 180}
