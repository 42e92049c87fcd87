"""The `.db` report: what it writes is read back by SQLite itself, and by our own reader."""

import json
import sqlite3
import tempfile
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import scanner
from scanner.model import FIELDS, Request, Result
from scanner.reports import ScanInfo, db_report, open_report
from scanner.reports.db_history import SEEN
from scanner.reports.db_reading import ReadRow, open_db
from scanner.reports.outlets import db_spool
from tests.reports.made import batches, place, result, results

INFO = ScanInfo(
    started="2026-11-01T00:00:00.000Z",
    finished="2026-11-01T00:00:02.500Z",
    elapsed_s=2.5,
    vantage="dmz",
    options={"targets": ["a\udc80\x00", "é"]},
    counts={"open": 1},
    warnings=["one"],
    extra={"list_digest": "ab12", "sentinels": 3},
)


def asked(path: Path | str, question: str) -> list[tuple[Any, ...]]:
    """What SQLite answers, whoever wrote the file."""
    with closing(sqlite3.Connection(str(path))) as connection:
        return connection.execute(question).fetchall()


def written(path: Path | str, rows: list[Result], info: ScanInfo = INFO, *, whole: bool = True) -> None:
    """Appends a scan."""
    report = open_report("db", str(path))
    for batch in batches(rows):
        report.write(batch)
        report.flush()
    (report.finish if whole else report.abandon)(info)


def storable(text: str) -> str:
    return text.encode("utf-8", "backslashreplace").decode()


def expected(row: Result) -> ReadRow:
    values = {name: getattr(row, name) for name in FIELDS}
    values |= {name: storable(str(values[name])) for name, kind in FIELDS.items() if kind is str}
    values["rtt_ms"] = None if row.rtt_ms is None else float(f"{row.rtt_ms:.3f}")
    return tuple(values.values())


@settings(max_examples=25)
@given(st.lists(results(), max_size=8))
def test_any_rows_are_read_back(rows: list[Result]) -> None:
    """By SQLite itself, with nothing but the names of the fields; and by our reader. Tags even with lone surrogates."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "s.db")
        written(path, rows)
        stored = asked(path, f"SELECT {', '.join(FIELDS)} FROM results ORDER BY row")
        with open_db(str(path)) as database:
            assert list(database.rows(1)) == [expected(row) for row in rows]
    assert [_as_read(dict(zip(FIELDS, row, strict=True))) for row in stored] == [expected(row) for row in rows]


def _as_read(stored: dict[str, Any]) -> ReadRow:
    texts = {name: stored[name] or "" for name, kind in FIELDS.items() if kind is str}
    met = {None: None, 0: False, 1: True}[stored["met"]]
    return tuple((stored | texts | {"tags": tuple(json.loads(stored["tags"] or "[]")), "met": met}).values())


def test_what_is_absent_is_null_and_met_is_a_number(tmp_path: Path) -> None:
    met = [result("10.0.0.1", 22, "open", request=Request(expect=expect)) for expect in ("", "open", "refused")]
    written(tmp_path / "s.db", met)
    assert asked(tmp_path / "s.db", "SELECT name, icmp_from, rtt_ms, tags, met, typeof(met) FROM results") == [
        (None, None, None, None, None, "null"),
        (None, None, None, None, 1, "integer"),
        (None, None, None, None, 0, "integer"),
    ]


def test_a_scan_is_a_row_with_the_keys_of_the_json_report(tmp_path: Path) -> None:
    written(tmp_path / "s.db", [result("10.0.0.1", 22, "open")])
    told = "started, finished, elapsed_s, vantage, complete, list_digest, version"
    assert asked(tmp_path / "s.db", f"SELECT {told} FROM scans") == [
        ("2026-11-01T00:00:00.000Z", "2026-11-01T00:00:02.500Z", 2.5, "dmz", 1, "ab12", scanner.__version__)
    ]
    texts = asked(tmp_path / "s.db", "SELECT options, counts, warnings, extra FROM scans")[0]
    assert [json.loads(text) for text in texts] == [INFO.options, {"open": 1}, ["one"], {"sentinels": 3}]
    with open_db(str(tmp_path / "s.db")) as database:
        (scan,) = database.scans()
    assert (scan.id, scan.complete, scan.list_digest, scan.vantage) == (1, True, "ab12", "dmz")
    assert (scan.options, scan.counts, scan.warnings) == (INFO.options, {"open": 1}, ["one"])


def test_scans_are_appended_run_by_run(tmp_path: Path) -> None:
    for ports in ([1, 2], [], [3]):
        written(tmp_path / "s.db", [result("10.0.0.1", port, "open") for port in ports])
    assert asked(tmp_path / "s.db", "SELECT scan, row, port FROM results ORDER BY scan, row") == [
        (1, 1, 1), (1, 2, 2), (3, 1, 3),
    ]  # fmt: skip
    assert asked(tmp_path / "s.db", "SELECT id FROM scans") == [(1,), (2,), (3,)]
    assert asked(tmp_path / "s.db", "PRAGMA integrity_check") == [("ok",)]


def test_the_file_says_whose_it_is(tmp_path: Path) -> None:
    written(tmp_path / "s.db", [])
    assert (tmp_path / "s.db").read_bytes()[68:72] == b"SCNR"
    assert asked(tmp_path / "s.db", "PRAGMA user_version") == [(1,)]


def test_an_unfinished_scan_is_kept_and_marked(tmp_path: Path) -> None:
    written(tmp_path / "s.db", [result("10.0.0.1", 22, "open")], whole=False)
    assert asked(tmp_path / "s.db", "SELECT complete, port FROM scans, results") == [(0, 22)]
    assert [each.name for each in tmp_path.iterdir()] == ["s.db"]


def test_many_rows_of_many_places_in_their_order(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """More than are kept by number, put aside together, or appended at once."""
    monkeypatch.setattr(db_report, "_KEPT", 7)
    monkeypatch.setattr(db_spool, "_TOGETHER", 10)
    monkeypatch.setattr(db_spool, "_PIECE", 25)
    request = Request(vantage="dmz")
    places = [place(f"10.0.0.{number}", source=f"10.0.0.{number % 3}") for number in range(1, 30)]
    rows = [result(places[number % 29], 1 + number % 7, "refused", request=request) for number in range(260)]
    report = open_report("db", str(tmp_path / "s.db"))
    for start in range(0, len(rows), 9):
        report.write(rows[start : start + 9])
    report.finish(INFO)
    with open_db(str(tmp_path / "s.db")) as database:
        assert list(database.rows(1)) == [expected(row) for row in rows]


def test_the_source_of_a_place_may_become_known_between_two_rows(tmp_path: Path) -> None:
    at, request = place("10.0.0.1"), Request()
    report = open_report("db", str(tmp_path / "s.db"))
    report.write([result(at, 1, "open", request=request)])
    at.note.source = "10.0.0.9"
    report.write([result(at, 2, "open", request=request)])
    report.finish(INFO)
    assert asked(tmp_path / "s.db", "SELECT port, source FROM results") == [(1, None), (2, "10.0.0.9")]


@pytest.mark.parametrize(
    ("question", "index"),
    [
        (SEEN.replace("?", "'a'"), "results_by_host"),
        (SEEN.replace("?", "'a'"), "results_by_address"),
        ("SELECT * FROM results WHERE scan = 1 ORDER BY row", "PRIMARY KEY"),
        ("SELECT * FROM scans WHERE list_digest = 'a'", "scans_of_a_list"),
    ],
)
def test_what_is_asked_is_looked_up(question: str, index: str, tmp_path: Path) -> None:
    written(tmp_path / "s.db", [])
    plan = [row[-1] for row in asked(tmp_path / "s.db", f"EXPLAIN QUERY PLAN {question}")]
    assert [line for line in plan if f"USING {'INDEX ' if index[0] != 'P' else ''}{index}" in line.replace(
        "COVERING ", "")], plan  # fmt: skip
    assert not [line for line in plan if line.startswith("SCAN results")]
