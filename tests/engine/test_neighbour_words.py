"""The kernel's neighbour table is read seldom, each family by itself, and a trouble that passes is no answer."""

import socket

import pytest

from scanner.engine.brakes.neighbour_words import NeighbourWords
from scanner.machine.neighbour_entries import NeighbourKey, Resolution
from scanner.model import Place
from tests.engine.fakes import AF_INET, AF_INET6

FOUR, SIX = Place("10.1.0.1", AF_INET), Place("fd50::1", AF_INET6)


class Table:
    """`says`: its entries; None: it cannot be read, for ever."""

    def __init__(self) -> None:
        self.says: dict[Place, Resolution] | None = {FOUR: Resolution.RESOLVED, SIX: Resolution.STALE}
        self.trouble = False
        self.reads: list[int] = []

    def entries(self, family: int) -> dict[NeighbourKey, Resolution] | None:
        self.reads.append(family)
        if self.trouble:
            raise OSError(24, "no descriptor")
        if self.says is None:
            return None
        mine = {place: word for place, word in self.says.items() if place.family == family}
        return {(socket.inet_pton(family, place.numeric), 0): word for place, word in mine.items()}


def test_nothing_is_known_before_it_is_read() -> None:
    words = NeighbourWords(Table().entries)
    assert (words.on(FOUR), words.most(FOUR), words.read_at(FOUR)) == (None, 0, float("-inf"))


def test_once_for_all_that_happens_in_one_turn() -> None:
    table = Table()
    words = NeighbourWords(table.entries)
    for _ in range(3):
        assert words.read({AF_INET, AF_INET6}, 4.0)
    assert sorted(table.reads) == sorted([AF_INET, AF_INET6])
    assert (words.on(FOUR), words.on(SIX)) == (Resolution.RESOLVED, Resolution.STALE)
    assert words.read({AF_INET}, 4.001)
    assert len(table.reads) == 3


def test_who_is_not_in_a_hurry_takes_what_was_read_lately_of_each_family() -> None:
    """However the two take turns."""
    table = Table()
    words = NeighbourWords(table.entries)
    for tick in range(200):
        assert words.read({AF_INET if tick % 2 else AF_INET6}, tick / 1000, age=0.1)
    assert len(table.reads) == 4
    assert words.read_at(FOUR) == pytest.approx(0.102, abs=0.003)


def test_a_trouble_that_passes() -> None:
    table = Table()
    words = NeighbourWords(table.entries)
    assert words.read({AF_INET}, 1.0)
    table.trouble = True
    assert not words.read({AF_INET}, 2.0, age=0.1)
    assert not words.read({AF_INET}, 2.05, age=0.1)
    assert (len(table.reads), words.tells, words.read_at(FOUR)) == (2, True, 1.0)
    table.trouble = False
    assert words.read({AF_INET}, 2.11, age=0.1)


def test_one_that_stays() -> None:
    table = Table()
    table.says = None
    words = NeighbourWords(table.entries)
    for now in (1.0, 2.0, 3.0):
        assert not words.read({AF_INET}, now)
    assert (len(table.reads), words.tells) == (1, False)


def test_how_full_it_was() -> None:
    table = Table()
    words = NeighbourWords(table.entries)
    words.read({AF_INET}, 1.0)
    table.says = {}
    words.read({AF_INET}, 2.0)
    assert (words.most(FOUR), words.most(SIX), words.on(FOUR)) == (1, 0, None)
