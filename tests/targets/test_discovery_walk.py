"""Host by host through the space, with the rows that joined while a host lay ahead."""

from scanner.model import Request
from scanner.targets.space.discovery_walk import DiscoveryWalk
from tests.targets.made import built, entry


def walk_of(hosts: str, ports: str = "1,2") -> DiscoveryWalk:
    """The odd one with a port more is a block of its own, and comes first."""
    return DiscoveryWalk(built([entry(hosts, ports), entry("10.0.0.9", "1-3")]).space)


def test_each_host_once_with_all_its_ports() -> None:
    walk = walk_of("10.0.0.1-3")
    assert walk.left == 4
    lanes = [lane for n in (1, 2, 9, 9) for lane in walk.take(n)]
    assert [(lane.place.address, tuple(lane.ports)) for lane in lanes] == [
        ("10.0.0.9", (1, 2, 3)), ("10.0.0.1", (1, 2)), ("10.0.0.2", (1, 2)), ("10.0.0.3", (1, 2)),
    ]  # fmt: skip
    assert walk.left == 0


def test_a_row_joins_a_port_of_a_host_that_lies_ahead_and_no_other() -> None:
    walk = walk_of("10.0.0.1-3")
    late = Request("late")
    walk.take(2)
    host = walk.space.find((2, 0), (10 << 24) + 2)
    gone = walk.space.find((2, 0), (10 << 24) + 1)
    assert host is not None
    assert gone is not None
    index, before = walk.space.index(host, 2), walk.space.index(gone, 2)
    assert index is not None
    assert before is not None
    assert walk.join(index, late)
    assert not walk.join(before, late)
    first, second = walk.take(9)
    assert [len(first.next().requests) for _ in range(2)] == [1, 2]
    assert [len(second.next().requests) for _ in range(2)] == [1, 1]
