"""How sockets are closed, and which give way."""

import errno

import pytest

from scanner.engine.flight import flight as real
from scanner.engine.flight.probe import BareTrial
from tests.engine.fakes import Answer, Network
from tests.engine.turns import POLLERS, Turns, answers, later, silence


class TestHowSocketsAreClosed:
    """With a RST where they may be connected: otherwise TIME_WAIT stays, for example where a socket met itself."""

    def silent_once(self, network: Network, *, timeout: float = 1.0) -> tuple[Turns, BareTrial]:
        flight = Turns(network)
        (trial,) = flight.launch(timeout=timeout)
        flight.wait(timeout)
        flight.wait(0.0)
        assert flight.silent == [(timeout, 80)]
        return flight, trial

    @pytest.mark.parametrize("kind", ["open", "fin", "reset", "host-unreach"])
    def test_what_was_answered(self, kind: str) -> None:
        flight = Turns(answers(kind))
        flight.launch()
        flight.run()
        assert (flight.kernel.resets, len(flight.kernel.open_sockets)) == (1, 0)

    def test_those_of_earlier_attempts(self) -> None:
        flight, trial = self.silent_once(later(None, 0.25))
        flight.mux.launch([trial])
        flight.run()
        assert (flight.kernel.resets, len(flight.kernel.open_sockets)) == (1, 1)  # the refused one is used again

    def test_those_of_a_target_that_is_given_up(self) -> None:
        flight, trial = self.silent_once(silence)
        for _ in range(2):  # the second time there is nothing to do
            flight.mux.close_for(trial)
            assert (flight.kernel.resets, len(flight.kernel.open_sockets)) == (1, 0)

    def test_those_of_trials_that_are_held_back_and_no_others(self) -> None:
        flight, _ = self.silent_once(silence)
        flight.mux.drop_overdue(lambda trial: False)
        assert (flight.kernel.resets, len(flight.kernel.open_sockets)) == (0, 1)
        flight.mux.drop_overdue(lambda trial: True)
        assert (flight.kernel.resets, len(flight.kernel.open_sockets)) == (1, 0)

    def test_overdue_ones_that_make_room(self) -> None:
        flight = Turns(silence, descriptors=1)
        flight.launch([1])
        flight.wait(1.0)
        flight.wait(0.0)
        flight.launch([2])
        assert (flight.kernel.resets, len(flight.kernel.open_sockets)) == (1, 1)

    def test_one_that_met_itself(self) -> None:
        flight = Turns(later(0.01, 0.01, kind="self"))
        (trial,) = flight.launch()
        flight.wait(0.01)
        flight.mux.close_for(trial)
        assert (flight.kernel.resets, len(flight.kernel.open_sockets)) == (2, 0)

    def test_all_of_them_at_the_end(self) -> None:
        flight, _ = self.silent_once(silence)
        flight.launch([81, 82])
        flight.mux.close()
        assert (flight.kernel.resets, len(flight.kernel.open_sockets)) == (3, 0)


@pytest.mark.parametrize("capacity", [1, 2, 7])
def test_as_many_sockets_as_were_granted_and_no_more(capacity: int) -> None:
    """The machine would have room for more, but those are for reports and names."""
    flight = Turns(silence)
    flight.mux = real.Flight(flight.kernel, capacity=capacity)  # type: ignore[arg-type]
    trials = flight.trials(range(10))
    assert flight.mux.launch(trials) == trials[capacity:]
    assert (flight.mux.shortage, flight.mux.in_flight) == (errno.EMFILE, capacity)
    assert flight.kernel.most_open == capacity


def test_capacity_is_no_more_than_the_poller_can_watch() -> None:
    flight = Turns(silence)
    flight.kernel.poller(None).capacity = 5
    assert real.Flight(flight.kernel, capacity=100).capacity == 5  # type: ignore[arg-type]
    assert real.Flight(flight.kernel, capacity=3).capacity == 3  # type: ignore[arg-type]
    assert real.Flight(flight.kernel).capacity == 5  # type: ignore[arg-type]


@POLLERS
def test_close_closes_every_socket(edge: bool) -> None:
    """Whether in flight, overdue or idle."""
    flight = Turns(
        lambda host, port, attempt, now: Answer(0.01, "rst") if port == 1 else None, edge=edge, recycles=edge
    )
    flight.launch([1])
    flight.launch([2], timeout=0.5)
    flight.launch([3], timeout=9.0)
    flight.wait(0.5)
    flight.wait(0.5)
    flight.wait(0.0)
    assert len(flight.kernel.open_sockets) == 2 + edge
    flight.mux.close()
    assert not flight.kernel.open_sockets


def test_a_poller_that_refuses_a_descriptor_is_a_shortage() -> None:
    """As select(2) does from 1024 on: overdue sockets give way, then there is no more room."""
    flight = Turns(silence)
    poller = flight.kernel.poller(None)
    poller.accepts = lambda fd: fd < 12  # type: ignore[method-assign]
    trials = flight.trials([1, 2, 3])
    assert flight.mux.launch(trials) == trials[2:]
    assert flight.mux.shortage == errno.ENOSPC
    flight.wait(1.0)
    flight.wait(0.0)
    flight.launch([4, 5])
    assert (flight.mux.in_flight, len(flight.kernel.open_sockets)) == (2, 2)
