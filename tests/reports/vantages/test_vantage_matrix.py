"""Targets x vantages: that every row is there once, which line it is in, and what is said of it."""

import csv
import io
import json
from collections import Counter
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.reports.painted import Look
from scanner.reports.reading import ReportRow
from scanner.reports.vantages import (
    KINDS,
    VantageMatrix,
    csv_matrix,
    json_matrix,
    markdown_matrix,
    matrix_of,
    matrix_remarks,
    matrix_summary,
    matrix_table,
)
from scanner.reports.vantages.matrix import LineKind
from scanner.words.formulas import restore
from tests.reports.comparing.test_compare import Made
from tests.reports.made import hostile

OPEN = ReportRow(
    name="db", host="10.0.0.1", address="10.0.0.1", port=22, state="open", reason="syn-ack", vantage="fra",
    time="2026-01-31T12:00:00.000Z",
)  # fmt: skip
TIMEOUT = OPEN._replace(state="timeout", reason="no-response")
REJECTED = OPEN._replace(state="unreachable", reason="admin-prohibited", icmp_from="10.9.9.9")
CLASSES = {"timeout": "blocked", "unreachable": "blocked"}
SHOWN = ("state", "reason", "icmp_from", "doubt", "expect", "met")


def of(*rows: ReportRow, **more: Any) -> Made:
    return Made(*rows, **more)


def document(matrix: VantageMatrix, only: Any = KINDS) -> dict[str, Any]:
    found: dict[str, Any] = json.loads("".join(json_matrix(matrix, only)))
    return found


def lines(matrix: VantageMatrix, **look: Any) -> list[str]:
    """The table, without what it says of the reports."""
    return "\n".join(matrix_table(matrix, Look(**look))).split("\n\n", 1)[1].split("\n")


_ROWS = st.lists(
    st.builds(
        ReportRow,
        name=st.sampled_from(["", "a"]),
        host=st.sampled_from(["", "10.0.0.1", "10.0.0.2", "h.test"]),
        address=st.sampled_from(["10.0.0.1", "10.0.0.2", ""]),
        port=st.integers(1, 3),
        state=st.sampled_from(["open", "timeout", "unreachable", "refused", "error"]),
        reason=st.sampled_from(["", "no-response"]),
        icmp_from=st.sampled_from(["", "10.9.9.9"]),
        doubt=st.sampled_from(["", "", "lossy"]),
        expect=st.sampled_from(["", "open"]),
        met=st.sampled_from([None, True, False]),
        vantage=st.sampled_from(["x", "y", ""]),
        time=st.sampled_from(["", "2026-01-31T12:00:00.000Z"]),
    ).filter(lambda row: row.host != "h.test" or row.address != "h.test").map(
        lambda row: row._replace(address=row.host) if row.host.startswith("10.") else row
    ).filter(lambda row: row.host or row.address),
    max_size=12,
)  # fmt: skip


def told(row: ReportRow, vantage: str) -> tuple[Any, ...]:
    values = [value if value != "" else None for value in (getattr(row, field) for field in SHOWN)]
    return (vantage, row.name or None, row.host or row.address, row.port, row.address or None, *values)


@settings(max_examples=60, deadline=None)
@given(st.lists(_ROWS, min_size=1, max_size=3))
def test_each_row_of_each_report_is_there_once(reports: list[list[ReportRow]]) -> None:
    """Vantages of their own in each report: of one vantage in two of them see below."""
    named = [
        [row._replace(vantage=row.vantage and f"{row.vantage}{at}") for row in rows] for at, rows in enumerate(reports)
    ]
    matrix = matrix_of(Made(*rows, path=f"{at}.csv") for at, rows in enumerate(named))
    asked = Counter(told(row, row.vantage or f"{at}.csv") for at, rows in enumerate(named) for row in rows)
    found: Counter[tuple[Any, ...]] = Counter()
    for line in document(matrix)["targets"]:
        assert set(line["from"]) == set(matrix.names)
        seen = {vantage: rows for vantage, rows in line["from"].items() if rows}
        states = {frozenset(CLASSES.get(row["state"], row["state"]) for row in rows) for rows in seen.values()}
        assert line["differ"] == (len(states) > 1)
        assert line["unmet"] == any(row["met"] is False for rows in seen.values() for row in rows)
        for vantage, rows in seen.items():
            for row in rows:
                said = [row[field] for field in SHOWN]
                found[(vantage, line["name"], line["host"], line["port"], row["address"], *said)] += 1
    assert found == asked
    for kind in KINDS:
        assert len(document(matrix, [kind])["targets"]) == matrix.counts[kind]
    assert sum(1 for _ in csv_matrix(matrix)) == matrix.counts["lines"] + 1


def test_disagreement_and_reasons_for_people() -> None:
    far = [TIMEOUT._replace(vantage="nyc", expect="open", met=False), OPEN._replace(port=80, vantage="nyc")]
    matrix = matrix_of([of(OPEN._replace(expect="open", met=True), OPEN._replace(port=80)), of(*far)])
    assert matrix_summary(matrix) == "2 targets from 2 vantages: 1 differs between them; 1 not as expected"
    assert lines(matrix) == [
        "               NAME  TARGET       fra   nyc",
        "unmet, differ  db    10.0.0.1:22  open  ✗ timeout  expected open from nyc",
        "agree          db    10.0.0.1:80  open  open",
    ]
    assert "X timeout" in "\n".join(lines(matrix, ascii=True))
    painted = "\n".join(lines(matrix, colour=True))
    assert "\x1b[1;31m✗ timeout\x1b[0m" in painted
    assert "\x1b[32mopen\x1b[0m" in painted


def test_two_ways_of_blocked_and_two_reasons_are_no_difference() -> None:
    here, there = (OPEN._replace(vantage=each, expect="blocked", met=True) for each in ("fra", "nyc"))
    ways = [REJECTED._replace(expect="blocked", met=True), TIMEOUT._replace(vantage="nyc", expect="blocked", met=True)]
    blocked = matrix_of([of(*ways)])
    assert blocked.counts == {"lines": 1}
    assert lines(blocked)[1] == "agree  db    10.0.0.1:22  unreachable (admin-prohibited by 10.9.9.9)  timeout"
    assert matrix_of([of(ways[0], OPEN._replace(vantage="nyc"))]).counts == {"lines": 1, "differ": 1}
    reasons = [here._replace(state="unreachable", reason="host-unreach"), there._replace(state="unreachable")]
    assert matrix_of([of(*reasons)]).counts == {"lines": 1}


def test_many_vantages_are_a_block_for_each_target() -> None:
    rows = [(OPEN if at < 4 else REJECTED)._replace(vantage=f"vantage-number-{at}") for at in range(6)]
    matrix = matrix_of([of(*rows), of(OPEN._replace(port=80, vantage="vantage-number-0"))])
    assert lines(matrix, folds=True) == [
        "differ   db  10.0.0.1:22",
        "    open from vantage-number-0, vantage-number-1, vantage-number-2,",
        "      vantage-number-3",
        "    unreachable (admin-prohibited by 10.9.9.9) from vantage-number-4,",
        "      vantage-number-5",
        "partial  db  10.0.0.1:80",
        "    open from vantage-number-0",
        "    not scanned from vantage-number-1, vantage-number-2, vantage-number-3,",
        "      vantage-number-4, vantage-number-5",
    ]
    assert matrix_summary(matrix).endswith(", ".join(f"1 from vantage-number-{at}" for at in range(1, 6)))


def test_ports_and_hosts_of_which_the_same_is_to_be_told_are_a_line() -> None:
    rows = [
        (TIMEOUT if vantage == "nyc" and port == 22 else OPEN)._replace(
            name="", host=f"10.0.0.{host}", address=f"10.0.0.{host}", port=port, vantage=vantage
        )
        for host in (9, 10, 8, 7) for port in (81, 80, 22) for vantage in ("nyc", "fra")
    ]  # fmt: skip
    assert lines(matrix_of([of(*rows)])) == [
        "        TARGET             fra   nyc",
        "differ  10.0.0.7-10:22     open  timeout",
        "agree   10.0.0.7-10:80-81  open  open",
    ]


def test_addresses_of_a_name_are_lines_where_all_know_the_same_ones() -> None:
    def led(vantage: str, *addresses: str, rows: ReportRow = OPEN) -> list[ReportRow]:
        return [rows._replace(name="", host="w.test", address=each, vantage=vantage) for each in addresses]

    same = matrix_of([of(*led("fra", "10.0.0.5", "10.0.0.6"), *led("nyc", "10.0.0.6", rows=TIMEOUT),
                         *led("nyc", "10.0.0.5"))])  # fmt: skip
    assert lines(same)[1:] == [
        "differ  w.test:22 (10.0.0.6)  open  timeout",
        "agree   w.test:22 (10.0.0.5)  open  open",
    ]
    split = matrix_of([of(*led("fra", "10.0.0.5"), *led("nyc", "10.9.0.5", "10.9.0.6"))])
    assert lines(split)[1:] == ["agree  w.test:22  open at 10.0.0.5  open at 10.9.0.5; open at 10.9.0.6"]
    assert document(split)["targets"][0]["address"] is None


def test_of_one_vantage_the_later_row_stays_whichever_was_named_first() -> None:
    later = TIMEOUT._replace(time="2026-01-31T12:00:00.050Z")
    other = OPEN._replace(port=80)
    for reports in ([of(OPEN, other), of(later)], [of(later), of(OPEN, other)]):
        matrix = matrix_of(reports)
        states = {line["port"]: [row["state"] for row in line["from"]["fra"]] for line in document(matrix)["targets"]}
        assert states == {22: ["timeout"], 80: ["open"]}
        assert list(matrix_remarks(matrix)) == [
            "fra has several reports: 1 row left out for a later one of the same target"
        ]
    undated = [of(row._replace(time="")) for row in (TIMEOUT, OPEN)]
    assert [row["state"] for row in document(matrix_of(undated))["targets"][0]["from"]["fra"]] == ["open"]
    for first, second in (("05Z", "05.1Z"), ("05.1Z", "05.25Z"), ("05.999Z", "06Z")):
        rows = [row._replace(time=f"2026-01-31T12:00:{each}")
                for row, each in ((TIMEOUT, second), (OPEN, first))]  # fmt: skip
        (line,) = document(matrix_of([of(each) for each in rows]))["targets"]
        assert [row["state"] for row in line["from"]["fra"]] == ["timeout"]


def test_what_is_to_be_known_of_the_reports_is_said() -> None:
    nowhere = OPEN._replace(vantage="")
    matrix = matrix_of(
        [
            of(nowhere, path="few.csv"),
            of(nowhere, path="a.json", scan={"vantage": "lon", "complete": False, "list_digest": "1"}),
            of(OPEN, path="b.json", scan={"vantage": "fra", "options": {"only": "unmet"}, "list_digest": "2"}),
        ]
    )
    assert matrix.names == ["few.csv", "lon", "fra"]
    assert list(matrix_remarks(matrix)) == [
        "a.json: not finished, so rows may be missing",
        'b.json: only the rows of --only unmet, so "not scanned" is also what was left out',
        "few.csv: without a vantage, so the file's name stands for it; scan --vantage NAME gives one",
        'the reports are of different lists, so "not scanned" is also what a list does not have',
    ]
    heads = list(matrix_table(matrix, Look()))[:3]
    assert heads == ["few.csv: few.csv (1 row)", "lon: a.json (1 row, not finished)", "fra: b.json (1 row)"]


def test_what_was_expected_and_why_it_is_not_met() -> None:
    doubtful = OPEN._replace(expect="open", met=False, doubt="lossy")
    strict = matrix_of([of(doubtful, scan={"options": {"strict": True}})])
    assert (
        lines(strict, width=100)[1]
        == "unmet  db    10.0.0.1:22  ✗ open, in doubt: lossy  expected open beyond doubt from fra"
    )
    lenient = matrix_of([of(doubtful._replace(doubt=""), scan={"options": {"retries": 1}})])
    assert lines(lenient, width=100)[1].endswith("expected open, but too few are from fra")


@settings(max_examples=50, deadline=None)
@given(hostile, hostile, hostile)
def test_whatever_is_in_it(name: str, host: str, vantage: str) -> None:
    """No format is torn by it, and nothing of it drives a terminal."""
    row = OPEN._replace(name=name, host=host or "h", vantage=vantage or "v")
    matrix = matrix_of([of(row, REJECTED._replace(name=name, host=host or "h", icmp_from=host))])
    for text in matrix_table(matrix, Look()):
        assert text.isprintable()
    _, *found = csv.reader(io.StringIO("".join(csv_matrix(matrix)), newline=""))
    assert {(restore(cells[0]), cells[1]) for cells in found} == {(name, host or "h")}
    assert {line["name"] for line in document(matrix)["targets"]} == {name or None}
    table = "".join(markdown_matrix(matrix)).split("\n\n")[2]
    assert len({line.count(" | ") for line in table.splitlines()}) == 1


@pytest.mark.slow
def test_a_table_that_nobody_reads_to_its_end_is_cut() -> None:
    rows = [OPEN._replace(name=f"n{at}") for at in range(10_003)]
    found = lines(matrix_of([of(*rows)]))
    assert len(found) == 10_002
    assert found[-1] == "and 3 lines more; csv and json (-f, -o) have them all"


def test_kinds_are_what_the_command_calls_them() -> None:
    assert [str(kind) for kind in LineKind] == ["unmet", "differ", "partial"]
