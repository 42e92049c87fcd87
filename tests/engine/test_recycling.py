"""Sockets that are used again, and those that must not be."""

import errno
from collections.abc import Callable

import pytest

from scanner.model import State
from tests.engine.fakes import START
from tests.engine.turns import POLLERS, Turns, answers, later, verdict_of


class TestRecycling:
    def test_one_socket_serves_many_refused_ports(self) -> None:
        flight = Turns(answers("rst"))
        for port in range(1, 50):
            flight.launch([port])
            flight.run()
        assert len(flight.judged) == 49
        assert flight.kernel.most_open == 1

    @pytest.mark.parametrize(
        "kind", ["open", "fin", "reset", "epipe", "port-unreach", "host-unreach", "soft", "quiet", "gone"]
    )
    def test_nothing_but_a_rst_is_recycled(self, kind: str) -> None:
        flight = Turns(answers(kind))
        flight.launch()
        flight.run()
        flight.mux.launch([])
        assert not flight.kernel.open_sockets

    @pytest.mark.parametrize("says", [0, errno.EINTR, errno.EALREADY, errno.EINPROGRESS, errno.EINVAL])
    def test_a_socket_that_does_not_abort_is_discarded(self, says: int) -> None:
        flight = Turns(answers("rst"), recycling_says=says)
        (trial,) = flight.launch()
        flight.run()
        assert verdict_of(trial) == (State.REFUSED, "conn-refused", "")
        assert not flight.kernel.open_sockets

    @POLLERS
    def test_where_the_kernel_does_not_recycle_each_probe_has_a_socket(self, edge: bool) -> None:
        flight = Turns(answers("rst"), recycles=False, edge=edge)
        flight.launch(range(5))
        flight.run()
        assert (len(flight.judged), len(flight.kernel.open_sockets)) == (5, 0)

    def test_an_idle_sockets_event_is_nobodys(self) -> None:
        flight = Turns(answers("rst"), stale_events=True)
        flight.launch([1])
        flight.wait(0.1)
        assert flight.judged == [(0.01, 1)]
        flight.wait(0.1)
        assert flight.kernel.now == START + 0.01, "the stale event was not delivered"
        flight.launch([2])
        flight.run()
        assert flight.judged == [(0.01, 1), (0.02, 2)]
        assert flight.kernel.most_open == 1

    @POLLERS
    def test_an_event_of_a_closed_descriptor_hits_nobody(self, edge: bool) -> None:
        """Its number is in use again, by a probe that is still silent and must not get a verdict from it."""
        flight = Turns(later(1.5, None, kind="open"), edge=edge, stale_events=True)
        ready: Callable[[int, int], None] = flight.kernel.poller(None).ready.__setitem__
        (trial,) = flight.launch([80])
        number = next(iter(flight.kernel.open_sockets)).number
        flight.mux.close_for(trial)
        (other,) = flight.launch([81], timeout=1.0)
        assert next(iter(flight.kernel.open_sockets)).number == number
        ready(number, 0x14)
        flight.wait(0.1)
        assert (other.verdict, flight.judged, flight.silent) == (None, [], [])
        flight.run()
        assert flight.silent == [(1.0, 81)]

    def test_a_descriptor_closed_earlier_in_the_same_batch(self) -> None:
        """Both attempts are answered in one poll: the second event belongs to a socket that is gone."""
        flight = Turns(later(1.25, 0.25))
        (trial,) = flight.launch(timeout=1.0)
        flight.wait(1.0)
        flight.wait(0.0)
        flight.mux.launch([trial])
        flight.run()
        assert flight.judged == [(1.25, 80)]
        assert len(flight.kernel.open_sockets) == 1
