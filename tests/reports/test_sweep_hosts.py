"""What the sweep's table keeps of hosts: what is listed, what is counted, which hosts are alike."""

from collections.abc import Iterable

import pytest

from scanner.model import Request, Result
from scanner.reports import Look
from scanner.reports.sweep_hosts import Shown, SweptHost
from scanner.reports.tables import LISTED
from tests.reports.made import result


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


def test_of_unmet_rows_that_are_not_all_it_says_how_many() -> None:
    shown = Shown()
    for row in rows(28, request=Request(expect="open")):
        shown.add(row, LISTED)
    for row in rows(2, request=Request(expect="open"), met=False, doubt="flipped"):
        shown.add(row, LISTED)
    assert shown.text(Look()) == "30 open (1-28), ✗ 2 not as expected (open beyond doubt), in doubt: flipped"


def test_what_strict_wants_is_said_of_a_crowd_too() -> None:
    shown = Shown()
    for row in rows(30, "timeout", request=Request(expect="blocked"), met=False, doubt="unverified"):
        shown.add(row, LISTED)
    assert shown.text(Look()) == "30 timeout (1-30) ✗ expected blocked beyond doubt, in doubt: unverified"


def test_of_chosen_rows_it_says_at_which_ports() -> None:
    host = SweptHost(result("10.0.0.1", 9, "timeout"), few=False, chosen=True)
    for port, state in ((22, "refused"), (80, "timeout"), (81, "timeout")):
        host.count(result("10.0.0.1", port, state))
    assert host.rest_text(Look()) == "1 refused (22), 2 timeout (80-81)"
