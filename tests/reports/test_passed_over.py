"""What people are told of silent hosts: how many, which, and whether anybody answered."""

import io

import pytest

from scanner.reports import Look, ScanInfo, summary, sweep_table
from scanner.reports.counts import Tally
from scanner.reports.passed_over import passed_over_line
from tests.reports.made import Sunk, result


def extra(*ranges: str, count: int = 0) -> dict[str, object]:
    return {"silent_hosts": {"count": count or len(ranges), "ranges": list(ranges)}}


@pytest.mark.parametrize("told", [{}, extra()])
def test_nothing_where_nobody_was_passed_over(told: dict[str, object]) -> None:
    assert passed_over_line(told, 3) == passed_over_line(told, 0) == ""


def test_how_many_and_which() -> None:
    assert passed_over_line(extra("10.0.0.1"), 1) == "1 silent host passed over: 10.0.0.1"
    line = passed_over_line(extra("10.0.0.1-10.0.0.9", "10.0.0.11", count=1010), 1)
    assert line == "1,010 silent hosts passed over: 10.0.0.1-9, 10.0.0.11"


def test_eight_ranges_are_named_and_the_rest_counted() -> None:
    ranges = [f"10.0.0.{2 * n}" for n in range(9)]
    assert passed_over_line(extra(*ranges[:8]), 1).endswith(", 10.0.0.14")
    assert passed_over_line(extra(*ranges), 1).endswith(", 10.0.0.14 and 1 more range")


def test_where_nobody_answered_the_summary_says_so() -> None:
    told = summary(Tally(), 2.0, attempts=20, extra=extra("10.0.0.1")).splitlines()
    assert told == [
        "0 targets: no answer in 2.0 s (10 probes/s)",
        "no host answered; 1 silent host passed over: 10.0.0.1",
    ]
    early = summary(Tally(), 2.0, attempts=20, extra=extra("10.0.0.1"), complete=False)
    assert early.startswith("stopped after 0 targets: none probed in ")


@pytest.mark.parametrize("some", [True, False])
def test_the_table_ends_with_them(some: bool) -> None:
    sink = io.BytesIO()
    table = sweep_table.SweepTable(Sunk(sink), Look())
    rows = [result("10.0.0.2", 80, "open")] if some else []
    table.write(rows)
    table.finish(ScanInfo(counts={"open": len(rows)}, extra=extra("10.0.0.1")))
    *_, blank, last = sink.getvalue().decode().split("\n")[:-1]
    assert blank == ""
    assert last == ("" if some else "no host answered; ") + "1 silent host passed over: 10.0.0.1"


def test_a_host_some_ports_of_which_have_no_row_is_done_as_soon_as_its_rows_are_there(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Else there would be too many hosts to keep apart."""
    monkeypatch.setattr(sweep_table, "KEPT_HOSTS", 10)
    sink = io.BytesIO()
    table = sweep_table.SweepTable(Sunk(sink), Look())
    for host in [f"10.0.0.{n}" for n in range(20)]:
        row = result(host, 80, "refused")
        row.place.has_ports(3, rowless=1)
        table.write([row, result(row.place, 81, "refused")])
    table.finish(ScanInfo())
    assert sink.getvalue().decode() == "20 hosts (10.0.0.0-19): 2 refused each\n"
