"""A scan of a `.db` as a stored report: which one it is, and that its values are checked as any other report's."""

from pathlib import Path

import pytest

from scanner.errors import UsageError
from scanner.model import Request
from scanner.reports import ScanInfo
from scanner.reports.reading import last_two_of_a_list, open_stored
from tests.cli.process import run
from tests.reports.made import result
from tests.reports.test_db_reading import changed
from tests.reports.test_db_report import written


def appended(path: Path, day: int, digest: str = "ab", vantage: str = "", *, whole: bool = True) -> None:
    """A scan of that day with one row, whose port is the day."""
    extra = {"list_digest": digest, "n": day}
    info = ScanInfo(started=f"2026-11-{day:02}", vantage=vantage, options={"command": "scan"}, extra=extra)
    request = Request(name="web", tags=("a", "b;c"), expect="open")
    written(path, [result("10.0.0.1", day, "open", request=request, rtt_ms=0.25)], info, whole=whole)


def test_of_a_database_it_is_the_last_scan(tmp_path: Path) -> None:
    for day, whole in ((3, False), (1, True)):
        appended(tmp_path / "s.db", day, whole=whole)
    report = open_stored(str(tmp_path / "s.db"))
    assert (report.fmt, report.complete, report.scan["n"]) == ("db", False, 3)
    assert (report.scan["options"], report.scan["list_digest"]) == ({"command": "scan"}, "ab")
    ((row,),) = report.rows()
    assert (row.name, row.port, row.state) == ("web", 3, "open")
    assert (row.tags, row.met, row.rtt_ms) == (("a", "b;c"), True, 0.25)


def test_a_whole_scan_is_complete_whatever_its_file_is_called(tmp_path: Path) -> None:
    appended(tmp_path / "s.db.partial", 1)
    assert open_stored(str(tmp_path / "s.db.partial")).complete


def test_the_last_two_of_one_list(tmp_path: Path) -> None:
    """Other lists and other vantages between them are passed over."""
    scans = [(1, "ab", "v"), (2, "ab", "v"), (3, "cd", "v"), (4, "ab", "w"), (5, "ab", "v")]
    for day, digest, vantage in scans:
        appended(tmp_path / "s.db", day, digest, vantage)
    old, new = last_two_of_a_list(str(tmp_path / "s.db"))
    assert [next(iter(report.rows()))[0].port for report in (new, old)] == [5, 2]


@pytest.mark.parametrize("scans", [[(1, "ab")], [(1, "ab"), (2, "cd")], [(1, ""), (2, "")]])
def test_where_the_last_one_has_no_predecessor(scans: list[tuple[int, str]], tmp_path: Path) -> None:
    for day, digest in scans:
        appended(tmp_path / "s.db", day, digest)
    with pytest.raises(UsageError, match=r"is the only one of its list .* and vantage; name two reports"):
        last_two_of_a_list(str(tmp_path / "s.db"))


@pytest.mark.parametrize(
    ("field", "value"),
    [("state", "'closed'"), ("address", "'db1'"), ("expect", "'up'"), ("time", "'today'"), ("address", "'0.0.0.0'")],
)
def test_a_value_that_is_none_of_ours_is_told_with_its_place(field: str, value: str, tmp_path: Path) -> None:
    appended(tmp_path / "s.db", 1)
    changed(tmp_path / "s.db", f"UPDATE results SET {field} = {value}")
    with pytest.raises(UsageError, match=rf"s\.db.*: scan 1, rows 1 to 1: {field} is "):
        list(open_stored(str(tmp_path / "s.db")).rows())


def test_a_file_without_a_scan(tmp_path: Path) -> None:
    appended(tmp_path / "s.db", 1)
    changed(tmp_path / "s.db", "DELETE FROM scans")
    with pytest.raises(UsageError, match="has no scan"):
        open_stored(str(tmp_path / "s.db"))


def test_many_rows_come_in_batches(tmp_path: Path) -> None:
    written(tmp_path / "s.db", [result("10.0.0.1", port, "open") for port in range(1, 1002)])
    batches = list(open_stored(str(tmp_path / "s.db")).rows())
    assert [len(batch) for batch in batches] == [1000, 1]
    assert [row.port for batch in batches for row in batch] == list(range(1, 1002))


def test_diff_of_one_file_and_of_a_mix(tmp_path: Path) -> None:
    """Ports are days here, so one target has vanished and another appeared."""
    for day in (1, 2):
        appended(tmp_path / "s.db", day)
    done = run("diff", "s.db", "-f", "csv", cwd=tmp_path)
    assert done.returncode == 1, done.stderr
    assert "vanished" in done.stdout
    done = run("diff", "s.db", "s.db", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    (tmp_path / "old.csv").write_text("name,host,port,state\nweb,10.0.0.1,2,refused\n")
    done = run("diff", "old.csv", "s.db", cwd=tmp_path)
    assert (done.returncode, "opened" in done.stdout) == (1, True)
    done = run("diff", "old.csv", cwd=tmp_path)
    assert (done.returncode, "or scanner diff FILE.db" in done.stderr) == (2, True)
