"""Lanes of resolved names: ports in order, addresses in turn, and what a second name adds."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.model import Note, Place, Request
from scanner.targets.grammar.addresses import V4
from scanner.targets.space.late_endpoints import Lane, Lanes
from scanner.targets.space.port_table import PortTable
from scanner.targets.space.port_turns import PortTurns

FIRST, SECOND = Request("first", order=0), Request("second", order=1)


def lane(*ports: int, address: str = "10.0.0.1") -> Lane:
    return Lane(Place(address, V4, ports=len(ports)), PortTable(ports, (FIRST,)))


def rest(lane: Lane, most: int = 1000) -> list[tuple[int, list[str]]]:
    """The ports that are left, or the first of them, each with the hosts of its rows."""
    ends = (lane.next() for _ in range(min(most, len(lane.ports) - lane.at)))
    return [(each.port, [request.host for request in each.requests]) for each in ends]


def test_ports_go_out_in_their_order() -> None:
    assert rest(lane(3, 1, 2)) == [(3, ["first"]), (1, ["first"]), (2, ["first"])]


@given(
    st.integers(0, 9), st.integers(0, 99), st.integers(0, 2**32),
    st.lists(st.sampled_from(["next", *map(str, range(1, 14))]), max_size=40),
)  # fmt: skip
def test_a_random_order_is_of_the_ports_it_began_with(count: int, seed: int, number: int, steps: list[str]) -> None:
    """Each goes out once, unless it comes again; rows join what is to come, and other ports come last."""
    ports = tuple(range(1, count + 1))
    one = Lane(Place("10.0.0.1", V4, ports=count), PortTable(ports, (FIRST,)), PortTurns(seed), number)
    wanted = Counter((port, "first") for port in ports)
    out: list[tuple[int, list[str]]] = []
    for step in steps:
        if step == "next":
            out += rest(one, 1)
            continue
        port = int(step)
        at = one.position(port)
        gone = [each for each, _ in out].count(port)
        if at is not None and one.is_to_come(at):
            assert gone < wanted[port, "first"] + wanted[port, "second"]
            one.join(at, SECOND)
        else:
            assert gone == 0 or at is not None
            one.append(port, SECOND)
        wanted[port, "second"] += 1
    out += rest(one)
    assert Counter((port, host) for port, hosts in out for host in hosts) == wanted
    begun = Lane(Place("10.0.0.2", V4, ports=count), PortTable(ports, (FIRST,)), PortTurns(seed), number)
    assert [port for port, _ in rest(begun)] == [port for port, _ in out[:count]], "the same seed is the same order"


def test_hosts_of_one_list_have_its_ports_in_different_orders() -> None:
    turns, table = PortTurns(1), PortTable(tuple(range(50)), (FIRST,))
    orders = [[port for port, _ in rest(Lane(Place("10.0.0.1", V4), table, turns, number))] for number in range(4)]
    assert len(set(map(tuple, orders))) == 4
    assert list(range(50)) not in orders


def test_one_more_row_for_a_port() -> None:
    one = lane(3, 1)
    at = one.position(1)
    assert at == 1
    one.join(at, SECOND)
    assert rest(one) == [(3, ["first"]), (1, ["first", "second"])]


@pytest.mark.parametrize("ports", [(), (1,), (1, 2)])
def test_an_appended_port_is_found_again(ports: tuple[int, ...]) -> None:
    """Also in a lane that had none, where the next name would otherwise have it probed a second time."""
    one = lane(*ports)
    assert one.position(9) is None
    one.append(9, SECOND)
    assert one.position(9) == len(ports)
    assert rest(one) == [*[(port, ["first"]) for port in ports], (9, ["second"])]
    assert one.place.ports == len(ports) + 1


def test_a_port_that_went_out_may_come_again() -> None:
    one = lane(1)
    rest(one)
    one.append(1, SECOND)
    assert one.position(1) == 1
    assert rest(one) == [(1, ["second"])]


@pytest.mark.parametrize("each", [None, [(FIRST,), (FIRST, SECOND)]])
def test_two_addresses_of_a_name_keep_their_rows_apart(each: list[tuple[Request, ...]] | None) -> None:
    table = PortTable((1, 2), (FIRST,), each)
    one, other = Lane(Place("10.0.0.1", V4), table), Lane(Place("10.0.0.2", V4), table)
    one.join(0, SECOND)
    one.append(3, SECOND)
    last = ["first"] if each is None else ["first", "second"]
    assert rest(other) == [(1, ["first"]), (2, last)]
    assert rest(one) == [(1, ["first", "second"]), (2, last), (3, ["second"])]


def test_a_lane_that_ran_dry_takes_turns_again() -> None:
    lanes = Lanes()
    one = lane(1)
    lanes.add((V4, 1, 0), one)
    assert [each.port for each in lanes.take(9)] == [1]
    assert (len(lanes), lanes.take(9)) == (0, [])
    lanes.append(one, 2, SECOND)
    lanes.append(one, 3, SECOND)
    assert len(lanes) == 1
    assert [each.port for each in lanes.take(9)] == [2, 3]
    assert lanes.get((V4, 1, 0)) is one


@given(st.lists(st.integers(0, 6), max_size=6), st.lists(st.integers(1, 5), min_size=1))
def test_addresses_take_turns(sizes: list[int], portions: list[int]) -> None:
    """Whatever is asked for at a time: each port once, and nobody's k-plus-first before anybody's k-th."""
    lanes = Lanes()
    for number, size in enumerate(sizes):
        lanes.add((V4, number, 0), lane(*range(1, size + 1), address=str(number)))
    assert len(lanes) == sum(1 for size in sizes if size)
    out: list[tuple[int, int]] = []
    turn = 0
    while len(lanes):
        some = lanes.take(portions[turn % len(portions)])
        out += [(each.port, int(each.place.address)) for each in some]
        turn += 1
    assert out == sorted((port, number) for number, size in enumerate(sizes) for port in range(1, size + 1))


def test_lanes_that_have_answered_go_ahead_of_those_that_had_a_turn() -> None:
    lanes = Lanes()
    for number in range(3):
        place = Place(f"10.9.0.{number}", V4, ports=4)
        place.note = Note()
        lanes.add((V4, number, 0), Lane(place, PortTable((1, 2, 3, 4), (Request(),))))
    first = lanes.take(3)
    first[1].place.note.verdicts = 1
    assert lanes.take(9, ahead=True) == [], "what it said is seen at its next turn"
    assert [(each.place.address, each.port) for each in lanes.take(3)] == [
        ("10.9.0.0", 2), ("10.9.0.1", 2), ("10.9.0.1", 3),
    ]  # fmt: skip
    late = Place("10.9.0.9", V4, ports=2)
    late.note = Note()
    lanes.add((V4, 9, 0), Lane(late, PortTable((1, 2), (Request(),))))
    assert [(each.place.address, each.port) for each in lanes.take(1, ahead=True)] == [("10.9.0.1", 4)]
    assert len(lanes) == 3
    rest = [(each.place.address, each.port) for each in lanes.take(20)]
    assert rest == [
        ("10.9.0.9", 1), ("10.9.0.2", 2), ("10.9.0.0", 3), ("10.9.0.9", 2), ("10.9.0.2", 3), ("10.9.0.0", 4),
        ("10.9.0.2", 4),
    ]  # fmt: skip
    assert len(lanes) == 0
