"""Who of the targets that are traced together goes first, and how many at once."""

from collections import Counter

import pytest

from scanner.model import Endpoint, Place, Request, network_key
from scanner.tracing.starting_order import LEADERS, StartingOrder
from scanner.tracing.traced_target import Role, TracedTarget
from scanner.words.builtin_values import MOST_HOPS


def turns(networks: int, each: int, capacity: int = 1 << 20) -> StartingOrder:
    """Hosts of so many networks, so many of each."""
    addresses = [f"10.0.{network}.{host}" for network in range(networks) for host in range(1, each + 1)]
    return StartingOrder([Endpoint(Place(address, 2), 22, (Request(),)) for address in addresses], capacity)


def begun(waiting: StartingOrder, active: list[TracedTarget]) -> Counter[Role]:
    """Lets those begin that may; how many there are of each role."""
    active += [TracedTarget(endpoint, role, MOST_HOPS) for endpoint, role in waiting.next(active)]
    return Counter(target.role for target in active)


@pytest.mark.parametrize(
    ("networks", "each", "leaders", "scouts"),
    [(1, 200, 5, 0), (2, 10, 4, 0), (5, 4, 5, 0), (64, 1, 5, 59), (6, 3, 5, 1)],
)
def test_leaders_fit_the_burst(networks: int, each: int, leaders: int, scouts: int) -> None:
    waiting = turns(networks, each)
    roles = begun(waiting, [])
    assert roles[Role.LEADER] == leaders <= LEADERS
    assert roles[Role.SCOUT] == scouts
    assert roles.total() == networks * each
    assert not waiting.waiting


def test_leaders_are_spread_over_the_networks() -> None:
    leading = {endpoint.place.numeric for endpoint, role in turns(64, 1).next([]) if role is Role.LEADER}
    assert leading == {f"10.0.{network}.1" for network in (0, 12, 24, 36, 48)}


def test_with_few_sockets_one_goes_after_the_other() -> None:
    """40 for each leader, 10 for each of the others, and nobody follows before the leaders have begun."""
    waiting, active = turns(1, 30, capacity=80), list[TracedTarget]()
    network = network_key(Place("10.0.0.1", 2))
    assert begun(waiting, active) == {Role.LEADER: 2}
    assert (waiting.leaders_to_come, waiting.first_to_come(network), waiting.waiting) == (True, True, True)
    del active[:2]
    assert begun(waiting, active) == {Role.LEADER: 2}
    del active[:2]
    assert begun(waiting, active) == {Role.LEADER: 1, Role.FOLLOWER: 8}
    assert (waiting.leaders_to_come, waiting.first_to_come(network), waiting.waiting) == (False, False, True)


def test_no_more_than_a_thousand_at_once() -> None:
    waiting, active = turns(5, 250), list[TracedTarget]()
    assert begun(waiting, active).total() == 1024
    del active[:500]
    assert begun(waiting, active).total() == 524 + 226
    assert not waiting.waiting


def test_however_few_there_are_one_begins() -> None:
    assert begun(turns(3, 1, capacity=0), []) == {Role.LEADER: 1}
