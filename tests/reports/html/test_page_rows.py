"""Which rows a page keeps, and their data."""

import json

import pytest

from scanner.model import Request, Result
from scanner.reports.html.page_data import rows_data
from scanner.reports.html.page_rows import PageRows
from tests.reports.html.paged import as_bag, fields_of, rows_of
from tests.reports.made import place, result

OPEN = Request(expect="open")


def kept(rows: PageRows) -> list[dict[str, object]]:
    return rows_of(json.loads("".join(rows_data(rows, {}))))


def states(rows: PageRows) -> list[str]:
    return [f"{row['state']}{'!' if row['met'] is False else ''}" for row in kept(rows)]


def row(port: int, state: str, request: Request | None = None) -> Result:
    return result("10.0.0.1", port, state, "host-unreach" if state == "unreachable" else "", request)


def test_what_matters_most_keeps_its_place() -> None:
    rows = PageRows(4)
    rows.add([row(port, "refused") for port in range(1, 7)])
    assert (len(rows), rows.left) == (4, {"refused": 2})
    rows.add([row(10, "timeout"), row(11, "unreachable"), row(12, "open")])
    assert sorted(states(rows)) == ["open", "refused", "timeout", "unreachable"]
    rows.add([row(20, "timeout", OPEN), row(21, "refused", OPEN), row(22, "timeout", OPEN)])
    assert sorted(states(rows)) == ["open", "refused!", "timeout!", "timeout!"]
    rows.add([row(23, "refused", OPEN), row(24, "refused", OPEN), row(25, "open")])
    assert sorted(states(rows)) == ["refused!", "refused!", "timeout!", "timeout!"]
    assert sum(rows.left.values()) + len(rows) == 15
    assert rows.left == {"refused": 7, "timeout": 1, "unreachable": 1, "open": 2}


def test_the_first_of_their_kind_stay() -> None:
    rows = PageRows(3)
    rows.add([row(port, "timeout") for port in (5, 6, 7, 8)])
    rows.add([row(1, "open")])
    assert [each["port"] for each in kept(rows)] == [1, 5, 6]


def test_what_gave_way_leaves_nothing_wrong_behind() -> None:
    rows = PageRows(2)
    first = [result(f"10.0.0.{number}", 22, "refused", request=Request(name=f"n{number}")) for number in range(5)]
    last = [result(f"10.0.1.{number}", 22, "open", request=Request(name=f"m{number}")) for number in range(2)]
    rows.add(first)
    rows.add(last)
    assert as_bag(kept(rows)) == as_bag(list(map(fields_of, last)))
    said = json.loads("".join(rows_data(rows, {})))
    assert [each[0] for each in said["entries"]] == ["m0", "m1"]
    assert [each[0] for each in said["places"]] == ["10.0.1.0", "10.0.1.1"]


def test_places_are_numbered_by_address_and_know_their_row_of_the_overview() -> None:
    rows = PageRows()
    rows.add([
        result(place("10.0.0.10"), 22, "open"), result(place("10.0.0.9"), 22, "open"),
        result(place("fd00::1"), 22, "open"), result(place(""), 22, "error", "no-address", Request("db.example")),
    ])  # fmt: skip
    said = json.loads("".join(rows_data(rows, {"10.0.0.9": 1, "db.example": 7})))
    assert said["places"] == [
        ["10.0.0.9", "10.0.0.9", "", 1], ["10.0.0.10", "10.0.0.10", "", -1], ["fd00::1", "fd00::1", "", -1],
        ["db.example", "", "", 7],
    ]  # fmt: skip


def test_what_repeats_is_there_once() -> None:
    rows = PageRows()
    at = place("10.0.0.1", source="10.9.0.2")
    rows.add([result(at, port, "open", request=OPEN, rtt_ms=0.5, time="t") for port in range(1, 1001)])
    said = json.loads("".join(rows_data(rows, {})))
    assert [len(said[name]) for name in ("entries", "places", "verdicts")] == [1, 1, 1]
    assert said["services"]["22"] == "ssh"
    assert said["port"] == list(range(1, 1001))


@pytest.mark.parametrize(
    ("time", "odd"),
    [
        ("2026-01-02T03:04:05.678Z", False), ("1970-01-01T00:00:00.000Z", False), ("9999-12-31T23:59:59.999Z", False),
        ("", True), ("2026-02-30T03:04:05.678Z", True), ("2026-01-02T24:04:05.678Z", True),
        ("1969-12-31T23:59:59.999Z", True),
        ("2026-01-02T03:04:05Z", True), ("\u0662026-01-02T03:04:05.678Z", True), ("2026-01-02T03:04:05.678Z\n", True),
    ],
)  # fmt: skip
def test_a_time_comes_back_as_it_was(time: str, odd: bool) -> None:
    rows = PageRows()
    others = ["2026-01-02T03:04:05.679Z", "x"]
    rows.add([result("10.0.0.1", 22, "open", time=each) for each in (*others, time, time)])
    assert [each["time"] for each in kept(rows)] == [*others, time, time]
    assert (time in json.loads("".join(rows_data(rows, {})))["odd_times"]) == (odd or time == "")
