"""The verdict table: what each answer of the kernel means, and what can never be concluded from it."""

import errno
import select

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.engine.flight.verdict import (
    MAYBE_NO_WAY,
    NO_WAY,
    TIMEOUT,
    Evidence,
    Next,
    No,
    Verdict,
    icmp_reason,
    judge,
    kind_of_no,
    local_error,
)
from scanner.machine.error_queue import Icmp
from scanner.machine.events import ERR, HUP, OUT
from scanner.machine.tcp_info import CLOSE, CLOSE_WAIT, ESTABLISHED, SYN_SENT
from scanner.model import State

FAILED = OUT | ERR | HUP
IN, RDHUP = select.EPOLLIN, select.EPOLLRDHUP
LISTEN = 10  #: <netinet/tcp.h>
ROUTER = "192.0.2.1"
OPEN, RESET = Verdict(State.OPEN, "syn-ack"), Verdict(State.OPEN, "syn-ack-reset")
REFUSED = Verdict(State.REFUSED, "conn-refused")


def unreachable(reason: str, sender: str = "") -> Verdict:
    return Verdict(State.UNREACHABLE, reason, sender)


def error(reason: str) -> Verdict:
    return Verdict(State.ERROR, reason)


HOST_UNREACH, PORT_UNREACH = Icmp(4, 3, 1, ROUTER), Icmp(4, 3, 3, ROUTER)

#: What an event brought: (case, evidence, verdict).
EVENTS = [
    ("open", Evidence(0, OUT, ESTABLISHED), OPEN),
    ("open, then FIN", Evidence(0, OUT, CLOSE_WAIT), OPEN),
    ("open, no TCP_INFO", Evidence(0, OUT), OPEN),
    ("RST to the SYN", Evidence(errno.ECONNREFUSED, FAILED, CLOSE), REFUSED),
    ("accepted, then RST", Evidence(errno.ECONNRESET, FAILED, CLOSE), RESET),
    ("accepted, then RST, no TCP_INFO", Evidence(errno.ECONNRESET, FAILED), RESET),
    ("FIN, then RST", Evidence(errno.EPIPE, FAILED, CLOSE), RESET),
    ("an ICMP error early, a SYN-ACK later, a RST at last",
     Evidence(errno.ECONNRESET, FAILED, CLOSE, HOST_UNREACH), RESET),
    ("an ICMP error early, a SYN-ACK later", Evidence(0, OUT | ERR, ESTABLISHED, HOST_UNREACH), OPEN),
    ("an ICMP error after the handshake", Evidence(errno.EHOSTUNREACH, FAILED, ESTABLISHED, HOST_UNREACH), OPEN),
    ("ICMP", Evidence(errno.EHOSTUNREACH, FAILED, CLOSE, icmp=HOST_UNREACH), unreachable("host-unreach", ROUTER)),
    ("ICMP without a queue", Evidence(errno.EHOSTUNREACH, FAILED, CLOSE), unreachable("host-unreach")),
    ("port-unreachable is no closed port",
     Evidence(errno.ECONNREFUSED, FAILED, CLOSE, icmp=PORT_UNREACH), unreachable("port-unreach", ROUTER)),
    ("soft ICMP: the socket goes on, the queue knows",
     Evidence(errno.EHOSTUNREACH, ERR, SYN_SENT, icmp=Icmp(4, 3, 13, ROUTER)), unreachable("admin-prohibited", ROUTER)),
    ("soft ICMP, its errno read before",
     Evidence(0, ERR, SYN_SENT, icmp=Icmp(4, 3, 13, ROUTER)), unreachable("admin-prohibited", ROUTER)),
    ("soft, and the queue is empty: it may pass", Evidence(errno.EHOSTUNREACH, ERR, SYN_SENT), Next.WAIT),
    ("soft, and this system has no queue", Evidence(errno.EHOSTUNREACH, ERR, SYN_SENT, queue=False),
     unreachable("host-unreach")),
    ("fragmentation needed is no obstacle", Evidence(0, ERR, SYN_SENT, icmp=Icmp(4, 3, 4, ROUTER)), Next.WAIT),
    ("an idle or failed socket", Evidence(0, OUT | HUP, CLOSE), Next.UNSENT),
    ("a stale event while it connects", Evidence(0, OUT | HUP, SYN_SENT), Next.WAIT),
    ("OUT alone while it connects proves nothing", Evidence(0, OUT, SYN_SENT), Next.WAIT),
    ("error bits, no TCP_INFO", Evidence(0, FAILED), Next.WAIT),
    ("an error bit alone, no TCP_INFO", Evidence(0, OUT | ERR), Next.WAIT),
    ("idle, no TCP_INFO", Evidence(0, OUT | HUP), Next.WAIT),
    ("readable and half closed, not writable, no TCP_INFO", Evidence(0, IN | RDHUP), Next.WAIT),
    ("open, then FIN, no TCP_INFO", Evidence(0, OUT | RDHUP), OPEN),
    ("a state that no attempt is ever in", Evidence(0, OUT, LISTEN), Next.WAIT),
    ("self-connect", Evidence(0, OUT, ESTABLISHED, 30, self_connected=True), Next.UNSENT),
    ("the kernel gave up", Evidence(errno.ETIMEDOUT, FAILED, CLOSE), Next.SILENT),
    ("no route, found late", Evidence(errno.ENETUNREACH, FAILED, CLOSE), unreachable("net-unreach")),
    ("protocol unreachable", Evidence(errno.ENOPROTOOPT, FAILED, CLOSE), unreachable("proto-unreach")),
    ("prohibited", Evidence(errno.EACCES, FAILED, CLOSE), unreachable("admin-prohibited")),
    ("not permitted", Evidence(errno.EPERM, FAILED, CLOSE), unreachable("admin-prohibited")),
    ("the host is down", Evidence(errno.EHOSTDOWN, FAILED, CLOSE), unreachable("host-unreach")),
    ("the network is down", Evidence(errno.ENETDOWN, FAILED, CLOSE), unreachable("net-unreach")),
    ("a bad parameter, says a router", Evidence(errno.EPROTO, FAILED, CLOSE), unreachable("proto-unreach")),
    ("short of memory meanwhile", Evidence(errno.ENOMEM, FAILED, CLOSE), Next.UNSENT),
    ("an errno nobody thought of", Evidence(errno.EXDEV, FAILED, CLOSE), error("EXDEV")),
    ("an errno without a name", Evidence(4095, FAILED, CLOSE), error("errno-4095")),
]  # fmt: skip

#: What a look at the deadline finds.
DEADLINES = [
    ("nothing", Evidence(0, 0, SYN_SENT, expired=True), Next.SILENT),
    ("nothing, no TCP_INFO", Evidence(0, 0, expired=True), Next.SILENT),
    ("open after all", Evidence(0, 0, ESTABLISHED, expired=True), OPEN),
    ("refused after all", Evidence(errno.ECONNREFUSED, 0, CLOSE, expired=True), REFUSED),
    ("soft ICMP without an event (IPv6)",
     Evidence(errno.EACCES, 0, SYN_SENT, icmp=Icmp(6, 1, 1, "2001:db8::1"), expired=True),
     unreachable("admin-prohibited", "2001:db8::1")),
    ("a soft error, and nothing better came", Evidence(errno.ENETUNREACH, 0, SYN_SENT, expired=True),
     unreachable("net-unreach")),
    ("a route of this host's own rejected a repeated SYN",
     Evidence(errno.EINVAL, 0, SYN_SENT, expired=True), Next.SILENT),
    ("the same, and it may yet be answered", Evidence(errno.EINVAL, ERR, SYN_SENT, queue=False), Next.WAIT),
    ("a soft error, but open after all", Evidence(errno.EHOSTUNREACH, 0, ESTABLISHED, expired=True), OPEN),
    ("it never left (an EINTR that suppressed the call)", Evidence(0, 0, CLOSE, expired=True), Next.UNSENT),
]  # fmt: skip

#: What connect() itself returned.
AT_ONCE = {
    0: OPEN, errno.EINPROGRESS: Next.WAIT, errno.EINTR: Next.WAIT, errno.EALREADY: Next.WAIT,
    errno.EMFILE: Next.UNSENT, errno.ENFILE: Next.UNSENT, errno.ENOBUFS: Next.UNSENT, errno.ENOMEM: Next.UNSENT,
    errno.EAGAIN: Next.UNSENT, errno.EADDRNOTAVAIL: Next.UNSENT,
    errno.ECONNREFUSED: REFUSED,
    errno.EACCES: error("EACCES"), errno.EPERM: error("EPERM"), errno.EHOSTUNREACH: error("EHOSTUNREACH"),
    errno.ENETUNREACH: error("ENETUNREACH"), errno.EINVAL: error("EINVAL"), errno.EAFNOSUPPORT: error("EAFNOSUPPORT"),
    errno.ENETDOWN: error("ENETDOWN"),
    errno.ECONNRESET: error("ECONNRESET"), errno.EPIPE: error("EPIPE"),  # no handshake: nothing has been sent yet
}  # fmt: skip

#: RFC 792, 1122, 1812; RFC 4443: (version, type, code) -> reason, None for what is not an obstacle.
ICMP = {
    (4, 3, 0): "net-unreach", (4, 3, 1): "host-unreach", (4, 3, 2): "proto-unreach", (4, 3, 3): "port-unreach",
    (4, 3, 4): None, (4, 3, 5): "host-unreach", (4, 3, 6): "net-unreach", (4, 3, 7): "host-unreach",
    (4, 3, 8): "host-unreach", (4, 3, 9): "net-prohibited", (4, 3, 10): "host-prohibited", (4, 3, 11): "net-unreach",
    (4, 3, 12): "host-unreach", (4, 3, 13): "admin-prohibited", (4, 3, 14): "admin-prohibited",
    (4, 3, 15): "admin-prohibited", (4, 5, 0): None, (4, 0, 0): None,
    (4, 3, 200): "host-unreach", (4, 4, 0): None, (4, 11, 0): "time-exceeded", (4, 12, 0): "proto-unreach",
    (6, 1, 0): "net-unreach", (6, 1, 1): "admin-prohibited", (6, 1, 2): "host-unreach",
    (6, 1, 200): "host-unreach", (6, 1, 3): "host-unreach", (6, 1, 4): "port-unreach",
    (6, 1, 5): "admin-prohibited", (6, 1, 6): "net-prohibited", (6, 0, 0): None, (6, 2, 0): None,
    (6, 3, 0): "time-exceeded", (6, 4, 1): "proto-unreach",
}  # fmt: skip


@pytest.mark.parametrize("tcp_state", [ESTABLISHED, 4, 5, 6, CLOSE_WAIT, 9, 11])
def test_whoever_has_shaken_hands_is_open_however_it_ended(tcp_state: int) -> None:
    """FIN_WAIT1, FIN_WAIT2, TIME_WAIT, LAST_ACK, CLOSING: each comes after ESTABLISHED (RFC 9293, figure 5)."""
    assert judge(Evidence(0, OUT, tcp_state)) == OPEN
    assert judge(Evidence(errno.EHOSTUNREACH, FAILED, tcp_state, HOST_UNREACH)) == OPEN


@pytest.mark.parametrize("tcp_state", [SYN_SENT, CLOSE, 3, 10])
def test_nobody_else_is(tcp_state: int) -> None:
    assert judge(Evidence(0, OUT, tcp_state)) != OPEN


@pytest.mark.parametrize(("seen", "verdict"), [pytest.param(*row[1:], id=row[0]) for row in EVENTS + DEADLINES])
def test_what_was_seen_means(seen: Evidence, verdict: Verdict | Next) -> None:
    assert judge(seen) == verdict


@pytest.mark.parametrize(("code", "verdict"), AT_ONCE.items(), ids=lambda it: errno.errorcode.get(it, "0"))
def test_connect_says_at_once(code: int, verdict: Verdict | Next) -> None:
    assert judge(Evidence(code, at_once=True)) == verdict


@pytest.mark.parametrize(("message", "reason"), ICMP.items(), ids=str)
def test_icmp_messages(message: tuple[int, int, int], reason: str | None) -> None:
    assert icmp_reason(Icmp(*message, ROUTER)) == reason


#: Whether a "no" may pass: (verdict, the ICMP error was this host's own) -> its kind.
NOES = {
    (unreachable("host-unreach", ROUTER), False): No.PASSING,
    (unreachable("host-unreach"), False): No.PASSING,  # nobody knows who sent it
    (unreachable("host-unreach"), True): No.FINAL,  # it had asked for a neighbour for three seconds
    (unreachable("admin-prohibited"), True): No.FINAL,
    **{
        (error(name), own): No.PASSING
        for name in ("ENETUNREACH", "EHOSTUNREACH", "ENETDOWN", "ENETRESET", "EHOSTDOWN", "ENONET")
        for own in (False, True)
    },
    **{(error(name), False): No.FINAL for name in ("EACCES", "EPERM", "EINVAL", "EAFNOSUPPORT", "errno-4095")},
    **{(answer, own): No.FINAL for answer in (OPEN, RESET, REFUSED) for own in (False, True)},
    (Verdict(State.REFUSED, "ENETUNREACH"), False): No.FINAL,  # it is an answer, whatever its reason
}


@pytest.mark.parametrize(("no", "kind"), NOES.items(), ids=str)
def test_a_no_may_pass_or_is_the_last_word(no: tuple[Verdict, bool], kind: No) -> None:
    verdict, own = no
    assert kind_of_no(verdict, own=own) is kind


def test_what_says_that_there_is_no_way_and_what_may() -> None:
    assert {errno.errorcode[code] for code in NO_WAY} == {
        "ENETUNREACH", "EHOSTUNREACH", "ENETDOWN", "ENETRESET", "EHOSTDOWN", "ENONET",
    }  # fmt: skip
    assert {errno.errorcode[code] for code in MAYBE_NO_WAY} == {"EACCES", "EINVAL"}


def test_words_of_verdicts_that_are_not_judged_from_evidence() -> None:
    assert Verdict(State.TIMEOUT, "no-response") == TIMEOUT
    assert local_error(errno.EMFILE) == error("EMFILE")
    assert local_error(4095) == error("errno-4095")


icmps = st.builds(Icmp, st.sampled_from([4, 6]), st.integers(0, 255), st.integers(0, 255), st.just(ROUTER))
evidence = st.builds(
    Evidence,
    error=st.one_of(st.just(0), st.sampled_from(sorted(errno.errorcode)), st.integers(-1, 5000)),
    event=st.integers(0, 63),
    tcp_state=st.none() | st.integers(0, 15),
    icmp=st.none() | icmps,
    at_once=st.booleans(),
    expired=st.booleans(),
    self_connected=st.booleans(),
)


@given(evidence)
def test_any_evidence_has_a_verdict(seen: Evidence) -> None:
    verdict = judge(seen)
    if seen.expired and not seen.at_once:
        assert verdict is not Next.WAIT, "after the deadline nothing may wait on"
    if isinstance(verdict, Verdict):
        assert verdict.state is not State.TIMEOUT, "silence is judged elsewhere"
        assert verdict.reason


@given(evidence)
def test_open_only_with_a_handshake(seen: Evidence) -> None:
    verdict = judge(seen)
    if not isinstance(verdict, Verdict) or verdict.state is not State.OPEN:
        return
    assert not seen.self_connected
    handshake = seen.tcp_state in (1, 4, 5, 6, 8, 9, 11)
    reset = seen.error in (errno.ECONNRESET, errno.EPIPE)
    connected_at_once = seen.at_once and seen.error == 0
    plainly_writable = seen.tcp_state is None and seen.error == 0 and seen.event & (OUT | ERR | HUP) == OUT
    assert handshake or reset or connected_at_once or plainly_writable


@given(evidence, st.sampled_from([errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM, errno.EADDRNOTAVAIL]))
def test_a_local_limit_is_never_a_state(seen: Evidence, limit: int) -> None:
    verdict = judge(seen._replace(error=limit, icmp=None, tcp_state=CLOSE))
    assert verdict is Next.UNSENT
