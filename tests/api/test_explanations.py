"""Explanations as a program makes them, on loopback: whom they ask, and that excludes hold, those by name as well."""

import pytest

from scanner.api.explanations import USUAL_PORTS, Explanation, TraceOptions, explanation_of
from scanner.api.plans import plan_of_words
from scanner.api.scans import prepared
from scanner.api.wanted import Wanted
from scanner.model import Result
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


def test_what_the_list_has_is_not_asked_again() -> None:
    with full_backlog() as port:
        wanted = Wanted(timeout=0.05, retries=0)
        scan = prepared(plan_of_words([f"127.0.0.1:{port},22"], wanted), wanted)
        (row, *_) = [row for batch in scan.batches() for row in batch]
    assert [port for port in USUAL_PORTS if scan.may_ask(row.place, port)] == [80, 443, 445, 3389]
