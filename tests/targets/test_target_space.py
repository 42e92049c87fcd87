"""The target space: every target exactly once, hosts in turn, picks and runs that agree."""

from itertools import groupby

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.errors import TargetError
from scanner.model import Request
from scanner.targets.grammar.addresses import V4, V6, v4_number
from scanner.targets.space.blocks import Block, Owned
from scanner.targets.space.port_table import PortTable
from scanner.targets.space.target_space import Space
from tests.targets.made import built, entry

ROW = (Request(),)
TEN = 10 << 24  # 10.0.0.0


def block(first: int, last: int, ports: int) -> Block:
    return Block((V4, 0), [(TEN + first, TEN + last)], PortTable(tuple(range(1, ports + 1)), ROW))


@st.composite
def spaces(draw: st.DrawFn) -> Space:
    """Some blocks side by side, of one or two ranges, with few or many ports; some in the other order of addresses."""
    blocks: list[Block | Owned] = []
    at = TEN
    tables: list[PortTable] = []
    for _ in range(draw(st.integers(0, 6))):
        ranges = []
        for _ in range(draw(st.integers(1, 2))):
            size = draw(st.integers(1, 5))
            ranges.append((at, at + size - 1))
            at += size + draw(st.integers(0, 2))
        ports = tuple(draw(st.permutations(range(1, draw(st.integers(1, 9)) + 1))))
        each = [(Request(),) for _ in ports] if draw(st.booleans()) else None
        tables.append(PortTable(ports, () if each else ROW, each))
        if draw(st.booleans()):
            blocks.append(Block((V4, 0), ranges, tables[-1]))
        else:
            owned = Owned(len(ports), lambda who, ports: tables[who] if isinstance(who, int) else PortTable(()))
            for first, last in reversed(ranges):
                owned.add((0, (V4, 0), first, last, ports, len(tables) - 1, (last - first + 1) * len(ports)))
            blocks.append(owned)
    return Space(blocks)


def all_of(space: Space) -> list[tuple[str, int]]:
    return [(each.place.address, each.port) for each in space.take(0, space.count)]


@given(spaces())
def test_every_target_exactly_once(space: Space) -> None:
    wanted = {
        (number, port)
        for each in space.blocks
        for _, first, last, start in each.cells()
        for number in range(first, last + 1)
        for port in each.ports_of(start)
    }
    got = [(v4_number(address), port) for address, port in all_of(space)]
    assert len(got) == space.count == len(set(got)) == len(wanted)
    assert set(got) == wanted


@given(spaces(), st.lists(st.integers(1, 17), min_size=1))
def test_runs_of_any_length_and_picks_agree(space: Space, lengths: list[int]) -> None:
    whole = space.take(0, space.count)
    at = turn = 0
    while at < space.count:
        run = space.take(at, lengths[turn % len(lengths)])
        assert run
        for index, one in enumerate(run, at):
            other = space.pick(index)
            assert (one.place.address, one.port) == (other.place.address, other.port)
            assert one.requests is other.requests is whole[index].requests
        at += len(run)
        turn += 1
    assert space.take(space.count, 5) == []


@given(spaces())
def test_level_by_level(space: Space) -> None:
    """The k-th port of every host comes before the k-plus-first of any; within a level, each host once."""
    ports = {
        number: list(each.ports_of(start))
        for each in space.blocks
        for _, first, last, start in each.cells()
        for number in range(first, last + 1)
    }
    levels = [(ports[v4_number(address) or 0].index(port), address) for address, port in all_of(space)]
    assert [level for level, _ in levels] == sorted(level for level, _ in levels)
    for _, some in groupby(levels, key=lambda level: level[0]):
        turn = [address for _, address in some]
        assert len(set(turn)) == len(turn)


@given(spaces())
def test_addresses_are_found_again(space: Space) -> None:
    for index in range(space.count):
        endpoint = space.pick(index)
        host = space.find((V4, 0), v4_number(endpoint.place.address) or 0)
        assert host is not None
        assert space.place(host).address == endpoint.place.address
        assert space.index(host, endpoint.port) == index
        assert space.index(host, 60_000) is None
    for number in range(120):
        held = any(first <= number <= last for each in space.blocks for _, first, last, _ in each.cells())
        assert (space.find((V4, 0), number) is not None) == held
    assert space.find((V6, 0), 10) is None


def test_rows_count_every_request() -> None:
    two = PortTable((1, 2, 3), (Request(), Request()))
    each = PortTable((1, 2), each=[ROW, (Request(), Request())])
    assert Space([Block((V4, 0), [(1, 4)], two), Block((V4, 0), [(9, 9)], each)]).rows == 4 * 6 + 3


def test_one_place_for_all_ports_of_an_address() -> None:
    space = Space([block(1, 3, 4), block(7, 7, 2), block(9, 9, 1)])
    places: dict[str, set[int]] = {}
    for index in (*range(space.count), *range(space.count)):
        place = space.pick(index).place
        places.setdefault(place.address, set()).add(id(place))
    kept = [space.take(0, space.count), space.take(0, space.count)]
    assert all(
        len({id(e.place) for run in kept for e in run if e.place.address == a}) == 1 for a in ("10.0.0.1", "10.0.0.7")
    )
    assert {e.place.address: e.place.ports for e in kept[0]} == {
        "10.0.0.1": 4, "10.0.0.2": 4, "10.0.0.3": 4, "10.0.0.7": 2, "10.0.0.9": 1,
    }  # fmt: skip


def test_a_fresh_space_has_fresh_places() -> None:
    space = Space([block(1, 1, 2)])
    assert space.pick(0).place is space.pick(1).place
    assert space.fresh().pick(0).place is not space.pick(0).place


def test_picks_outside() -> None:
    space = Space([block(1, 1, 2)])
    for index in (-1, 2):
        with pytest.raises(IndexError):
            space.pick(index)
    assert Space([]).take(0, 10) == []


def test_a_slash_8_is_one_block() -> None:
    space = built([entry("10.0.0.0/8")]).space
    assert space.count == 1 << 24
    assert len(space.blocks) == 1
    assert [each.place.address for each in space.take(1 << 23, 2)] == ["10.128.0.0", "10.128.0.1"]
    assert space.pick((1 << 24) - 1).place.address == "10.255.255.255"


def test_many_hosts_with_several_ports() -> None:
    """More than are kept as places: still each target once, in turn."""
    space = built([entry("10.0.0.0/14", "1,2,3")]).space
    hosts = 1 << 18
    assert space.count == 3 * hosts
    run = space.take(hosts - 2, 4)
    assert [(e.place.address, e.port) for e in run] == [
        ("10.3.255.254", 1), ("10.3.255.255", 1), ("10.0.0.0", 2), ("10.0.0.1", 2),
    ]  # fmt: skip


def test_ipv6_with_a_scope() -> None:
    space = built([entry("fe80::1%1 2001:db8::/127")]).space
    found = {each.place.address: each.place for each in space.take(0, 9)}
    (scoped,) = [place for place in found.values() if place.scope]
    assert scoped.numeric == "fe80::1"
    assert scoped.address.startswith("fe80::1%")
    assert set(found) - {scoped.address} == {"2001:db8::", "2001:db8::1"}
    assert {place.family for place in found.values()} == {V6}


def test_absurd_sizes_are_refused_at_once() -> None:
    with pytest.raises(TargetError, match="18,446,744,073,709,551,616 targets are too many"):
        built([entry("2001:db8::/64")])
    assert built([entry("2001:db8::/90")]).space.count == 1 << 38
