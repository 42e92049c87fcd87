"""A database as the end of a report: locks, failures, and what becomes of the rows then."""

import os
import resource
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from scanner.errors import ReportError, UsageError
from scanner.reports import Report, ScanInfo, StopRequest, check_outputs
from scanner.reports.db_report import DbReport
from scanner.reports.outlets.db_outlet import DbOutlet
from tests.reports.made import result
from tests.reports.test_db_reading import ROWS, newer, other_program, ports_in, torn, without_table
from tests.reports.test_db_report import asked, written

POSIX_MODE = 0o666


def opened(path: Path, patience_s: float = 0.0, stop: StopRequest | None = None) -> tuple[Report, DbOutlet]:
    """A report with a row in it."""
    outlet = DbOutlet(str(path), str(path), stop, patience_s)
    report = DbReport(outlet)
    outlet.begin()
    report.write([result("10.0.0.9", 443, "open")])
    return report, outlet


def files(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_a_file_that_stays_locked_loses_nothing(tmp_path: Path) -> None:
    """The scan is whole in a database beside it."""
    written(tmp_path / "s.db", ROWS)
    before = (tmp_path / "s.db").read_bytes()
    report, outlet = opened(tmp_path / "s.db")
    with closing(sqlite3.Connection(str(tmp_path / "s.db"), isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(ReportError, match="could not be appended: another program has locked it"):
            report.finish(ScanInfo())
    assert outlet.left == str(tmp_path / "s.db.partial")
    assert (tmp_path / "s.db").read_bytes() == before
    assert asked(tmp_path / "s.db.partial", "SELECT complete, port FROM scans, results") == [(1, 443)]
    assert sorted(files(tmp_path)) == ["s.db", "s.db.partial"]


def test_a_reader_may_read_while_a_scan_waits_to_be_appended(tmp_path: Path) -> None:
    """Rows may all be in their place by then: the end of the transaction is waited for too."""
    written(tmp_path / "s.db", ROWS)
    report, outlet = opened(tmp_path / "s.db")
    with closing(sqlite3.Connection(str(tmp_path / "s.db"), isolation_level=None)) as other:
        other.execute("BEGIN")
        other.execute("SELECT * FROM scans").fetchall()
        with pytest.raises(ReportError, match="another program has locked it"):
            report.finish(ScanInfo())
    assert ports_in(tmp_path / "s.db") == [22, 80]
    assert ports_in(Path(outlet.left)) == [443]


def test_the_stop_bounds_how_long_a_lock_is_waited_for(tmp_path: Path) -> None:
    written(tmp_path / "s.db", ROWS)
    now = [0.0]
    stop = StopRequest(lambda: now[0])
    stop.ask()
    now[0] = 9.0  # the grace period is over
    report, outlet = opened(tmp_path / "s.db", 3600.0, stop)
    with closing(sqlite3.Connection(str(tmp_path / "s.db"), isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(ReportError, match="another program has locked it"):
            report.abandon(ScanInfo())
    assert asked(Path(outlet.left), "SELECT complete, port FROM scans, results") == [(0, 443)]


@pytest.mark.parametrize("make", [other_program, newer, torn, without_table, lambda path: path.write_text("a,b\n")])
def test_a_file_that_has_become_another_one_is_left_as_it_is(make: object, tmp_path: Path) -> None:
    report, outlet = opened(tmp_path / "s.db")
    make(tmp_path / "s.db")  # type: ignore[operator]
    before = (tmp_path / "s.db").read_bytes()
    with pytest.raises(ReportError, match="name another file"):
        report.finish(ScanInfo())
    assert (tmp_path / "s.db").read_bytes() == before
    assert ports_in(Path(outlet.left)) == [443]


def test_a_folder_that_has_gone_is_a_clear_error(tmp_path: Path) -> None:
    (tmp_path / "here").mkdir()
    report, outlet = opened(tmp_path / "here" / "s.db")
    (tmp_path / "here").rmdir()
    with pytest.raises(ReportError, match="could not be appended: No such file or directory"):
        report.finish(ScanInfo())
    assert outlet.left == ""


_NO_ROOM_ASIDE = """
import resource, sys
from scanner.errors import ReportError
from scanner.reports import ScanInfo, open_report
from tests.reports.made import result
report = open_report("db", sys.argv[1])
rows, count = [result("10.0.0.1", port, "open") for port in range(1, 10_001)], 0
resource.setrlimit(resource.RLIMIT_FSIZE, (500_000, resource.RLIM_INFINITY))
try:
    while True:
        report.write(rows)
        count += len(rows)
except ReportError as error:
    print(error)
resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
report.abandon(ScanInfo())
print(count)
"""


@pytest.mark.slow
def test_rows_that_cannot_be_kept_aside_are_told_and_those_before_them_appended(tmp_path: Path) -> None:
    """The scan goes on for the other reports; in the file it is unfinished."""
    words = [sys.executable, "-c", _NO_ROOM_ASIDE, str(tmp_path / "s.db")]
    done = subprocess.run(words, capture_output=True, text=True, timeout=30, check=True)
    said, count = done.stdout.splitlines()
    assert "rows wait in a temporary file until they are appended, and it could not be written" in said
    assert "(TMPDIR names another place)" in said
    ports = [port for (port,) in asked(tmp_path / "s.db", "SELECT port FROM results ORDER BY row")]
    assert len(ports) >= int(count) > 0
    assert ports == [1 + at % 10_000 for at in range(len(ports))]
    assert asked(tmp_path / "s.db", "SELECT complete FROM scans") == [(0,)]


def test_before_it_begins_there_is_nothing(tmp_path: Path) -> None:
    for end in ("withdraw", "abandon"):
        outlet = DbOutlet(str(tmp_path / "s.db"), str(tmp_path / "s.db"))
        getattr(outlet, end)()
        assert files(tmp_path) == {}


@pytest.mark.parametrize("umask", [0o022, 0o077, 0o000])
def test_a_new_file_has_the_rights_of_any_new_file(umask: int, tmp_path: Path) -> None:
    before = os.umask(umask)
    try:
        written(tmp_path / "s.db", ROWS)
    finally:
        os.umask(before)
    assert (tmp_path / "s.db").stat().st_mode & 0o777 == POSIX_MODE & ~umask


def test_the_file_stays_the_same_file(tmp_path: Path) -> None:
    """Its mode, its owner, its other names: nothing is replaced, and a link leads to it."""
    written(tmp_path / "s.db", ROWS)
    (tmp_path / "s.db").chmod(0o640)
    os.link(tmp_path / "s.db", tmp_path / "too.db")
    (tmp_path / "link.db").symlink_to("s.db")
    before = (tmp_path / "s.db").stat()
    written(tmp_path / "link.db", ROWS)
    after = (tmp_path / "s.db").stat()
    assert (after.st_ino, after.st_mode, after.st_nlink) == (before.st_ino, before.st_mode, 2)
    assert (tmp_path / "link.db").is_symlink()
    assert ports_in(tmp_path / "too.db", 2) == [22, 80]


def test_an_empty_file_is_a_new_one(tmp_path: Path) -> None:
    (tmp_path / "s.db").touch(0o600)
    written(tmp_path / "s.db", ROWS)
    assert ports_in(tmp_path / "s.db") == [22, 80]


_FULL = """
import resource, sys
from scanner.errors import ReportError
from scanner.reports import ScanInfo, open_report
from tests.reports.made import result
report = open_report("db", sys.argv[1])
report.write([result("10.0.0.1", port, "open") for port in range(1, 2000)])
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[2]), int(sys.argv[2])))
try:
    report.finish(ScanInfo())
except ReportError as error:
    print(error)
"""


@pytest.mark.parametrize("beyond", [0, *(pytest.param(room, marks=pytest.mark.slow) for room in (5000, 100_000))])
def test_where_there_is_no_room_the_file_is_as_before(beyond: int, tmp_path: Path) -> None:
    written(tmp_path / "s.db", ROWS)
    before = (tmp_path / "s.db").read_bytes()
    limit = str(len(before) + beyond)
    words = [sys.executable, "-c", _FULL, str(tmp_path / "s.db"), limit]
    done = subprocess.run(words, capture_output=True, text=True, timeout=30, check=False)
    assert "could not be appended: its disk failed, or has no room left" in done.stdout, done.stderr
    assert ports_in(tmp_path / "s.db") == [22, 80]
    assert asked(tmp_path / "s.db", "SELECT count(*) FROM scans") == [(1,)]
    assert asked(tmp_path / "s.db", "PRAGMA integrity_check") == [("ok",)]
    assert all(files(tmp_path).values()), "nothing is left of FILE.partial, which had no room either"
    assert resource.getrlimit(resource.RLIMIT_FSIZE)[0] == resource.RLIM_INFINITY


def problem(path: object, *others: tuple[str, str]) -> str:
    with pytest.raises(UsageError) as caught:
        check_outputs([("db", str(path)), *others])
    return str(caught.value)


def test_what_cannot_become_of_it_is_known_beforehand(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "fifo.db")
    (tmp_path / "old.db").write_text("address,port\n")
    assert "cannot be written to stdout; name a file: -o scans.db" in problem("-")
    assert "cannot be written to stdout" in problem("/dev/stdout")
    assert "is an open descriptor" in problem("/dev/fd/2")
    assert "is not a regular file, and a database needs one" in problem(tmp_path / "fifo.db")
    assert "is not a regular file" in problem("/dev/null")
    assert "is a folder; name a file in it, for example" in problem(tmp_path)
    assert "is a folder" in problem(f"{tmp_path}/x.db/")
    assert "does not exist; create it first" in problem(tmp_path / "no" / "s.db")
    assert "is not an SQLite database; name another file" in problem(tmp_path / "old.db")
    assert "is not a valid file name" in problem("a\0b.db")
    assert "too long" in problem(tmp_path / ("x" * 253 + ".db"))
    deep = tmp_path.joinpath(*["y" * 100] * 5)
    deep.mkdir(parents=True)
    assert "too long for SQLite, which takes 504 bytes" in problem(deep / "s.db")
    assert "is the same file as" in problem(tmp_path / "new.db", ("csv", f"{tmp_path}/./new.db"))
    assert sorted(os.listdir(tmp_path)) == ["fifo.db", "old.db", "y" * 100]


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (other_program, "is another program's database; name another file"),
        (newer, "was written by a newer scanner"),
        (without_table, "does not have the table 'results'"),
        (torn, "it is damaged; restore it from a copy, or name another file"),
    ],
)
def test_a_database_that_is_not_ours_is_known_beforehand(make: object, said: str, tmp_path: Path) -> None:
    make(tmp_path / "s.db")  # type: ignore[operator]
    before = files(tmp_path)
    assert said in problem(tmp_path / "s.db")
    assert files(tmp_path) == before


def test_no_other_report_takes_its_place(tmp_path: Path) -> None:
    written(tmp_path / "s.db", ROWS)
    for fmt in ("csv", "text"):  # of a scan, of a trace
        with pytest.raises(UsageError, match="is a database of scans, and this report would replace it"):
            check_outputs([(fmt, str(tmp_path / "s.db"))])
    (tmp_path / "other.db").write_text("address,port\n")
    check_outputs([("csv", str(tmp_path / "other.db"))])


def test_a_file_that_is_being_appended_to_is_no_problem(tmp_path: Path) -> None:
    written(tmp_path / "s.db", ROWS)
    with closing(sqlite3.Connection(str(tmp_path / "s.db"), isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        check_outputs([("db", str(tmp_path / "s.db"))])
