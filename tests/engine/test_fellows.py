"""What traces know from each other: budgets, roles, and which hops one takes from another."""

import pytest

from scanner.engine.answers import FULL
from scanner.engine.company import Company, Role, Way
from scanner.engine.fellows import BURST, LEADERS, Budget, in_common, taken
from scanner.engine.hops import MOST_HOPS, Route
from scanner.engine.verdict import OPEN, Verdict
from scanner.model import Endpoint, Place, Request, State

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


# What is taken


@pytest.mark.parametrize(
    ("own", "silent", "near", "far", "got"),
    [
        ({}, (), [WAY], [], {1, 2, 3, 4}),  # of the same network that is enough
        ({}, (), [], [WAY], set()),  # of another one it is not
        ({2: B}, (), [], [WAY], {1, 3, 4}),
        ({2: "192.0.2.99"}, (), [WAY], [WAY], set()),  # another way
        ({4: D}, (), [WAY, {1: A}], [], {1, 2, 3}),
        ({1: A}, {3}, [WAY], [], {2}),  # it was asked at hop 3, and nobody answered
        ({1: A}, {2, 3}, [WAY], [], set()),
        ({1: A}, {5, 6}, [WAY], [], {2, 3, 4}),  # nobody answers there at all
        (WAY | {5: "192.0.2.5"}, (), [WAY], [], set()),
        ({}, (), [], [], set()),
    ],
)
def test_taken(
    own: dict[int, str], silent: set[int], near: list[dict[int, str]], far: list[dict[int, str]], got: set[int]
) -> None:
    hops = taken(own, silent, near, far)
    assert set(hops) == got
    assert hops.items() <= WAY.items()


def test_in_common() -> None:
    assert in_common([WAY, {1: A, 2: B, 3: "192.0.2.9"}]) == {1: A, 2: B}
    assert in_common([WAY, {}, {2: B, 3: C}]) == {1: A, 2: B, 3: C}
    assert in_common([]) == in_common([{}]) == {}


# Followers


def follower(known: dict[int, str], checks: int = 0) -> tuple[Route, list[int]]:
    """One that was told; the hops that it asks then."""
    route = Route("198.51.100.9", follower=True)
    assert route.due(0.0) == [FULL]
    assert route.due(9.0) == []
    assert not route.done
    route.follow(known, checks=checks)
    return route, route.due(9.0)


def test_a_follower_is_asked_around_the_last_known_hop() -> None:
    route, asked = follower(WAY)
    assert asked == [4, 5, 6, 7, 8]
    route.heard(4, expired(D), 1.0)
    for hop in (FULL, 5, 6, 7, 8):
        route.silent(hop, 3)
    assert route.done
    route.take([WAY])
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


@pytest.mark.parametrize("within", [True, False])
def test_a_known_hop_that_does_not_answer(within: bool) -> None:
    """Though it should, its way is another one, and is asked from the start; else others are believed."""
    route, asked = follower(WAY)
    route.asked(4, within=within)
    route.silent(4, 3)
    assert route.due(9.1) == ([1, 2, 3] if within else [])
    for hop in [FULL, *asked]:
        route.silent(hop, 3)
    route.take([WAY])
    assert [hop.address for hop in route.hops()] == ([A, B, C] if within else [A, B, C, D])


def test_a_known_hop_where_somebody_else_answers() -> None:
    route, _ = follower(WAY)
    route.heard(4, expired("192.0.2.99"), 1.0)
    assert route.due(9.1) == [1, 2, 3]
    route.take([WAY])
    assert [hop.address for hop in route.hops()] == [None, None, None, "192.0.2.99"]


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
    route.take([WAY])
    assert route.end().hop == 2
    assert [hop.address for hop in route.hops()] == [A, "198.51.100.9"]


# Scouts


def test_a_scout_asks_for_known_hops_by_turns_until_one_answers() -> None:
    route, asked = follower(WAY, checks=9)
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
    route.take([], [WAY])
    assert [hop.address for hop in route.hops()] == [A, B, C, D]


def test_a_scout_whom_nobody_answers_knows_nothing() -> None:
    route, asked = follower(WAY, checks=3)
    while not route.done:
        for hop in [FULL, *asked]:
            route.silent(hop, 3)
        asked = route.due(10.0)
    route.take([], [WAY])
    assert route.hops() == ()
    assert route.end().asked == 0, "so none of its hops is called silent"


# Who goes first


def company(*addresses: str) -> Company:
    return Company([Endpoint(Place(address, 2), 22, (Request(),)) for address in addresses], 3)


def begun(company: Company) -> list[Way]:
    active: list[Way] = []
    company.begin(active, lambda endpoint, role: Way(endpoint, role, MOST_HOPS, attached=False))
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
