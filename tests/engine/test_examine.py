"""A closer look at one socket: what is asked besides SO_ERROR, and what the trial learns from it."""

import errno

import pytest

from scanner.engine.flight.examine import examine, unreadable
from scanner.engine.flight.probe import BareTrial, Probe
from scanner.engine.flight.verdict import OPEN, Next, Verdict
from scanner.machine.events import ERR, OUT
from scanner.machine.tcp_info import CLOSE, TcpInfo
from scanner.model import Endpoint, Place, Request, State
from tests.engine.fakes import AF_INET, FakeKernel, FakeSocket


def connected(kind: str, *, delay: float = 0.01) -> tuple[FakeKernel, Probe, int]:
    """A probe whose answer has arrived, and the event that reports it."""
    kernel = FakeKernel(lambda host, port, attempt, now: None)
    sock = kernel.socket(AF_INET)
    assert isinstance(sock, FakeSocket)
    probe = Probe(sock, AF_INET, [], kernel.flagger(sock.fileno(), AF_INET))
    trial = BareTrial(Endpoint(Place("192.0.2.80", AF_INET), 80, (Request(),)))
    probe.connect(("192.0.2.80", 80))
    trial.leaves_by(probe)
    probe.carries(trial)
    probe.sent = kernel.now
    kernel.now += delay
    return kernel, probe, sock.arrive(kind)


def look(kind: str) -> tuple[Verdict | Next, BareTrial]:
    kernel, probe, event = connected(kind)
    trial = probe.trial
    assert trial is not None
    return examine(kernel, probe, probe.option(1, 4), event), trial  # type: ignore[arg-type]


def test_an_open_port_has_the_kernels_round_trip() -> None:
    verdict, trial = look("open")
    assert (verdict, trial.rtt_ms) == (OPEN, 1.5)


@pytest.mark.parametrize(
    ("kind", "state", "reason"),
    [
        ("port-unreach", State.UNREACHABLE, "port-unreach"),
        ("admin-prohibited", State.UNREACHABLE, "admin-prohibited"),
        ("rst", State.REFUSED, "conn-refused"),
        ("reset", State.OPEN, "syn-ack-reset"),
    ],
)
def test_the_queue_tells_a_reject_from_a_reset(kind: str, state: State, reason: str) -> None:
    verdict, _ = look(kind)
    assert isinstance(verdict, Verdict)
    assert (verdict.state, verdict.reason) == (state, reason)


def test_this_hosts_own_word_has_no_sender() -> None:
    kernel, probe, event = connected("host-unreach")
    trial = probe.trial
    assert trial is not None
    trial.endpoint.place.note.source = "192.0.2.1"
    verdict = examine(kernel, probe, errno.EHOSTUNREACH, event)  # type: ignore[arg-type]
    assert isinstance(verdict, Verdict)
    assert (verdict.reason, verdict.icmp_from, trial.own_word) == ("host-unreach", "", True)


def test_a_soft_error_is_kept_for_the_deadline() -> None:
    kernel, probe, _ = connected("unexplained")
    assert examine(kernel, probe, errno.EHOSTUNREACH, ERR) is Next.WAIT  # type: ignore[arg-type]
    assert probe.soft == errno.EHOSTUNREACH
    verdict = examine(kernel, probe, 0, expired=True)  # type: ignore[arg-type]
    assert isinstance(verdict, Verdict)
    assert verdict.reason == "host-unreach"


def test_where_nothing_came_back_a_refusal_is_a_reject() -> None:
    """A RST would have been a segment; nobody can say who sent the ICMP message."""
    kernel, probe, event = connected("rst")
    kernel.info = lambda sock: TcpInfo(CLOSE, sent=1, received=0)  # type: ignore[method-assign]
    verdict = examine(kernel, probe, errno.ECONNREFUSED, event)  # type: ignore[arg-type]
    assert verdict == (State.UNREACHABLE, "port-unreach", "")


def test_what_cannot_be_read_is_judged_by_the_rest() -> None:
    kernel, probe, _ = connected("open")
    assert unreadable(kernel, probe) == OPEN  # type: ignore[arg-type]
    kernel, probe, _ = connected("rst")
    kernel.info = lambda sock: TcpInfo(None)  # type: ignore[method-assign]
    assert unreadable(kernel, probe) is Next.UNSENT  # type: ignore[arg-type]


def test_a_plain_event_of_one_that_still_connects_proves_nothing() -> None:
    kernel, probe, _ = connected("quiet")
    assert examine(kernel, probe, 0, OUT) is Next.WAIT  # type: ignore[arg-type]
