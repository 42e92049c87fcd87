"""Port tables: whose rows each port makes, joined and filtered, against plain dictionaries."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.errors import TargetError
from scanner.model import Request
from scanner.targets.space.port_table import Ask, Joiner, PortFilter, PortTable, check_joinable, join_work, joined_ports
from tests.targets.made import orders

port_lists = st.lists(st.integers(1, 6), unique=True, min_size=1, max_size=6).map(tuple)


def content(table: PortTable) -> list[tuple[int, list[int]]]:
    """Each port, with the entries it has rows for."""
    return [(port, orders(table.requests(level))) for level, port in enumerate(table.ports)]


@st.composite
def asks(draw: st.DrawFn) -> list[Ask]:
    """What some entries ask, in the order of the file; an entry may come twice, and lists may be the same object."""
    lists = draw(st.lists(port_lists, min_size=1, max_size=3))
    entries = sorted(draw(st.lists(st.integers(0, 3), min_size=1, max_size=5)))
    of_entry = {order: draw(st.sampled_from(lists)) for order in set(entries)}
    return [(of_entry[order], Request(order=order)) for order in entries]


@given(asks())
def test_every_entry_has_one_row_at_each_of_its_ports(asked: list[Ask]) -> None:
    wanted: dict[int, list[int]] = {}
    for ports, request in asked:
        for port in ports:
            rows = wanted.setdefault(port, [])
            if request.order not in rows:
                rows.append(request.order)
    table = Joiner().join(asked)
    assert content(table) == list(wanted.items())
    assert table.rows == sum(map(len, wanted.values()))
    assert joined_ports([ports for ports, _ in asked]) == tuple(wanted)


@given(asks(), st.sets(st.integers(1, 7)))
def test_left_out_ports_take_their_rows_along(asked: list[Ask], excluded: set[int]) -> None:
    table = Joiner().join(asked)
    wanted = [(port, rows) for port, rows in content(table) if port not in excluded]
    assert content(PortFilter().table(table, frozenset(excluded))) == wanted
    assert content(PortFilter(frozenset(excluded)).table(table)) == wanted
    some = frozenset(sorted(excluded)[:2])
    assert content(PortFilter(some).table(table, frozenset(excluded) - some)) == wanted


def test_equal_lists_stay_one_object() -> None:
    some, ports = PortFilter(), tuple(range(1, 1000))
    assert some.ports(ports, frozenset()) is ports
    assert some.ports(ports, frozenset({5000})) is ports
    assert some.ports(ports, frozenset({25})) is some.ports(ports, frozenset({25}))


def test_joining_the_same_list_is_no_work(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("scanner.targets.space.port_table._MOST_JOINED", 5)
    ports, other = (1, 2, 3), (2, 3)
    same: list[Ask] = [(ports, Request(order=n)) for n in range(100)]
    assert (join_work([ports] * 100), Joiner().join(same).ports) == (0, ports)
    mixed: list[Ask] = [(ports, Request()), (other, Request(order=1))]
    assert join_work([ports, other]) == 5
    joiner = Joiner()
    joiner.join(mixed)
    with pytest.raises(TargetError, match="too many long port lists"):
        joiner.join(mixed)


def test_what_names_ask_is_checked_before_the_scan(monkeypatch: pytest.MonkeyPatch) -> None:
    """A name is joined when it resolves, in the midst of a scan, where it is too late to refuse."""
    monkeypatch.setattr("scanner.targets.space.port_table._MOST_JOINED", 5)
    mixed = [(1, 2, 3), (2, 3)]
    check_joinable([mixed] * 4)
    with pytest.raises(TargetError, match="too many long port lists"):
        check_joinable([mixed] * 5)
    with pytest.raises(TargetError, match="too many long port lists"):
        check_joinable([[*mixed, (9,)]])
