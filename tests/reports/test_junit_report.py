"""JUnit's XML, as junitparser reads it."""

import tempfile
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from junitparser import JUnitXml, TestSuite

from scanner.errors import ReportError
from scanner.model import FIELDS, Need, Request, Result
from scanner.reports import Look, ScanInfo, make_report, open_report, record_end_of
from scanner.reports.junit_report import CASES
from tests.reports.made import FullDisk, Sunk, batches, place, result, results, visible

WEB = Request(expect="open")


def written(path: Path, *rows: list[Result], **info: Any) -> TestSuite:
    """The one suite of the report."""
    report = open_report("junit", str(path))
    for batch in rows:
        report.write(batch)
    report.finish(ScanInfo(**{"vantage": "box"} | info))
    return suite_of(path)


def suite_of(path: Path) -> TestSuite:
    (suite,) = JUnitXml.fromfile(str(path))
    return suite


def properties(suite: TestSuite) -> dict[str, str]:
    return {each.name: each.value for each in suite.properties()}


def pairs(suite: TestSuite) -> list[tuple[str, str]]:
    return [(case.classname, case.name) for case in suite]


def orders(**more: Any) -> Request:
    return Request("db1.example.net", **{"name": "orders", "expect": "open", "vantage": "box"} | more)


def test_a_case_for_each_row_with_an_expectation(tmp_path: Path) -> None:
    db1 = place("10.0.0.5")
    rows = [
        result("::1", 443, "refused", request=Request(expect="refused", order=2), rtt_ms=1234.5678, doubt="lossy"),
        result(db1, 22, "open"),
        result(
            *(db1, 5433, "unreachable", "admin-prohibited", orders(tags=("t-1", "t-2"))),
            icmp_from="10.1.0.1",
            doubt="flipped",
        ),
        result(db1, 5432, "open", request=orders(), rtt_ms=0.5),
        result("", 25, "error", "no-address", request=Request("nosuch.example", expect="blocked", order=1)),
    ]
    info = {"started": "2026-11-27T13:00:00.123Z", "elapsed_s": 8.8765, "warnings": ["a <b>"]}
    suite = written(tmp_path / "junit.xml", rows, **info)
    assert pairs(suite) == [
        ("orders", "db1.example.net:5432 (10.0.0.5) expected open"),
        ("orders", "db1.example.net:5433 (10.0.0.5) expected open"),
        ("nosuch.example", "nosuch.example:25 expected blocked"),
        ("::1", "[::1]:443 expected refused"),
    ]
    open_case, unmet, unknown, doubtful = suite
    assert [case.is_passed for case in (open_case, unmet, unknown)] == [True, False, False]
    assert (open_case.time, doubtful.time) == (0.0005, 1.234568)
    assert doubtful.system_out == "in doubt: lossy"
    (failure,) = unmet.result
    assert failure.type == "unreachable"
    assert failure.message == "unreachable (admin-prohibited by 10.1.0.1), expected open; in doubt: flipped"
    assert failure.text.splitlines() == [
        "db1.example.net:5433 (10.0.0.5)", "name: orders", "host: db1.example.net", "address: 10.0.0.5", "port: 5433",
        "service: pyrrho",
        "state: unreachable", "reason: admin-prohibited", "icmp_from: 10.1.0.1", "attempts: 1", "expect: open",
        "met: false", "tags: t-1; t-2", "vantage: box", "doubt: flipped", "lost_syns: 0",
    ]  # fmt: skip
    assert unknown.result[0].message == "error (no-address), expected blocked"
    assert unknown.is_failure
    assert (suite.tests, suite.failures, suite.errors, suite.skipped) == (4, 2, 0, 0)
    assert (suite.time, suite.timestamp, suite.hostname) == (8.877, "2026-11-27T13:00:00", "box")
    assert properties(suite) == {
        "complete": "true", "cases": "targets", "targets without an expectation": "1", "warning 1": "a <b>",
    }  # fmt: skip


def test_what_meets_its_expectation_only_in_doubt_says_so(tmp_path: Path) -> None:
    row = result("10.0.0.1", 22, "open", request=Request(expect="open"), met=False, doubt="intercepted")
    (case,) = written(tmp_path / "junit.xml", [row])
    assert case.result[0].message == "open (syn-ack), expected open beyond doubt; in doubt: intercepted"


def test_what_is_one_of_too_few_says_so(tmp_path: Path) -> None:
    row = result("10.0.0.1", 22, "timeout", request=Request(expect="blocked"), doubt="unverified")
    row.is_one_of_too_few()
    (case,) = written(tmp_path / "junit.xml", [row])
    assert case.result[0].message == "timeout (no-response), expected blocked, but too few are; in doubt: unverified"


def test_what_was_not_judged_is_no_case(tmp_path: Path) -> None:
    suite = written(tmp_path / "junit.xml", [result("10.0.0.1", 22, "timeout", request=WEB, met=None)])
    assert (suite.tests, properties(suite)["targets that are not judged"]) == (0, "1")
    assert properties(suite)["targets without an expectation"] == "0"


def test_rules_that_need_targets_and_have_none_fail(tmp_path: Path) -> None:
    suite = written(tmp_path / "junit.xml", [result("10.0.0.1", 22, "open", request=WEB)], rules_lacking=2)
    assert (suite.tests, suite.failures) == (2, 1)
    last = list(suite)[-1]
    assert (last.classname, last.name) == ("scanner", "targets that are needed are there")
    assert last.result[0].message.startswith("2 entries need targets as expected, and none is left")


def test_the_counts_are_those_of_the_cases(tmp_path: Path) -> None:
    at, request = place("10.0.0.5"), Request(expect="open")
    rows = [result(at, port, ("open", "timeout")[port % 2], request=request) for port in range(1, 8)]
    suite = written(tmp_path / "junit.xml", rows)
    told = (suite.tests, suite.failures, suite.errors, suite.skipped)
    suite.update_statistics()
    assert told == (suite.tests, suite.failures, suite.errors, suite.skipped) == (7, 4, 0, 0)
    whole = JUnitXml.fromfile(str(tmp_path / "junit.xml"))
    assert (whole.tests, whole.failures) == (7, 4)


def test_rows_that_are_alike_keep_their_numbers_from_run_to_run(tmp_path: Path) -> None:
    first, second = orders(), orders(order=1)
    taken = result("10.0.0.5", 22, "open", request=orders(order=2))
    rows = [
        result("10.0.0.5", 22, "open", request=first),
        result("10.0.0.5", 22, "timeout", request=second),
        taken,
        result("10.0.0.5", 22, "open", request=orders(order=3, vantage="elsewhere")),
    ]
    one, other = written(tmp_path / "a-junit.xml", rows), written(tmp_path / "b-junit.xml", rows[::-1])
    name = "db1.example.net:22 (10.0.0.5) expected open"
    assert pairs(one) == [("orders", each) for each in (name, f"{name} #2", f"{name} #3", f"{name} from elsewhere")]
    assert [(case.name, case.is_passed) for case in one] == [(case.name, case.is_passed) for case in other]


def test_a_number_that_is_somebodys_name_is_not_given_again(tmp_path: Path) -> None:
    alike = [Request("h", expect=expect, order=order) for order, expect in enumerate(("x #2", "x", "x", "x"))]
    rows = [result("", 22, "error", "no-address", request=request, met=True) for request in alike]
    suite = written(tmp_path / "junit.xml", rows)
    assert [case.name.removeprefix("h:22 expected ") for case in suite] == ["x #2", "x", "x #3", "x #4"]


def test_without_an_expectation_there_are_no_cases(tmp_path: Path) -> None:
    suite = written(tmp_path / "junit.xml", [result("10.0.0.1", port, "open") for port in range(1, 4)])
    assert (list(suite), suite.tests, suite.failures) == ([], 0, 0)
    assert properties(suite)["targets without an expectation"] == "3"


def many(count: int, unmet: int) -> list[Result]:
    """An entry of `count` targets, `unmet` of them silent, whose third one is in doubt."""
    request = Request(name="web tier", expect="open", order=1)
    at = place("10.0.0.5")
    states = ["timeout"] * unmet + ["open"] * (count - unmet)
    return [
        result(at, port, state, request=request, rtt_ms=2.0, doubt="lossy" if port == 3 else "")
        for port, state in enumerate(states, 1)
    ]


@pytest.mark.parametrize(("more", "cases"), [(0, CASES), (1, 3)])
def test_many_targets_are_a_case_for_each_entry(more: int, cases: int, tmp_path: Path) -> None:
    """With the first of what is unmet."""
    others = [
        *(result("10.0.0.9", 1, "refused", request=orders()), result("10.0.0.1", 1, "open")),
        *(result(f"10.0.1.{i}", 1, "open", request=Request(expect="open", order=2)) for i in (1, 2)),
    ]
    rows = others + many(CASES - 3 + more, 40)
    suite = written(tmp_path / "junit.xml", rows[:5000], rows[5000:])
    assert (suite.tests, len(suite), suite.failures) == (cases, cases, 41 if not more else 2)
    assert properties(suite)["targets without an expectation"] == "1"
    if not more:
        return
    assert properties(suite)["cases"] == "entries"
    assert pairs(suite) == [
        ("orders", "all targets expected open"),
        ("web tier", "all targets expected open"),
        ("entry 3", "all targets expected open"),
    ]
    one, web, two = suite
    assert one.result[0].message == "1 of 1 targets are not as expected: 1 refused"
    assert one.result[0].text == "db1.example.net:1 (10.0.0.9): refused (conn-refused), expected open"
    assert web.result[0].message == f"40 of {CASES - 2} targets are not as expected: 40 timeout"
    lines = web.result[0].text.splitlines()
    assert lines[0] == "10.0.0.5:1: timeout (no-response), expected open"
    assert lines[2] == "10.0.0.5:3: timeout (no-response), expected open; in doubt: lossy"
    assert lines[25:] == ["and 15 more", f"in doubt: 1 of {CASES - 2} targets"]
    assert web.time == pytest.approx(0.002 * (CASES - 2))
    assert two.is_passed


def test_an_entry_that_is_met_in_doubt_says_so(tmp_path: Path) -> None:
    (case,) = written(tmp_path / "junit.xml", many(CASES + 1, 0))
    assert case.is_passed
    assert case.system_out == f"in doubt: 1 of {CASES + 1} targets"


def test_entries_without_a_name_have_their_hosts(tmp_path: Path) -> None:
    one = Request("db1.example.net", expect="open", order=7)
    rows = [result("10.0.0.5", port, "open", request=one) for port in range(1, CASES + 2)]
    (case,) = written(tmp_path / "junit.xml", rows)
    assert case.classname == "db1.example.net"


def test_an_entry_that_needs_some_of_its_targets_says_how_many(tmp_path: Path) -> None:
    some = Request("db1.example.net", expect="open", need=Need(2))
    rows = [result("10.0.0.5", port, "open", request=some) for port in range(1, CASES + 2)]
    (case,) = written(tmp_path / "junit.xml", rows)
    assert case.name == "at least 2 targets expected open"


def test_entries_of_one_name_stay_apart(tmp_path: Path) -> None:
    other = result("10.0.0.9", 1, "timeout", request=Request(name="web tier", expect="open", order=2))
    suite = written(tmp_path / "junit.xml", [other, *many(CASES, 0)])
    name = "all targets expected open"
    assert [(case.classname, case.name, case.is_passed) for case in suite] == [
        ("web tier", name, True),
        ("web tier", f"{name} #2", False),
    ]


def test_after_a_failed_write_nothing_is_added() -> None:
    disk = FullDisk(300_000)
    report = make_report("junit", Sunk(disk, 60.0), "junit.xml", look=Look(), command="scan")
    at, request = place("10.0.0.5"), orders()
    report.write([result(at, port, "timeout", request=request) for port in range(1, 2000)])
    with pytest.raises(ReportError, match="No space left on device"):
        report.finish(ScanInfo())
    held = disk.data
    assert held
    report.abandon(ScanInfo())
    assert disk.data == held


def test_a_shard_says_which_it_is(tmp_path: Path) -> None:
    report = open_report("junit", str(tmp_path / "junit.xml"))
    report.finish(ScanInfo(extra={"shard": "2/3"}))
    assert properties(suite_of(tmp_path / "junit.xml"))["shard"] == "2/3"


def test_a_scan_that_was_stopped_says_so(tmp_path: Path) -> None:
    report = open_report("junit", str(tmp_path / "junit.xml"))
    report.write([result("10.0.0.5", 22, "timeout", request=orders())])
    report.abandon(ScanInfo())
    suite = suite_of(tmp_path / "junit.xml.partial")
    assert (suite.tests, suite.failures, properties(suite)["complete"]) == (1, 1, "false")
    assert not (tmp_path / "junit.xml").exists()


def test_wherever_a_full_disk_cuts_it_the_end_still_fits(tmp_path: Path) -> None:
    path = tmp_path / "junit.xml"
    written(path, [result("10.0.0.5", port, "timeout", request=orders()) for port in (1, 2, 3)])
    data = path.read_bytes()
    record_end, end = record_end_of("junit"), data[data.index(b"</testsuite>") :]
    kept = {record_end(data[:cut]) for cut in range(data.index(b"<testcase"), len(data))}
    assert len(kept) == 4
    for each in kept:
        ElementTree.fromstring(data[:each] + end)


@settings(max_examples=30)
@given(st.lists(results(), max_size=4), st.integers(1, 2))
def test_hostile_text_is_text(rows: list[Result], times: int) -> None:
    rows = rows * times
    wanted = [row for row in rows if row.met is not None]
    with tempfile.TemporaryDirectory() as folder:
        suite = written(Path(folder) / "junit.xml", *batches(rows), warnings=[row.host for row in rows])
    assert [each for name, each in properties(suite).items() if name.startswith("warning")] == [
        visible(row.host) for row in rows
    ]
    assert (suite.tests, suite.failures) == (len(suite), sum(row.met is False for row in rows))
    assert len(set(pairs(suite))) == len(suite) == len(wanted)
    assert sorted(case.classname for case in suite) == sorted(visible(row.name or row.host) for row in wanted)
    failures = [case.result[0] for case in suite if case.result]
    assert sorted(each.text for each in failures) == sorted(visible(details(row)) for row in wanted if not row.met)
    assert sorted(each.message.partition(", expected ")[0] for each in failures) == sorted(
        visible(said(row)).partition(", expected ")[0] for row in wanted if not row.met
    )


def said(row: Result) -> str:
    return f"{row.state} ({row.reason} by {row.icmp_from})" if row.icmp_from else f"{row.state} ({row.reason})"


def details(row: Result) -> str:
    """The target, and a line for each field that has a value."""
    host = f"[{row.host}]" if ":" in row.host else row.host
    address = f" ({row.address})" if row.address not in ("", row.host) else ""
    fields = {name: getattr(row, name) for name in FIELDS} | {"met": "false", "tags": "; ".join(row.tags)}
    fields["rtt_ms"] = None if row.rtt_ms is None else f"{row.rtt_ms:.3f}"
    lines = [f"{name}: {value}" for name, value in fields.items() if value not in (None, "")]
    return "\n".join((f"{host}:{row.port}{address}", *lines))
