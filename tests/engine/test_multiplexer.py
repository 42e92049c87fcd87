"""The probes in flight, on a fake kernel with exact times: connect()'s words, what events mean, when it is silence."""

import pytest

from scanner.engine.flight import flight as real
from scanner.machine.tcp_info import TcpInfo
from scanner.model import State
from tests.engine.fakes import START, Answer
from tests.engine.turns import POLLERS, Turns, answers, silence, verdict_of


class TestDeadlines:
    @POLLERS
    def test_each_probe_has_its_own(self, edge: bool) -> None:
        """Lanes may have timeouts in any order; times count from each connect()."""
        flight = Turns(silence, edge=edge, recycles=edge)
        flight.launch([1, 2], timeout=3.0)
        flight.launch([3], timeout=0.25)
        flight.wait(0.125)
        flight.launch([4], timeout=0.25)
        flight.launch([5], timeout=1.0)
        assert flight.mux.next_deadline == START + 0.25
        flight.run()
        assert flight.silent == [(0.25, 3), (0.375, 4), (1.125, 5), (3.0, 1), (3.0, 2)]
        assert flight.mux.next_deadline == float("inf")

    def test_the_clock_starts_after_connect(self) -> None:
        """A stall inside connect() must not eat the deadline."""
        flight = Turns(silence, costs=0.25)
        flight.launch([1, 2], timeout=1.0)
        flight.run()
        assert flight.silent == [(1.25, 1), (1.5, 2)]

    def test_not_a_moment_too_early(self) -> None:
        flight = Turns(silence)
        flight.launch(timeout=1.0)
        flight.wait(0.999)
        assert flight.silent == []
        flight.wait(0.0)
        assert (flight.silent, flight.mux.in_flight) == ([], 1)
        flight.wait(0.001)
        flight.wait(0.0)
        assert [port for _, port in flight.silent] == [80]

    def test_an_answered_lane_leaves_nothing_behind(self) -> None:
        flight = Turns(lambda host, port, attempt, now: Answer(0.01, "rst") if port % 2 else None)
        flight.launch(range(1, 101))
        flight.run()
        assert flight.mux.in_flight == 0
        assert [port for _, port in flight.silent] == list(range(2, 101, 2))

    @POLLERS
    @pytest.mark.parametrize("batch", [1 << 30, 64, 1])
    def test_answers_that_are_there_come_before_deadlines(self, edge: bool, batch: int) -> None:
        """The process is stopped for five seconds while thousands of answers come in: none of them is silence."""
        kinds = ["rst", "open", "soft", "reset"]
        flight = Turns(
            lambda host, port, attempt, now: Answer(0.5, kinds[port % 4]),
            stall=(START + 0.1, 5.0),
            edge=edge,
            recycles=edge,
            batch=batch,
        )
        count = 3000 if batch > 1 else 300
        flight.launch(range(count), timeout=1.0)
        flight.run()
        assert flight.silent == []
        assert sorted(port for _, port in flight.judged + flight.denied) == list(range(count))
        assert flight.kernel.connects == count

    @pytest.mark.parametrize("batch", [1, 2])
    def test_every_answer_that_is_there_is_heard_before_any_deadline_is_over(self, batch: int) -> None:
        """The poller hands out few at a time, and there is no TCP_INFO: only its event shows that a port is open."""
        flight = Turns(answers("open", 0.5), stall=(START + 0.1, 5.0), edge=False, recycles=False, batch=batch)
        flight.kernel.info = lambda sock: TcpInfo(None)  # type: ignore[method-assign]
        flight.launch(range(5), timeout=1.0)
        flight.run()
        assert (flight.silent, len(flight.judged)) == ([], 5)

    def test_silence_is_not_called_by_a_poll_that_began_before_it_was_due(self) -> None:
        """The stall ends after the deadline; an answer may have come since the poll looked."""
        flight = Turns(silence, stall=(START + 0.1, 5.0))
        flight.launch(timeout=1.0)
        flight.wait(0.2)
        assert flight.silent == []
        flight.wait(0.0)
        assert [port for _, port in flight.silent] == [80]

    def test_a_handshake_seen_at_the_deadline_only(self) -> None:
        """No event reported it; TCP_INFO is asked before silence is called."""
        flight = Turns(silence)
        (trial,) = flight.launch()
        next(iter(flight.kernel.open_sockets)).arrive("open")
        flight.run()
        assert verdict_of(trial) == (State.OPEN, "syn-ack", "")
        assert flight.silent == []


def test_prepare_is_called_just_before_connect() -> None:
    seen: list[tuple[int, int]] = []
    flight = Turns(answers("rst"))
    flight.mux = real.Flight(
        flight.kernel,  # type: ignore[arg-type]
        prepare=lambda slot, trial: seen.append((trial.endpoint.port, flight.kernel.connects)),
    )
    flight.launch([7, 8])
    assert seen == [(7, 0), (8, 1)]
