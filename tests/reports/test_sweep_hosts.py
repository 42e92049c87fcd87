"""What the sweep's table keeps of hosts: what is listed, what is counted, which hosts are alike."""

from collections import Counter
from collections.abc import Iterable

import pytest

from scanner.model import Request, Result, State
from scanner.reports import Look, sweep_hosts
from scanner.reports.phrases import VerdictKey
from scanner.reports.sweep_hosts import Others, Shown, SweptHost
from scanner.reports.tables import LISTED
from tests.reports.made import result

SILENT: VerdictKey = (State.TIMEOUT, "no-response", "")
REFUSED: VerdictKey = (State.REFUSED, "conn-refused", "")


def rejected(sender: str) -> VerdictKey:
    return State.UNREACHABLE, "admin-prohibited", sender


def rows(count: int, state: str = "open", **more: object) -> list[Result]:
    return [result("10.0.0.1", port, state, **more) for port in range(1, count + 1)]  # type: ignore[arg-type]


@pytest.mark.parametrize(("count", "listed"), [(LISTED, True), (LISTED + 1, False)])
def test_listed_up_to_25(count: int, listed: bool) -> None:
    shown = Shown()
    for row in rows(count):
        shown.add(row, LISTED)
    assert shown.is_listed() is listed
    assert len(shown.rows) == LISTED


def test_a_crowd_says_what_was_expected_and_what_is_in_doubt() -> None:
    shown = Shown()
    for row in rows(30, request=Request(expect="refused"), doubt="accepts-everything"):
        shown.add(row, LISTED)
    assert shown.text(Look()) == "30 open (1-30) ✗ expected refused, in doubt: accepts-everything"


def test_a_host_lists_by_port_and_counts_the_rest() -> None:
    host = SweptHost(result("10.0.0.1", 9, "open"), few=True)
    host.show(result("10.0.0.1", 9, "open"), LISTED)
    counted = [host.count(row) for row in rows(2, "timeout") + rows(LISTED + 1, "refused")]
    assert counted == list(range(2, 5 + LISTED)), "the row that is shown is one of them"
    assert [(row.port, row.state.value) for row in host.listed()] == [(1, "timeout"), (2, "timeout"), (9, "open")]
    assert host.rest_text(Look()) == "26 refused"
    assert not list(host.crowds())


def crowd(states: dict[str, Iterable[int]], *, few: bool = True) -> str:
    """What is said of a host's rows that are merely counted."""
    host = SweptHost(result("10.0.0.1", 9, "open"), few=few)
    for state, ports in states.items():
        for port in ports:
            host.count(result("10.0.0.1", port, state, "host-unreach" if state == "unreachable" else ""))
    return host.rest_text(Look())


def test_many_refused_and_many_silent_ports_are_one_line_that_says_where_the_border_is() -> None:
    ports = {"refused": [*range(1, 22), *range(23, 501)], "timeout": range(501, 1025)}
    assert crowd(ports) == "499 refused (1-21,23-500), 524 timeout (501-1024)"
    assert crowd(ports, few=False) == "499 refused, 524 timeout"
    assert crowd({"refused": range(1, 501)}) == "500 refused"
    scattered = {"refused": range(1, 601, 2), "timeout": range(700, 800)}
    assert crowd(scattered) == "300 refused, 100 timeout (700-799)"
    assert crowd({"unreachable": range(1, 50), "timeout": range(50, 99)}) == (
        "49 timeout (50-98), 49 unreachable (host-unreach)"
    )


@pytest.mark.parametrize("width", [60, 80, 120])
def test_in_a_window_the_ports_of_a_crowd_are_as_many_as_a_line_has_room_for(width: int) -> None:
    shown = Shown()
    for row in rows(3000, request=Request(expect="refused"))[::2]:
        shown.add(row, LISTED)
    said = shown.text(Look(width=width, folds=True))
    assert said.startswith("1,500 open (1,3,5,7,")
    assert said.endswith(",…) ✗ expected refused")
    assert len(said) <= width + 10
    whole = shown.text(Look(width=width))
    assert whole == shown.text(Look(width=width, folds=True, verbose=True))
    assert whole.endswith(",2997,2999) ✗ expected refused")


def said(others: Others, *, more: bool = False) -> list[str]:
    return list(others.lines(Look(), more=more))


def test_hosts_alike_are_counted_together_and_few_are_named() -> None:
    others = Others()
    for number in range(1, 6):
        others.add(f"10.0.0.{number}", Counter({REFUSED: 3}))
    others.add("10.0.1.1", Counter({REFUSED: 2, SILENT: 1}))
    others.add_single("10.0.2.1", SILENT)
    others.add("10.0.2.2", Counter({SILENT: 7}))
    assert said(others) == [
        "5 hosts (10.0.0.1-5): 3 refused each",
        "10.0.1.1: 2 refused, 1 timeout",
        "10.0.2.1, 10.0.2.2 answer nothing (timeout)",
    ]
    assert said(others, more=True)[0] == "5 more hosts (10.0.0.1-5): 3 refused each"


def test_the_few_that_are_named_come_by_number() -> None:
    others = Others()
    for number in (11, 100, 9):
        others.add(f"10.0.0.{number}", Counter({REFUSED: 3}))
    assert said(others) == ["10.0.0.9, 10.0.0.11, 10.0.0.100: 3 refused each"]


def test_a_silent_host_answers_nothing_and_has_a_line() -> None:
    others = Others()
    others.add("10.0.2.1", Counter({SILENT: 7}))
    assert said(others) == ["10.0.2.1 answers nothing (timeout)"]


def test_hosts_that_answered_elsewhere_answer_but_not_here() -> None:
    """Those that were asked on other ports first, whether they are there."""
    others = Others()
    others.add("10.0.2.1", Counter({SILENT: 7}), answers=True)
    assert said(others) == ["10.0.2.1 answers, but at none of these ports (timeout)"]
    others.add("10.0.2.2", Counter({SILENT: 2}), answers=True)
    others.add("10.0.2.3", Counter({SILENT: 2}))
    others.add("10.0.2.4", Counter({SILENT: 1, REFUSED: 1}), answers=True)
    assert said(others) == [
        "10.0.2.4: 1 refused, 1 timeout",
        "10.0.2.1, 10.0.2.2 answer, but at none of these ports (timeout)",
        "10.0.2.3 answers nothing (timeout)",
    ]


def test_hosts_of_which_a_router_speaks_now_and_then_are_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    """Routers keep most of their errors to themselves, so the same silence looks different each time."""
    monkeypatch.setattr(sweep_hosts, "_KINDS", 0)
    others = Others()
    for number in range(1, 6):
        others.add(f"10.0.0.{number}", Counter({SILENT: 10 - number, rejected("10.9.9.9"): number}))
    assert said(others, more=True) == [
        "5 more hosts (10.0.0.1-5) answer nothing: 35 timeout, 15 unreachable (admin-prohibited by 10.9.9.9)"
    ]


def test_a_host_that_rejects_for_itself_answers() -> None:
    others = Others()
    others.add("10.0.0.1", Counter({SILENT: 2, rejected("10.0.0.1"): 1}))
    assert said(others) == ["10.0.0.1: 2 timeout, 1 unreachable (admin-prohibited)"]


def test_hosts_that_reject_for_themselves_are_alike() -> None:
    others = Others()
    for name in ("10.0.0.1", "10.0.0.2"):
        others.add(name, Counter({rejected(name): 2}))
    others.add("10.0.0.3", Counter({rejected("10.9.9.9"): 2}))
    assert said(others) == [
        "10.0.0.1, 10.0.0.2: 2 unreachable (admin-prohibited) each",
        "10.0.0.3: 2 unreachable (admin-prohibited by 10.9.9.9)",
    ]


def test_too_many_kinds_are_one_count_and_nothing_is_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sweep_hosts, "_KINDS", 2)
    others = Others()
    for number in range(1, 6):
        others.add(f"10.0.0.{number}", Counter({REFUSED: number}))
    assert said(others) == ["10.0.0.1: 1 refused", "10.0.0.2: 2 refused", "further hosts, together: 12 refused"]
