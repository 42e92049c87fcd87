"""The probes in flight, on a fake kernel with exact times: what connect() says, events mean, and when it is silence."""

import errno
from collections.abc import Callable, Iterable
from typing import Any

import pytest

from scanner.engine.flight.multiplexer import Multiplexer
from scanner.engine.flight.verdict import Verdict
from scanner.engine.trial import Trial
from scanner.engine.truth.paths import Path
from scanner.machine.error_queue import Icmp
from scanner.machine.tcp_info import TcpInfo
from scanner.model import Endpoint, Place, Request, State
from tests.engine.fakes import AF_INET, AF_INET6, START, Answer, FakeKernel, Network

HOST = "192.0.2.80"


class Flight:
    """A multiplexer on a fake kernel whose connect() takes no time; sockets are counted at the end."""

    def __init__(self, network: Network, **options: Any) -> None:
        self.kernel = FakeKernel(network, **{"costs": 0.0, **options})
        self.mux = Multiplexer(self.kernel)  # type: ignore[arg-type]
        self.silent: list[tuple[float, int]] = []  # (seconds since the start, port)
        self.judged: list[tuple[float, int]] = []
        self.denied: list[tuple[float, int]] = []
        self.path = Path(1)

    def trials(self, ports: Iterable[int], *, host: str = HOST, timeout: float = 1.0) -> list[Trial]:
        place = Place(host, AF_INET6 if ":" in host else AF_INET)
        asked = (Request(timeout=timeout),)
        return [Trial(Endpoint(place, port, asked), self.path) for port in ports]

    def launch(self, ports: Iterable[int] = (80,), **options: Any) -> list[Trial]:
        trials = self.trials(ports, **options)
        assert self.mux.launch(trials) == []
        return trials

    def wait(self, seconds: float) -> None:
        """Waits once; what never left is launched again."""
        self.mux.wait(seconds)
        now = round(self.kernel.now - START, 6)
        self.silent += [(now, trial.endpoint.port) for trial in self.mux.silent]
        self.judged += [(now, trial.endpoint.port) for trial in self.mux.judged]
        self.denied += [(now, trial.endpoint.port) for trial in self.mux.denied]
        again, self.mux.again, self.mux.silent, self.mux.judged, self.mux.denied = self.mux.again, [], [], [], []
        assert self.mux.launch(again) == []

    def run(self, *, most: int = 10_000) -> None:
        """Until nothing is in flight."""
        for _ in range(most):
            if not (self.mux.in_flight or self.mux.again or self.mux.judged):
                return
            self.wait(0.0 if self.mux.again else max(0.0, min(9.0, self.mux.next_deadline - self.kernel.now)))
        raise AssertionError("it does not end")


def answers(kind: str, delay: float = 0.01) -> Network:
    return lambda host, port, attempt, now: Answer(delay, kind)


def silence(host: str, port: int, attempt: int, now: float) -> Answer | None:
    return None


def verdict_of(trial: Trial) -> tuple[State, str, str]:
    """The verdict, or the "no" of the only attempt that may pass."""
    if trial.verdict is None:
        (denial,) = trial.denials
        return tuple(denial.verdict)
    assert isinstance(trial.verdict, Verdict)
    assert not trial.denials
    return tuple(trial.verdict)


POLLERS = pytest.mark.parametrize("edge", [True, False], ids=["edge", "level"])


class TestWhatConnectSays:
    def test_connected_at_once(self) -> None:
        flight = Flight(answers("open", 0.0))
        (trial,) = flight.launch()
        flight.run()
        assert verdict_of(trial) == (State.OPEN, "syn-ack", "")
        assert (trial.attempts, flight.judged) == (1, [(0.0, 80)])
        assert not flight.kernel.open_sockets

    def test_in_progress(self) -> None:
        flight = Flight(answers("open"))
        (trial,) = flight.launch()
        assert flight.mux.in_flight == flight.mux.in_flight_of(AF_INET) == 1
        assert flight.mux.in_flight_of(AF_INET6) == 0
        flight.run()
        assert (trial.attempts, flight.judged) == (1, [(0.01, 80)])

    @POLLERS
    def test_interrupted_goes_on_by_itself(self, edge: bool) -> None:
        """connect() again would say EALREADY; the fake forbids it."""
        flight = Flight(answers("rst"), errors=[errno.EINTR], edge=edge, recycles=edge)
        (trial,) = flight.launch()
        flight.run()
        assert verdict_of(trial) == (State.REFUSED, "conn-refused", "")
        assert (trial.attempts, flight.kernel.connects, flight.judged) == (1, 1, [(0.01, 80)])

    def test_interrupted_and_answered_before_we_look(self) -> None:
        flight = Flight(answers("rst"), errors=[errno.EINTR])
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
        flight = Flight(answers("rst"), errors=[errno.EINTR] * 3, sends_at_eintr=False, edge=edge, recycles=edge)
        (trial,) = flight.launch()
        flight.run()
        assert verdict_of(trial) == (State.REFUSED, "conn-refused", "")
        assert (trial.attempts, flight.silent, flight.judged) == (1, [], [(0.01, 80)])

    def test_what_never_leaves_ends_as_an_error(self) -> None:
        flight = Flight(silence, fails=lambda address, now: errno.EINTR, sends_at_eintr=False)
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
        flight = Flight(silence, errors=[code] * 2)
        (trial,) = flight.launch()
        flight.run()
        assert verdict_of(trial) == (state, reason, "")
        assert (trial.attempts, flight.mux.in_flight) == (1, 0)
        assert (trial.rtt_ms is None) is (state is State.ERROR), "nobody answered, or somebody did"
        assert not flight.kernel.open_sockets

    @pytest.mark.parametrize("code", [errno.EACCES, errno.EINVAL])
    def test_what_a_route_may_have_said_is_believed_the_second_time(self, code: int) -> None:
        """One that came back before the kernel was asked for it looks like a firewall, but does not say it again."""
        flight = Flight(answers("rst"), errors=[code])
        (trial,) = flight.launch()
        flight.run()
        assert verdict_of(trial) == (State.REFUSED, "conn-refused", "")
        assert (trial.attempts, flight.kernel.connects) == (1, 2)

    @pytest.mark.parametrize(
        "code", [errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM, errno.EAGAIN, errno.EADDRNOTAVAIL]
    )
    @pytest.mark.parametrize("at", ["socket", "connect"])
    def test_a_limit_of_this_machine_is_no_verdict(self, code: int, at: str) -> None:
        """The probe and all behind it come back, without an attempt counted; those before it have left."""
        flight = Flight(answers("open"), **({"errors": [0, code]} if at == "connect" else {}))
        if at == "socket":
            flight.kernel.no_socket = lambda family, now: code if flight.kernel.connects else 0
        trials = flight.trials([1, 2, 3])
        assert flight.mux.launch(trials) == trials[1:]
        assert flight.mux.shortage == code
        assert [(trial.verdict, trial.attempts) for trial in trials] == [(None, 1), (None, 0), (None, 0)]
        assert (flight.mux.in_flight, len(flight.kernel.open_sockets)) == (1, 1)

    def test_an_address_with_scope(self) -> None:
        flight = Flight(silence)
        seen: list[Any] = []
        flight.kernel.fails = lambda address, now: seen.append(address) or 0  # type: ignore[func-returns-value]
        place = Place("fe80::1%eth0", AF_INET6)
        place.scope = 3
        flight.mux.launch([Trial(Endpoint(place, 22, (Request(),)), flight.path)])
        assert [address[1:] for address in seen] == [(22, 0, 3)]


#: The table of what Linux reports: kind, state, reason, whether the socket may be used again.
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
    """The fake refuses a second read of SO_ERROR, and anything done to a closed socket."""

    @POLLERS
    @pytest.mark.parametrize(("kind", "state", "reason", "reusable"), EVENTS, ids=[row[0] for row in EVENTS])
    def test_answers(self, kind: str, state: State, reason: str, reusable: bool, edge: bool) -> None:
        flight = Flight(answers(kind), edge=edge, recycles=edge)
        (trial,) = flight.launch()
        flight.run()
        assert verdict_of(trial) == (state, reason, SENDERS.get(kind, ""))
        assert (trial.verdict is None) == (state is State.UNREACHABLE)
        assert (flight.judged + flight.denied, flight.silent) == ([(0.01, 80)], [])
        assert len(flight.kernel.open_sockets) == (reusable and edge)

    @POLLERS
    @pytest.mark.parametrize(("sender", "source"), [("192.0.2.1", "192.0.2.1"), ("127.0.0.1", ""), ("::1", "")])
    def test_what_this_host_says_itself_has_no_sender(self, sender: str, source: str, edge: bool) -> None:
        flight = Flight(answers("host-unreach"), edge=edge, recycles=edge)
        flight.kernel.icmp = lambda sock: Icmp(4, 3, 1, sender)  # type: ignore[method-assign]
        (trial,) = flight.trials([80])
        trial.endpoint.place.source = source
        flight.mux.launch([trial])
        flight.run()
        assert verdict_of(trial) == (State.UNREACHABLE, "host-unreach", "")
        assert trial.verdict is not None, "its own word is final"

    @POLLERS
    @pytest.mark.parametrize("kind", ["ignored", "unasked"])
    def test_what_is_no_obstacle_keeps_waiting(self, kind: str, edge: bool) -> None:
        """ERR with nothing behind it that ends the attempt: the deadline decides, not before."""
        flight = Flight(answers(kind), edge=edge, recycles=edge)
        (trial,) = flight.launch()
        flight.run()
        assert (trial.verdict, flight.silent) == (None, [(1.0, 80)])

    def test_an_error_without_an_event_is_found_at_the_deadline(self) -> None:
        """IPv6 without IPV6_RECVERR: the errno is there, and no event told."""
        flight = Flight(answers("quiet"))
        (trial,) = flight.launch(host="2001:db8::1")
        flight.run()
        assert verdict_of(trial) == (State.UNREACHABLE, "host-unreach", "")
        assert (flight.denied, flight.silent) == ([(1.0, 80)], [])

    @POLLERS
    def test_a_soft_error_is_remembered_until_the_deadline(self, edge: bool) -> None:
        """Its errno is read once, and a later event brings none."""
        flight = Flight(silence, edge=edge, recycles=edge)
        (trial,) = flight.launch()
        (sock,) = flight.kernel.open_sockets
        for kind in ("unexplained", "unasked"):
            flight.mux.harvest([(sock.number, sock.arrive(kind))], flight.kernel.now)
        assert trial.verdict is None
        flight.run()
        assert verdict_of(trial) == (State.UNREACHABLE, "host-unreach", "")
        assert flight.denied == [(1.0, 80)]

    def test_a_round_trip_that_the_kernel_does_not_know_is_the_time_waited(self) -> None:
        flight = Flight(answers("open", 0.25))
        flight.kernel.info = lambda sock: TcpInfo(sock.tcp_state)  # type: ignore[method-assign]
        (trial,) = flight.launch()
        flight.run()
        assert (trial.rtt_ms, trial.lost_syns) == (250.0, 0)

    @POLLERS
    def test_an_idle_socket_is_not_open(self, edge: bool) -> None:
        """0x14 with SO_ERROR 0 and CLOSE: it never left, and is probed again."""
        network = lambda host, port, attempt, now: Answer(0.01, "idle" if attempt < 3 else "rst")  # noqa: E731
        flight = Flight(network, edge=edge, recycles=edge)
        (trial,) = flight.launch()
        flight.run()
        assert verdict_of(trial) == (State.REFUSED, "conn-refused", "")
        assert (trial.attempts, flight.judged) == (1, [(0.03, 80)])

    @POLLERS
    def test_a_kernel_that_gives_up_is_silence(self, edge: bool) -> None:
        flight = Flight(answers("gone", 0.5), edge=edge, recycles=edge)
        (trial,) = flight.launch()
        flight.run()
        assert (trial.verdict, flight.silent) == (None, [(0.5, 80)])
        assert not flight.kernel.open_sockets  # nothing more can come from it

    @POLLERS
    def test_a_self_connect_is_probed_again_and_never_open(self, edge: bool) -> None:
        """The socket is kept until the target is judged, so that its port cannot be drawn again."""
        network = lambda host, port, attempt, now: Answer(0.01, "self" if attempt < 3 else "rst")  # noqa: E731
        flight = Flight(network, edge=edge, recycles=edge)
        (trial,) = flight.launch()
        flight.wait(0.01)
        assert (len(flight.kernel.open_sockets), flight.mux.in_flight) == (2, 1)
        flight.run()
        assert verdict_of(trial) == (State.REFUSED, "conn-refused", "")
        assert (trial.attempts, flight.judged) == (1, [(0.03, 80)])
        assert len(flight.kernel.open_sockets) == edge  # the refused one waits to be used again

    def test_who_can_only_meet_itself_is_an_error(self) -> None:
        flight = Flight(answers("self"), descriptors=4)
        (trial,) = flight.launch()
        flight.run()
        assert verdict_of(trial) == (State.ERROR, "EADDRNOTAVAIL", "")
        assert not flight.kernel.open_sockets


class TestDeadlines:
    @POLLERS
    def test_each_probe_has_its_own(self, edge: bool) -> None:
        """Lanes are walked in any order of timeouts; times are counted from each connect()."""
        flight = Flight(silence, edge=edge, recycles=edge)
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
        flight = Flight(silence, costs=0.25)
        flight.launch([1, 2], timeout=1.0)
        flight.run()
        assert flight.silent == [(1.25, 1), (1.5, 2)]

    def test_not_a_moment_too_early(self) -> None:
        flight = Flight(silence)
        flight.launch(timeout=1.0)
        flight.wait(0.999)
        assert flight.silent == []
        flight.wait(0.0)
        assert (flight.silent, flight.mux.in_flight) == ([], 1)
        flight.wait(0.001)
        flight.wait(0.0)
        assert [port for _, port in flight.silent] == [80]

    def test_an_answered_lane_leaves_nothing_behind(self) -> None:
        flight = Flight(lambda host, port, attempt, now: Answer(0.01, "rst") if port % 2 else None)
        flight.launch(range(1, 101))
        flight.run()
        assert flight.mux.in_flight == 0
        assert [port for _, port in flight.silent] == list(range(2, 101, 2))

    @POLLERS
    @pytest.mark.parametrize("batch", [1 << 30, 64, 1])
    def test_answers_that_are_there_come_before_deadlines(self, edge: bool, batch: int) -> None:
        """Stopped for five seconds while thousands of answers came in: none of them is silence."""
        kinds = ["rst", "open", "soft", "reset"]
        flight = Flight(
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
        """A poller that hands out few at a time, and no TCP_INFO: only its event tells that a port is open."""
        flight = Flight(answers("open", 0.5), stall=(START + 0.1, 5.0), edge=False, recycles=False, batch=batch)
        flight.kernel.info = lambda sock: TcpInfo(None)  # type: ignore[method-assign]
        flight.launch(range(5), timeout=1.0)
        flight.run()
        assert (flight.silent, len(flight.judged)) == ([], 5)

    def test_silence_is_not_called_by_a_poll_that_began_before_it_was_due(self) -> None:
        """The stall ends after the deadline; an answer may have come since the poll looked."""
        flight = Flight(silence, stall=(START + 0.1, 5.0))
        flight.launch(timeout=1.0)
        flight.wait(0.2)
        assert flight.silent == []
        flight.wait(0.0)
        assert [port for _, port in flight.silent] == [80]

    def test_a_handshake_seen_at_the_deadline_only(self) -> None:
        """No event told of it; TCP_INFO is asked before silence is called."""
        flight = Flight(silence)
        (trial,) = flight.launch()
        next(iter(flight.kernel.open_sockets)).arrive("open")
        flight.run()
        assert verdict_of(trial) == (State.OPEN, "syn-ack", "")
        assert flight.silent == []


def later(*delays: float | None, kind: str = "rst") -> Network:
    """The nth attempt is answered after the nth of these seconds, or never."""

    def network(host: str, port: int, attempt: int, now: float) -> Answer | None:
        delay = delays[attempt - 1]
        return None if delay is None else Answer(delay, kind)

    return network


class TestLateAnswers:
    """The socket of a silent attempt stays open while there is room."""

    @POLLERS
    @pytest.mark.parametrize(("kind", "state"), [("rst", State.REFUSED), ("open", State.OPEN)])
    def test_count_while_the_next_attempt_waits(self, kind: str, state: State, edge: bool) -> None:
        flight = Flight(later(1.5, None, kind=kind), edge=edge, recycles=edge)
        (trial,) = flight.launch(timeout=1.0)
        flight.wait(1.0)
        flight.wait(0.0)
        assert flight.silent == [(1.0, 80)]
        flight.mux.launch([trial])
        flight.run()
        assert trial.verdict is not None
        assert (trial.verdict.state, trial.attempts, trial.answered) == (state, 2, 1)
        assert flight.judged == [(1.5, 80)]
        assert len(flight.kernel.open_sockets) == (edge and kind == "rst")

    def test_count_before_the_next_attempt_left(self) -> None:
        flight = Flight(later(1.5))
        (trial,) = flight.launch(timeout=1.0)
        flight.wait(1.0)
        flight.wait(0.0)
        assert flight.silent == [(1.0, 80)]
        flight.wait(0.6)
        assert (trial.attempts, trial.answered, flight.judged) == (1, 1, [(1.5, 80)])

    @pytest.mark.parametrize("kind", ["rst", "open"])
    def test_the_second_attempts_answer_is_the_seconds(self, kind: str) -> None:
        flight = Flight(later(None, 0.25, kind=kind))
        (trial,) = flight.launch(timeout=1.0)
        flight.wait(1.0)
        flight.wait(0.0)
        flight.mux.launch([trial])
        flight.run()
        assert (trial.attempts, trial.answered) == (2, 2)
        assert trial.rtt_ms == (250.0 if kind == "rst" else 1.5)  # TCP_INFO knows better
        assert len(flight.kernel.open_sockets) == (kind == "rst")  # the first attempt's was closed

    def test_a_late_silence_is_not_told_twice(self) -> None:
        """The kernel gives up on an attempt that was reported already."""
        flight = Flight(later(1.5, None, kind="gone"))
        (trial,) = flight.launch(timeout=1.0)
        flight.wait(1.0)
        flight.wait(0.0)
        flight.mux.launch([trial])
        flight.run()
        assert [port for _, port in flight.silent] == [80, 80]
        assert trial.verdict is None

    def test_a_late_self_connect_is_not_launched_again(self) -> None:
        flight = Flight(later(1.5, None, kind="self"))
        (trial,) = flight.launch(timeout=1.0)
        flight.wait(1.0)
        flight.wait(0.0)
        flight.wait(0.6)
        assert (trial.verdict, flight.kernel.connects, flight.judged) == (None, 1, [])

    def test_their_sockets_make_room_for_new_probes(self) -> None:
        flight = Flight(silence, descriptors=3)
        flight.launch([1, 2, 3])
        flight.wait(1.0)
        flight.wait(0.0)
        assert len(flight.silent) == 3
        flight.launch([4, 5, 6])
        assert flight.mux.in_flight == 3

    def test_the_oldest_of_them_give_way_first_and_many_at_a_time(self) -> None:
        flight = Flight(silence, descriptors=70)
        trials = flight.launch(range(70))
        flight.wait(1.0)
        flight.wait(0.0)
        flight.launch([99])
        assert [trial.endpoint.port for trial in trials if trial.slots] == list(range(64, 70))

    def test_so_do_idle_sockets_of_the_other_family(self) -> None:
        flight = Flight(answers("rst"), descriptors=3)
        flight.launch([1, 2, 3])
        flight.run()
        assert len(flight.kernel.open_sockets) == 3
        flight.launch([1, 2, 3], host="2001:db8::1")
        assert flight.mux.in_flight == 3

    @pytest.mark.parametrize(("code", "left"), [(errno.ENOBUFS, 0), (errno.ENOMEM, 0), (errno.EADDRNOTAVAIL, 1)])
    def test_what_this_machine_is_short_of_is_taken_from_them(self, code: int, left: int) -> None:
        """But a local port that one destination lacks is not held by the attempts at another."""
        flight = Flight(silence)
        flight.launch([1])
        flight.wait(1.0)
        flight.wait(0.0)
        flight.kernel.errors = [code]
        trials = flight.trials([2])
        assert flight.mux.launch(trials) == trials
        assert len(flight.kernel.open_sockets) == left

    def test_a_target_whose_own_sockets_hold_the_local_ports(self) -> None:
        """EADDRNOTAVAIL is about one destination; our earlier attempts there may be what takes its ports."""
        flight = Flight(silence)
        flight.kernel.fails = lambda address, now: errno.EADDRNOTAVAIL if len(flight.kernel.open_sockets) > 2 else 0
        (trial,) = flight.launch()
        for _ in range(2):
            flight.wait(1.0)
            flight.wait(0.0)
            left_over = flight.mux.launch([trial])
        assert left_over == [trial]
        assert flight.mux.launch([trial]) == []
        assert trial.attempts == 3


class TestHowSocketsAreClosed:
    """With a RST where they may be connected: else TIME_WAIT stays, at the victim of a self-connect for one."""

    def silent_once(self, network: Network, *, timeout: float = 1.0) -> tuple[Flight, Trial]:
        flight = Flight(network)
        (trial,) = flight.launch(timeout=timeout)
        flight.wait(timeout)
        flight.wait(0.0)
        assert flight.silent == [(timeout, 80)]
        return flight, trial

    @pytest.mark.parametrize("kind", ["open", "fin", "reset", "host-unreach"])
    def test_what_was_answered(self, kind: str) -> None:
        flight = Flight(answers(kind))
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
            flight.mux.release(trial)
            assert (flight.kernel.resets, len(flight.kernel.open_sockets)) == (1, 0)

    def test_those_of_a_path_that_is_held_back_and_no_others(self) -> None:
        flight, _ = self.silent_once(silence)
        flight.mux.drop_overdue([Path(1)])
        assert (flight.kernel.resets, len(flight.kernel.open_sockets)) == (0, 1)
        flight.mux.drop_overdue([flight.path])
        assert (flight.kernel.resets, len(flight.kernel.open_sockets)) == (1, 0)

    def test_overdue_ones_that_make_room(self) -> None:
        flight = Flight(silence, descriptors=1)
        flight.launch([1])
        flight.wait(1.0)
        flight.wait(0.0)
        flight.launch([2])
        assert (flight.kernel.resets, len(flight.kernel.open_sockets)) == (1, 1)

    def test_one_that_met_itself(self) -> None:
        flight = Flight(later(0.01, 0.01, kind="self"))
        (trial,) = flight.launch()
        flight.wait(0.01)
        flight.mux.release(trial)
        assert (flight.kernel.resets, len(flight.kernel.open_sockets)) == (2, 0)

    def test_all_of_them_at_the_end(self) -> None:
        flight, _ = self.silent_once(silence)
        flight.launch([81, 82])
        flight.mux.close()
        assert (flight.kernel.resets, len(flight.kernel.open_sockets)) == (3, 0)


@pytest.mark.parametrize("capacity", [1, 2, 7])
def test_as_many_sockets_as_were_granted_and_no_more(capacity: int) -> None:
    """The machine would have room for more: they are for reports and names."""
    flight = Flight(silence)
    flight.mux = Multiplexer(flight.kernel, capacity=capacity)  # type: ignore[arg-type]
    trials = flight.trials(range(10))
    assert flight.mux.launch(trials) == trials[capacity:]
    assert (flight.mux.shortage, flight.mux.in_flight) == (errno.EMFILE, capacity)
    assert flight.kernel.most_open == capacity


def test_capacity_is_no_more_than_the_poller_can_watch() -> None:
    flight = Flight(silence)
    flight.kernel.poller(None).capacity = 5
    assert Multiplexer(flight.kernel, capacity=100).capacity == 5  # type: ignore[arg-type]
    assert Multiplexer(flight.kernel, capacity=3).capacity == 3  # type: ignore[arg-type]
    assert Multiplexer(flight.kernel).capacity == 5  # type: ignore[arg-type]


class TestRecycling:
    def test_one_socket_serves_many_refused_ports(self) -> None:
        flight = Flight(answers("rst"))
        for port in range(1, 50):
            flight.launch([port])
            flight.run()
        assert len(flight.judged) == 49
        assert flight.kernel.most_open == 1

    @pytest.mark.parametrize(
        "kind", ["open", "fin", "reset", "epipe", "port-unreach", "host-unreach", "soft", "quiet", "gone"]
    )
    def test_nothing_but_a_rst_is_recycled(self, kind: str) -> None:
        flight = Flight(answers(kind))
        flight.launch()
        flight.run()
        flight.mux.launch([])
        assert not flight.kernel.open_sockets

    @pytest.mark.parametrize("says", [0, errno.EINTR, errno.EALREADY, errno.EINPROGRESS, errno.EINVAL])
    def test_a_socket_that_does_not_abort_is_discarded(self, says: int) -> None:
        flight = Flight(answers("rst"), recycling_says=says)
        (trial,) = flight.launch()
        flight.run()
        assert verdict_of(trial) == (State.REFUSED, "conn-refused", "")
        assert not flight.kernel.open_sockets

    @POLLERS
    def test_where_the_kernel_does_not_recycle_each_probe_has_a_socket(self, edge: bool) -> None:
        flight = Flight(answers("rst"), recycles=False, edge=edge)
        flight.launch(range(5))
        flight.run()
        assert (len(flight.judged), len(flight.kernel.open_sockets)) == (5, 0)

    def test_an_idle_sockets_event_is_nobodys(self) -> None:
        flight = Flight(answers("rst"), stale_events=True)
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
        """Its number is in use again, by a probe that is still silent: no verdict from it."""
        flight = Flight(later(1.5, None, kind="open"), edge=edge, stale_events=True)
        ready: Callable[[int, int], None] = flight.kernel.poller(None)._ready.__setitem__
        (trial,) = flight.launch([80])
        number = next(iter(flight.kernel.open_sockets)).number
        flight.mux.release(trial)
        (other,) = flight.launch([81], timeout=1.0)
        assert next(iter(flight.kernel.open_sockets)).number == number
        ready(number, 0x14)
        flight.wait(0.1)
        assert (other.verdict, flight.judged, flight.silent) == (None, [], [])
        flight.run()
        assert flight.silent == [(1.0, 81)]

    def test_a_descriptor_closed_earlier_in_the_same_batch(self) -> None:
        """Both attempts are answered in one poll: the second event is of a socket that is gone."""
        flight = Flight(later(1.25, 0.25))
        (trial,) = flight.launch(timeout=1.0)
        flight.wait(1.0)
        flight.wait(0.0)
        flight.mux.launch([trial])
        flight.run()
        assert flight.judged == [(1.25, 80)]
        assert len(flight.kernel.open_sockets) == 1


@POLLERS
def test_close_closes_every_socket(edge: bool) -> None:
    """In flight, overdue, idle: whatever there is."""
    flight = Flight(
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


def test_prepare_is_called_just_before_connect() -> None:
    seen: list[tuple[int, int]] = []
    flight = Flight(answers("rst"))
    flight.mux = Multiplexer(
        flight.kernel,  # type: ignore[arg-type]
        prepare=lambda slot, trial: seen.append((trial.endpoint.port, flight.kernel.connects)),
    )
    flight.launch([7, 8])
    assert seen == [(7, 0), (8, 1)]


def test_a_poller_that_refuses_a_descriptor_is_a_shortage() -> None:
    """As select(2) does from 1024 on: overdue sockets give way, then it says that there is no room."""
    flight = Flight(silence)
    poller = flight.kernel.poller(None)
    poller.accepts = lambda fd: fd < 12  # type: ignore[method-assign]
    trials = flight.trials([1, 2, 3])
    assert flight.mux.launch(trials) == trials[2:]
    assert flight.mux.shortage == errno.ENOSPC
    flight.wait(1.0)
    flight.wait(0.0)
    flight.launch([4, 5])
    assert (flight.mux.in_flight, len(flight.kernel.open_sockets)) == (2, 2)
