"""What connect() itself says."""

import errno
from typing import Any

import pytest

from scanner.engine.flight.probe import BareTrial
from scanner.model import Endpoint, Place, Request, State
from tests.engine.fakes import AF_INET, AF_INET6
from tests.engine.turns import POLLERS, Turns, answers, silence, verdict_of


class TestWhatConnectSays:
    def test_connected_at_once(self) -> None:
        flight = Turns(answers("open", 0.0))
        (trial,) = flight.launch()
        flight.run()
        assert verdict_of(trial) == (State.OPEN, "syn-ack", "")
        assert (trial.attempts, flight.judged) == (1, [(0.0, 80)])
        assert not flight.kernel.open_sockets

    def test_in_progress(self) -> None:
        flight = Turns(answers("open"))
        (trial,) = flight.launch()
        assert flight.mux.in_flight == flight.mux.in_flight_of(AF_INET) == 1
        assert flight.mux.in_flight_of(AF_INET6) == 0
        flight.run()
        assert (trial.attempts, flight.judged) == (1, [(0.01, 80)])

    @POLLERS
    def test_interrupted_goes_on_by_itself(self, edge: bool) -> None:
        """connect() again would say EALREADY; the fake forbids it."""
        flight = Turns(answers("rst"), errors=[errno.EINTR], edge=edge, recycles=edge)
        (trial,) = flight.launch()
        flight.run()
        assert verdict_of(trial) == (State.REFUSED, "conn-refused", "")
        assert (trial.attempts, flight.kernel.connects, flight.judged) == (1, 1, [(0.01, 80)])

    def test_interrupted_and_answered_before_we_look(self) -> None:
        flight = Turns(answers("rst"), errors=[errno.EINTR])
        connect = flight.kernel.connect

        def answered_meanwhile(sock: Any, address: Any) -> int:
            code = connect(sock, address)
            sock.arrive("rst")
            return code

        flight.kernel.connect = answered_meanwhile  # type: ignore[method-assign]
        (trial,) = flight.launch()
        assert verdict_of(trial) == (State.REFUSED, "conn-refused", "")

    @POLLERS
    def test_interrupted_before_it_left_is_launched_again(self, edge: bool) -> None:
        """Where something keeps the call from the kernel, no event ever comes: it must not cost the deadline."""
        flight = Turns(answers("rst"), errors=[errno.EINTR] * 3, sends_at_eintr=False, edge=edge, recycles=edge)
        (trial,) = flight.launch()
        flight.run()
        assert verdict_of(trial) == (State.REFUSED, "conn-refused", "")
        assert (trial.attempts, flight.silent, flight.judged) == (1, [], [(0.01, 80)])

    def test_what_never_leaves_ends_as_an_error(self) -> None:
        flight = Turns(silence, fails=lambda address, now: errno.EINTR, sends_at_eintr=False)
        (trial,) = flight.launch()
        flight.run()
        assert verdict_of(trial) == (State.ERROR, "EINTR", "")
        assert (trial.attempts, flight.kernel.connects) == (1, 17)  # sixteen times more
        assert not flight.kernel.open_sockets

    @pytest.mark.parametrize(
        ("code", "state", "reason"),
        [
            (errno.ENETUNREACH, State.ERROR, "ENETUNREACH"),
            (errno.EHOSTUNREACH, State.ERROR, "EHOSTUNREACH"),
            (errno.EACCES, State.ERROR, "EACCES"),
            (errno.EPERM, State.ERROR, "EPERM"),
            (errno.EINVAL, State.ERROR, "EINVAL"),
            (errno.ECONNREFUSED, State.REFUSED, "conn-refused"),
        ],
    )
    def test_an_errno_at_once(self, code: int, state: State, reason: str) -> None:
        flight = Turns(silence, errors=[code] * 2)
        (trial,) = flight.launch()
        flight.run()
        assert verdict_of(trial) == (state, reason, "")
        assert (trial.attempts, flight.mux.in_flight) == (1, 0)
        assert (trial.rtt_ms is None) is (state is State.ERROR), "nobody answered, or somebody did"
        assert not flight.kernel.open_sockets

    @pytest.mark.parametrize("code", [errno.EACCES, errno.EINVAL])
    def test_what_a_route_may_have_said_is_believed_the_second_time(self, code: int) -> None:
        """A route that came back before the kernel was asked about it looks like a firewall, but says so only once."""
        flight = Turns(answers("rst"), errors=[code])
        (trial,) = flight.launch()
        flight.run()
        assert verdict_of(trial) == (State.REFUSED, "conn-refused", "")
        assert (trial.attempts, flight.kernel.connects) == (1, 2)

    @pytest.mark.parametrize(
        "code", [errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM, errno.EAGAIN, errno.EADDRNOTAVAIL]
    )
    @pytest.mark.parametrize("at", ["socket", "connect"])
    def test_a_limit_of_this_machine_is_no_verdict(self, code: int, at: str) -> None:
        """The probe and all after it come back, without an attempt counted; those before it have left."""
        flight = Turns(answers("open"), **({"errors": [0, code]} if at == "connect" else {}))
        if at == "socket":
            flight.kernel.no_socket = lambda family, now: code if flight.kernel.connects else 0
        trials = flight.trials([1, 2, 3])
        assert flight.mux.launch(trials) == trials[1:]
        assert flight.mux.shortage == code
        assert [(trial.verdict, trial.attempts) for trial in trials] == [(None, 1), (None, 0), (None, 0)]
        assert (flight.mux.in_flight, len(flight.kernel.open_sockets)) == (1, 1)

    def test_an_address_with_scope(self) -> None:
        flight = Turns(silence)
        seen: list[Any] = []
        flight.kernel.fails = lambda address, now: seen.append(address) or 0  # type: ignore[func-returns-value]
        place = Place("fe80::1%eth0", AF_INET6)
        place.scope = 3
        flight.mux.launch([BareTrial(Endpoint(place, 22, (Request(),)))])
        assert [address[1:] for address in seen] == [(22, 0, 3)]
