"""A probe's states, and what a trial knows of its attempts."""

import subprocess
import sys

import pytest

from scanner.engine.flight.probe import CLOSED, FLYING, IDLE, MAY_FOLLOW, OVERDUE, BareTrial, Probe, ProbeState
from scanner.engine.flight.verdict import OPEN, REFUSED, TIMEOUT, Verdict, local_error
from scanner.model import Endpoint, Place, Request, State
from tests.engine.fakes import AF_INET, AF_INET6, FakeKernel

UNREACHABLE = Verdict(State.UNREACHABLE, "host-unreach", "192.0.2.9")


def trial(*requests: Request, host: str = "192.0.2.80") -> BareTrial:
    place = Place(host, AF_INET6 if ":" in host else AF_INET)
    return BareTrial(Endpoint(place, 443, requests or (Request(timeout=2.0, retries=1),)))


def probe() -> Probe:
    return Probe(FakeKernel(lambda *_: None).socket(AF_INET), AF_INET, [], None)


def flying(one: BareTrial, sent: float = 0.0) -> Probe:
    carrier = probe()
    one.leaves_by(carrier)
    carrier.carries(one)
    carrier.sent = sent
    return carrier


def test_every_state_has_those_that_may_follow_and_closed_is_the_end() -> None:
    assert set(MAY_FOLLOW) == set(ProbeState)
    assert MAY_FOLLOW[CLOSED] == frozenset()
    assert all(CLOSED in MAY_FOLLOW[state] for state in (IDLE, FLYING, OVERDUE))


@pytest.mark.parametrize("state", [IDLE, FLYING, OVERDUE])
def test_what_is_closed_stays_closed(state: ProbeState) -> None:
    """(All tests check every change of state against the table: see legal_states.py.)"""
    one = probe()
    one.close()
    with pytest.raises(AssertionError, match="closed becomes"):
        one.state = state


def test_whatever_is_tested_is_checked() -> None:
    """Also where no fake kernel is imported: the tests' configuration sees to it."""
    program = (
        "import socket; from tests import conftest; conftest.pytest_configure()\n"
        "from scanner.engine.flight.probe import CLOSED, IDLE, Probe\n"
        "one = Probe(socket.socket(), socket.AF_INET, [], None); one.close(); one.state = IDLE"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=False)
    assert "AssertionError: a probe that is closed becomes idle" in done.stderr


def test_from_idle_to_the_end() -> None:
    one, lane, overdue = trial(), {}, {}
    carrier = probe()
    assert carrier.state is IDLE
    one.leaves_by(carrier)
    carrier.carries(one)
    lane[carrier] = 4.0
    carrier.lane = lane
    assert (carrier.state, carrier.attempt, one.attempts, one.probes) == (FLYING, 1, 1, (carrier,))
    carrier.is_overdue(overdue)
    assert (carrier.state, lane, list(overdue)) == (OVERDUE, {}, [carrier])
    carrier.unlist()
    carrier.close()
    assert (carrier.state, carrier.trial, overdue) == (CLOSED, None, {})


def test_the_longest_timeout_and_the_most_retries_of_its_rows_count() -> None:
    assert (trial().timeout, trial().retries, trial().patience) == (2.0, 1, 2.0)
    several = trial(Request(timeout=1.0, retries=3), Request(timeout=5.0, retries=0))
    assert (several.timeout, several.retries) == (5.0, 3)


def test_what_connect_wants_to_know() -> None:
    assert trial().address == ("192.0.2.80", 443)
    linked = trial(host="fe80::1")
    linked.endpoint.place.scope = 3
    assert linked.address == ("fe80::1", 443, 0, 3)


def test_an_answer_is_that_of_its_probe() -> None:
    one = trial()
    first, second = flying(one, 1.0), flying(one, 2.0)
    one.resolves(REFUSED, first, 2.25)
    assert (one.verdict, one.answered, one.sent, one.rtt_ms) == (REFUSED, 1, 1.0, 1250.0)
    one.loses(first)
    assert one.probes == (second,)
    one.loses_all()
    assert one.probes == ()


def test_the_kernels_own_round_trip_is_kept_and_an_error_has_none() -> None:
    one, other = trial(), trial()
    one.learned(2, 1.5, own_word=True)
    one.resolves(OPEN, flying(one), 9.0)
    assert (one.rtt_ms, one.lost_syns, one.own_word) == (1.5, 2, True)
    other.resolves(local_error(13), flying(other), 9.0)
    assert other.rtt_ms is None


def test_noes_and_silence_before_an_attempt_are_told_apart() -> None:
    one = trial()
    for sent in (0.0, 3.0, 6.0):
        flying(one, sent)
    one.meets(UNREACHABLE, one.probes[1], 3.5)
    assert [one.silent_before(attempt) for attempt in (1, 2, 3)] == [0, 1, 1]
    assert (one.denials[0].attempt, one.denials[0].rtt_ms, one.denied_until) == (2, 500.0, 5.0)
    assert trial().denied_until == 0.0


def test_what_did_not_leave_does_not_count() -> None:
    one = trial()
    flying(one)
    one.did_not_leave()
    assert (one.attempts, one.stayed(), one.stayed()) == (0, 1, 2)
    one.given_up(TIMEOUT)
    assert (one.attempts, one.verdict) == (1, TIMEOUT)


def test_the_shortest_that_was_listened_for_counts() -> None:
    one = trial()
    for seconds in (2.0, 0.5, 1.0):
        one.listened_for(seconds)
    assert one.heard_out == 0.5


def test_a_soft_error_is_remembered_until_a_better_one() -> None:
    one = probe()
    one.remember(113)
    one.remember(0)
    assert one.soft == 113
