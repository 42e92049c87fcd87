"""A full disk, or one that gets full, tears no row: what is there ends well, and no more is given up than need be."""

import csv
import io
import json
import os
import resource
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from scanner.errors import ReportError
from scanner.model import Request, Result
from scanner.reports import Outlet, Report, ScanInfo
from scanner.reports.csv_report import record_end
from scanner.reports.outlets.file_in_place import FileInPlace
from scanner.reports.outlets.outlet import line_end
from tests.reports.made import opened, result


@contextmanager
def limited(size: int) -> Iterator[None]:
    """Inside the block files do not grow beyond `size` bytes: a write stops there, in the middle of a row."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def write_all(report: Report, outlet: Outlet, rows: list[Result], batch: int) -> None:
    for start in range(0, len(rows), batch):
        report.write(rows[start : start + batch])
        outlet.flush()


def fill(fmt: str, path: Path, batch: int) -> None:
    """Writes rows until no more go in, as the command line does."""
    report, outlet = opened(fmt, path)
    rows = [result("10.0.0.1", port, "open") for port in range(1, 20001)]
    with pytest.raises(ReportError, match="File too large"):
        write_all(report, outlet, rows, batch)
    report.abandon(ScanInfo(complete=False, warnings=["full"]))


@pytest.mark.thinned(5)
@pytest.mark.parametrize(
    ("size", "batch"),
    [(100, 1), (100, 700), (4096, 1), (4097, 1), (4096, 700), (4097, 20_000), (70_003, 700), (1_000_003, 20_000)],
)
@pytest.mark.parametrize("fmt", ["csv", "json", "jsonl"])
def test_a_full_disk_leaves_whole_rows_and_a_proper_end(fmt: str, size: int, batch: int, tmp_path: Path) -> None:
    with limited(size):
        fill(fmt, tmp_path / "out", batch)
    text = (tmp_path / "out.partial").read_text()
    if fmt == "csv":
        ports = [row["port"] for row in csv.DictReader(io.StringIO(text))]
        assert not text or text.endswith("\n")
    elif fmt == "jsonl":
        ports = [json.loads(line)["port"] for line in text.splitlines()]
        assert not text or text.endswith("\n")
    elif size == 100:
        assert text == "", "there is no room for a document: then there is none, rather than half of one"
        return
    else:
        document = json.loads(text)
        assert document["scan"]["complete"] is False
        assert document["scan"]["warnings"] == ["full"]
        ports = [row["port"] for row in document["results"]]
    assert [int(port) for port in ports] == list(range(1, len(ports) + 1))
    row = len(text) / max(1, len(ports)) if ports else size
    assert size - len(text) < 3 * row + 500, "no more is given up than the end needs"


@pytest.mark.parametrize("size", range(258_000, 290_000, 1013))
def test_the_end_of_a_document_finds_room_whatever_its_size(size: int, tmp_path: Path) -> None:
    report, outlet = opened("json", tmp_path / "out")
    rows = [result("10.0.0.1", port, "open") for port in range(1, 2001)]
    with limited(size), suppress(ReportError):
        write_all(report, outlet, rows, 2)
        report.finish(ScanInfo())
    with limited(size):
        report.abandon(ScanInfo(extra={"explain": "x" * 20_000}))
    assert len(json.loads((tmp_path / "out.partial").read_text())["results"]) > 600


def test_what_the_shell_opened_is_cut_back_as_well(tmp_path: Path) -> None:
    path = tmp_path / "log"
    path.write_text("before\n")

    outlet = FileInPlace("stdout", os.open(path, os.O_WRONLY | os.O_APPEND), owned=False)
    outlet.begin()
    outlet.write("0123456\n" * 2)
    with limited(20), pytest.raises(ReportError):
        outlet.flush()
    outlet.abandon()
    assert path.read_text() == "before\n0123456\n"


def test_where_the_last_row_ends() -> None:
    assert [line_end(text) for text in (b"", b"a", b"a\n", b"a\nb")] == [0, 0, 2, 2]
    rows = b'1,"a\nb"\n2,"c ""x\n""\nd",e\n'
    ends = [8, len(rows)]
    for length in range(len(rows) + 1):
        assert record_end(rows[:length]) == max((end for end in ends if end <= length), default=0)


@pytest.mark.parametrize("size", range(400, 440, 3))
def test_a_row_of_several_lines_is_whole_or_not_there(size: int, tmp_path: Path) -> None:
    report, outlet = opened("csv", tmp_path / "out")
    rows = [result("10.0.0.1", port, "open", request=Request(name="two\nlines")) for port in range(1, 100)]
    with limited(size), pytest.raises(ReportError):
        write_all(report, outlet, rows, 1)
    report.abandon(ScanInfo(complete=False))
    read = list(csv.DictReader(io.StringIO((tmp_path / "out.partial").read_text())))
    assert {(row["name"], row["lost_syns"]) for row in read} == {("two\nlines", "0")}
