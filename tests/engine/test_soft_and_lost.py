"""Soft errors and lost SYNs through the real multiplexer, on a fake kernel with exact times."""

import pytest

from scanner.machine.tcp_info import ESTABLISHED, TcpInfo
from scanner.model import State
from tests.engine.fakes import Answer, FakeKernel, FakeSocket, ListSource, engine_for, finish, play


class Retransmitting(FakeKernel):
    """A kernel that sent each SYN again once before the answer; `rtt_us` is what TCP_INFO reports."""

    rtt_us = 1500
    sent_again = 1

    def info(self, sock: FakeSocket) -> TcpInfo:
        return TcpInfo(sock.tcp_state, self.rtt_us if sock.tcp_state == ESTABLISHED else 0, self.sent_again)


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


def test_slow_answers_of_hosts_without_time_stamps_make_no_path_lossy() -> None:
    """Every open port of a far site answers its first SYN after 1.2 s: the silent one among them is plainly silent."""

    def network(host: str, port: int, attempt: int, now: float) -> Answer | None:
        return None if port == 60 else Answer(1.2, "open" if port > 30 else "rst")

    kernel = Retransmitting(network)
    kernel.rtt_us = 0
    rows = play(kernel, ListSource(["10.0.0.1"], range(1, 61), timeout=4.0))
    assert {row.lost_syns for row in rows} == {0}
    (silent,) = [row for row in rows if row.state is State.TIMEOUT]
    assert silent.doubt == ""


@pytest.mark.parametrize(("answering", "doubt"), [(30, "lossy"), (5, "")])
def test_a_syn_sent_again_is_evidence_of_loss(answering: int, doubt: str) -> None:
    """An open port answered its second SYN: what is silent around it may be lost too, unless the way was just cold."""

    def network(host: str, port: int, attempt: int, now: float) -> Answer | None:
        if port == 50:
            return Answer(1.01, "open")
        return Answer(0.001, "rst") if port <= answering else None

    ports = [*range(1, answering + 1), 50, 60]
    rows = play(Retransmitting(network), ListSource(["10.0.0.1"], ports, timeout=4.0, retries=0))
    assert {row.port: row.doubt for row in rows if row.port >= 50} == {50: "", 60: doubt}
