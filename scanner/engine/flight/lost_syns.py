"""How many SYNs are known to have been lost before an answer came. What is unknown is not lost.

A SYN was lost when a later one was answered, and its own answer had more time than that one took. So it counts

* a SYN of the same socket that left before the answered one. Which one that was, only a round trip that the kernel
  measured can tell; it measures none where the SYN was repeated and the peer sends no time stamps (RFC 7323; Karn and
  Partridge 1987), nor for a RST or an ICMP message. There a slow answer to the first SYN looks the same;
* an earlier attempt that was listened to for longer than this answer took, and what its socket repeated before this
  attempt left. One whose socket was closed sooner may have been answered since.

An ICMP error proves nothing: silence before it may as well be a router that sends so many of them and no more.
"""

from scanner.engine.flight.probe import BareTrial, Probe
from scanner.machine.kernel import Kernel
from scanner.machine.tcp_info import TcpInfo
from scanner.model import ANSWERED, State

_REPEAT_LATE = 0.1  # seconds by which a repeat may be later than its second: the kernel's timers are coarse


def lost_before(kernel: Kernel, probe: Probe, trial: BareTrial, state: State, info: TcpInfo | None = None) -> int:
    """The SYNs of this trial lost before this probe was answered; `info` is its TCP_INFO, None for a plain RST."""
    if state not in ANSWERED:
        return 0
    if probe.attempt == 1 and (info is None or not info.retrans):
        return 0  # the first SYN of all was answered
    took = waited = kernel.clock() - probe.sent
    lost = 0
    if info is not None and info.rtt_us:
        took = info.rtt_us / 1e6
        lost = min(info.retrans, max(0, round(waited - took)))  # repeats are whole seconds apart
    before = [old for old in trial.probes if old.attempt < probe.attempt]
    for old in before:
        repeats = kernel.info(old.sock).retrans
        lost += 1 + min(repeats, int((probe.sent - old.sent) / (1.0 + _REPEAT_LATE)))
    if took < trial.heard_out:
        lost += trial.silent_before(probe.attempt) - len(before)
    return lost
