"""Whom others are told of: a few of each network, once, and rather those that refuse."""

import socket
from collections.abc import Iterable

import pytest

from scanner.model import Place, Request, Result, State
from scanner.scanning import responder_choice
from scanner.scanning.parts.heard_places import packed_places, unpacked_places
from scanner.scanning.responder_choice import KnownResponder, ResponderChoice

V4, V6 = int(socket.AF_INET), int(socket.AF_INET6)
REFUSED, OPEN = State.REFUSED, State.OPEN


def row(address: str, port: int = 80, state: State = REFUSED, doubt: str = "") -> Result:
    return Result(Place(address, V6 if ":" in address else V4), port, Request(), state, "", doubt=doubt)


def of_host(last: int, ports: Iterable[int], state: State = REFUSED, doubt: str = "") -> list[Result]:
    return [row(f"10.0.0.{last}", port, state, doubt) for port in ports]


def networks(found: Iterable[KnownResponder]) -> list[str]:
    return sorted(each.place.numeric.rpartition(".")[0] for each in found)


def named(found: Iterable[KnownResponder]) -> list[tuple[int, int]]:
    """Last number of the address, and port."""
    return [(int(each.place.address.rpartition(".")[2]), each.port) for each in found]


def chosen(*rows: Result) -> list[tuple[int, int]]:
    choice = ResponderChoice()
    for each in rows:  # in turns of their own
        choice.add([each])
    return named(choice.chosen())


def test_a_few_of_each_network_are_told_once() -> None:
    heard = ResponderChoice()
    rows = [row(f"10.0.{net}.{last}") for net in (1, 2) for last in (1, 2, 3, 4)]
    assert networks(heard.add(rows)) == ["10.0.1"] * 3 + ["10.0.2"] * 3
    assert heard.add(rows) == []
    assert heard.add([row("10.0.1.9")]) == []
    assert [each.place.address for each in heard.add([row("fd00::7")])] == ["fd00::7"]


def test_only_who_answered() -> None:
    found = ResponderChoice().add([row("10.0.0.2", 1, State.TIMEOUT), row("10.0.0.1", 2, OPEN), row("10.0.0.1", 1)])
    assert [(*named([each]), each.refuses) for each in found] == [((1, 2), False), ((1, 1), True)]


def test_whoever_refuses_takes_the_place_of_an_open_port_and_is_told_of() -> None:
    heard = ResponderChoice()
    heard.add([row(f"10.0.0.{last}", 80, OPEN) for last in (1, 2, 3, 4)])
    assert named(heard.add([row("10.0.0.5", 80, OPEN)])) == []
    assert named(heard.add([row("10.0.0.6")])) == [(6, 80)]
    assert named(heard.chosen())[0] == (6, 80)
    assert sum(each.refuses for each in heard.chosen()) == 1


def test_one_without_doubt_takes_the_place_of_one_in_doubt() -> None:
    flipped = [row(f"10.0.0.{last}", doubt="flipped") for last in (1, 2, 3)]
    assert chosen(*flipped, row("10.0.0.4"))[0] == (4, 80)
    assert chosen(*flipped, row("10.0.0.4", doubt="flipped")) == [(1, 80), (2, 80), (3, 80)]


def test_of_one_host_two_ports_are_chosen_and_the_second_behind_other_hosts() -> None:
    assert chosen(*of_host(1, range(1, 9))) == [(1, 1), (1, 2)]
    assert chosen(*of_host(1, range(1, 9)), row("10.0.0.2")) == [(1, 1), (2, 80), (1, 2)]
    assert chosen(*of_host(1, (1, 2), OPEN), *of_host(1, (3, 4))) == [(1, 3), (1, 4)]


@pytest.mark.parametrize("doubt", ["accepts-everything", "intercepted"])
def test_a_box_is_asked_only_where_nobody_else_is_known(doubt: str) -> None:
    box = of_host(6, (1, 2, 3), OPEN, doubt)
    assert chosen(*box) == [(6, 1)]
    assert chosen(*box, row("10.0.0.1", 22, OPEN)) == [(1, 22)]
    assert chosen(row("10.0.0.1", 22, OPEN), *box) == [(1, 22)]


def test_with_too_many_networks_the_oldest_are_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody new is left out for that."""
    monkeypatch.setattr(responder_choice, "_MOST", 4)
    monkeypatch.setattr(responder_choice, "_MOST_SETTLED", 4)
    heard = ResponderChoice()
    for net in range(9):
        assert networks(heard.add([row(f"10.0.{net}.1")])) == [f"10.0.{net}"]
    assert networks(heard.chosen()) == [f"10.0.{net}" for net in range(5, 9)]
    assert networks(heard.add([row("10.0.0.1")])) == ["10.0.0"]


def test_a_word_on_them_leads_to_places_of_nobody_else() -> None:
    place = Place("fe80::1", V6, scope=3)
    (told,) = unpacked_places(packed_places([KnownResponder(place, 22, True)]))
    assert (told.place.address, told.place.family, told.place.scope) == ("fe80::1", V6, 3)
    assert (told.port, told.refuses) == (22, True)
    assert told.place is not place
