"""Whom the other parts of a list are told of: two of each network, once."""

import socket

import pytest

from scanner.model import Place, Request, Result, State
from scanner.scanning.parts import heard_places
from scanner.scanning.parts.heard_places import HeardPlaces, packed_places, unpacked_places

V4, V6 = int(socket.AF_INET), int(socket.AF_INET6)


def row(address: str, port: int = 80, state: State = State.REFUSED) -> Result:
    return Result(Place(address, V6 if ":" in address else V4), port, Request(), state, "")


def networks(found: list[tuple[Place, int]]) -> list[str]:
    return sorted(place.numeric.rpartition(".")[0] for place, _ in found)


def test_two_of_each_network_are_told_once() -> None:
    heard = HeardPlaces()
    rows = [row(f"10.0.{net}.{last}") for net in (1, 2) for last in (1, 2, 3)]
    assert networks(heard.new(rows)) == ["10.0.1", "10.0.1", "10.0.2", "10.0.2"]
    assert heard.new(rows) == []
    assert heard.new([row("10.0.1.9")]) == []
    assert [place.address for place, _ in heard.new([row("fd00::7")])] == ["fd00::7"]


def test_only_who_answered_and_each_at_one_port() -> None:
    first = row("10.0.0.1", 1)
    second = Result(first.place, 2, first.request, State.OPEN, "")
    found = HeardPlaces().new([first, second, row("10.0.0.2", 1, State.TIMEOUT)])
    assert [(place.address, port) for place, port in found] == [("10.0.0.1", 2)]


def test_with_too_many_networks_it_begins_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody is left out for that."""
    monkeypatch.setattr(heard_places, "_MOST", 4)
    heard = HeardPlaces()
    for net in range(9):
        assert networks(heard.new([row(f"10.0.{net}.1")])) == [f"10.0.{net}"]


def test_a_word_on_them_leads_to_places_of_nobody_else() -> None:
    place = Place("fe80::1", V6, scope=3)
    (told,) = unpacked_places(packed_places([(place, 22)]))
    assert (told[0].address, told[0].family, told[0].scope, told[1]) == ("fe80::1", V6, 3, 22)
    assert told[0] is not place
