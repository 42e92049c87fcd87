"""A closer look at one probe: what the kernel knows of it beyond SO_ERROR is gathered here, and judged in `verdict.py`.

For all that is no plain RST: some system calls more for each probe, which the hot loop cannot afford and does not need.
"""

from scanner.engine.kernel import Kernel, TcpInfo
from scanner.engine.trial import Slot, Trial
from scanner.engine.verdict import Evidence, Next, Verdict, judge
from scanner.model import State

_SYN_AGAIN_US = 1e6  # the kernel repeats an unanswered SYN after this time (RFC 6298)
_LOOPBACK = ("127.0.0.1", "::1")


def examine(kernel: Kernel, slot: Slot, error: int, event: int = 0, *, expired: bool = False) -> Verdict | Next:
    """What the probe in this slot found. Its trial gets what else is learned: lost SYNs, a better round trip.

    `error` is SO_ERROR, `event` the poller's bits, 0 where no event led here; `expired`: its deadline is over.
    """
    sock, trial = slot.sock, slot.trial
    self_connected = error == 0 and kernel.self_connected(sock)
    if expired and trial is not None:
        error = error or trial.soft
    icmp = kernel.icmp(sock) if slot.queued_error() else None
    info = kernel.info(sock)
    verdict = judge(
        Evidence(
            error,
            event,
            info.state,
            info.rtt_us,
            icmp,
            expired=expired,
            self_connected=self_connected,
            queue=slot.flag is not None,
        )
    )
    if trial is not None and verdict is Next.WAIT:
        trial.soft = error or trial.soft  # reading it has cleared it
    if trial is not None and isinstance(verdict, Verdict):
        trial.lost_syns = _lost_syns(kernel, slot, trial, info)
        if verdict.state is State.OPEN and info.rtt_us:
            trial.rtt_ms = info.rtt_us / 1000.0
        if verdict.icmp_from and verdict.icmp_from in (trial.endpoint.place.source, *_LOOPBACK):
            verdict = verdict._replace(icmp_from="")  # this host said so itself
    return verdict


def _lost_syns(kernel: Kernel, slot: Slot, trial: Trial, info: TcpInfo) -> int:
    """The SYNs that went unanswered before this answer: of this socket, and of those that left before it."""
    waited_us = (kernel.clock() - slot.sent) * 1e6
    late = info.rtt_us > 0 and waited_us - info.rtt_us < _SYN_AGAIN_US / 2  # it answers the first SYN after all
    lost = slot.attempt - 1 + (0 if late else info.retrans)
    return lost + sum(kernel.info(old.sock).retrans for old in trial.slots if old.attempt < slot.attempt)
