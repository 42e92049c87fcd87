"""Which endpoints go out when hosts are asked first: discovery ports of all, the rest of those that answered."""

import gc
import random
import socket
from itertools import count

import pytest

from scanner.model import Endpoint, Place, Request
from scanner.services import discovery_ports, top_ports
from scanner.targets.grammar.addresses import V4
from scanner.targets.space import discovery_lanes
from scanner.targets.space.discovery_lanes import Discovery, DiscoveryLanes, with_discovery
from scanner.targets.space.discovery_walk import DiscoveryWalk
from scanner.targets.space.late_endpoints import Lane
from scanner.targets.space.port_table import PortTable
from tests.targets.made import built, entry

_USUAL = (80, 22)


def lanes_of(hosts: str, ports: str, *excludes: str, first: str = "80,22", rowless: str = "") -> DiscoveryLanes:
    """`ports` begin with those of `first`, as `with_discovery` makes them."""
    numbers = [frozenset(map(int, text.split(","))) if text else frozenset[int]() for text in (first, rowless)]
    discovery = Discovery(tuple(sorted(numbers[0])), numbers[1])
    return DiscoveryLanes(DiscoveryWalk(built([entry(hosts, ports)], *excludes).space), discovery)


def both(lanes: DiscoveryLanes, n: int) -> list[Endpoint]:
    """As the schedule asks: first for those that have answered, then for all."""
    out = lanes.take(n, ahead=True)
    return out + lanes.take(n - len(out))


def told(endpoints: list[Endpoint]) -> list[str]:
    return [f"{each.place.address.rpartition('.')[2]}:{each.port}" for each in endpoints]


def places(endpoints: list[Endpoint]) -> dict[str, Place]:
    return {each.place.address.rpartition(".")[2]: each.place for each in endpoints}


def test_the_usual_ports_are_the_ten_commonest_and_hold_what_nmap_asks_without_root() -> None:
    assert discovery_ports() == top_ports(10)
    assert {80, 443} <= set(discovery_ports())


def test_the_ports_that_are_asked_first_head_the_list_and_are_asked_once() -> None:
    ports, discovery = with_discovery((1, 2, 22, 3), _USUAL)
    assert ports == (80, 22, 1, 2, 3)
    assert discovery == Discovery((80, 22), frozenset({80}))


def test_no_more_ports_than_the_usual_ones_are_all_asked_first() -> None:
    """Somebody may answer on the very port that is looked for, and on no other; to ask for that costs no more."""
    assert with_discovery((9100, 80), _USUAL) == ((80, 22, 9100), Discovery((80, 22, 9100), frozenset({22})))
    ports, discovery = with_discovery((9100, 80, 7), _USUAL)
    assert (ports, discovery.ports) == ((80, 22, 9100, 7), (80, 22))


def test_hosts_are_asked_in_turn_and_nothing_more_goes_out_before_it_is_decided() -> None:
    lanes = lanes_of("10.0.0.1-3", "80,22,1,2")
    assert told(both(lanes, 99)) == ["1:80", "2:80", "3:80", "1:22", "2:22", "3:22"]
    assert both(lanes, 99) == []
    assert not lanes.over
    assert lanes.undecided == 3


def test_who_answers_is_swept_and_who_does_not_is_passed_over() -> None:
    lanes = lanes_of("10.0.0.1-3", "80,22,1,2")
    known = places(both(lanes, 99))
    assert [lanes.asked(place) for place in known.values()] == [(80, 22)] * 3
    lanes.sweep(known["2"])
    lanes.pass_over(known["1"])
    assert told(both(lanes, 99)) == ["2:1", "2:2"]
    lanes.pass_over(known["3"])
    assert lanes.over
    assert (lanes.found, lanes.rows, lanes.undecided) == (1, 4, 0)
    assert list(lanes.silent.ranges()) == ["10.0.0.1", "10.0.0.3"]
    assert [lanes.is_silent(known[host]) for host in "123"] == [True, False, True]
    assert [lanes.asked(place) for place in known.values()] == [None] * 3


def test_while_a_host_is_asked_its_place_has_just_those_ports() -> None:
    """It shares its evidence with others as long as nobody knows more of it (`Paths.grows`)."""
    lanes = lanes_of("10.0.0.1", "80,22,1-400", first="80,22", rowless="80")
    first, second = both(lanes, 99)
    assert first.place.ports == 2
    lanes.sweep(first.place)
    assert first.place is second.place
    assert (first.place.ports, first.place.rowless) == (400, 1)


def test_what_has_no_row_does_not_go_out_any_more_once_the_host_has_answered() -> None:
    lanes = lanes_of("10.0.0.1-2", "80,22,23,1", first="80,22,23", rowless="22,80")
    one, two = both(lanes, 2)
    lanes.sweep(one.place)
    assert told(both(lanes, 99)) == ["1:23", "1:1", "2:22", "2:23"]
    lanes.sweep(two.place)
    assert told(both(lanes, 99)) == ["2:1"]
    assert lanes.rows == 4
    assert lanes.over


def test_a_host_that_may_not_be_asked_is_swept_all_the_same() -> None:
    lanes = lanes_of("10.0.0.1-2", "80,22,1", "10.0.0.1:80,22", "10.0.0.2:80")
    endpoints = both(lanes, 99)
    assert told(endpoints) == ["2:22", "1:1"]
    assert lanes.asked(places(endpoints)["1"]) is None
    assert (lanes.found, lanes.undecided) == (1, 1)


def test_a_host_of_which_nothing_is_wanted_is_not_asked() -> None:
    lanes = lanes_of("10.0.0.1-3", "80,22,1,2", "10.0.0.1:22,1,2", "10.0.0.2:1,2", rowless="80")
    assert told(lanes.take(99)) == ["3:80", "2:80", "3:22", "2:22"]
    assert lanes.undecided == 2


def test_both_go_on_side_by_side_in_halves() -> None:
    lanes = lanes_of("10.0.0.1-9", "80,22,1-9")
    (one,) = both(lanes, 1)
    lanes.sweep(one.place)
    out = both(lanes, 8)
    assert [each.place is one.place for each in out] == [True] * 4 + [False] * 4


def test_while_many_are_swept_no_others_are_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(discovery_lanes, "_AT_ONCE", 4)
    monkeypatch.setattr(discovery_lanes, "_MOST_SWEPT", 3)
    lanes = lanes_of("10.0.0.1-9", "80,22,1-9")
    for place in places(both(lanes, 4)).values():
        lanes.sweep(place)
    assert len(lanes) == 4
    swept = {f"10.0.0.{n}" for n in (1, 2, 3, 4)}
    assert [each.place.address in swept for each in lanes.take(8, ahead=True)] == [True] * 8
    assert [each.place.address in swept for each in lanes.take(8)] == [True] * 8
    assert lanes.undecided == 5
    assert {each.place.address for each in both(lanes, 99)} == {f"10.0.0.{n}" for n in range(1, 9)}


def test_what_is_known_does_not_grow_with_the_hosts() -> None:
    lanes = lanes_of("10.0.0.0/16", "80,22,1", first="80")
    draw = random.Random(4)
    known = []
    for turn in count():
        if lanes.over:
            break
        for place in {each.place for each in both(lanes, 256) if each.port == 80}:
            (lanes.sweep if draw.random() < 0.5 else lanes.pass_over)(place)
        if turn % 64 == 0:
            known.append(sum(isinstance(each, Lane) for each in gc.get_objects()))
    assert len(known) > 4
    assert max(known) <= 3000
    assert lanes.found + lanes.silent.count == 65536


def lane(address: str, *ports: int) -> Lane:
    return Lane(Place(address, V4, ports=len(ports)), PortTable(ports, (Request("name"),)))


def key(address: str) -> tuple[int, int, int]:
    return V4, int.from_bytes(socket.inet_pton(socket.AF_INET, address)), 0


def test_an_address_of_a_name_is_asked_like_any_other() -> None:
    lanes = lanes_of("10.0.0.1", "80,22,1")
    named = lane("10.9.9.9", 80, 22, 1)
    lanes.add(key("10.9.9.9"), named)
    assert told(both(lanes, 99)) == ["9:80", "1:80", "9:22", "1:22"]
    assert lanes.get(key("10.9.9.9")) is named
    lanes.append(named, 7, Request("other"))
    assert both(lanes, 9) == [], "what comes later waits, too"
    lanes.sweep(named.place)
    assert told(both(lanes, 99)) == ["9:1", "9:7"]
    lanes.append(named, 8, Request("third"))
    assert told(both(lanes, 99)) == ["9:8"]
    assert lanes.get(key("10.9.9.9")) is named, "another name may lead there"


def test_what_a_name_adds_to_a_host_that_was_asked_everything_waits_as_well() -> None:
    lanes = lanes_of("10.0.0.1", "80,22,1")
    named = lane("10.9.9.9", 80, 22)
    lanes.add(key("10.9.9.9"), named)
    both(lanes, 99)
    lanes.append(named, 7, Request("other"))
    assert both(lanes, 9) == []
    lanes.sweep(named.place)
    assert told(both(lanes, 99)) == ["9:7"]


def test_where_a_name_leads_to_who_was_passed_over_nothing_is_asked() -> None:
    lanes = lanes_of("10.0.0.1", "80,22,1")
    lanes.pass_over(both(lanes, 99)[0].place)
    assert lanes.passed_over(key("10.0.0.1"))
    assert not lanes.passed_over(key("10.0.0.2"))
    assert lanes.get(key("10.0.0.1")) is None
