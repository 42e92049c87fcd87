"""Chosen fields: each as the full report has it, whatever its text is, in the order that was asked for."""

import csv
import io
import json
import tracemalloc
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.model import FIELDS, Request, Result
from scanner.reports import Look, ScanInfo, make_report
from tests.reports.made import Sunk, batches, result, results

chosen = st.lists(st.sampled_from(list(FIELDS)), min_size=1, unique=True).map(tuple)


def text_of(fmt: str, rows: list[Result], fields: tuple[str, ...] = ()) -> str:
    sink = io.BytesIO()
    outlet = Sunk(sink)
    report = make_report(fmt, outlet, "x", look=Look(), command="scan", fields=fields)
    for batch in batches(rows):
        report.write(batch)
    report.abandon(ScanInfo())
    return sink.getvalue().decode()


def table_of(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text, newline=""), strict=True))


@settings(max_examples=40)
@given(st.lists(results(), max_size=4), chosen)
def test_csv_has_the_full_reports_cells(rows: list[Result], fields: tuple[str, ...]) -> None:
    head, *full = table_of(text_of("csv", rows))
    at = [head.index(field) for field in fields]
    assert table_of(text_of("csv", rows, fields)) == [list(fields), *[[row[i] for i in at] for row in full]]


def objects(text: str) -> list[list[tuple[str, Any]]]:
    return [json.loads(line, object_pairs_hook=list) for line in text.split("\n")[:-1]]


@settings(max_examples=40)
@given(st.lists(results(), max_size=4), chosen)
def test_jsonl_has_the_full_reports_values(rows: list[Result], fields: tuple[str, ...]) -> None:
    full = [dict(pairs) for pairs in objects(text_of("jsonl", rows))]
    assert objects(text_of("jsonl", rows, fields)) == [[(field, row[field]) for field in fields] for row in full]


def test_what_is_no_text_is_written_as_its_escape() -> None:
    row = result("10.0.0.1", 22, "open", request=Request(name="\ud800"))
    assert objects(text_of("jsonl", [row], ("name",))) == [[("name", "\ud800")]]
    assert text_of("csv", [row], ("name",)).startswith("name\n\\ud")


def test_formulas_stay_text() -> None:
    row = result("10.0.0.1", 22, "open", request=Request(name="=1+1", tags=("a", "@b"), vantage="-x"))
    assert text_of("csv", [row], ("tags", "vantage", "name")) == "tags,vantage,name\na;'@b,'-x,'=1+1\n"


@pytest.mark.parametrize(("fmt", "text"), [("csv", 'doubt\n""\n""\n'), ("jsonl", '{"doubt": null}\n' * 2)])
def test_a_row_with_nothing_to_say_is_a_row(fmt: str, text: str) -> None:
    assert text_of(fmt, [result("10.0.0.1", port, "open") for port in (1, 2)], ("doubt",)) == text


def test_more_texts_than_are_kept() -> None:
    rows = [result("10.0.0.1", 1 + i, "open", request=Request(name=f"n{i}", tags=(f"t{i}",))) for i in range(9000)]
    lines = text_of("csv", rows, ("name", "tags")).splitlines()
    assert lines == ["name,tags", *[f"n{i},t{i}" for i in range(9000)]]


def test_memory_does_not_grow_with_the_texts() -> None:
    report = make_report("csv", Sunk(io.BytesIO(), 0), "x", look=Look(), command="scan", fields=("reason",))
    row = result("10.0.0.1", 1, "open")
    tracemalloc.start()
    for turn in range(30_000):
        row.reason = f"{turn:0200}"
        report.write([row])
    kept, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert kept < 12_000_000  # what was written is 6 MB of it


def test_other_formats_keep_all_fields() -> None:
    assert text_of("json", [], ("port",)) == text_of("json", [])
