"""Targets x vantages: that every row is there once, which line it is in, and what is said of it."""

import csv
import io
import json
from collections import Counter
from collections.abc import Iterable
from itertools import permutations
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.reports.merging import LatestRows
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
    """Rows that say the same of a target are one. Vantages of their own in each report: of one in two see below."""
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
    assert found == Counter(set(asked))
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
    assert blocked.counts == {"lines": 1, "expected": 1}
    assert lines(blocked)[1] == "agree  db    10.0.0.1:22  unreachable (admin-prohibited by 10.9.9.9)  timeout"
    one = matrix_of([of(ways[0], OPEN._replace(vantage="nyc"))])
    assert one.counts == {"lines": 1, "differ": 1, "expected": 1}
    reasons = [here._replace(state="unreachable", reason="host-unreach"), there._replace(state="unreachable")]
    assert matrix_of([of(*reasons)]).counts == {"lines": 1, "expected": 1}


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
        "a.json: was not finished, so rows may be missing",
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


LIST = {"list_digest": "1"}
NAMED = OPEN._replace(name="", host="w.test", address="10.0.0.5")
NO_NAME = NAMED._replace(address="", state="error", reason="dns-failed")


def at(second: int, *rows: ReportRow) -> Made:
    return of(*[row._replace(time=f"2026-01-31T12:00:{second:02}.000Z") for row in rows])


def found_in(reports: Iterable[Made]) -> list[tuple[str, str | None]]:
    return sorted(
        (row["state"], row["address"])
        for line in document(matrix_of(reports))["targets"]
        for row in line["from"]["fra"]
    )


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_a_row_without_an_address_speaks_for_the_name_whichever_report_is_named_first(order: tuple[int, ...]) -> None:
    other = NAMED._replace(address="10.0.0.6")
    told = [([at(1, NO_NAME), at(2, NAMED)], [("open", "10.0.0.5")]),
            ([at(1, NAMED, other), at(2, NO_NAME)], [("error", None)]),
            ([at(1, NAMED), at(2, NO_NAME), at(3, other)], [("open", "10.0.0.6")]),
            ([at(1, NAMED), at(2, NAMED), at(3, other)], [("open", "10.0.0.5"), ("open", "10.0.0.6")])]  # fmt: skip
    for reports, wanted in told:
        assert found_in([reports[each] for each in order if each < len(reports)]) == wanted


@settings(max_examples=50, deadline=None)
@given(
    st.lists(st.lists(st.sampled_from(["", "10.0.0.5", "10.0.0.6"]), min_size=1, max_size=2, unique=True), max_size=4),
    st.randoms(),
)
def test_what_stands_of_a_vantage_is_what_merge_leaves(reports: list[list[str]], random: Random) -> None:
    made = [[(NAMED if each else NO_NAME)._replace(address=each, attempts=second, time=f"2026-01-31T12:00:{second:02}Z")
             for each in addresses] for second, addresses in enumerate(reports)]  # fmt: skip
    random.shuffle(made)
    with LatestRows() as latest:
        for number, rows in enumerate(made):
            latest.add(number, rows)
        kept = [row for rows in latest.kept().of(made) for row in rows]
    assert found_in(of(*rows) for rows in made) == sorted((row.state, row.address or None) for row in kept)


def test_rows_of_one_target_in_a_report_are_each_looked_at_once() -> None:
    """As many as a report of a list that repeats itself has; and in the table the unmet ones first, and few."""
    alike = matrix_of([of(*[OPEN] * 5_000)])
    assert lines(alike)[1:] == ["db    10.0.0.1:22  open"]
    named = [
        NAMED._replace(address=f"10.0.{each >> 8}.{each & 255}", expect="open", met=each != 4_999)
        for each in range(5_000)
    ]
    many = matrix_of([of(*named), of(NAMED._replace(vantage="nyc"))])
    assert len(many.sightings.seen) < 20, "not one longer tuple for each row"
    (line,) = document(many)["targets"]
    assert [row["address"] for row in line["from"]["fra"]] == [row.address for row in named]
    table = " ".join(" ".join(lines(many)).split())
    assert "✗ open at 10.0.19.135; open at 10.0.0.0; " in table
    assert "; and 4,984 more" in table


def test_a_vantage_without_a_row_is_a_column() -> None:
    cut = of(path="nyc.json", scan={**LIST, "vantage": "nyc", "complete": False})
    matrix = matrix_of([of(OPEN, scan={**LIST, "vantage": "fra"}), cut])
    assert matrix.names == ["fra", "nyc"]
    assert lines(matrix)[1] == "partial  db    10.0.0.1:22  open  not scanned"
    assert list(matrix_remarks(matrix)) == ["nyc.json: was not finished, so rows may be missing"]
    assert not matrix.is_whole
    assert matrix_summary(matrix) == (
        "1 target from 2 vantages: none differs between them; not scanned: 1 from nyc; rows are missing"
    )
    several = of(OPEN, scan={**LIST, "vantage": "fra, nyc", "options": {"from": ["fra", "nyc"]}})
    assert matrix_of([several]).names == ["fra", "nyc"]
    joined = of(OPEN, scan={**LIST, "sources": [{"vantage": "fra"}, {"vantage": "nyc"}]})
    assert matrix_of([joined]).names == ["fra", "nyc"]
    nowhere = matrix_of([of(OPEN), of(path="empty.csv")])
    assert nowhere.names == ["fra", "empty.csv"]
    assert "empty.csv: without a vantage" in "\n".join(matrix_remarks(nowhere))


def test_shards_of_a_vantage_and_one_that_is_missing() -> None:
    parts = [of(OPEN._replace(port=each, expect="open", met=True), path=f"{each}.json",
                scan={**LIST, "vantage": "fra", "shard": f"{each}/3"}) for each in (1, 2, 3)]  # fmt: skip
    whole = matrix_of(parts)
    assert (whole.is_whole, matrix_summary(whole)) == (True, "3 targets from 1 vantage: all as expected")
    assert list(matrix_remarks(whole)) == []
    lacking = matrix_of(parts[:2])
    assert list(matrix_remarks(lacking)) == ["shard 3 of 3 from vantage fra is missing"]
    assert (lacking.is_whole, matrix_summary(lacking)) == (False, "2 targets from 1 vantage: rows are missing")
    assert document(lacking)["missing"] == ["shard 3 of 3 from vantage fra is missing"]
    apart = [of(OPEN._replace(vantage=each), scan={**LIST, "vantage": each, "shard": f"{part}/2"})
             for part, each in ((1, "fra"), (2, "nyc"))]  # fmt: skip
    assert len(matrix_of(apart).missing) == 2, "each place is to be scanned as a whole"


def test_what_nobody_judged_is_not_as_expected() -> None:
    matrix = matrix_of([of(OPEN._replace(expect="open", met=None))])
    assert (matrix.is_whole, matrix_summary(matrix)) == (False, "1 target from 1 vantage: 1 not judged")
    assert list(matrix_remarks(matrix)) == [
        "1 target has an expectation that was not judged (met is empty); where an entry needs some of its targets, "
        "scanner merge judges it by the reports of all shards"
    ]
    assert document(matrix)["counts"]["unjudged"] == 1
    assert matrix_summary(matrix_of([of(OPEN)])) == "1 target from 1 vantage: nothing is expected of them"


def test_refused_beside_silence_differs() -> None:
    """As the words for it say: that none is open makes them no more alike."""
    refused = OPEN._replace(state="refused", reason="conn-refused", vantage="nyc")
    assert matrix_of([of(TIMEOUT, refused)]).counts["differ"] == 1


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
