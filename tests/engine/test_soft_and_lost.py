"""Soft errors and lost SYNs through the real multiplexer, on a fake kernel with exact times."""

import pytest

from scanner.engine.kernel import TcpInfo
from scanner.engine.verdict import ESTABLISHED
from scanner.model import State

from .fakes import Answer, FakeKernel, FakeSocket, ListSource, engine_for, finish, play


class Retransmitting(FakeKernel):
    """Its kernel sent each SYN again once before the answer; `rtt_us` is what TCP_INFO tells."""

    rtt_us = 1500

    def info(self, sock: FakeSocket) -> TcpInfo:
        return TcpInfo(sock.tcp_state, self.rtt_us, 1)


@pytest.mark.parametrize("edge", [True, False])
def test_a_soft_error_that_nothing_explains_waits_for_the_deadline(edge: bool) -> None:
    kernel = FakeKernel(lambda *_: Answer(0.01, "unexplained"), edge=edge)
    engine, _ = engine_for(kernel, ListSource(["10.0.0.1"], [1], timeout=1.0, retries=0))
    ((seconds, row),) = finish(kernel, engine)
    assert (row.state, row.reason, row.icmp_from) == (State.UNREACHABLE, "host-unreach", "")
    assert seconds == pytest.approx(1.0, abs=0.02)


def test_a_soft_error_that_the_queue_explains_is_the_verdict_at_once() -> None:
    kernel = FakeKernel(lambda *_: Answer(0.01, "soft"))
    engine, _ = engine_for(kernel, ListSource(["10.0.0.1"], [1], timeout=1.0, retries=0))
    ((seconds, row),) = finish(kernel, engine)
    assert (row.state, row.reason, row.icmp_from) == (State.UNREACHABLE, "admin-prohibited", "192.0.2.9")
    assert seconds < 0.1


@pytest.mark.parametrize("kind", ["open", "rst"])
def test_silent_attempts_before_the_answer_are_lost_syns(kind: str) -> None:
    kernel = FakeKernel(lambda address, port, nth, now: Answer(0.001, kind) if nth == 3 else None)
    (row,) = play(kernel, ListSource(["10.0.0.1"], [1], timeout=1.0, retries=3))
    assert (row.attempts, row.lost_syns) == (3, 2)


def test_the_kernels_own_repetitions_count() -> None:
    (row,) = play(Retransmitting(lambda *_: Answer(1.01, "open")), ListSource(["10.0.0.1"], [1], timeout=4.0))
    assert (row.attempts, row.lost_syns, row.rtt_ms) == (1, 1, 1.5)


def test_so_do_those_of_earlier_attempts_that_still_wait() -> None:
    """Two attempts were silent for 3 s each, and the kernel repeated their SYNs beside them; the third was answered."""

    class Repeating(FakeKernel):
        def info(self, sock: FakeSocket) -> TcpInfo:
            return TcpInfo(sock.tcp_state, 1500, 0) if sock.tcp_state == ESTABLISHED else TcpInfo(sock.tcp_state, 0, 2)

    kernel = Repeating(lambda address, port, nth, now: Answer(0.001, "open") if nth == 3 else None)
    (row,) = play(kernel, ListSource(["10.0.0.1"], [1], timeout=3.0, retries=3))
    assert (row.attempts, row.lost_syns) == (3, 2 + 2 * 2)


def test_a_slow_answer_to_the_first_syn_is_no_loss() -> None:
    """The SYN was repeated after a second, and needlessly: the round trip is as long as the wait."""
    kernel = Retransmitting(lambda *_: Answer(1.2, "open"))
    kernel.rtt_us = 1_200_000
    (row,) = play(kernel, ListSource(["10.0.0.1"], [1], timeout=4.0))
    assert (row.lost_syns, row.rtt_ms) == (0, 1200.0)


@pytest.mark.parametrize(("answering", "doubt"), [(30, "lossy"), (5, "")])
def test_a_syn_sent_again_is_evidence_of_loss(answering: int, doubt: str) -> None:
    """An open port answered its second SYN: what is silent beside it may be lost too. Not on a way that was cold."""

    def network(host: str, port: int, attempt: int, now: float) -> Answer | None:
        if port == 50:
            return Answer(1.01, "open")
        return Answer(0.001, "rst") if port <= answering else None

    ports = [*range(1, answering + 1), 50, 60]
    rows = play(Retransmitting(network), ListSource(["10.0.0.1"], ports, timeout=4.0, retries=0))
    assert {row.port: row.doubt for row in rows if row.port >= 50} == {50: "", 60: doubt}
