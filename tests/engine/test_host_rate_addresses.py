"""--host-rate is a promise to the host, however many `Place`s lead to it."""

import socket

from scanner.engine.brakes.host_rate import HostRate
from scanner.engine.trial import Trial
from scanner.engine.truth.path import Path
from scanner.model import Endpoint, Place, Request
from tests.engine.fakes import located


def trial(address: str, port: int = 1) -> Trial:
    return Trial(Endpoint(Place(address, int(socket.AF_INET)), port, (Request(),)), located(Path(1)))


def test_a_second_place_of_the_same_address_waits_for_the_first() -> None:
    gate = HostRate(1.0)
    assert not gate.hold(trial("10.0.0.1", 1), 0.0)
    assert gate.hold(trial("10.0.0.1", 2), 0.1)
    assert gate.hold(trial("10.0.0.1", 3), 0.2)
    assert not gate.hold(trial("10.0.0.2", 1), 0.2)
    assert [each.endpoint.port for each in gate.release(1.5, 9)] == [2]
    assert [each.endpoint.port for each in gate.release(3.0, 9)] == [3]
