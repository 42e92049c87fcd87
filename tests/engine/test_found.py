"""What a turn found, and how much of it was answered."""

from scanner.engine.flight.found import Found
from scanner.engine.flight.probe import BareTrial
from scanner.model import Endpoint, Place, Request
from tests.engine.fakes import AF_INET


def one() -> BareTrial:
    return BareTrial(Endpoint(Place("10.0.0.1", AF_INET), 1, (Request(),)))


def test_nothing_is_nothing() -> None:
    found: Found[BareTrial] = Found()
    assert (bool(found), found.answers) == (False, 0)


def test_any_list_makes_news() -> None:
    for name in ("refused", "judged", "silent", "denied", "unsent"):
        found: Found[BareTrial] = Found()
        getattr(found, name).append(one())
        assert found, name


def test_what_connect_itself_said_is_no_answer() -> None:
    found: Found[BareTrial] = Found()
    found.refused += [one(), one()]
    found.judged += [one(), one(), one()]
    found.silent.append(one())
    found.came_at_once()
    found.came_at_once()
    assert found.answers == 3
