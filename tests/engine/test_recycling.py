"""Sockets that are used again, and those that must not be."""

import errno
from collections.abc import Callable, Iterable
from typing import Any

import pytest

from scanner.engine.flight.flight import Flight
from scanner.engine.flight.probe import BareTrial
from scanner.model import State
from tests.engine.fakes import START, Answer, Network
from tests.engine.turns import POLLERS, Turns, answers, later, silence, verdict_of


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
        flight = Turns(later(0.75, 0.25))
        (trial,) = flight.launch(timeout=0.5)
        flight.wait(0.5)
        flight.wait(0.0)
        flight.mux.launch([trial])
        flight.run()
        assert flight.judged == [(0.75, 80)]
        assert len(flight.kernel.open_sockets) == 1

    @pytest.mark.parametrize(("delay", "again"), [(0.999, True), (1.0, False)])
    def test_nor_is_one_whose_syn_the_kernel_may_have_repeated(self, delay: float, again: bool) -> None:
        """It may have met a lost route then: an errno behind that of the RST, which the next target would get."""
        flight = Turns(answers("rst", delay))
        flight.launch(timeout=2.0)
        flight.run()
        assert len(flight.kernel.open_sockets) == again


def proven(network: Network, **options: Any) -> Turns:
    """A flight that has seen that sockets can be used again; `network` is asked from port 3 on."""
    flight = Turns(
        lambda host, port, attempt, now: Answer(0.01, "rst") if port < 3 else network(host, port, attempt, now),
        **options,
    )
    for port in (1, 2):
        flight.launch([port])
        flight.run()
    return flight


def fall_silent(flight: Turns, ports: Iterable[int], **options: Any) -> list[BareTrial]:
    """Their attempts are over, and they are given up."""
    trials = flight.launch(ports, **options)
    flight.run()
    for trial in trials:
        flight.mux.close_for(trial)
    return trials


class TestAfterSilence:
    def test_one_socket_serves_many_silent_ports(self) -> None:
        flight = proven(silence)
        for port in range(3, 20):
            fall_silent(flight, [port])
        assert len(flight.silent) == 17
        assert (flight.kernel.most_open, flight.kernel.made_new, flight.kernel.resets) == (1, 17, 0)

    def test_not_until_that_is_known_to_work(self) -> None:
        flight = Turns(silence)
        fall_silent(flight, [3])
        assert (flight.kernel.made_new, flight.kernel.resets) == (0, 1)

    def test_those_on_probation_that_fall_silent_make_way_for_others(self) -> None:
        """Few of many refuse: sixteen that were refused once may all meet silence in their second lives."""
        flight = Turns(lambda host, port, attempt, now: Answer(0.01, "rst") if port < 50 else None)
        flight.launch(range(1, 17))
        flight.run()
        fall_silent(flight, range(50, 66))
        assert flight.kernel.made_new == 0
        for port in (20, 21):
            flight.launch([port])
            flight.run()
        fall_silent(flight, [70])
        assert flight.kernel.made_new == 1

    def test_a_socket_that_is_bound_to_a_link_is_closed(self) -> None:
        flight = proven(silence)
        (trial,) = flight.trials([3], host="fe80::1%eth0")
        trial.endpoint.place.scope = 2
        assert flight.mux.launch([trial]) == []
        flight.run()
        flight.mux.close_for(trial)
        assert (flight.kernel.made_new, flight.kernel.resets) == (0, 1)

    def test_one_with_a_soft_error_is_closed(self) -> None:
        flight = proven(answers("unexplained"))
        (trial,) = flight.launch([3])
        flight.wait(0.01)
        flight.mux.close_for(trial)
        assert (flight.kernel.made_new, flight.kernel.resets) == (0, 1)

    def test_where_syns_are_counted_none_is_used_again(self) -> None:
        """Whoever holds a token asks its socket when it was closed."""
        flight = proven(silence)
        flight.mux = Flight(flight.kernel, spare=True)  # type: ignore[arg-type]
        for port in (1, 2):
            flight.launch([port])
            flight.run()
        fall_silent(flight, [3])
        assert (flight.kernel.made_new, flight.kernel.resets) == (0, 1)

    def test_what_is_overdue_gives_way_to_the_next_and_is_not_closed(self) -> None:
        flight = proven(silence)
        flight.mux.fit(3)
        trials = flight.launch([3, 4, 5])
        flight.wait(1.0)
        flight.wait(0.0)
        assert [trial.heard_out for trial in trials] == [float("inf")] * 3
        flight.launch([6, 7])
        assert (flight.kernel.sockets_made, flight.kernel.made_new) == (3, 3)
        assert [(trial.probes, trial.heard_out) for trial in trials] == [((), 1.0)] * 3

    def test_its_stale_event_hits_nobody(self) -> None:
        flight = proven(silence, stale_events=True)
        fall_silent(flight, [3])
        (trial,) = flight.launch([4])
        number = next(iter(flight.kernel.open_sockets)).number
        flight.kernel.poller(None).ready[number] = 0x14
        flight.wait(0.1)
        assert (trial.verdict, flight.judged[2:], flight.silent) == (None, [], [(1.02, 3)])
        flight.run()
        assert flight.silent == [(1.02, 3), (2.02, 4)]

    def test_the_one_that_was_answered_is_closed_and_those_that_were_not_are_used_again(self) -> None:
        flight = proven(later(None, 0.25, kind="open"))
        (trial,) = flight.launch([3])
        flight.wait(1.0)
        flight.wait(0.0)
        flight.mux.launch([trial])
        flight.run()
        assert (trial.answered, flight.kernel.made_new, flight.kernel.resets) == (2, 1, 1)
        assert len(flight.kernel.open_sockets) == 1
