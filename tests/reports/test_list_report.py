"""`address:port` lines: brackets, repetitions, rows without an address, hostile addresses."""

import io

from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.model import Result
from scanner.reports import Outlet, ScanInfo
from scanner.reports.list_report import ListReport
from tests.reports.made import Sunk, batches, result, results


def listed(*rows: list[Result]) -> tuple[str, Outlet]:
    sink = io.BytesIO()
    outlet = Sunk(sink)
    report = ListReport(outlet)
    for batch in rows:
        report.write(batch)
    report.abandon(ScanInfo())
    return sink.getvalue().decode(), outlet


def test_a_line_for_each_row() -> None:
    rows = [result("10.0.0.1", 22, "open"), result("fd00::1", 80, "timeout"), result("fe80::1%eth0", 1, "open")]
    text, outlet = listed(rows)
    assert text == "10.0.0.1:22\n[fd00::1]:80\n[fe80::1%eth0]:1\n"
    assert outlet.remarks == []


def test_what_repeats_is_told_once_also_from_batch_to_batch() -> None:
    one, other = result("10.0.0.1", 22, "open"), result("10.0.0.1", 23, "open")
    text, _ = listed([one, one], [one, other], [one])
    assert text == "10.0.0.1:22\n10.0.0.1:23\n10.0.0.1:22\n"


def test_rows_without_an_address_are_left_out_and_counted() -> None:
    nowhere = result("", 22, "error", "no-address")
    text, outlet = listed([nowhere, result("10.0.0.1", 22, "open")], [nowhere])
    assert text == "10.0.0.1:22\n"
    assert outlet.remarks == ["test: 2 rows without an address left out of the list"]


def test_more_places_than_are_kept() -> None:
    rows = [result(f"10.0.{i >> 8}.{i & 255}", 80, "open") for i in range(9000)]
    text, _ = listed(rows)
    assert text.splitlines() == [f"{row.address}:80" for row in rows]


@settings(max_examples=40)
@given(st.lists(results(), max_size=6))
def test_no_address_is_more_than_a_line(rows: list[Result]) -> None:
    text, _ = listed(*batches(rows))
    lines = text.split("\n")
    assert lines.pop() == ""
    assert all(line.isprintable() and line.rpartition(":")[2].isdecimal() for line in lines)
    assert len(lines) <= sum(bool(row.address) for row in rows)
