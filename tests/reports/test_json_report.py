import json
import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.model import FIELDS, Request, Result
from scanner.reports import ScanInfo, open_report
from tests.reports.made import batches, opened, place, result, results


def written(fmt: str, rows: list[list[Result]], info: ScanInfo | None = None, *, whole: bool = True) -> str:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "out"
        report = open_report(fmt, str(path))
        for batch in rows:
            report.write(batch)
        (report.finish if whole else report.abandon)(info or ScanInfo())
        return (path if whole else path.with_name("out.partial")).read_bytes().decode("utf-8")


def expected(row: Result) -> dict[str, Any]:
    values = {field: getattr(row, field) for field in FIELDS}
    values |= {"tags": list(row.tags), "rtt_ms": None if row.rtt_ms is None else round(row.rtt_ms, 3)}
    return {field: None if value == "" else value for field, value in values.items()}


@given(st.lists(results(), max_size=8))
def test_any_text_comes_back_from_both(rows: list[Result]) -> None:
    wanted = [expected(row) for row in rows]
    document = json.loads(written("json", batches(rows)))
    assert document["results"] == wanted
    lines = written("jsonl", batches(rows)).splitlines()
    assert [json.loads(line) for line in lines] == wanted


@given(st.characters(categories=["Cs"]))
def test_lone_surrogates_even_survive(text: str) -> None:
    row = result("10.0.0.1", 1, "open", request=Request(text, name=text, tags=(text,)))
    read = json.loads(written("jsonl", [[row]]))
    assert (read["name"], read["host"], read["tags"]) == (text, text, [text])


def test_keys_are_the_fields_in_their_order() -> None:
    line = written("jsonl", [[result("10.0.0.1", 22, "timeout")]])
    assert list(json.loads(line)) == list(FIELDS)
    assert line == (
        '{"name": null, "host": "10.0.0.1", "address": "10.0.0.1", "port": 22, "service": "ssh", '
        '"state": "timeout", "reason": "no-response", "icmp_from": null, "rtt_ms": null, "attempts": 1, '
        '"expect": null, "met": null, "tags": [], "vantage": null, "time": null, "source": null, "doubt": null, '
        '"lost_syns": 0}\n'
    )


def test_a_document_without_rows() -> None:
    document = json.loads(written("json", []))
    assert document["schema"] == "scanner-report/1"
    assert document["results"] == []
    assert document["scan"]["complete"] is True
    assert written("jsonl", [[]]) == ""


def test_the_scan_part() -> None:
    info = ScanInfo(
        started="2025-01-01T00:00:00.000Z",
        finished="2025-01-01T00:00:02.000Z",
        elapsed_s=2.00049,
        vantage="büro\x9b",
        options={"timeout": 1.0, "path": Path("x")},
        counts={"open": 3},
        warnings=["careful"],
        extra={"flipped": 1, "complete": "no"},
    )
    assert json.loads(written("json", [], info))["scan"] == {
        "started": "2025-01-01T00:00:00.000Z",
        "finished": "2025-01-01T00:00:02.000Z",
        "elapsed_s": 2.0,
        "vantage": "büro\x9b",
        "options": {"timeout": 1.0, "path": "x"},
        "counts": {"open": 3},
        "complete": True,
        "warnings": ["careful"],
        "flipped": 1,
    }


@pytest.mark.parametrize("count", [0, 1, 4])
def test_an_abandoned_document_is_well_formed_and_says_so(count: int) -> None:
    rows = [result("10.0.0.1", port, "open") for port in range(1, count + 1)]
    document = json.loads(written("json", batches(rows), whole=False))
    assert len(document["results"]) == count
    assert document["scan"]["complete"] is False


def test_every_row_is_a_whole_line_as_soon_as_it_is_written(tmp_path: Path) -> None:
    report, outlet = opened("json", tmp_path / "out.json")
    for port in (1, 2):
        report.write([result("10.0.0.1", port, "open")])
        outlet.flush()
        text = (tmp_path / "out.json.partial").read_text("utf-8")
        assert text.endswith("\n")
        assert json.loads(text.splitlines()[-1].lstrip(" ,"))["port"] == port
    report.abandon(ScanInfo())


def test_no_control_character_is_left_bare() -> None:
    row = result(
        place("10.0.0.1"), 1, "open", request=Request("h\x1b[2J\x9b\x7f\u2028\u202e\u2066\u200b", name="\x85é")
    )
    line = written("jsonl", [[row]]).rstrip("\n")
    assert line.isprintable()
    assert "é" in line
