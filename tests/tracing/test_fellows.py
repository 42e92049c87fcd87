"""What traces know from each other: budgets, roles, and which hops one takes from another."""

import pytest

from scanner.engine.flight.verdict import OPEN, Verdict
from scanner.model import Endpoint, Place, Request, State
from scanner.tracing.company import Company, Role, Way
from scanner.tracing.fellows import BURST, LEADERS, Budget, between, in_common
from scanner.tracing.hop_answers import FULL
from scanner.tracing.route import MOST_HOPS, Route

A, B, C, D = (f"192.0.2.{number}" for number in (1, 2, 3, 4))
WAY = {1: A, 2: B, 3: C, 4: D}


def expired(address: str) -> Verdict:
    return Verdict(State.UNREACHABLE, "time-exceeded", address)


# Budgets


def test_six_at_once_then_less_than_one_a_second() -> None:
    budget = Budget()
    assert [budget.ask(1, 0.0) for _ in range(8)] == [True] * BURST + [False] * 2
    assert budget.ask(2, 0.0), "each hop has its own"
    assert not budget.ask(1, 1.9), "others are asking: nobody knows who gets it"
    assert budget.ask(1, 4.0)


@pytest.mark.parametrize(
    ("answers", "over", "tired"),
    [(0, 0.0, False), (4, 0.0, False), (5, 0.0, True), (6, 0.0, True), (11, 4.0, True), (30, 4.0, False)],
)
def test_routers_that_gave_few_answers_or_very_many_are_not_tired(answers: int, over: float, tired: bool) -> None:
    budget = Budget()
    for number in range(answers):
        budget.ask(1, over * number / max(1, answers - 1))
        budget.expired(1, A)
    assert budget.tired(1) is tired


@pytest.mark.parametrize(("rejects", "tired"), [(2, False), (4, False), (5, True), (6, True), (30, False)])
def test_rejects_cost_answers_too(rejects: int, tired: bool) -> None:
    budget = Budget()
    budget.ask(2, 0.0)
    budget.expired(2, B)
    for _ in range(rejects):
        budget.rejected(B)
    assert budget.rejects(2) is tired
    assert not budget.tired(1)


# What is taken


@pytest.mark.parametrize(
    ("own", "near", "far", "got"),
    [
        ({}, [WAY], [], {1, 2, 3}),  # of the same network that is enough
        ({}, [], [WAY], set()),  # of another one it is not
        ({2: B}, [], [WAY], {1}),
        ({3: C}, [], [WAY], {1, 2}),
        ({2: "192.0.2.99"}, [WAY], [WAY], set()),  # another way
        ({}, [WAY, {1: A, 2: "192.0.2.98", 3: C}], [], {1}),  # as far as they agree
        (WAY, [WAY], [], set()),
        ({}, [], [], set()),
    ],
)
def test_hops_in_between(
    own: dict[int, str], near: list[dict[int, str]], far: list[dict[int, str]], got: set[int]
) -> None:
    hops = between(own, 4, near, far)
    assert set(hops) == got
    assert hops.items() <= WAY.items()


def test_in_common() -> None:
    assert in_common([WAY, {1: A, 2: B, 3: "192.0.2.9"}]) == {1: A, 2: B}
    assert in_common([WAY, {}, {2: B, 3: C}]) == {1: A, 2: B, 3: C}
    assert in_common([]) == in_common([{}]) == {}


# Followers


def follower(known: dict[int, str], checks: int = 0, budget: Budget | None = None) -> tuple[Route, list[int]]:
    """One that was told; the hops that it asks then."""
    route = Route("198.51.100.9", follower=True, budget=budget)
    assert route.due(0.0) == [FULL]
    assert route.due(9.0) == []
    assert not route.done
    route.follow(known, checks=checks)
    return route, route.due(9.0)


def tired(*hops: int) -> Budget:
    """Where routers at these hops have given six answers at once, and many more were asked for."""
    budget = Budget()
    for hop in hops:
        for number in range(60):
            budget.ask(hop, 0.1 * number)
            if number < BURST:
                budget.expired(hop, WAY[hop])
    return budget


def test_a_follower_is_asked_around_the_last_known_hop() -> None:
    route, asked = follower(WAY)
    assert asked == [4, 5, 6, 7, 8]
    route.heard(4, expired(D), 1.0)
    for hop in (FULL, 5, 6, 7, 8):
        route.silent(hop, 3)
    assert route.done
    route.take(between(route.seen(), route.last, [WAY]))
    assert [hop.address for hop in route.hops()] == [A, B, C, D]
    assert (route.end().state, route.end().hop) == (State.TIMEOUT, 4)
    assert [hop.rtt_ms for hop in route.hops()] == [None, None, None, 1.0]


def test_it_goes_on_where_somebody_answers_farther_on() -> None:
    route, _ = follower(WAY)
    route.heard(6, expired("192.0.2.6"), 1.0)
    assert route.due(20.0) == [9, 10, 11, 12, 13, 14, 15, 16]


def test_it_finds_its_target_farther_on() -> None:
    route, _ = follower(WAY)
    route.heard(FULL, OPEN, 1.0)
    for hop in (4, 5, 6, 7, 8):
        route.silent(hop, 3)
    assert route.due(20.0)[-1] == 16
    route.heard(10, OPEN, 1.0)
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
        route.heard(1, expired(A), 1.0)
        route.silent(2, 3)
        route.silent(3, 3)
    assert route.done
    assert route.is_sure is (not hops)
    assert route.last == (0 if hops else 1)


def test_a_known_hop_where_somebody_else_answers() -> None:
    route, _ = follower(WAY)
    route.heard(4, expired("192.0.2.99"), 1.0)
    assert route.due(9.1) == [1, 2, 3]


@pytest.mark.parametrize("checks", [0, 9])
def test_a_target_that_is_nearer_than_what_others_know(checks: int) -> None:
    """It is a router on their way, say: the lowest limit that reaches it is looked for."""
    route, asked = follower(WAY, checks)
    for hop in [FULL, *asked]:
        route.heard(hop, OPEN, 1.0)
    assert route.due(9.1) == [1, 2, 3]
    route.heard(1, expired(A), 1.0)
    route.heard(2, OPEN, 1.0)
    route.heard(3, OPEN, 1.0)
    route.take(between(route.seen(), route.end_hop, [WAY]))
    assert route.end().hop == 2
    assert [hop.address for hop in route.hops()] == [A, "198.51.100.9"]


# Scouts


def test_a_scout_asks_for_known_hops_by_turns_until_one_answers() -> None:
    route, asked = follower(WAY, 9, tired(1, 2, 3, 4))
    assert asked == [4, 5, 6, 7, 8]
    for hop in (4, 3, 2):
        assert not route.silent(hop, 1), "another one is asked instead"
        assert route.due(10.0) == [hop - 1]
        assert not route.settled(10.0)
    route.heard(1, expired(A), 1.0)
    for hop in (FULL, 5, 6, 7, 8):
        route.silent(hop, 3)
    assert route.due(20.0) == []
    assert route.done
    assert not route.is_sure


def test_a_scout_whom_nobody_answers_ends() -> None:
    route, asked = follower(WAY, 3, tired(1, 2, 3, 4))
    while not route.done:
        for hop in [FULL, *asked]:
            route.silent(hop, 3)
        asked = route.due(10.0)
    assert route.hops() == ()
    assert not route.is_sure, "so none of its hops is called silent"


def test_three_known_hops_that_should_have_answered_are_enough() -> None:
    """It is on another way, and asked from the start."""
    route, asked = follower(WAY, 30)
    for hop in (4, 3, 2):
        for each in asked:
            route.asked(each, 9.0)
        route.silent(hop, 1)
        asked = route.due(10.0)
    assert asked == [1, 3, 4]


# Who goes first


def company(*addresses: str) -> Company:
    return Company([Endpoint(Place(address, 2), 22, (Request(),)) for address in addresses], 3)


def begun(company: Company, budget: Budget | None = None) -> list[Way]:
    active: list[Way] = []
    company.begin(active, lambda endpoint, role: Way(endpoint, role, MOST_HOPS, budget=budget))
    return active


@pytest.mark.parametrize(
    ("networks", "each", "leaders", "scouts"),
    [(1, 200, 5, 0), (2, 10, 4, 0), (5, 4, 5, 0), (64, 1, 5, 59), (6, 3, 5, 1)],
)
def test_leaders_fit_the_burst(networks: int, each: int, leaders: int, scouts: int) -> None:
    addresses = [f"10.0.{network}.{host}" for network in range(networks) for host in range(1, each + 1)]
    active = begun(company(*addresses))
    roles = [way.role for way in active]
    assert roles.count(Role.LEADER) == leaders <= LEADERS
    assert roles.count(Role.SCOUT) == scouts
    assert len(active) == len(addresses)


def test_followers_are_told_by_the_first_ones_of_their_network() -> None:
    together = company(*(f"10.0.0.{host}" for host in range(1, 8)))
    active = begun(together)
    leaders, followers = active[:5], active[5:]
    together.tell(active, 0.0)
    assert all(way.route.held for way in followers)
    for way in leaders:
        while not way.route.done:
            for hop in way.route.due(100.0):
                if hop in WAY:
                    way.route.heard(hop, expired(WAY[hop]), 1.0)
                else:
                    way.route.silent(hop, 3)
    together.tell(active, 100.0)
    assert [way.route.due(100.0) for way in followers] == [[FULL, 4, 5, 6, 7, 8]] * 2


def test_scouts_lead_where_the_leaders_know_nothing() -> None:
    together = company(*(f"10.0.{network}.1" for network in range(8)))
    active = begun(together)
    for way in active:
        way.ended = way.role is Role.LEADER
    together.tell(active, 0.0)
    scouts = [way for way in active if way.role is Role.SCOUT]
    assert [way.route.due(0.0) for way in scouts] == [[FULL, 1, 2, 3, 4]] * 3


# Where those end of which that is not known


def played(addresses: dict[str, tuple[int, bool]], budget: Budget) -> dict[str, tuple[int | None, list[str | None]]]:
    """Ways of WAY that are silent behind a hop; whether they were asked within the budget, and heard. Their ends, and
    their hops."""
    together = company(*addresses)
    ways = begun(together, budget)
    for way in ways:
        if way.route.held:
            way.route.lead()
        last, heard = addresses[way.endpoint.place.address]
        while not way.route.done:
            for hop in way.route.due(100.0):
                if heard:
                    way.route.asked(hop, 100.0)
                if hop in WAY and hop <= last and heard:
                    way.route.heard(hop, expired(WAY[hop]), 1.0)
                else:
                    way.route.silent(hop, 3)
    together.end(ways)
    return {
        way.endpoint.place.address: (way.route.end().hop, [hop.address for hop in way.route.hops()])
        for way in together.silent()
    }


def test_it_is_taken_from_others_of_the_network_if_they_agree() -> None:
    ends = played({"10.0.0.1": (4, True), "10.0.0.2": (4, True), "10.0.0.3": (4, False)}, tired(1, 2, 3, 4))
    assert ends == dict.fromkeys(ends, (4, [A, B, C, D]))


def test_where_they_differ_nobody_knows() -> None:
    ends = played({"10.0.0.1": (4, True), "10.0.0.2": (2, True), "10.0.0.3": (4, False)}, tired(1, 2, 3, 4))
    assert [ends[address] for address in ("10.0.0.1", "10.0.0.2")] == [(4, [A, B, C, D]), (2, [A, B])]
    assert ends["10.0.0.3"] == (None, [])


def test_where_no_router_was_tired_it_is_silent_by_itself() -> None:
    """All its hops, whatever others say."""
    mixed = {f"10.0.0.{number}": (2 + 2 * (number % 2), True) for number in range(1, 5)}
    ends = played({**mixed, "10.0.0.9": (4, False)}, Budget())
    assert [ends[address][0] for address in mixed] == [4, 2, 4, 2]
    assert ends["10.0.0.9"] == (0, [])
