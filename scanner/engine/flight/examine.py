"""A closer look at one probe: what the kernel knows of it beyond SO_ERROR is gathered here, and judged in `verdict.py`.

For everything but a plain RST: a few more system calls for each probe, which the hot loop neither needs nor
can afford. Any of them may be lacking here, or fail once (`lacking.py`); SO_ERROR alone makes a verdict.
"""

import errno

from scanner.engine.flight.lost_syns import lost_before
from scanner.engine.flight.probe import Probe
from scanner.engine.flight.verdict import Evidence, Next, Verdict, judge
from scanner.machine.error_queue import Icmp
from scanner.machine.kernel import Kernel
from scanner.machine.queue_flags import maybe
from scanner.machine.tcp_info import TcpInfo
from scanner.model import State

_LOOPBACK = ("127.0.0.1", "::1")
_UNREAD = Icmp(4, 3, 3, "")  # a port-unreachable whose sender cannot be read


def examine(kernel: Kernel, probe: Probe, error: int, event: int = 0, *, expired: bool = False) -> Verdict | Next:
    """What this probe found. Its trial gets what else is learned: lost SYNs, a better round trip.

    `error` is SO_ERROR, `event` the poller's bits, 0 where no event led here; `expired`: its deadline is over.
    """
    sock = probe.sock
    self_connected = error == 0 and kernel.self_connected(sock)
    if expired:
        error = error or probe.soft
    flagged = probe.queued_error()
    icmp = kernel.icmp(sock) if flagged else None
    info = kernel.info(sock)
    if icmp is None and error == errno.ECONNREFUSED:
        unread = flagged and probe.flag is not maybe and not kernel.reads_queue
        if unread or _nothing_came(info):  # a RST would have been a segment, and no entry
            icmp = _UNREAD
    verdict = judge(
        Evidence(
            error,
            event,
            info.state,
            icmp,
            expired=expired,
            self_connected=self_connected,
            queue=probe.flag is not None and kernel.reads_queue,
        )
    )
    return _noted(kernel, probe, verdict, error, info)


def unreadable(kernel: Kernel, probe: Probe, *, expired: bool = False) -> Verdict | Next:
    """The same for a socket whose SO_ERROR cannot be read. It is open if it has a peer, and rejected if its queue says
    so; one that is closed for a reason that nobody knows is sent again, and counts as never sent."""
    icmp = kernel.icmp(probe.sock) if probe.queued_error() else None
    info = kernel.info(probe.sock)
    if info.state is None:
        return Next.UNSENT
    verdict = judge(
        Evidence(
            0,
            tcp_state=info.state,
            icmp=icmp,
            expired=expired,
            self_connected=kernel.self_connected(probe.sock),
        )
    )
    return _noted(kernel, probe, verdict, 0, info)


def _nothing_came(info: TcpInfo) -> bool:
    """Whether the kernel knows that a segment left by this socket, and that none came back."""
    return bool(info.sent) and info.received == 0


def _noted(kernel: Kernel, probe: Probe, verdict: Verdict | Next, error: int, info: TcpInfo) -> Verdict | Next:
    """The verdict, once the trial has what else was learned."""
    trial = probe.trial
    if verdict is Next.WAIT:
        probe.remember(error)
    if trial is not None and isinstance(verdict, Verdict):
        own = bool(verdict.icmp_from) and verdict.icmp_from in (trial.endpoint.place.note.source, *_LOOPBACK)
        rtt_ms = info.rtt_us / 1000.0 if verdict.state is State.OPEN and info.rtt_us else None
        trial.learned(lost_before(kernel, probe, trial, verdict.state, info), rtt_ms, own_word=own)
        if own:
            verdict = verdict._replace(icmp_from="")  # this host said so itself
    return verdict
