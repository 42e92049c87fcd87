"""Which silent hops are silent for sure: those that were asked within what routers answer, or that had answers left."""

import pytest

from scanner.engine.flight.verdict import REFUSED, Verdict
from scanner.model import State
from scanner.tracing.router_budget import BURST, Budget
from scanner.tracing.silent_hops import SilentHops
from tests.tracing.ways import WAY, A, B, expired, tired


def silent(budget: Budget, *hops: int, asked_at: float | None = None) -> SilentHops:
    """Hops that were asked often enough; at that time, if at any."""
    hops_of = SilentHops(budget)
    for hop in hops:
        if asked_at is not None:
            hops_of.asked(hop, asked_at)
        hops_of.asked_enough(hop)
    return hops_of


@pytest.mark.parametrize(
    ("budget", "asked_at", "certain"),
    [
        (Budget(), None, True),  # nobody is tired
        (tired(2), 6.0, False),  # others ask it beyond its budget
        (tired(2), 60.0, True),  # it has recovered
        (tired(1), 60.0, True),
    ],
)
def test_silence_of_a_router_that_is_tired_says_nothing(budget: Budget, asked_at: float | None, certain: bool) -> None:
    assert silent(budget, 2, asked_at=asked_at).is_certain(2) is certain


def test_a_router_that_rejects_all_it_can_may_have_none_left_for_anybody() -> None:
    budget = tired(2)
    for number in range(BURST):
        budget.rejected(B, 6.0 + 0.1 * number)
    assert silent(tired(2), 2, asked_at=60.0).is_certain(2)
    assert not silent(budget, 2, asked_at=60.0).is_certain(2)


def test_what_answers_late_is_not_silent() -> None:
    hops = silent(Budget(), 2, 3)
    hops.heard(2, expired(B), 1.0)
    assert hops.numbers == {3}
    assert not hops.is_certain(2)


@pytest.mark.parametrize("reason", ["time-exceeded", "admin-prohibited"])
def test_answers_of_routers_count_against_their_budget(reason: str) -> None:
    budget = Budget()
    hops = SilentHops(budget)
    for number in range(BURST):
        hops.heard(2, Verdict(State.UNREACHABLE, reason, B), 0.1 * number)
        hops.heard(1, REFUSED, 0.1 * number)
    assert budget.tired(2, B)
    assert not budget.tired(1)


def test_what_is_asked_by_turns_is_never_asked_often_enough() -> None:
    hops = silent(Budget(), 2)
    hops.expect(WAY, by_turns=True)
    assert hops.is_asked_by_turns(2)
    assert not hops.is_asked_by_turns(9)
    assert not hops.is_certain(2)
    hops.expect_nothing()
    assert hops.is_certain(2)


def test_only_the_router_that_was_told_is_asked_whether_it_is_tired() -> None:
    """Another one that stands there on another way may be."""
    budget = tired(1)
    others = silent(budget, 1)
    others.expect({1: "192.0.2.99"}, by_turns=False)
    same = silent(budget, 1)
    same.expect({1: A}, by_turns=False)
    assert (others.is_certain(1), same.is_certain(1)) == (True, False)


def test_who_was_asked_within_the_budget_should_have_answered() -> None:
    hops = silent(tired(1), 1, asked_at=6.0)
    assert not hops.should_have_answered(1)
    hops.asked(1, 60.0)
    assert hops.should_have_answered(1)
    assert hops.should_have_answered(2)


def test_by_turns_it_is_the_last_probe_that_counts() -> None:
    budget = tired(1)
    hops = SilentHops(budget)
    hops.expect(WAY, by_turns=True)
    hops.asked(1, 60.0)
    for _ in range(BURST):
        budget.ask(1, 60.0)
    hops.asked(1, 60.1)
    assert not hops.should_have_answered(1)
