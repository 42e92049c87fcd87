"""What the trace of one target shows, from answers and silences: its hops, and its end. (Whole ways:
`test_route.py`.)"""

import pytest

from scanner.engine.flight.verdict import OPEN, REFUSED, Verdict, local_error
from scanner.model import End, State
from scanner.tracing.findings import Findings
from scanner.tracing.hop_answers import FULL, Answers
from scanner.tracing.router_budget import Budget
from scanner.tracing.silent_hops import SilentHops
from scanner.tracing.waves import Waves
from scanner.words.builtin_values import MOST_HOPS
from tests.tracing.ways import A, B, C, expired, tired

TARGET = "198.51.100.9"
_TIMEOUT = (State.TIMEOUT, "no-response", "")


def found(
    answers: dict[int, Verdict], *silent: int, most: int = MOST_HOPS, budget: Budget | None = None, sent: int = 0
) -> Findings:
    """Of a way that was asked up to `sent`, that so many hops answered and so many did not."""
    heard, hops, waves = Answers(TARGET), SilentHops(budget or Budget()), Waves(most, held=False)
    while waves.sent < sent:
        waves.leave(0.0, sent, lambda: 0.0)
    for hop, verdict in answers.items():
        heard.hear(hop, verdict, 1.0)
    for hop in silent:
        hops.asked_enough(hop)
    return Findings(heard, hops, waves)


def shown(findings: Findings) -> list[str | None]:
    return [hop.address for hop in findings.hops()]


def test_the_way_up_to_its_target() -> None:
    findings = found({FULL: OPEN, 1: expired(A), 3: OPEN, 4: OPEN})
    assert shown(findings) == [A, None, TARGET]
    assert findings.end(finished=True) == End(State.OPEN, "syn-ack", "", 3)
    assert (findings.is_silent, findings.seen(), findings.last, findings.end_hop) == (False, {1: A}, 1, 3)


def test_silence_is_claimed_only_of_a_trace_that_has_finished() -> None:
    findings = found({1: expired(A), 2: expired(B)}, FULL, 3, 4)
    assert findings.is_silent
    assert findings.is_sure
    assert findings.end(finished=True) == End(*_TIMEOUT, 2)
    assert findings.end(finished=False) == End(None, "", "", 2)


def test_where_silence_begins_is_not_known_if_the_next_router_was_tired() -> None:
    assert not found({1: expired(A)}, FULL, 2, 3, budget=tired(2)).is_sure
    assert found({1: expired(A)}, FULL, 2, 3, budget=tired(3)).is_sure


def test_nor_if_nobody_says_so_of_others() -> None:
    findings = found({1: expired(A)}, FULL, 2)
    findings.take({}, sure=False)
    assert findings.end(finished=True) == End(*_TIMEOUT, None)


def test_hops_that_others_saw_are_shown() -> None:
    findings = found({2: expired(B)}, FULL, 3)
    findings.take({1: A})
    assert shown(findings) == [A, B]
    assert findings.seen() == {2: B}, "its own alone are told to others"


@pytest.mark.parametrize(
    ("silent", "budget", "asked"),
    [
        (range(MOST_HOPS + 1), None, None),
        ((FULL, 1, 2, 3), None, 3),
        ((FULL, 1, 2, 3), tired(2), 1),
        ((FULL, 1, 2, 3), tired(1), 0),
    ],
)
def test_where_nobody_answered_it_says_who_should_have(
    silent: tuple[int, ...], budget: Budget | None, asked: int | None
) -> None:
    assert found({}, *silent, budget=budget).end(finished=True) == End(*_TIMEOUT, 0, asked)


def test_the_last_hop_that_was_to_be_asked_is_said_so() -> None:
    answers = {1: expired(A), 2: expired(B), 3: expired(C)}
    assert found(answers, FULL, most=3).end(finished=True) == End(*_TIMEOUT, 3, 3)
    assert found(answers, FULL, most=3).is_sure
    assert found(answers, FULL, 4).end(finished=True) == End(*_TIMEOUT, 3)
    all_of_them = {hop: expired(f"192.0.2.{hop}") for hop in range(1, MOST_HOPS + 1)}
    assert found(all_of_them, FULL).end(finished=True) == End(*_TIMEOUT, MOST_HOPS), "no way is longer"


def test_a_target_that_is_farther_away_than_was_looked() -> None:
    findings = found({FULL: REFUSED, 1: expired(A), 2: expired(B)}, most=2, sent=2)
    assert findings.end(finished=True) == End(State.REFUSED, "conn-refused", "", None, 2)


def test_what_this_host_says_itself_ends_here() -> None:
    findings = found({FULL: local_error(101), 1: expired(A)})
    assert findings.end(finished=True) == End(State.ERROR, "ENETUNREACH", "", 0)


def test_the_sender_of_the_verdict() -> None:
    assert found({FULL: Verdict(State.UNREACHABLE, "admin-prohibited", B)}).sender == B
    assert found({FULL: OPEN}).sender == found({}).sender == ""
