"""The verdict on one probe: what an errno, an event and the kernel's own notes mean. Pure; no sockets here.

Whether a *silent* probe makes its target a timeout is not decided here but in `stands.py`: silence may be
loss. Here is what an answer means, and these are the traps:

* SO_ERROR 0 does not prove "open": an idle or failed socket says 0 too. Only with an event free of ERR and
  HUP, or with a TCP state that has seen the handshake, is it open.
* ECONNRESET and EPIPE mean that the handshake completed first (a RST to the SYN is ECONNREFUSED).
* ECONNREFUSED comes from a RST, or from an ICMP port-unreachable: a firewall's reject. Only the error queue
  tells them apart: a RST leaves no entry.
* A soft error (the socket goes on sending SYNs) is an answer all the same once the queue names its ICMP message.
  Without one it may be a passing trouble: it counts only when nothing better came until the deadline, and never if no
  ICMP message leaves it: then a route of this host's own rejected the SYN when it was sent again.
* A "no" is not the same as a last word: routes flap, and of two ways one may reject. `kind_of_no` says which passes.

Sources: tcp(7), ip(7) IP_RECVERR, RFC 792, RFC 1122 3.2.2.1, RFC 1812 5.2.7.1, RFC 4443 3.1;
Linux net/ipv4/tcp_ipv4.c tcp_v4_err(), net/ipv6/tcp_ipv6.c tcp_v6_err().
"""

import errno
from enum import Enum, auto
from typing import NamedTuple

from scanner.machine.error_queue import Icmp
from scanner.machine.events import ERR, HUP, OUT
from scanner.machine.own_limits import SHORT_OF
from scanner.machine.tcp_info import CLOSE, SYN_SENT
from scanner.model import Reason, State

_HANDSHAKE_DONE = frozenset({1, 4, 5, 6, 8, 9, 11})
_RESET = frozenset({errno.ECONNRESET, errno.EPIPE})  # a RST to a SYN would be ECONNREFUSED


class Verdict(NamedTuple):
    """A state with its reason, and who sent the ICMP error, if anybody."""

    state: State
    reason: str
    icmp_from: str = ""


class Next(Enum):
    """What to do with a probe that is not judged yet."""

    WAIT = auto()  #: nothing is known: keep waiting for the deadline
    UNSENT = auto()  #: it never truly left (a local limit, a self-connect): probe again, not counted
    SILENT = auto()  #: this attempt found no answer


class No(Enum):
    """What kind of "no" a verdict is."""

    PASSING = auto()  #: it may be otherwise in a moment, or on another way: an attempt like a silent one
    FINAL = auto()  #: asking again would find the same


class Evidence(NamedTuple):
    """All that is known of one probe when it is judged.

    `error`: SO_ERROR, read once. `event`: poll bits; 0 when a deadline or connect() itself brought us here.
    `tcp_state` comes from TCP_INFO, None where the system has none. `at_once`: `error` is what
    connect() returned. `expired`: the deadline is over. `queue`: this system has an error queue, and it was asked.
    """

    error: int
    event: int = 0
    tcp_state: int | None = None
    icmp: Icmp | None = None
    at_once: bool = False
    expired: bool = False
    self_connected: bool = False
    queue: bool = True


#: This machine is short of something: never a verdict. The probe goes back to the queue.
LOCAL_LIMITS = SHORT_OF | {errno.EADDRNOTAVAIL}

_NET, _HOST, _ADMIN = Reason.NET_UNREACH, Reason.HOST_UNREACH, Reason.ADMIN_PROHIBITED
_ICMP4_CODES = {
    0: _NET, 1: _HOST, 2: Reason.PROTO_UNREACH, 3: Reason.PORT_UNREACH, 4: _HOST, 5: _HOST, 6: _NET, 7: _HOST, 8: _HOST,
    9: Reason.NET_PROHIBITED, 10: Reason.HOST_PROHIBITED, 11: _NET, 12: _HOST, 13: _ADMIN, 14: _ADMIN, 15: _ADMIN,
}  # fmt: skip
_ICMP6_CODES = {
    0: _NET, 1: _ADMIN, 2: _HOST, 3: _HOST, 4: Reason.PORT_UNREACH, 5: _ADMIN, 6: Reason.NET_PROHIBITED,
}  # fmt: skip

#: Errors that an ICMP message left in SO_ERROR where the system has no error queue to ask.
_REASON_BY_ERRNO = {
    errno.EHOSTUNREACH: _HOST,
    errno.ENETUNREACH: _NET,
    errno.ENOPROTOOPT: Reason.PROTO_UNREACH,
    errno.EACCES: _ADMIN,
    errno.EPERM: _ADMIN,
    errno.EHOSTDOWN: _HOST,
    errno.ENETDOWN: _NET,
    errno.EPROTO: Reason.PROTO_UNREACH,
}

OPEN = Verdict(State.OPEN, Reason.SYN_ACK)
OPEN_RESET = Verdict(State.OPEN, Reason.SYN_ACK_RESET)
REFUSED = Verdict(State.REFUSED, Reason.CONN_REFUSED)
TIMEOUT = Verdict(State.TIMEOUT, Reason.NO_RESPONSE)
#: What the kernel says of a neighbour that answered none of its requests: nobody sent an ICMP error.
NOBODY_THERE = Verdict(State.UNREACHABLE, _HOST)


def icmp_reason(icmp: Icmp) -> Reason | None:
    """The reason an ICMP error stands for (RFC 792, 1812, 4443), or None for one that is not an obstacle.

    Not obstacles: "fragmentation needed", "packet too big" and source quench, which TCP handles itself.
    """
    if icmp.version == 4:
        if icmp.type == 3 and icmp.code != 4:
            return _ICMP4_CODES.get(icmp.code, _HOST)
        return {11: Reason.TIME_EXCEEDED, 12: Reason.PROTO_UNREACH}.get(icmp.type)
    if icmp.type == 1:
        return _ICMP6_CODES.get(icmp.code, _HOST)
    return {3: Reason.TIME_EXCEEDED, 4: Reason.PROTO_UNREACH}.get(icmp.type)


#: What connect() says where this host has no way at present. (Forbidden ones are told apart in `lost_ways.py`.)
NO_WAY = frozenset(
    getattr(errno, name)
    for name in ("ENETUNREACH", "EHOSTUNREACH", "ENETDOWN", "ENETRESET", "EHOSTDOWN", "ENONET")
    if hasattr(errno, name)
)
#: What it says of a route that rejects (`prohibit`, `blackhole`), and of more (a firewall, the socket's source).
MAYBE_NO_WAY = frozenset({errno.EACCES, errno.EINVAL})
_NO_WAY_REASONS = frozenset(errno.errorcode[code] for code in NO_WAY)


def kind_of_no(verdict: Verdict, *, own: bool) -> No:
    """Whether a verdict may pass. `own`: the ICMP error behind it was this host's own.

    Passing is every ICMP error that somebody on the way sent, or nobody knows who (a route flaps, a router is
    rebooted, one of several ways rejects), and this host's lack of a way. Final are answers; this host's own ICMP
    error, for it had asked for a neighbour three seconds long, or its own filter rejects; and what it forbids.
    """
    if verdict.state is State.UNREACHABLE:
        return No.FINAL if own else No.PASSING
    return No.PASSING if verdict.state is State.ERROR and verdict.reason in _NO_WAY_REASONS else No.FINAL


def local_error(code: int) -> Verdict:
    """The verdict when this host itself could not send the probe: `error` with the errno's name."""
    return Verdict(State.ERROR, errno.errorcode.get(code, f"errno-{code}"))


def judge(seen: Evidence) -> Verdict | Next:
    """Says what one probe found.

    >>> judge(Evidence(errno.ECONNREFUSED, event=OUT | ERR | HUP))
    Verdict(state=<State.REFUSED: 'refused'>, reason=<Reason.CONN_REFUSED: 'conn-refused'>, icmp_from='')
    """
    if seen.self_connected:
        return Next.UNSENT
    if seen.error in _RESET and not seen.at_once:
        return OPEN_RESET
    if seen.tcp_state in _HANDSHAKE_DONE:
        return OPEN  # whatever ICMP error came before or after: a later SYN got through
    if seen.icmp is not None and (reason := icmp_reason(seen.icmp)) is not None:
        return Verdict(State.UNREACHABLE, reason, seen.icmp.sender)
    if seen.at_once:
        return _judge_at_once(seen.error)
    if seen.error == 0:
        return _judge_no_error(seen)
    return _judge_error(seen)


def _judge_at_once(code: int) -> Verdict | Next:
    """What connect() itself returned; EINTR means that the attempt goes on by itself (POSIX connect())."""
    if code == 0:
        return OPEN
    if code in (errno.EINPROGRESS, errno.EINTR, errno.EALREADY, errno.EWOULDBLOCK) and code != errno.EAGAIN:
        return Next.WAIT
    if code in LOCAL_LIMITS:
        return Next.UNSENT
    if code == errno.ECONNREFUSED:
        return REFUSED
    return local_error(code)


def _judge_no_error(seen: Evidence) -> Verdict | Next:
    if seen.tcp_state is None:
        # Nothing is known of the peer: a plain writable event is all there is to go by.
        if seen.event & OUT and not seen.event & (ERR | HUP):
            return OPEN
        return Next.SILENT if seen.expired else Next.WAIT
    if seen.tcp_state == CLOSE:
        return Next.UNSENT  # closed, no error, no ICMP: this probe never left the machine
    return Next.SILENT if seen.expired else Next.WAIT


def _judge_error(seen: Evidence) -> Verdict | Next:
    code = seen.error
    if seen.tcp_state == SYN_SENT and seen.queue and not seen.expired:
        return Next.WAIT  # soft, and no ICMP message explains it: a later SYN may be answered
    if code == errno.ECONNREFUSED:
        return REFUSED
    if code == errno.ETIMEDOUT:
        return Next.SILENT
    if code in LOCAL_LIMITS:
        return Next.UNSENT
    if code in _REASON_BY_ERRNO:
        return Verdict(State.UNREACHABLE, _REASON_BY_ERRNO[code])
    if seen.tcp_state == SYN_SENT:
        return Next.SILENT if seen.expired else Next.WAIT
    return local_error(code)
