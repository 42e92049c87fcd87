"""The seam to the real kernel, on loopback: what its sockets, TCP_INFO and error queues truly say."""

import errno
import select
import socket
import struct
import subprocess
import sys
import threading
from pathlib import Path as File

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.engine.flight.flight import Flight
from scanner.engine.flight.probe import BareTrial
from scanner.errors import UsageError
from scanner.machine.error_queue import Icmp, parse_error_queue
from scanner.machine.icmp_counts import kernel_icmp_counts
from scanner.machine.kernel import Kernel
from scanner.machine.tcp_info import CLOSE, ESTABLISHED, SYN_SENT
from scanner.model import Endpoint, Place, Request, State
from tests.engine.listeners import FAMILIES, full_backlog, listener, refused_port, resetting

linux_only = pytest.mark.skipif(not Kernel().extras, reason="only Linux has TCP_INFO and error queues")


def entry(origin: int, icmp_type: int, code: int, family: int, address: str) -> bytes:
    """A struct sock_extended_err with the sender behind it, as the kernel packs it."""
    head = struct.pack("=IBBBBII", errno.EHOSTUNREACH, origin, icmp_type, code, 0, 0, 0)
    raw = socket.inet_pton(family, address)
    if family == socket.AF_INET:
        return head + struct.pack("=HH", family, 0) + raw + bytes(8)
    return head + struct.pack("=HHI", family, 0, 0) + raw + bytes(4)


class TestErrorQueue:
    def test_names_the_sender(self) -> None:
        found = parse_error_queue([(0, 11, entry(2, 3, 13, socket.AF_INET, "192.0.2.7"))])
        assert found == Icmp(4, 3, 13, "192.0.2.7")
        found = parse_error_queue([(41, 25, entry(3, 1, 4, socket.AF_INET6, "2001:db8::7"))])
        assert found == Icmp(6, 1, 4, "2001:db8::7")

    def test_a_sender_that_is_not_there_is_empty(self) -> None:
        whole = entry(2, 3, 1, socket.AF_INET, "192.0.2.7")
        assert parse_error_queue([(0, 11, whole[:16])]) == Icmp(4, 3, 1, "")
        assert parse_error_queue([(0, 11, whole[:16] + bytes(16))]) == Icmp(4, 3, 1, "")

    def test_other_messages_are_not_icmp(self) -> None:
        local = entry(1, 0, 0, socket.AF_INET, "192.0.2.7")  # SO_EE_ORIGIN_LOCAL
        assert parse_error_queue([(0, 11, local), (1, 29, bytes(40))]) is None

    @given(
        st.lists(
            st.tuples(
                st.sampled_from([0, 1, 41, 255]),
                st.sampled_from([11, 25, 0, 99]),
                st.binary(max_size=80) | st.builds(lambda tail: b"\x71\0\0\0\x02\x03\x01" + tail, st.binary()),
            ),
            max_size=4,
        )
    )
    def test_any_bytes_are_accepted(self, ancillary: list[tuple[int, int, bytes]]) -> None:
        found = parse_error_queue(ancillary)
        assert found is None or (found.version in (4, 6) and isinstance(found.sender, str))


def probe(kernel: Kernel, host: str, port: int, *, timeout: float = 2.0, poller: str | None = None) -> BareTrial:
    """One probe of a real address, until it is judged or silent."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    flight: Flight[BareTrial] = Flight(kernel, poller)
    trial = BareTrial(Endpoint(Place(host, int(family)), port, (Request(timeout=timeout, retries=0),)))
    try:
        waiting = [trial]
        for _ in range(1000):
            assert not flight.launch(waiting)
            found = flight.wait(0.1)
            waiting = found.unsent
            if found.refused or found.judged or found.silent:
                return trial
    finally:
        flight.close()
    raise AssertionError("neither judged nor silent")


@pytest.fixture(params=[False, True], ids=["extras", "limited"])
def kernel(request: pytest.FixtureRequest) -> Kernel:
    return Kernel(limited=request.param)


@pytest.mark.parametrize("host", FAMILIES)
class TestRealSockets:
    def test_open(self, kernel: Kernel, host: str) -> None:
        with listener(host) as port:
            trial = probe(kernel, host, port)
        assert trial.verdict is not None
        assert (trial.verdict.state, trial.verdict.reason) == (State.OPEN, "syn-ack")
        assert trial.rtt_ms is not None
        assert trial.rtt_ms > 0

    def test_refused(self, kernel: Kernel, host: str) -> None:
        with refused_port(host) as port:
            trial = probe(kernel, host, port)
        assert trial.verdict is not None
        assert (trial.verdict.state, trial.verdict.reason) == (State.REFUSED, "conn-refused")
        assert trial.endpoint.place.note.source == host

    def test_accepted_then_reset_is_open(self, kernel: Kernel, host: str) -> None:
        for _ in range(20):
            with resetting(host) as port:
                trial = probe(kernel, host, port)
            assert trial.verdict is not None
            assert trial.verdict.state is State.OPEN

    def test_a_full_backlog_is_silent(self, kernel: Kernel, host: str) -> None:
        with full_backlog(host) as port:
            trial = probe(kernel, host, port, timeout=0.15)
        assert trial.verdict is None
        assert trial.attempts == 1

    def test_self_connects_are_seen(self, kernel: Kernel, host: str) -> None:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        with socket.socket(family, socket.SOCK_STREAM) as sock:
            sock.bind((host, 0))
            sock.connect(sock.getsockname())
            assert kernel.self_connected(sock)
        with listener(host) as port, socket.create_connection((host, port)) as sock:
            assert not kernel.self_connected(sock)
        with socket.socket(family, socket.SOCK_STREAM) as sock:
            assert not kernel.self_connected(sock)


def test_reset_seen_after_the_handshake_says_so() -> None:
    """The RST is there before anybody looks: ECONNRESET, and the port is open."""
    kernel = Kernel()
    flight: Flight[BareTrial] = Flight(kernel)
    done = threading.Event()
    with resetting("127.0.0.1", done=done) as port:
        trial = BareTrial(Endpoint(Place("127.0.0.1", socket.AF_INET), port, (Request(),)))
        assert not flight.launch([trial])
        assert done.wait(5)
        flight.wait(1.0)
    flight.close()
    assert trial.verdict is not None
    assert (trial.verdict.state, trial.verdict.reason) == (State.OPEN, "syn-ack-reset")


@linux_only
def test_tcp_info_tells_the_states() -> None:
    kernel = Kernel()
    sock = kernel.socket(socket.AF_INET)
    assert kernel.info(sock).state == CLOSE
    with listener("127.0.0.1") as port:
        assert sock.connect_ex(("127.0.0.1", port)) in (0, errno.EINPROGRESS)
        select.select([], [sock], [], 2)
        info = kernel.info(sock)
        assert (info.state, info.retrans) == (ESTABLISHED, 0)
        assert info.rtt_us > 0
    sock.close()
    with full_backlog("127.0.0.1") as port:
        sock = kernel.socket(socket.AF_INET)
        sock.connect_ex(("127.0.0.1", port))
        assert kernel.info(sock).state == SYN_SENT
        assert Kernel(limited=True).info(sock).state == SYN_SENT
        sock.close()


@linux_only
def test_only_a_syn_that_nobody_answered_still_asks() -> None:
    """The cheap look at a deadline: it is taken for silence only where TCP_INFO is known to tell the state."""
    kernel = Kernel()
    with listener("127.0.0.1") as port, refused_port("127.0.0.1") as closed, full_backlog("127.0.0.1") as full:
        socks = [kernel.socket(socket.AF_INET) for _ in range(4)]
        for sock, to in zip(socks, (full, port, closed), strict=False):
            sock.connect_ex(("127.0.0.1", to))
        for sock in socks[1:3]:
            assert select.select([], [sock], [], 5.0)[1]
        assert [kernel.still_asks(sock.getsockopt) for sock in socks] == [False] * 4, "nobody knows yet"
        assert kernel.info(socks[0]).state == SYN_SENT
        assert [kernel.still_asks(sock.getsockopt) for sock in socks] == [True, False, False, False]
        assert not kernel.still_asks(WithoutTcpInfo(socks[0]).getsockopt)  # type: ignore[arg-type]
        assert not Kernel(limited=True).still_asks(socks[0].getsockopt)
        for sock in socks:
            kernel.close(sock)


@linux_only
def test_an_empty_error_queue_has_no_icmp() -> None:
    kernel = Kernel()
    with refused_port("127.0.0.1") as port:
        sock = kernel.socket(socket.AF_INET)
        flag = kernel.flagger(sock.fileno())
        sock.connect_ex(("127.0.0.1", port))
        select.select([], [sock], [], 2)
        assert sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR) == errno.ECONNREFUSED
        assert flag is not None
        assert not flag(0)[0][1] & 8
        assert kernel.icmp(sock) is None
        sock.close()


class TestSource:
    def test_probes_leave_from_it(self) -> None:
        with refused_port("127.0.0.1") as port:
            trial = probe(Kernel("127.0.0.7"), "127.0.0.1", port)
        assert trial.endpoint.place.note.source == "127.0.0.7"

    @pytest.mark.parametrize("source", ["localhost", "192.0.2.1", "127.0.0.1:80", " ", "::g", "1\x00"])
    def test_what_is_not_ours_is_refused(self, source: str) -> None:
        with pytest.raises(UsageError, match=" address"):
            Kernel(source)

    def test_a_socket_that_cannot_be_had_says_nothing_of_it(self) -> None:
        program = (
            "import os, resource as r; from scanner.machine.kernel import Kernel\n"
            "kernel = Kernel('127.0.0.1'); open_now = len(os.listdir('/proc/self/fd')) - 1\n"
            "r.setrlimit(r.RLIMIT_NOFILE, (open_now, 4096)); print(kernel.source_gone())"
        )
        done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=30)
        assert (done.stdout, done.stderr) == ("False\n", "")

    def test_the_other_family_is_not_bound(self) -> None:
        with refused_port("::1") as port:
            assert probe(Kernel("127.0.0.1"), "::1", port).verdict is not None


def test_abort_leaves_no_time_wait() -> None:
    with listener("127.0.0.1") as port:
        sock = socket.create_connection(("127.0.0.1", port))
        mine = sock.getsockname()
        Kernel().abort(sock)
        again = socket.socket()
        again.bind(mine)  # TIME_WAIT would forbid it
        again.close()


class WithoutTcpInfo:
    """A socket of which getsockopt(TCP_INFO) fails, all else being as it is."""

    def __init__(self, sock: socket.socket) -> None:
        self._sock = sock

    def getsockopt(self, *words: int) -> bytes:
        raise OSError(errno.ENOPROTOOPT, "Protocol not available")

    def __getattr__(self, name: str) -> object:
        return getattr(self._sock, name)


@linux_only
def test_states_without_tcp_info() -> None:
    """A peer, a hang-up, or neither: what poll() and getpeername() say is enough."""
    kernel = Kernel()
    with listener("127.0.0.1") as port, refused_port("127.0.0.1") as closed, full_backlog("127.0.0.1") as full:
        states = []
        for to in (port, closed, full):
            sock = kernel.socket(socket.AF_INET)
            kernel.flagger(sock.fileno())
            sock.connect_ex(("127.0.0.1", to))
            if to != full:
                assert select.select([], [sock], [], 5.0)[1]
            states.append(kernel.info(WithoutTcpInfo(sock)).state)  # type: ignore[arg-type]
            kernel.close(sock)
        never_told = kernel.socket(socket.AF_INET)
        states.append(kernel.info(WithoutTcpInfo(never_told)).state)  # type: ignore[arg-type]
        kernel.close(never_told)
    assert states == [ESTABLISHED, CLOSE, SYN_SENT, CLOSE]
    assert len(kernel.lacks.notes) == 1
    assert kernel.lacks.notes[0].startswith("no TCP_INFO here (Protocol not available): ")


@linux_only
def test_a_failure_after_it_has_worked_is_one_sockets() -> None:
    kernel = Kernel()
    sock = kernel.socket(socket.AF_INET)
    assert kernel.info(sock).sent == 0
    assert kernel.info(WithoutTcpInfo(sock)).sent is None  # type: ignore[arg-type]
    assert kernel.info(sock).sent == 0
    kernel.close(sock)
    assert kernel.lacks.notes == []


@linux_only
def test_counts_that_are_missing_are_asked_for_once(tmp_path: File) -> None:
    told: list[Exception] = []
    icmp = kernel_icmp_counts(str(tmp_path), told.append)
    assert [icmp.suspicious(now, drained=True) for now in range(5)] == [True] * 5
    assert len(told) == 1
