"""Explanations as a program makes them, on loopback: whom they ask, and that excludes hold, those by name as well."""

import socket

import pytest

from scanner.api.explanations import USUAL_PORTS, Explanation, TraceOptions, explanation_of, plan_of_questions
from scanner.api.plans import plan_of_words
from scanner.api.scans import prepared
from scanner.api.wanted import Wanted
from scanner.model import Place, Request, Result
from scanner.tracing.silence_witnesses import WitnessQuestion
from tests.engine.listeners import full_backlog, refused_port


def scanned(*ports: int, exclude: tuple[str, ...] = (), **options: object) -> tuple[Explanation, list[Result]]:
    """The explanation of a scan of these ports, with its rows."""
    wanted = Wanted(timeout=0.05, retries=0, **options)  # type: ignore[arg-type]
    plan = plan_of_words([f"127.0.0.1:{','.join(map(str, ports))}"], wanted, exclude=exclude)
    scan = prepared(plan, wanted)
    explanation = explanation_of(scan, wanted, TraceOptions(names=False, limit_s=1.0))
    rows = [row for batch in scan.batches() for row in batch]
    explanation.add(rows)
    return explanation, rows


def asked_ports(explanation: Explanation) -> list[tuple[int, ...]]:
    return [question.ports for question in explanation.questions()]


def test_a_host_that_nobody_speaks_for_is_asked() -> None:
    with full_backlog() as port:
        explanation, (row,) = scanned(port, concurrency=1, source="127.0.0.1", poller="select")
        assert asked_ports(explanation) == [(22, 80, 443)]
        for _ in explanation.turns():
            pass
    (witness,) = explanation.as_dict()["witnesses"]
    assert (witness["address"], witness["ports"], witness["witness"]) == ("127.0.0.1", [port], "answers")
    assert witness["port"] in (22, 80, 443)
    assert row.group == f"127.0.0.1:{port}"


def test_a_host_with_an_answer_in_the_scan_is_not() -> None:
    with full_backlog() as port, refused_port() as refused:
        explanation, _ = scanned(port, refused)
    assert asked_ports(explanation) == []


@pytest.mark.parametrize(
    ("exclude", "ports"),
    [
        (("*:22",), (80, 443, 445)),
        (("127.0.0.0/8:22,80",), (443, 445, 3389)),
        (("localhost:22,443",), (80, 445, 3389)),
        (("127.0.0.1:1-1023", "localhost:3389"), None),
    ],
)
def test_excludes_hold(exclude: tuple[str, ...], ports: tuple[int, ...] | None) -> None:
    with full_backlog() as port:
        explanation, _ = scanned(port, exclude=exclude)
    assert asked_ports(explanation) == ([ports] if ports else [])
    assert set(ports or ()) <= set(USUAL_PORTS)


@pytest.mark.parametrize(
    ("request_", "asks"),
    [
        (Request(timeout=4.0, retries=1), (1.0, 1, False)),
        (Request(timeout=2.5, retries=1, typed_timeout=True), (2.5, 1, True)),
        (Request(timeout=5.0, retries=0, typed_timeout=True), (3.0, 1, True)),
        (Request(timeout=4.0, retries=9, typed_timeout=True), (2.0, 2, True)),
        (Request(timeout=0.05, retries=0, typed_timeout=True), (1.0, 1, False)),
    ],
)
def test_it_is_as_patient_as_the_target_or_more(request_: Request, asks: tuple[float, int, bool]) -> None:
    """One attempt may be lost; and what nobody typed leaves the kernel the time to look for a neighbour. But it comes
    to an end within the time for asking."""
    places = Place("10.0.0.1", socket.AF_INET), Place("fe80::1%lo", socket.AF_INET6, scope=socket.if_nametoindex("lo"))
    plan = plan_of_questions([WitnessQuestion(place, (22, 80), request_) for place in places])
    endpoints = plan.feed().take(10)
    asked = {(each.place.address, each.place.scope, each.port) for each in endpoints}
    assert asked == {(place.address, place.scope, port) for place in places for port in (22, 80)}
    assert {(one.timeout, one.retries, one.typed_timeout) for each in endpoints for one in each.requests} == {asks}


def test_what_the_list_has_is_not_asked_again() -> None:
    with full_backlog() as port:
        wanted = Wanted(timeout=0.05, retries=0)
        scan = prepared(plan_of_words([f"127.0.0.1:{port},22"], wanted), wanted)
        (row, *_) = [row for batch in scan.batches() for row in batch]
    assert [port for port in USUAL_PORTS if scan.may_ask(row.place, port)] == [80, 443, 445, 3389]
