"""The ways of this host, as a scan and a trace begin with them."""

import errno

import pytest

from scanner.engine.flight import open_ways as module
from scanner.engine.flight.lost_ways import Lost, Ways
from scanner.engine.flight.open_ways import open_ways
from scanner.engine.flight.probe import BareTrial
from scanner.machine.kernel import Kernel
from scanner.machine.route_table import RouteTable
from scanner.model import Endpoint, Place, Request
from tests.engine.fakes import AF_INET


class Cut(Kernel):
    """A host whose routes reject everything, at two minutes past two."""

    def __init__(self) -> None:
        super().__init__()
        self.wall = lambda: 50_527.0

    def no_way(self, place: Place) -> int | None:
        return errno.EACCES


def test_they_ask_the_kernel_and_who_was_heard_and_tell_the_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "read_routes", RouteTable)
    trial = BareTrial(Endpoint(Place("192.0.2.1", AF_INET), 80, (Request(),)))
    alone: Ways[BareTrial] = open_ways(Cut(), None)
    assert not alone.awaits(trial, Lost.ROUTE, 1.0, errno.EACCES)  # nobody ever knew of a way there
    ways: Ways[BareTrial] = open_ways(Cut(), "127.0.0.9", lambda place: place is trial.endpoint.place)
    assert ways.awaits(trial, Lost.SOURCE, 1.0)
    assert ways.awaits(trial, Lost.ROUTE, 1.0, errno.EACCES)
    by_source, by_route = ways.warnings
    assert "127.0.0.9" in by_source
    assert "(EACCES)" in by_route
    assert all("14:02:07 UTC" in warning for warning in ways.warnings)
