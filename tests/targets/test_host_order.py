"""Hosts that have answered go ahead, whoever else is left; each endpoint goes out once all the same."""

from collections import Counter

from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.model import Endpoint, Note, Place, Request
from scanner.targets.grammar.addresses import V4
from scanner.targets.space.host_order import HostOrder, TurningHost
from scanner.targets.space.port_table import PortTable
from scanner.targets.space.port_turns import PortTurns

REQUESTS = (Request(),)


def host(number: int, ports: int, turns: PortTurns | None = None) -> TurningHost:
    place = Place(f"10.0.{number // 256}.{number % 256}", V4, ports=ports)
    place.note = Note()
    turns = turns or PortTurns()
    return place, PortTable(tuple(range(1, ports + 1)), REQUESTS), turns.order(ports), turns.begins(number, ports)


def answers(place: Place) -> None:
    place.note.verdicts += 1


def stays_silent(place: Place) -> None:
    place.note.verdicts += 1
    place.note.mute += 1


def shown(endpoints: list[Endpoint]) -> list[tuple[str, int]]:
    return [(each.place.address, each.port) for each in endpoints]


def test_while_nobody_answers_it_stays_level_by_level() -> None:
    order = HostOrder([host(1, 3), host(2, 3), host(3, 2), host(4, 1)])
    assert len(order) == 3, "the last one has no second port"
    assert shown(order.take(2)) == [("10.0.0.1", 2), ("10.0.0.2", 2)]
    assert shown(order.take(9)) == [("10.0.0.3", 2), ("10.0.0.1", 3), ("10.0.0.2", 3)]
    assert (len(order), order.take(9)) == (0, [])


def test_who_answers_goes_ahead_with_all_of_its_ports() -> None:
    rows = [host(number, 5) for number in range(1, 5)]
    order = HostOrder(rows)
    answers(rows[2][0])
    stays_silent(rows[0][0])
    assert shown(order.take(3)) == [("10.0.0.3", 2), ("10.0.0.3", 3), ("10.0.0.3", 4)]
    assert shown(order.take(2)) == [("10.0.0.3", 5), ("10.0.0.1", 2)]


def test_ahead_there_is_nobody_else() -> None:
    rows = [host(number, 3) for number in range(1, 4)]
    order = HostOrder(rows)
    assert order.take(9, ahead=True) == []
    answers(rows[1][0])
    out: list[Endpoint] = []
    for _ in range(8):  # a look now and then finds whoever answers
        out += order.take(9, ahead=True)
    assert shown(out) == [("10.0.0.2", 2), ("10.0.0.2", 3)]
    assert len(order) == 2


def test_who_answers_late_catches_up_before_the_others_go_on() -> None:
    rows = [host(number, 300) for number in (1, 2)]
    order = HostOrder(rows)
    answers(rows[0][0])
    assert {address for address, _ in shown(order.take(256))} == {"10.0.0.1"}
    answers(rows[1][0])
    out = shown(order.take(300))
    assert out[:256] == [("10.0.0.2", port) for port in range(2, 258)]
    assert out[256:260] == [("10.0.0.1", 258), ("10.0.0.2", 258), ("10.0.0.1", 259), ("10.0.0.2", 259)]


@settings(deadline=None)
@given(
    ports=st.lists(st.integers(1, 9), min_size=1, max_size=30),
    seed=st.none() | st.integers(0, 9),
    steps=st.lists(st.tuples(st.integers(0, 40), st.booleans(), st.integers(0, 60)), max_size=60),
)
def test_each_endpoint_once_whoever_answers_when(
    ports: list[int], seed: int | None, steps: list[tuple[int, bool, int]]
) -> None:
    turns = PortTurns(seed)
    rows = [host(number, count, turns) for number, count in enumerate(sorted(ports, reverse=True))]
    order = HostOrder(rows)
    out: list[Endpoint] = []
    for n, ahead, number in steps:
        taken = order.take(n, ahead=ahead)
        assert len(taken) <= n
        if ahead:
            assert all(each.place.note.answers for each in taken)
        out += taken
        for place, table, order_of, begins in rows:
            first = table.ports[order_of[begins]]
            gone = {each.port for each in out if each.place is place} | {first}
            assert {port for port in table.ports if order.is_out(place, port)} == gone
        if number < len(rows):
            answers(rows[number][0])
    while taken := order.take(7):
        out += taken
    assert len(order) == 0
    wanted = Counter(
        (place.address, table.ports[at])
        for place, table, order_of, begins in rows
        for at in order_of[begins + 1 : begins + len(table.ports)]
    )
    assert Counter(shown(out)) == wanted
