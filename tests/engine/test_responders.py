"""Who may be asked again, and how often."""

import pytest

from scanner.engine.truth.responders import OpenPort, Responders
from scanner.model import Endpoint, Place, Request
from tests.engine.fakes import AF_INET, AF_INET6


def endpoint(host: str, port: int) -> Endpoint:
    return Endpoint(Place(host, AF_INET6 if ":" in host else AF_INET), port, (Request(timeout=1.0, retries=1),))


def opened(port: int, attempts: int = 1) -> OpenPort:
    return OpenPort(endpoint("10.0.0.1", port), attempts, now=0.0)


class TestResponders:
    def test_refused_ports_take_turns_and_are_never_used_up(self) -> None:
        responders = Responders(4)
        for port in (1, 2, 3):
            responders.refuses(endpoint("10.0.0.1", port))
        responders.opens(opened(80))
        asked = [responders.next(now=0.0) for _ in range(6)]
        assert sorted(each.port for each in asked if each) == [1, 1, 2, 2, 3, 3]

    def test_an_open_port_is_asked_twice_a_tenth_of_a_second_apart(self) -> None:
        responders = Responders(4)
        responders.opens(opened(80))
        asked = [(now, responders.next(now)) for now in (0.05, 0.1, 0.15, 0.2, 0.3, 9.0)]
        assert [now for now, each in asked if each] == [0.1, 0.2]
        assert not responders

    @pytest.mark.parametrize(("attempts", "asks"), [(1, 2), (2, 1), (3, 0)])
    def test_attempts_that_it_may_have_seen_count(self, attempts: int, asks: int) -> None:
        responders = Responders(4)
        responders.opens(opened(80, attempts))
        assert sum(responders.next(now) is not None for now in range(1, 9)) == asks

    def test_a_path_and_a_network_share_what_an_open_port_was_asked(self) -> None:
        path, network, port = Responders(64), Responders(4), opened(80)
        path.opens(port)
        network.opens(port)
        assert path.next(1.0)
        assert network.next(2.0)
        assert not path
        assert not network
        assert path.next(3.0) is None
        assert network.next(3.0) is None
