"""How many SYNs are known to have been lost before an answer came."""

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


@pytest.mark.parametrize("kind", ["open", "rst"])
def test_silent_attempts_before_the_answer_are_lost_syns(kind: str) -> None:
    kernel = FakeKernel(lambda address, port, nth, now: Answer(0.001, kind) if nth == 3 else None)
    (row,) = play(kernel, ListSource(["10.0.0.1"], [1], timeout=1.0, retries=3))
    assert (row.attempts, row.lost_syns) == (3, 2)


def test_the_kernels_own_repetitions_count() -> None:
    (row,) = play(Retransmitting(lambda *_: Answer(1.01, "open")), ListSource(["10.0.0.1"], [1], timeout=4.0))
    assert (row.attempts, row.lost_syns, row.rtt_ms) == (1, 1, 1.5)


def test_so_do_those_of_earlier_attempts_that_still_wait() -> None:
    """Two attempts were silent for 3 s each, and the kernel repeated their SYNs; the third was answered."""

    class Repeating(FakeKernel):
        def info(self, sock: FakeSocket) -> TcpInfo:
            return TcpInfo(sock.tcp_state, 1500, 0) if sock.tcp_state == ESTABLISHED else TcpInfo(sock.tcp_state, 0, 2)

    kernel = Repeating(lambda address, port, nth, now: Answer(0.001, "open") if nth == 3 else None)
    (row,) = play(kernel, ListSource(["10.0.0.1"], [1], timeout=3.0, retries=3))
    assert (row.attempts, row.lost_syns) == (3, 2 + 2 * 2)


def test_a_slow_answer_to_the_first_syn_is_no_loss() -> None:
    """The SYN was repeated after a second, but needlessly: the round trip is as long as the wait."""
    kernel = Retransmitting(lambda *_: Answer(1.2, "open"))
    kernel.rtt_us = 1_200_000
    (row,) = play(kernel, ListSource(["10.0.0.1"], [1], timeout=4.0))
    assert (row.lost_syns, row.rtt_ms) == (0, 1200.0)


@pytest.mark.parametrize(("waited", "rtt", "sent_again", "lost"), [
    (1.21, 1.2, 1, 0),  # the first SYN was answered, slowly
    (1.21, 0.2, 1, 1),
    (3.01, 0.002, 3, 3),
    (3.01, 1.0, 3, 2),  # the third of four SYNs
    (1.21, 0.0, 1, 0),  # without time stamps either may be true
    (4.30, 0.0, 4, 0),
])  # fmt: skip
def test_only_a_known_round_trip_tells_which_syn_was_answered(
    waited: float, rtt: float, sent_again: int, lost: int
) -> None:
    kernel = Retransmitting(lambda *_: Answer(waited, "open"))
    kernel.rtt_us, kernel.sent_again = round(rtt * 1e6), sent_again
    (row,) = play(kernel, ListSource(["10.0.0.1"], [1], timeout=10.0, retries=0))
    assert (row.attempts, row.lost_syns) == (1, lost)
    assert row.rtt_ms == pytest.approx(1000 * (rtt or waited), abs=1)


@pytest.mark.parametrize("kind", ["soft", "host-unreach", "port-unreach"])
@pytest.mark.parametrize("nth", [1, 2])
def test_silence_before_an_icmp_error_is_no_known_loss(kind: str, nth: int) -> None:
    """Routers limit how many of them they send, and a dead neighbour's comes after 3 s."""
    kernel = Retransmitting(lambda address, port, attempt, now: Answer(3.07, kind) if attempt == nth else None)
    (row,) = play(kernel, ListSource(["10.0.0.1"], [1], timeout=4.0, retries=1))
    assert (row.state, row.lost_syns) == (State.UNREACHABLE, 0)


def test_an_earlier_attempt_that_was_not_heard_out_is_not_known_to_be_lost() -> None:
    """Its socket was closed for lack of descriptors, before the second attempt was answered."""
    kernel = Retransmitting(lambda address, port, nth, now: Answer(0.9, "open") if (port, nth) == (2, 2) else None)
    kernel.rtt_us, kernel.sent_again = 900_000, 0
    source = ListSource(["10.0.0.1"], [9, 1, 2], timeout=1.0, retries=1)
    engine, schedule = engine_for(kernel, source, capacity=2)
    schedule.paths.of(source.take(1)[0].place).path.round_trip.measured(0.01)
    (row,) = [row for _, row in finish(kernel, engine) if row.port == 2]
    assert (row.state, row.attempts, row.lost_syns) == (State.OPEN, 2, 0)
