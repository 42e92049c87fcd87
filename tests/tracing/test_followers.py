"""Routes that are told what others know: which hops they ask then, and whether they believe it."""

import pytest

from scanner.engine.flight.verdict import OPEN, Verdict, local_error
from scanner.model import State
from scanner.tracing.hop_answers import FULL
from scanner.tracing.known_hops import between
from scanner.tracing.route import Route
from scanner.tracing.router_budget import Budget
from tests.tracing.ways import WAY, A, B, C, D, expired, tired


def follower(known: dict[int, str], checks: int = 0, budget: Budget | None = None) -> tuple[Route, list[int]]:
    """One that was told; the hops that it asks then."""
    route = Route("198.51.100.9", follower=True, budget=budget)
    assert route.due(0.0) == [FULL]
    assert route.due(9.0) == []
    assert not route.done
    route.follow(known, checks=checks)
    return route, route.due(9.0)


def test_a_follower_is_asked_around_the_last_known_hop() -> None:
    route, asked = follower(WAY)
    assert asked == [4, 5, 6, 7, 8]
    route.heard(4, expired(D), 1.0, 9.0)
    for hop in (FULL, 5, 6, 7, 8):
        route.silent(hop, 3)
    assert route.done
    route.findings.take(between(route.findings.seen(), route.findings.last, [WAY]))
    assert [hop.address for hop in route.findings.hops()] == [A, B, C, D]
    assert (route.end().state, route.end().hop) == (State.TIMEOUT, 4)
    assert [hop.rtt_ms for hop in route.findings.hops()] == [None, None, None, 1.0]


def test_it_goes_on_where_somebody_answers_farther_on() -> None:
    route, _ = follower(WAY)
    route.heard(6, expired("192.0.2.6"), 1.0, 9.0)
    assert route.due(20.0) == [9, 10, 11, 12, 13, 14, 15, 16]


def test_it_finds_its_target_farther_on() -> None:
    route, _ = follower(WAY)
    route.heard(FULL, OPEN, 1.0, 9.0)
    for hop in (4, 5, 6, 7, 8):
        route.silent(hop, 3)
    assert route.due(20.0)[-1] == 16
    route.heard(10, OPEN, 1.0, 9.0)
    assert route.end().hop == 10


@pytest.mark.parametrize("hops", [(), (1, 2, 3, 4)], ids=["rested", "tired"])
def test_a_known_hop_that_does_not_answer(hops: tuple[int, ...]) -> None:
    """Though it should, its way is another one, and is asked from the start; else nothing follows."""
    route, asked = follower(WAY, budget=tired(*hops))
    route.asked(4, 6.0)
    route.silent(4, 3)
    assert route.due(9.1) == ([] if hops else [1, 2, 3])
    for hop in [FULL, *asked]:
        route.silent(hop, 3)
    if not hops:
        route.heard(1, expired(A), 1.0, 9.0)
        route.silent(2, 3)
        route.silent(3, 3)
    assert route.done
    assert route.findings.is_sure is (not hops)
    assert route.findings.last == (0 if hops else 1)


def test_a_known_hop_where_somebody_else_answers() -> None:
    route, _ = follower(WAY)
    route.heard(4, expired("192.0.2.99"), 1.0, 9.0)
    assert route.due(9.1) == [1, 2, 3]


@pytest.mark.parametrize(
    "verdict", [local_error(101), Verdict(State.UNREACHABLE, "host-unreach", "")], ids=["no route", "no neighbour"]
)
def test_what_this_host_says_of_a_known_hop_tells_nothing_of_the_way(verdict: Verdict) -> None:
    """What others know still holds; of several hops that are asked by turns it is another one's turn."""
    route, _ = follower(WAY)
    route.heard(4, verdict, None, 9.0)
    assert route.due(9.1) == []
    scout, asked = follower(WAY, 9, tired(1, 2, 3, 4))
    scout.heard(4, verdict, None, 9.0)
    assert scout.due(9.1) == [3]
    scout.heard(3, expired(C), 1.0, 9.2)
    for hop in [FULL, *asked[1:]]:
        scout.silent(hop, 3)
    assert scout.due(20.0) == []
    assert scout.done
    assert scout.known() == WAY


@pytest.mark.parametrize("checks", [0, 9])
def test_a_target_that_is_nearer_than_what_others_know(checks: int) -> None:
    """It is a router on their way, say: the lowest limit that reaches it is looked for."""
    route, asked = follower(WAY, checks)
    for hop in [FULL, *asked]:
        route.heard(hop, OPEN, 1.0, 9.0)
    assert route.due(9.1) == [1, 2, 3]
    route.heard(1, expired(A), 1.0, 9.0)
    route.heard(2, OPEN, 1.0, 9.0)
    route.heard(3, OPEN, 1.0, 9.0)
    route.findings.take(between(route.findings.seen(), route.findings.end_hop, [WAY]))
    assert route.end().hop == 2
    assert [hop.address for hop in route.findings.hops()] == [A, "198.51.100.9"]


def test_a_scout_asks_for_known_hops_by_turns_until_one_answers() -> None:
    route, asked = follower(WAY, 9, tired(1, 2, 3, 4))
    assert asked == [4, 5, 6, 7, 8]
    for hop in (4, 3, 2):
        assert not route.silent(hop, 1), "another one is asked instead"
        assert route.due(10.0) == [hop - 1]
        assert not route.settled(10.0)
    route.heard(1, expired(A), 1.0, 9.0)
    for hop in (FULL, 5, 6, 7, 8):
        route.silent(hop, 3)
    assert route.due(20.0) == []
    assert route.done
    assert not route.findings.is_sure


def test_a_scout_whom_nobody_answers_ends() -> None:
    route, asked = follower(WAY, 3, tired(1, 2, 3, 4))
    while not route.done:
        for hop in [FULL, *asked]:
            route.silent(hop, 3)
        asked = route.due(10.0)
    assert route.findings.hops() == ()
    assert not route.findings.is_sure, "so none of its hops is called silent"


def test_three_known_hops_that_should_have_answered_are_enough() -> None:
    """It is on another way, and asked from the start."""
    route, asked = follower(WAY, 30)
    for hop in (4, 3, 2):
        for each in asked:
            route.asked(each, 9.0)
        route.silent(hop, 1)
        asked = route.due(10.0)
    assert asked == [1, 3, 4]
