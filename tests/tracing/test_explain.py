"""`--explain` on loopback: what is blocked is traced after the scan, and everything else costs nothing."""

import pytest

from scanner.model import Place, Request, Result, State
from scanner.tracing.explain import LIMIT_S, Explanation, after_a_scan
from scanner.tracing.trace_options import TraceOptions
from tests.engine.listeners import full_backlog, listener


def blocked(port: int) -> Result:
    return Result(Place("127.0.0.1", 2), port, Request(), State.TIMEOUT, "no-response")


def test_nothing_blocked_is_explained_at_once() -> None:
    explanation = Explanation(TraceOptions(names=False))
    explanation.add([Result(Place("127.0.0.1", 2), 1, Request(), State.REFUSED, "conn-refused")])
    assert explanation.count == 0
    assert explanation.as_dict() == {"complete": True, "traced": 0, "groups": []}


def test_what_is_not_traced_yet_is_not_complete() -> None:
    explanation = Explanation(TraceOptions(names=False))
    explanation.add([blocked(1)])
    assert explanation.as_dict() == {"complete": False, "traced": 0, "groups": []}


def test_what_answers_by_now_is_said_so() -> None:
    explanation = Explanation(TraceOptions(names=False))
    with listener() as port:
        explanation.add([blocked(port)])
        for _ in explanation.turns():
            pass
    found = explanation.as_dict()
    assert (found["complete"], found["traced"], len(found["groups"])) == (True, 1, 1)
    assert (found["groups"][0]["state"], found["groups"][0]["at"]) == ("open", "target")


def test_silence_and_the_limit_of_time() -> None:
    options = TraceOptions(names=False, limit_s=0.3)
    explanation = Explanation(options)
    with full_backlog() as port:
        explanation.add([blocked(port)])
        for _ in explanation.turns():
            pass
    found = explanation.as_dict()
    assert not found["complete"]
    assert [(one["targets"], one["traced"], one["state"]) for one in found["groups"]] == [(1, 0, "timeout")]


def test_it_takes_no_longer_than_anybody_waits() -> None:
    assert after_a_scan(TraceOptions()).limit_s == LIMIT_S
    assert after_a_scan(TraceOptions(limit_s=0.3)).limit_s == 0.3


def test_stopped_before_it_began_it_ends_at_once() -> None:
    explanation = Explanation(TraceOptions(names=False))
    explanation.add([blocked(1)])
    explanation.stop()
    assert len(list(explanation.turns())) <= 1
    assert not explanation.as_dict()["complete"]


@pytest.mark.parametrize(
    ("options", "pause"),
    [
        ({}, 0.0),
        ({"rate": 100.0}, 1.0),
        ({"host_rate": 5.0}, 1.0),
        ({"rate": 100.0, "host_rate": 0.25}, 4.0),
    ],
)
def test_what_the_scan_sent_counts_at_its_rates(options: dict[str, float], pause: float) -> None:
    """Its last second and the first one of the traces may overlap."""
    given = TraceOptions(names=False, **options)  # type: ignore[arg-type]
    assert after_a_scan(given).pause_s == pause
    assert given.pause_s == 0.0
