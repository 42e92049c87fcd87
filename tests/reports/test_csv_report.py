import csv
import gc
import io
import tracemalloc
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.model import FIELDS, Request, Result
from scanner.reports import ScanInfo, open_report
from scanner.words.formulas import restore
from tests.reports.made import batches, opened, place, result, results, surrogates

HEADER = (
    "name,host,address,port,service,state,reason,icmp_from,rtt_ms,attempts,"
    "expect,met,tags,vantage,time,source,doubt,lost_syns\n"
)


def written(tmp_path: Path, *rows: list[Result]) -> str:
    path = tmp_path / "out.csv"
    report = open_report("csv", str(path))
    for batch in rows:
        report.write(batch)
    report.finish(ScanInfo())
    return path.read_bytes().decode("utf-8")


def test_an_empty_scan_is_a_header(tmp_path: Path) -> None:
    assert written(tmp_path) == HEADER


def test_rows_as_the_contract_says(tmp_path: Path) -> None:
    request = Request("db1", name='say "hi", you', expect="open", tags=("=prod", "t-1"), vantage="box")
    at = place("10.0.0.5", source="10.0.0.1")
    when = "2025-01-02T03:04:05.678Z"
    text = written(
        tmp_path,
        [
            result(at, 5432, "open", request=request, rtt_ms=0.12345, time=when, lost_syns=2),
            result(at, 1, "unreachable", "host-prohibited", request, icmp_from="10.1.0.1", time=when, doubt="lossy"),
            result("::1", 443, "refused", attempts=3),
        ],
    )
    assert text == HEADER + (
        '"say ""hi"", you",db1,10.0.0.5,5432,postgresql,open,syn-ack,,0.123,1,open,true,'
        "'=prod;t-1,box,2025-01-02T03:04:05.678Z,10.0.0.1,,2\n"
        '"say ""hi"", you",db1,10.0.0.5,1,tcpmux,unreachable,host-prohibited,10.1.0.1,,1,open,false,'
        "'=prod;t-1,box,2025-01-02T03:04:05.678Z,10.0.0.1,lossy,0\n"
        ",::1,::1,443,https,refused,conn-refused,,,3,,,,,,,,0\n"
    )


def test_what_is_kept_ready_does_not_outlive_the_truth(tmp_path: Path) -> None:
    """One place serves several requests, and its source becomes known late."""
    at = place("10.0.0.5")
    one, two = Request(name="one", vantage="v"), Request(name="two", expect="open")
    first = [result(at, 1, "timeout", request=one)]
    path = tmp_path / "out.csv"
    report = open_report("csv", str(path))
    report.write(first)
    at.note.source = "10.0.0.1"
    report.write([result(at, 3, "open", request=one), result(at, 1, "timeout", request=two)])
    report.write([result(at, 2, "open", request=one)])
    report.finish(ScanInfo())
    rows = list(csv.DictReader(io.StringIO(path.read_text("utf-8"))))
    seen = [(row["name"], row["source"], row["met"], row["vantage"]) for row in rows]
    assert seen == [
        ("one", "", "", "v"),
        ("one", "10.0.0.1", "", "v"),
        ("two", "10.0.0.1", "false", ""),
        ("one", "10.0.0.1", "", "v"),
    ]


def test_more_places_than_are_kept(tmp_path: Path) -> None:
    rows = [result(f"10.0.{i >> 8}.{i & 255}", 80, "refused", request=Request(name=f"n{i}")) for i in range(9000)]
    read = list(csv.DictReader(io.StringIO(written(tmp_path, rows, rows[:10]))))
    assert [(row["name"], row["address"]) for row in read] == [(row.name, row.address) for row in [*rows, *rows[:10]]]


@pytest.mark.slow
@pytest.mark.parametrize("fmt", ["csv", "json", "jsonl"])
def test_memory_does_not_grow_with_the_rows(fmt: str, tmp_path: Path) -> None:
    report, outlet = opened(fmt, tmp_path / "out")

    def batch(turn: int) -> list[Result]:
        request = Request(name=f"n{turn}")
        return [result(f"10.{turn}.{n >> 8}.{n & 255}", 443, "open", request=request) for n in range(1000)]

    def write(turns: range) -> int:
        for turn in turns:
            report.write(batch(turn))
        outlet.flush()
        gc.collect()
        return tracemalloc.get_traced_memory()[0]

    tracemalloc.start()
    try:
        write(range(8))
        before = write(range(8))
        assert write(range(8, 16)) < before + 500_000, "8000 rows that stay would be some megabytes"
    finally:
        tracemalloc.stop()
    report.abandon(ScanInfo())


def expected(row: Result) -> list[str]:
    met = {None: "", True: "true", False: "false"}[row.met]
    rtt = "" if row.rtt_ms is None else f"{row.rtt_ms:.3f}"
    own = {"met": met, "rtt_ms": rtt, "tags": ";".join(row.tags)}
    return [own[field] if field in own else str(getattr(row, field)) for field in FIELDS]


@given(rows=st.lists(results(), max_size=8))
def test_any_text_comes_back_through_a_reader(rows: list[Result], tmp_path_factory) -> None:  # type: ignore[no-untyped-def]
    text = written(tmp_path_factory.mktemp("csv"), *batches(rows))
    read = list(csv.reader(io.StringIO(text, newline=""), strict=True))
    assert read[0] == list(FIELDS)
    back = [
        [
            restore(cell) if field in ("name", "tags", "vantage") else cell
            for field, cell in zip(FIELDS, row, strict=True)
        ]
        for row in read[1:]
    ]
    assert back == [[cell.encode("utf-8", "backslashreplace").decode() for cell in expected(row)] for row in rows]


FORMULAS = ["=1+1", "x;=1+1", "x\t@SUM(1)", 'x;"=1+1"', "x,-1", "x|+1", "x\n=1", "\ufeff=1", "'=1", "＝1"]  # noqa: RUF001
HARMLESS = ("web tier", "10.0.0.0/8", "a=1")


@pytest.mark.parametrize("text", FORMULAS)
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("quoting", [csv.QUOTE_MINIMAL, csv.QUOTE_NONE])
def test_free_text_is_no_formula_wherever_a_spreadsheet_splits(
    text: str, delimiter: str, quoting: int, tmp_path: Path
) -> None:
    tags = [tag for tag in text.split(";") if tag]
    requests = [
        Request("db1", name=text),
        Request("db1", tags=("prod", *tags)),
        Request("db1", tags=(*tags, "prod")),
        Request("db1", vantage=text),
    ]
    rows = [result("10.0.0.5", 22, "open", request=request) for request in requests]
    read = csv.reader(io.StringIO(written(tmp_path, rows), newline=""), delimiter=delimiter, quoting=quoting)  # type: ignore[arg-type]
    cells = [cell.lstrip(' "\ufeff') for row in read for cell in row]
    assert len(cells) >= 5
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "＝", "\t"))]  # noqa: RUF001
    back = list(csv.DictReader(io.StringIO(written(tmp_path, rows), newline="")))
    assert [restore(back[0]["name"]), restore(back[3]["vantage"])] == [text, text]
    assert [restore(tag) for tag in back[1]["tags"].split(";")] == ["prod", *tags]
    assert restore(back[2]["tags"]).split(";") == [*tags, "prod"]


@pytest.mark.parametrize("text", HARMLESS)
def test_other_free_text_is_as_it_was_written(text: str, tmp_path: Path) -> None:
    request = Request("db1", name=text, tags=(text, text), vantage=text)
    (row,) = csv.DictReader(io.StringIO(written(tmp_path, [result("10.0.0.5", 22, "open", request=request)])))
    assert (row["name"], row["tags"], row["vantage"]) == (text, f"{text};{text}", text)


@given(surrogates)
def test_lone_surrogates_do_not_stop_a_report(text: str) -> None:
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        row = result("10.0.0.1", 1, "open", request=Request(text, name=text, tags=(text,)))
        assert "\\ud" in written(Path(folder), [row])
