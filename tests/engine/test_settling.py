"""What an event means, and answers that come late."""

import errno

import pytest

from scanner.machine.error_queue import Icmp
from scanner.machine.tcp_info import TcpInfo
from scanner.model import State
from tests.engine.fakes import Answer
from tests.engine.turns import POLLERS, Turns, answers, later, silence, verdict_of

#: What Linux reports: kind, state, reason, whether the socket may be used again.
EVENTS = [
    ("open", State.OPEN, "syn-ack", False),
    ("fin", State.OPEN, "syn-ack", False),
    ("rst", State.REFUSED, "conn-refused", True),
    ("reset", State.OPEN, "syn-ack-reset", False),
    ("epipe", State.OPEN, "syn-ack-reset", False),
    ("host-unreach", State.UNREACHABLE, "host-unreach", False),
    ("port-unreach", State.UNREACHABLE, "port-unreach", False),
    ("soft", State.UNREACHABLE, "admin-prohibited", False),
]


SENDERS = {"host-unreach": "192.0.2.1", "port-unreach": "192.0.2.1", "soft": "192.0.2.9"}


class TestWhatAnEventMeans:
    """The fake refuses a second read of SO_ERROR, and any use of a closed socket."""

    @POLLERS
    @pytest.mark.parametrize(("kind", "state", "reason", "reusable"), EVENTS, ids=[row[0] for row in EVENTS])
    def test_answers(self, kind: str, state: State, reason: str, reusable: bool, edge: bool) -> None:
        flight = Turns(answers(kind), edge=edge, recycles=edge)
        (trial,) = flight.launch()
        flight.run()
        assert verdict_of(trial) == (state, reason, SENDERS.get(kind, ""))
        assert (trial.verdict is None) == (state is State.UNREACHABLE)
        assert (flight.judged + flight.denied, flight.silent) == ([(0.01, 80)], [])
        assert len(flight.kernel.open_sockets) == (reusable and edge)

    @POLLERS
    @pytest.mark.parametrize(("sender", "source"), [("192.0.2.1", "192.0.2.1"), ("127.0.0.1", ""), ("::1", "")])
    def test_what_this_host_says_itself_has_no_sender(self, sender: str, source: str, edge: bool) -> None:
        flight = Turns(answers("host-unreach"), edge=edge, recycles=edge)
        flight.kernel.icmp = lambda sock: Icmp(4, 3, 1, sender)  # type: ignore[method-assign]
        (trial,) = flight.trials([80])
        trial.endpoint.place.note.source = source
        flight.mux.launch([trial])
        flight.run()
        assert verdict_of(trial) == (State.UNREACHABLE, "host-unreach", "")
        assert trial.verdict is not None, "its own word is final"

    @POLLERS
    @pytest.mark.parametrize("kind", ["ignored", "unasked"])
    def test_what_is_no_obstacle_keeps_waiting(self, kind: str, edge: bool) -> None:
        """ERR, with nothing behind it that ends the attempt: only the deadline decides."""
        flight = Turns(answers(kind), edge=edge, recycles=edge)
        (trial,) = flight.launch()
        flight.run()
        assert (trial.verdict, flight.silent) == (None, [(1.0, 80)])

    def test_an_error_without_an_event_is_found_at_the_deadline(self) -> None:
        """IPv6 without IPV6_RECVERR: the errno is there, but no event reported it."""
        flight = Turns(answers("quiet"))
        (trial,) = flight.launch(host="2001:db8::1")
        flight.run()
        assert verdict_of(trial) == (State.UNREACHABLE, "host-unreach", "")
        assert (flight.denied, flight.silent) == ([(1.0, 80)], [])

    @POLLERS
    def test_a_soft_error_is_remembered_until_the_deadline(self, edge: bool) -> None:
        """Its errno is read only once, and a later event brings none."""
        flight = Turns(silence, edge=edge, recycles=edge)
        (trial,) = flight.launch()
        (sock,) = flight.kernel.open_sockets
        poller = flight.kernel.poller(None)
        with pytest.MonkeyPatch.context() as patch:
            for kind in ("unexplained", "unasked"):
                patch.setattr(poller, "wait", lambda timeout, kind=kind: [(sock.number, sock.arrive(kind))])
                flight.wait(0.0)
        assert trial.verdict is None
        flight.run()
        assert verdict_of(trial) == (State.UNREACHABLE, "host-unreach", "")
        assert flight.denied == [(1.0, 80)]

    def test_a_round_trip_that_the_kernel_does_not_know_is_the_time_waited(self) -> None:
        flight = Turns(answers("open", 0.25))
        flight.kernel.info = lambda sock: TcpInfo(sock.tcp_state)  # type: ignore[method-assign]
        (trial,) = flight.launch()
        flight.run()
        assert (trial.rtt_ms, trial.lost_syns) == (250.0, 0)

    @POLLERS
    def test_an_idle_socket_is_not_open(self, edge: bool) -> None:
        """0x14 with SO_ERROR 0 and CLOSE: it never left, and is probed again."""
        network = lambda host, port, attempt, now: Answer(0.01, "idle" if attempt < 3 else "rst")  # noqa: E731
        flight = Turns(network, edge=edge, recycles=edge)
        (trial,) = flight.launch()
        flight.run()
        assert verdict_of(trial) == (State.REFUSED, "conn-refused", "")
        assert (trial.attempts, flight.judged) == (1, [(0.03, 80)])

    @POLLERS
    def test_a_kernel_that_gives_up_is_silence(self, edge: bool) -> None:
        flight = Turns(answers("gone", 0.5), edge=edge, recycles=edge)
        (trial,) = flight.launch()
        flight.run()
        assert (trial.verdict, flight.silent) == (None, [(0.5, 80)])
        assert not flight.kernel.open_sockets  # nothing more can come from it

    @POLLERS
    def test_a_self_connect_is_probed_again_and_never_open(self, edge: bool) -> None:
        """The socket is kept until the target is judged, so that its port cannot be drawn again."""
        network = lambda host, port, attempt, now: Answer(0.01, "self" if attempt < 3 else "rst")  # noqa: E731
        flight = Turns(network, edge=edge, recycles=edge)
        (trial,) = flight.launch()
        flight.wait(0.01)
        assert (len(flight.kernel.open_sockets), flight.mux.in_flight) == (2, 1)
        flight.run()
        assert verdict_of(trial) == (State.REFUSED, "conn-refused", "")
        assert (trial.attempts, flight.judged) == (1, [(0.03, 80)])
        assert len(flight.kernel.open_sockets) == edge  # the refused one waits to be used again

    def test_who_can_only_meet_itself_is_an_error(self) -> None:
        flight = Turns(answers("self"), descriptors=4)
        (trial,) = flight.launch()
        flight.run()
        assert verdict_of(trial) == (State.ERROR, "EADDRNOTAVAIL", "")
        assert not flight.kernel.open_sockets


class TestPlainSilence:
    """What no event and no error speak of is not looked at any closer."""

    @staticmethod
    def _looks(flight: Turns, kind: str | None, patch: pytest.MonkeyPatch) -> list[str]:
        looks: list[str] = []
        for name in ("info", "self_connected", "icmp"):
            of = getattr(flight.kernel, name)
            patch.setattr(flight.kernel, name, lambda sock, name=name, of=of: (looks.append(name), of(sock))[1])
        (trial,) = flight.launch()
        if kind is not None:
            (sock,) = flight.kernel.open_sockets
            patch.setattr(flight.kernel.poller(None), "wait", lambda timeout: flight.kernel.pass_time(timeout)[:0])
            sock.arrive(kind)
        flight.run()
        assert trial.attempts == 1 or trial.verdict is not None
        return looks

    def test_its_socket_is_asked_for_its_error_and_state_alone(self, monkeypatch: pytest.MonkeyPatch) -> None:
        flight = Turns(silence)
        assert self._looks(flight, None, monkeypatch) == []
        assert flight.silent == [(1.0, 80)]

    @pytest.mark.parametrize(("changed", "asked"), [(True, 2), (False, 1)])
    def test_where_it_left_from_is_asked_only_if_that_may_have_changed(self, changed: bool, asked: int) -> None:
        flight = Turns(silence, steady=not changed)
        (trial,) = flight.launch()
        flight.run()
        calls: list[int] = []
        of = flight.kernel.own_address
        flight.kernel.own_address = lambda sock: (calls.append(1), of(sock))[1]  # type: ignore[method-assign]
        trial.endpoint.place.note.source = ""
        flight.mux.launch([trial])
        flight.run()
        assert (len(calls), len(flight.silent)) == (asked, 2)

    @pytest.mark.parametrize("kind", ["rst", "open", "reset", "host-unreach"])
    def test_an_answer_of_which_no_event_came_is_found(self, kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
        flight = Turns(silence)
        assert "info" in self._looks(flight, kind, monkeypatch)
        assert (flight.silent, flight.judged or flight.denied) == ([], [(1.0, 80)])


class TestLateAnswers:
    """A silent attempt's socket stays open while there is room."""

    @POLLERS
    @pytest.mark.parametrize(("kind", "state"), [("rst", State.REFUSED), ("open", State.OPEN)])
    def test_count_while_the_next_attempt_waits(self, kind: str, state: State, edge: bool) -> None:
        flight = Turns(later(0.75, None, kind=kind), edge=edge, recycles=edge)
        (trial,) = flight.launch(timeout=0.5)
        flight.wait(0.5)
        flight.wait(0.0)
        assert flight.silent == [(0.5, 80)]
        flight.mux.launch([trial])
        flight.run()
        assert trial.verdict is not None
        assert (trial.verdict.state, trial.attempts, trial.answered) == (state, 2, 1)
        assert flight.judged == [(0.75, 80)]
        assert len(flight.kernel.open_sockets) == (edge and kind == "rst")

    def test_count_before_the_next_attempt_left(self) -> None:
        flight = Turns(later(1.5))
        (trial,) = flight.launch(timeout=1.0)
        flight.wait(1.0)
        flight.wait(0.0)
        assert flight.silent == [(1.0, 80)]
        flight.wait(0.6)
        assert (trial.attempts, trial.answered, flight.judged) == (1, 1, [(1.5, 80)])

    @pytest.mark.parametrize("kind", ["rst", "open"])
    def test_the_second_attempts_answer_is_the_seconds(self, kind: str) -> None:
        flight = Turns(later(None, 0.25, kind=kind))
        (trial,) = flight.launch(timeout=1.0)
        flight.wait(1.0)
        flight.wait(0.0)
        flight.mux.launch([trial])
        flight.run()
        assert (trial.attempts, trial.answered) == (2, 2)
        assert trial.rtt_ms == (250.0 if kind == "rst" else 1.5)  # TCP_INFO knows better
        assert len(flight.kernel.open_sockets) == (kind == "rst")  # the first attempt's was closed

    def test_a_late_silence_is_not_told_twice(self) -> None:
        """The kernel gives up on an attempt that has already been reported."""
        flight = Turns(later(1.5, None, kind="gone"))
        (trial,) = flight.launch(timeout=1.0)
        flight.wait(1.0)
        flight.wait(0.0)
        flight.mux.launch([trial])
        flight.run()
        assert [port for _, port in flight.silent] == [80, 80]
        assert trial.verdict is None

    def test_a_late_self_connect_is_not_launched_again(self) -> None:
        flight = Turns(later(1.5, None, kind="self"))
        (trial,) = flight.launch(timeout=1.0)
        flight.wait(1.0)
        flight.wait(0.0)
        flight.wait(0.6)
        assert (trial.verdict, flight.kernel.connects, flight.judged) == (None, 1, [])

    def test_their_sockets_make_room_for_new_probes(self) -> None:
        flight = Turns(silence, descriptors=3)
        flight.launch([1, 2, 3])
        flight.wait(1.0)
        flight.wait(0.0)
        assert len(flight.silent) == 3
        flight.launch([4, 5, 6])
        assert flight.mux.in_flight == 3

    def test_the_oldest_of_them_give_way_first_and_many_at_a_time(self) -> None:
        flight = Turns(silence, descriptors=70)
        trials = flight.launch(range(70))
        flight.wait(1.0)
        flight.wait(0.0)
        flight.launch([99])
        assert [trial.endpoint.port for trial in trials if trial.probes] == list(range(64, 70))

    def test_so_do_idle_sockets_of_the_other_family(self) -> None:
        flight = Turns(answers("rst"), descriptors=3)
        flight.launch([1, 2, 3])
        flight.run()
        assert len(flight.kernel.open_sockets) == 3
        flight.launch([1, 2, 3], host="2001:db8::1")
        assert flight.mux.in_flight == 3

    @pytest.mark.parametrize(("code", "left"), [(errno.ENOBUFS, 0), (errno.ENOMEM, 0), (errno.EADDRNOTAVAIL, 1)])
    def test_what_this_machine_is_short_of_is_taken_from_them(self, code: int, left: int) -> None:
        """But attempts at one destination do not hold the local ports that another lacks."""
        flight = Turns(silence)
        flight.launch([1])
        flight.wait(1.0)
        flight.wait(0.0)
        flight.kernel.errors = [code]
        trials = flight.trials([2])
        assert flight.mux.launch(trials) == trials
        assert len(flight.kernel.open_sockets) == left

    def test_a_target_whose_own_sockets_hold_the_local_ports(self) -> None:
        """EADDRNOTAVAIL is about one destination; our own earlier attempts there may be what takes up its ports."""
        flight = Turns(silence)
        flight.kernel.fails = lambda address, now: errno.EADDRNOTAVAIL if len(flight.kernel.open_sockets) > 2 else 0
        (trial,) = flight.launch()
        for _ in range(2):
            flight.wait(1.0)
            flight.wait(0.0)
            rest = flight.mux.launch([trial])
        assert rest == [trial]
        assert flight.mux.launch([trial]) == []
        assert trial.attempts == 3
