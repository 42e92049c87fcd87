"""Targets that are traced, and what their probes make of the answers to single attempts."""

import pytest

from scanner.engine.flight.verdict import OPEN, REFUSED, Verdict, local_error
from scanner.model import End, Endpoint, Place, Request, State
from scanner.tracing.hop_answers import FULL
from scanner.tracing.traced_target import HopTrial, Role, TracedTarget

_OWN_WORD = Verdict(State.UNREACHABLE, "host-unreach")


def target(role: Role = Role.LEADER, host: str = "host") -> TracedTarget:
    return TracedTarget(Endpoint(Place("198.51.100.9", 2), 22, (Request(host),)), role, 30)


def probe(hop: int = 1) -> HopTrial:
    return target().trial(hop)


def test_only_leaders_are_asked_before_they_are_told_anything() -> None:
    assert [target(role).route.held for role in Role] == [False, True, True]


@pytest.mark.parametrize(("host", "shown"), [("host", "host"), ("", "198.51.100.9")])
def test_its_trace_bears_the_name_that_the_user_gave_it(host: str, shown: str) -> None:
    trace = target(host=host).trace()
    assert (trace.host, trace.address, trace.port) == (shown, "198.51.100.9", 22)
    assert (trace.hops, trace.end) == ((), End(None, "", "", 0))


def test_it_has_ended_once_all_is_known() -> None:
    traced = target()
    first, full = traced.trial(1), traced.trial(FULL)
    assert traced.trials == [first, full]
    for hop in traced.route.due(0.0):
        traced.route.heard(hop, REFUSED, 1.0, 0.0)
        assert not traced.ended, "only when it is asked"
    assert full.is_wanted
    assert traced.end_if_done()
    assert traced.ended
    assert not full.is_wanted


def test_a_hop_beyond_the_end_is_not_wanted() -> None:
    traced = target()
    traced.route.due(0.0)
    near, far = traced.trial(1), traced.trial(9)
    assert (near.is_wanted, far.is_wanted) == (True, True)
    traced.route.heard(FULL, OPEN, 1.0, 0.0)
    traced.route.heard(1, OPEN, 1.0, 0.0)
    assert (near.is_wanted, far.is_wanted) == (True, False)


def test_each_attempt_waits_its_own_time() -> None:
    waiting, waits = probe(), []
    for _ in range(4):
        waiting.prepare((0.9, 0.8, 1.7))
        waits.append(waiting.patience)
        waiting.attempts += 1
    assert waits == [0.9, 0.8, 1.7, 1.7]


def test_the_kernels_own_word_that_nobody_explains_is_doubted_twice() -> None:
    doubting = probe()
    for again in (True, True, False):
        doubting.attempts += 1
        doubting.verdict, doubting.rtt_ms = _OWN_WORD, 1.0
        assert doubting.asks_again(_OWN_WORD) is again
    assert (doubting.attempts, doubting.verdict) == (1, _OWN_WORD), "those attempts did not count, and the last does"


@pytest.mark.parametrize(
    "verdict", [OPEN, REFUSED, local_error(101), Verdict(State.UNREACHABLE, "host-unreach", "192.0.2.1")]
)
def test_no_other_answer_is(verdict: Verdict) -> None:
    assert not probe().asks_again(verdict)


def test_nor_is_a_neighbour_that_this_host_has_asked_for() -> None:
    asked = probe()
    asked.own_word = True
    assert not asked.asks_again(_OWN_WORD)


@pytest.mark.parametrize(
    ("verdict", "rtt_ms", "known"),
    [(OPEN, 5.0, 5.0), (REFUSED, 999.9, 999.9), (REFUSED, 1000.0, None), (OPEN, 1000.0, 1000.0), (REFUSED, None, None)],
)
def test_a_round_trip_is_known_unless_the_kernel_may_have_sent_the_syn_again(
    verdict: Verdict, rtt_ms: float | None, known: float | None
) -> None:
    timed = probe()
    timed.rtt_ms = rtt_ms
    assert timed.known_rtt(verdict) == known
