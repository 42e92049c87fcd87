"""The space and the addresses of resolved names take turns."""

import pytest

from scanner.model import Place, Request
from scanner.targets.grammar.addresses import V4
from scanner.targets.space.late_endpoints import Lane, Lanes
from scanner.targets.space.port_table import PortTable
from scanner.targets.space.space_walk import SpaceWalk
from scanner.targets.space.turns import Turns
from tests.targets.made import built, entry


def lanes_of(hosts: int, ports: int) -> Lanes:
    lanes = Lanes()
    for host in range(hosts):
        place = Place(f"10.9.0.{host}", V4, ports=ports)
        lanes.add((V4, host, 0), Lane(place, PortTable(tuple(range(1, ports + 1)), (Request(),))))
    return lanes


@pytest.mark.parametrize("portion", [1, 3, 8, 100])
def test_in_proportion_to_their_hosts(portion: int) -> None:
    """Six addresses of the space and two of names, with 50 ports each: at no time has either side run ahead."""
    turns = Turns(SpaceWalk(built([entry("10.0.0.1-6", "1-50")]).space), lanes_of(2, 50))
    out = []
    while not turns.over:
        out += turns.take(portion)
        late = sum(each.place.address.startswith("10.9.") for each in out)
        assert abs(late - len(out) / 4) <= 1.5
    assert len(out) == 400


def test_each_has_all_the_turns_where_the_other_has_nothing_left() -> None:
    walk = SpaceWalk(built([entry("10.0.0.1", "1,2")]).space)
    turns = Turns(walk, lanes_of(2, 3))
    assert len(turns.take(8)) == 8
    assert turns.over
    assert turns.take(8) == []
    assert len(Turns(SpaceWalk(built([entry("10.0.0.1", "1-9")]).space), Lanes()).take(20)) == 9
