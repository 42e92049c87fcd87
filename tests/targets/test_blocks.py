"""Blocks, and ranges that an entry has for itself, in the order in which they are probed."""

from scanner.model import Request
from scanner.targets.grammar.addresses import V4
from scanner.targets.space.blocks import Block, Own, Owned, Who, in_order
from scanner.targets.space.port_table import PortTable

LINE = (V4, 0)


def make(who: Who, ports: tuple[int, ...]) -> PortTable:
    return PortTable(ports, (Request(f"source {who}"),))


def own(source: int, first: int, last: int, ports: tuple[int, ...]) -> Own:
    return (source, LINE, first, last, ports, source, len(ports) * (last - first + 1))


def block(ranges: list[tuple[int, int]], ports: tuple[int, ...]) -> Block:
    return Block(LINE, ranges, PortTable(ports, (Request(),)))


def test_a_block_of_several_ranges() -> None:
    some = block([(1 << 24, (1 << 24) + 2), (2 << 24, 2 << 24)], (1, 2))
    assert (some.count, some.rows, some.levels) == (4, 8, 2)
    assert [place.address for place in some.places(range(1, 4))] == ["1.0.0.1", "1.0.0.2", "2.0.0.0"]
    assert list(some.cells()) == [(LINE, 1 << 24, (1 << 24) + 2, 0), (LINE, 2 << 24, 2 << 24, 3)]


def test_each_range_has_its_own_ports_and_rows() -> None:
    some = Owned(1, make)
    some.add(own(0, 1 << 24, (1 << 24) + 1, (22,)))
    some.add(own(5, 2 << 24, 2 << 24, (80,)))
    assert (some.count, some.rows) == (3, 3)
    assert [some.ports_of(host) for host in range(3)] == [(22,), (22,), (80,)]
    assert [table.shared[0].host for table in some.tables(range(1, 3))] == ["source 0", "source 5"]
    assert [place.address for place in some.places(range(1, 3))] == ["1.0.0.1", "2.0.0.0"]


def test_most_ports_first_then_in_the_order_of_the_file_neighbours_together() -> None:
    blocks = [((1,), block([(1, 1)], (1,))), ((3,), block([(3, 3)], (1, 2)))]
    owned = [own(4, 4, 4, (1,)), own(2, 2, 2, (1,)), own(5, 5, 5, (7,)), own(0, 9, 9, (1, 2, 3))]
    found = in_order(blocks, owned, make)
    assert [[first for _, first, _, _ in each.cells()] for each in found] == [[9], [3], [1], [2, 4, 5]]
    assert owned == []
