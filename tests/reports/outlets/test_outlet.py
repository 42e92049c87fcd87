"""Whole files or none, devices in place, clear errors: every format against every kind of destination."""

import csv
import errno
import io
import json
import os
import subprocess
import sys
import threading
from pathlib import Path
from xml.etree import ElementTree

import pytest

from scanner.errors import ReportError, UsageError
from scanner.model import Request
from scanner.reports import FORMATS, Report, ScanInfo, open_report
from scanner.reports.outlets.opening import open_outlet
from tests.reports.html.paged import paged
from tests.reports.made import Sunk, result

ROWS = [result("10.0.0.1", port, "open", request=Request(expect="open")) for port in range(1, 6)]
#: All that replace a file; a database is appended to (test_db_outlet.py).
formats = pytest.mark.parametrize("fmt", [fmt for fmt in FORMATS if fmt != "db"])
needs_dev_full = pytest.mark.skipif(not os.path.exists("/dev/full"), reason="this system has no /dev/full")
posix = pytest.mark.skipif(os.name == "nt", reason="POSIX files")


def rows_in(fmt: str, text: str) -> int:
    if fmt == "csv":
        return len(list(csv.reader(io.StringIO(text)))) - 1
    if fmt == "json":
        return len(json.loads(text)["results"])
    if fmt == "jsonl":
        return len([json.loads(line) for line in text.splitlines()])
    if fmt == "list":
        return len(text.splitlines())
    if fmt == "xml":
        return len(list(ElementTree.fromstring(text).iter("port")))
    if fmt == "junit":
        return len(list(ElementTree.fromstring(text).iter("testcase")))
    if fmt == "md":
        return int(text.partition("\n## Open: ")[2].split()[0])
    if fmt == "html":
        return len(paged(text).rows)
    if fmt == "prom":
        return text.count("\nprobe_success{")
    return text.count(" open ")


@formats
def test_the_name_appears_only_when_the_report_is_whole(fmt: str, tmp_path: Path) -> None:
    path = tmp_path / "out"
    path.write_text("last night's")
    path.chmod(0o640)
    report = open_report(fmt, str(path))
    report.write(ROWS)
    report.flush()
    assert path.read_text() == "last night's"
    assert (tmp_path / "out.partial").exists()
    report.finish(ScanInfo())
    assert rows_in(fmt, path.read_text("utf-8")) == 5
    assert os.listdir(tmp_path) == ["out"]
    assert path.stat().st_mode & 0o777 == 0o640 or os.name == "nt"
    report.finish(ScanInfo())
    report.abandon(ScanInfo())


@formats
def test_what_is_abandoned_stands_beside_it(fmt: str, tmp_path: Path) -> None:
    path = tmp_path / "out"
    path.write_text("last night's")
    report = open_report(fmt, str(path))
    report.write(ROWS)
    report.abandon(ScanInfo())
    assert path.read_text() == "last night's"
    assert rows_in(fmt, (tmp_path / "out.partial").read_text("utf-8")) == 5


def write_and_finish(report: Report) -> None:
    report.write(ROWS)
    report.finish(ScanInfo())


@needs_dev_full
@formats
def test_a_full_disk_is_a_clear_error(fmt: str) -> None:
    report = open_report(fmt, "/dev/full")
    with pytest.raises(ReportError, match=r"^/dev/full: .*No space left on device"):
        write_and_finish(report)
    with pytest.raises(ReportError, match="No space left"):
        report.finish(ScanInfo())
    report.abandon(ScanInfo())


@posix
@formats
def test_a_fifo_is_written_in_place(fmt: str, tmp_path: Path) -> None:
    fifo = tmp_path / "pipe"
    os.mkfifo(fifo)
    got: list[str] = []
    reader = threading.Thread(target=lambda: got.append(fifo.read_text("utf-8")), daemon=True)
    reader.start()
    report = open_report(fmt, str(fifo))
    report.write(ROWS)
    report.finish(ScanInfo())
    reader.join(10)
    assert rows_in(fmt, got[0]) == 5
    assert os.listdir(tmp_path) == ["pipe"]


@posix
def test_a_link_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "real.csv").write_text("old")
    link = tmp_path / "latest.csv"
    link.symlink_to("real.csv")
    report = open_report("csv", str(link))
    report.write(ROWS)
    report.finish(ScanInfo())
    assert link.is_symlink()
    assert rows_in("csv", (tmp_path / "real.csv").read_text()) == 5


@posix
def test_a_link_left_in_place_of_the_partial_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "precious").write_text("keep")
    (tmp_path / "out.csv.partial").symlink_to("precious")
    open_report("csv", str(tmp_path / "out.csv")).finish(ScanInfo())
    assert (tmp_path / "precious").read_text() == "keep"


@posix
def test_of_two_scans_for_one_file_the_second_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "out.csv"
    early = open_report("csv", str(path))
    early.write(ROWS)
    early.flush()
    with pytest.raises(UsageError, match="another scan is writing this report"):
        open_outlet(str(path))
    assert (tmp_path / "out.csv.partial").read_text().count("syn-ack") == 5
    early.finish(ScanInfo())
    write_and_finish(open_report("csv", str(path)))
    assert rows_in("csv", path.read_text()) == 5
    assert os.listdir(tmp_path) == ["out.csv"]


def test_a_name_that_drives_terminals_is_shown_escaped(tmp_path: Path) -> None:
    with pytest.raises(ReportError, match=r"e\\x1b\[31mvil.csv") as caught:
        open_report("csv", str(tmp_path / "gone" / "e\x1b[31mvil.csv"))
    assert str(caught.value).isprintable()


def test_a_folder_that_vanished(tmp_path: Path) -> None:
    with pytest.raises(ReportError, match=r"gone.*out.csv.*No such file"):
        open_report("csv", str(tmp_path / "gone" / "out.csv"))


class Broken(io.BytesIO):
    def write(self, data: object, /) -> int:
        raise OSError(errno.EIO, "Input/output error")


def test_a_failure_is_told_again_but_not_on_the_way_out() -> None:
    outlet = Sunk(Broken())
    outlet.write("x")
    for _ in range(2):
        with pytest.raises(ReportError, match=r"^test: .*Input/output error$"):
            outlet.flush()
    outlet.abandon()
    assert outlet.ended


def test_flushes_are_gathered(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [100.0]
    monkeypatch.setattr("scanner.reports.outlets.outlet.monotonic", lambda: now[0])
    written: list[bytes] = []

    class Sink(io.BytesIO):
        def write(self, data: bytes, /) -> int:  # type: ignore[override]
            written.append(bytes(data))
            return len(data)

    outlet = Sunk(Sink(), 0.2)
    for text in "abcd":
        outlet.write(text)
        outlet.flush_in_time()
        now[0] += 0.15
    assert written == [b"a", b"bc"]
    outlet.write("x" * 300_000)
    assert written[2].startswith(b"dx"), "much text does not wait for its time"


WRITER = """
import sys
from scanner.reports import open_report, ScanInfo
from tests.reports.made import result
if sys.argv[2] != "0": print("before")
try:
    report = open_report("csv", sys.argv[1])
    for _ in range(int(sys.argv[2])):
        report.write([result("10.0.0.1", 1, "open")] * 1000)
        report.flush()
    report.finish(ScanInfo())
except BaseException as error:
    sys.stderr.write(type(error).__name__)
"""


def run(*arguments: str, **streams: object) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-c", WRITER, *arguments]
    buffered = {key: value for key, value in os.environ.items() if key != "PYTHONUNBUFFERED"}
    return subprocess.Popen(command, stderr=subprocess.PIPE, env=buffered, **streams)  # type: ignore[call-overload,no-any-return]


@pytest.mark.parametrize("path", ["-", pytest.param("/dev/stdout", marks=posix)])
def test_stdout_keeps_its_order_and_its_file(path: str, tmp_path: Path) -> None:
    with open(tmp_path / "file", "wb") as file:
        process = run(path, "1", stdout=file)
        assert process.communicate(timeout=30)[1] == b""
    lines = (tmp_path / "file").read_text().splitlines()
    assert lines[0] == "before"
    assert len(lines) == 1002


@posix
def test_a_reader_that_leaves_is_told_apart_and_quiet() -> None:
    process = run("-", "200", stdout=subprocess.PIPE)
    assert process.stdout is not None
    process.stdout.readline()
    process.stdout.close()
    assert process.stderr is not None
    assert process.stderr.read() == b"BrokenPipeError"
    process.stderr.close()
    process.wait(30)


@needs_dev_full
def test_a_full_stdout_is_a_report_error() -> None:
    with open("/dev/full", "wb") as full:
        process = run("-", "0", stdout=full)
        assert process.communicate(timeout=30)[1].startswith(b"ReportError")
