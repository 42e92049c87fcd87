"""What the sweep's table says of hosts with nothing to show: which are alike, their names, what is concluded."""

from collections import Counter

import pytest

from scanner.model import State
from scanner.reports import Look, other_hosts
from scanner.reports.other_hosts import Others
from scanner.reports.phrases import VerdictKey
from scanner.reports.sweep_hosts import SweptHost
from tests.reports.made import place, result

SILENT: VerdictKey = (State.TIMEOUT, "no-response", "")
REFUSED: VerdictKey = (State.REFUSED, "conn-refused", "")


def rejected(sender: str) -> VerdictKey:
    return State.UNREACHABLE, "admin-prohibited", sender


def add(others: Others, address: str, counts: Counter[VerdictKey], *, answers: bool = False) -> None:
    """A host whose rows are all in `counts`; `answers`: it is there, whatever these say."""
    at = place(address)
    at.note.verdicts = int(answers)
    host = SweptHost(result(at, 1, "timeout"), few=False)
    host.counts.update(counts)
    others.add(address, host)


def said(others: Others, *, more: bool = False) -> list[str]:
    return list(others.lines(Look(), more=more))


def test_hosts_alike_are_counted_together_and_few_are_named() -> None:
    others = Others()
    for number in range(1, 6):
        add(others, f"10.0.0.{number}", Counter({REFUSED: 3}))
    add(others, "10.0.1.1", Counter({REFUSED: 2, SILENT: 1}))
    others.add_single("10.0.2.1", SILENT)
    add(others, "10.0.2.2", Counter({SILENT: 7}))
    assert said(others) == [
        "5 hosts (10.0.0.1-5): 3 refused each",
        "10.0.1.1: 2 refused, 1 timeout",
        "10.0.2.1, 10.0.2.2 answer nothing (timeout)",
    ]
    assert said(others, more=True)[0] == "5 more hosts (10.0.0.1-5): 3 refused each"


def test_the_few_that_are_named_come_by_number() -> None:
    others = Others()
    for number in (11, 100, 9):
        add(others, f"10.0.0.{number}", Counter({REFUSED: 3}))
    assert said(others) == ["10.0.0.9, 10.0.0.11, 10.0.0.100: 3 refused each"]


def test_a_silent_host_answers_nothing_and_has_a_line() -> None:
    others = Others()
    add(others, "10.0.2.1", Counter({SILENT: 7}))
    assert said(others) == ["10.0.2.1 answers nothing (timeout)"]


def test_hosts_that_answered_elsewhere_answer_but_not_here() -> None:
    """Those that were asked on other ports first, whether they are there."""
    others = Others()
    add(others, "10.0.2.1", Counter({SILENT: 7}), answers=True)
    assert said(others) == ["10.0.2.1 answers, but at none of these ports (timeout)"]
    add(others, "10.0.2.2", Counter({SILENT: 2}), answers=True)
    add(others, "10.0.2.3", Counter({SILENT: 2}))
    add(others, "10.0.2.4", Counter({SILENT: 1, REFUSED: 1}), answers=True)
    assert said(others) == [
        "10.0.2.4: 1 refused, 1 timeout",
        "10.0.2.1, 10.0.2.2 answer, but at none of these ports (timeout)",
        "10.0.2.3 answers nothing (timeout)",
    ]


def test_hosts_of_which_a_router_speaks_now_and_then_are_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    """Routers keep most of their errors to themselves, so the same silence looks different each time."""
    monkeypatch.setattr(other_hosts, "_KINDS", 0)
    others = Others()
    for number in range(1, 6):
        add(others, f"10.0.0.{number}", Counter({SILENT: 10 - number, rejected("10.9.9.9"): number}))
    assert said(others, more=True) == [
        "5 more hosts (10.0.0.1-5) answer nothing: 35 timeout, 15 unreachable (admin-prohibited by 10.9.9.9)"
    ]


def test_a_host_that_rejects_for_itself_answers() -> None:
    others = Others()
    add(others, "10.0.0.1", Counter({SILENT: 2, rejected("10.0.0.1"): 1}))
    assert said(others) == ["10.0.0.1: 2 timeout, 1 unreachable (admin-prohibited)"]


def test_hosts_that_reject_for_themselves_are_alike() -> None:
    others = Others()
    for name in ("10.0.0.1", "10.0.0.2"):
        add(others, name, Counter({rejected(name): 2}))
    add(others, "10.0.0.3", Counter({rejected("10.9.9.9"): 2}))
    assert said(others) == [
        "10.0.0.1, 10.0.0.2: 2 unreachable (admin-prohibited) each",
        "10.0.0.3: 2 unreachable (admin-prohibited by 10.9.9.9)",
    ]


def test_too_many_kinds_are_one_count_and_nothing_is_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(other_hosts, "_KINDS", 2)
    others = Others()
    for number in range(1, 6):
        add(others, f"10.0.0.{number}", Counter({REFUSED: number}))
    assert said(others) == ["10.0.0.1: 1 refused", "10.0.0.2: 2 refused", "further hosts, together: 12 refused"]


def test_of_hosts_that_are_far_apart_the_first_are_named_more_of_them_if_they_answer() -> None:
    others = Others()
    for number in range(1, 91, 3):
        add(others, f"10.0.0.{number}", Counter({REFUSED: 1, SILENT: 1}))
        others.add_single(f"10.0.1.{number}", SILENT)
    answering, silent = said(others)
    assert answering.startswith("30 hosts (10.0.0.1, 10.0.0.4, ")
    assert answering.endswith(", 10.0.0.73 and 5 more ranges): 1 refused, 1 timeout each")
    assert silent == (
        "30 hosts (10.0.1.1, 10.0.1.4, 10.0.1.7, 10.0.1.10, 10.0.1.13, 10.0.1.16, 10.0.1.19, 10.0.1.22 and 22 more "
        "ranges) answer nothing (timeout)"
    )


def test_hosts_that_answer_come_first() -> None:
    others = Others()
    for number in range(1, 10):
        add(others, f"10.0.0.{number}", Counter({rejected("10.9.9.9"): 2}))
    add(others, "10.0.1.1", Counter({REFUSED: 1, SILENT: 1}))
    assert said(others) == [
        "10.0.1.1: 1 refused, 1 timeout",
        "9 hosts (10.0.0.1-9): 2 unreachable (admin-prohibited by 10.9.9.9) each",
    ]


def test_names_that_lead_nowhere_are_hosts_with_names() -> None:
    others = Others()
    failed: VerdictKey = (State.ERROR, "no-address", "")
    for number in reversed(range(4, 16)):
        host = SweptHost(result("", 1, "error", "no-address"), few=False)
        host.counts.update({failed: 2})
        others.add(f"nosuch{number}.invalid", host)
    [line] = said(others)
    assert line.startswith("12 hosts (nosuch4.invalid, nosuch5.invalid, ")
    assert line.endswith(", nosuch11.invalid and 4 more): 2 error (no-address) each")


def test_of_chosen_rows_nothing_is_concluded() -> None:
    others = Others(chosen=True)
    for number in range(1, 24, 2):
        host = SweptHost(result(f"10.0.0.{number}", 80, "timeout"), few=False, chosen=True)
        for port in (80, 81):
            host.count(result(f"10.0.0.{number}", port, "timeout"))
        others.add(f"10.0.0.{number}", host)
    others.add_single("10.0.1.1", SILENT)
    all_of_them = ", ".join(f"10.0.0.{number}" for number in range(1, 24, 2))
    assert said(others) == [f"12 hosts ({all_of_them}): 2 timeout (80-81) each", "10.0.1.1: 1 timeout"]
    host = SweptHost(result("10.0.0.99", 80, "timeout"), few=False, chosen=True)
    for port, state in ((80, "timeout"), (82, "unreachable"), (84, "unreachable")):
        host.count(result("10.0.0.99", port, state, "host-unreach" if state == "unreachable" else ""))
    others = Others(chosen=True)
    others.add("10.0.0.99", host)
    assert said(others) == ["10.0.0.99: 1 timeout (80), 2 unreachable (host-unreach; 82,84)"]
