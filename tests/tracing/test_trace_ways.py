"""Traces whose way this host loses while they run: one warning, and nothing that was in flight then counts."""

import errno
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest

from scanner.engine.flight.lost_ways import Ways
from scanner.model import State
from tests.engine.fakes import START
from tests.engine.test_lost_ways import HOST, some_ways
from tests.tracing.test_tracer import Way, WayKernel, chain, trace


def gone(first: float, last: float) -> Callable[[tuple[Any, ...], float], int]:
    """What connect() says in that time."""
    return lambda address, now: errno.ENETUNREACH if first <= now - START < last else 0


def losing(first: float, last: float) -> Way:
    """Silence in the first seconds; of what is in flight when the route goes, the kernel has its own word (a soft
    error, which no ICMP message explains). Later the target refuses."""

    def way(limit: int, nth: int, now: float) -> tuple[str, float] | None:
        if now < first:
            return ("unexplained", first + 0.05 - now) if now + 0.8 > first else None
        return chain(2, "rst")(limit, nth, now)

    return way


@pytest.mark.parametrize("first", [0.5, 1.2, 2.0])
def test_a_route_that_comes_back_costs_one_warning_and_its_time(first: float) -> None:
    ways, kernel = some_ways(), WayKernel(losing(first, first + 4), fails=gone(first, first + 4))
    found = trace(kernel, 443, 80, address=HOST, ways=ways)
    assert Counter((each.end.state, each.end.hop) for each in found.values()) == {(State.REFUSED, 3): 2}
    assert len(ways.warnings) == 1
    assert first + 4 < kernel.now - START < first + 6
    assert 10 < kernel.connects - len(kernel.asked) < 100, "each tries once, and then one of them four times a second"


@pytest.mark.parametrize("first", [0.5, 1.2, 2.0])
def test_a_route_that_stays_away_is_awaited_as_long_as_the_warning_says(first: float) -> None:
    ways, kernel = some_ways(), WayKernel(losing(first, 99.0), fails=gone(first, 99.0))
    found = trace(kernel, 443, 80, address=HOST, ways=ways)
    ends = {(each.end.state, each.end.reason, each.end.hop) for each in found.values()}
    assert ends == {(State.ERROR, "ENETUNREACH", 0)}
    assert [warning.split(" (")[0] for warning in ways.warnings] == ["the route to 10.0.0.0/8 was lost at 14:02:07"]
    assert first + 10 < kernel.now - START < first + 12.5


def test_the_kernels_word_that_comes_again_and_again_ends_the_trace() -> None:
    """Whatever it is that connect() knows nothing of."""
    kernel = WayKernel(lambda limit, nth, now: ("unexplained", 0.1))
    end = trace(kernel, address=HOST, ways=Ways())[22].end
    assert (end.state, end.reason, end.hop) == (State.UNREACHABLE, "host-unreach", 0)
