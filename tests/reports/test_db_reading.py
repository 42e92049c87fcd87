"""Reading a `.db`: it is never changed, and what is no such file, or a damaged one, is told with what to do."""

import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from scanner.errors import UsageError
from scanner.model import FIELDS
from scanner.reports.db_reading import open_db
from tests.reports.made import result
from tests.reports.test_db_report import asked, written

ROWS = [result("10.0.0.1", port, "open") for port in (22, 80)]


def changed(path: Path, *statements: str) -> None:
    with closing(sqlite3.Connection(str(path), isolation_level=None)) as connection:
        for statement in statements:
            connection.execute(statement)


def ports_in(path: Path, scan: int = 1) -> list[object]:
    with open_db(str(path)) as database:
        return [row[3] for row in database.rows(scan)]


def read_all(path: Path) -> None:
    with open_db(str(path)) as database:
        for scan in database.scans():
            list(database.rows(scan.id))


def other_program(path: Path) -> None:
    changed(path, "CREATE TABLE scans (id)", "PRAGMA application_id = 7")


def newer(path: Path) -> None:
    written(path, ROWS)
    changed(path, "PRAGMA user_version = 2")


def without_table(path: Path) -> None:
    written(path, ROWS)
    changed(path, "DROP TABLE results")


def with_view(path: Path) -> None:
    without_table(path)
    columns = ["scan", "row", *FIELDS]
    changed(path, f"CREATE VIEW results AS SELECT {', '.join(f'1 AS {name}' for name in columns)}")


def torn(path: Path) -> None:
    written(path, ROWS * 200)
    path.write_bytes(path.read_bytes()[:9000])


def scribbled(path: Path) -> None:
    """Whole, but for a page of rows."""
    written(path, ROWS * 200)
    data = bytearray(path.read_bytes())
    data[-8192:] = b"x" * 8192
    path.write_bytes(data)


def odd_rows(path: Path) -> None:
    written(path, ROWS)
    changed(path, "UPDATE results SET port = 'http' WHERE row = 2")


def odd_tags(path: Path) -> None:
    written(path, ROWS)
    changed(path, "UPDATE results SET tags = '{}'")


def odd_met(path: Path) -> None:
    written(path, ROWS)
    changed(path, "UPDATE results SET met = 7")


def odd_scan(path: Path) -> None:
    written(path, ROWS)
    changed(path, "UPDATE scans SET options = '[[[' WHERE id = 1")


def odd_words(path: Path) -> None:
    written(path, ROWS)
    changed(path, "UPDATE scans SET vantage = x'ff' WHERE id = 1")


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda path: None, "there is no such file; name a .db report"),
        (lambda path: path.mkdir(), "is not a regular file"),
        (lambda path: path.touch(), "is empty: no scan has been appended"),
        (lambda path: path.write_text("address,port\n"), "is not an SQLite database"),
        (other_program, "is another program's database"),
        (newer, r"was written by a newer scanner \(schema 2, and this one knows 1\); update scanner"),
        (without_table, "does not have the table 'results'"),
        (with_view, "does not have the table 'results'"),
        (torn, "it is damaged; restore it from a copy"),
        (scribbled, "it is damaged; restore it from a copy"),
        (odd_rows, "row 2 of scan 1 is not as scanner writes it"),
        (odd_tags, "the tags of a row are not as scanner writes them"),
        (odd_met, "row 1 of scan 1 is not as scanner writes it"),
        (odd_scan, "cannot be read: .*; restore it from a copy"),
        (odd_words, "scan 1 has a vantage that is no text"),
    ],
)
def test_what_cannot_be_read_is_told_with_the_file(make: Callable[[Path], None], said: str, tmp_path: Path) -> None:
    make(tmp_path / "s.db")
    with pytest.raises(UsageError, match=rf"\A\S+/s\.db: .*{said}"):
        read_all(tmp_path / "s.db")


def test_nothing_is_made_and_nothing_changes(tmp_path: Path) -> None:
    written(tmp_path / "s.db", ROWS)
    before = (tmp_path / "s.db").read_bytes(), (tmp_path / "s.db").stat().st_mtime_ns
    with open_db(str(tmp_path / "s.db")) as database:
        assert len(list(database.rows(1))) == 2
        assert list(database.rows(7)) == []
        assert [each.name for each in tmp_path.iterdir()] == ["s.db"]
        with pytest.raises(UsageError, match="cannot be written"):
            database.ask("DELETE FROM scans")
    assert ((tmp_path / "s.db").read_bytes(), (tmp_path / "s.db").stat().st_mtime_ns) == before


def test_no_log_is_made_for_a_file_that_may_have_one(tmp_path: Path) -> None:
    written(tmp_path / "s.db", ROWS)
    changed(tmp_path / "s.db", "PRAGMA journal_mode = WAL")
    with open_db(str(tmp_path / "s.db")) as database:
        assert len(list(database.rows(1))) == 2
        assert [each.name for each in tmp_path.iterdir()] == ["s.db"]


def test_what_is_in_a_log_is_read(tmp_path: Path) -> None:
    written(tmp_path / "s.db", ROWS)
    with closing(sqlite3.Connection(str(tmp_path / "s.db"), isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("UPDATE results SET port = 443 WHERE row = 2")
        assert ports_in(tmp_path / "s.db") == [22, 443]


def test_a_reader_sees_the_file_as_it_was_when_it_was_opened(tmp_path: Path) -> None:
    """And another one that a scan is appended meanwhile: neither waits for the other until it ends."""
    written(tmp_path / "s.db", ROWS)
    with closing(sqlite3.Connection(str(tmp_path / "s.db"), isolation_level=None)) as writer:
        writer.execute("BEGIN IMMEDIATE")
        writer.execute("DELETE FROM results")
        assert ports_in(tmp_path / "s.db") == [22, 80]


def test_a_lock_is_waited_for_and_then_told(tmp_path: Path) -> None:
    written(tmp_path / "s.db", ROWS)
    with closing(sqlite3.Connection(str(tmp_path / "s.db"), isolation_level=None)) as writer:
        writer.execute("BEGIN EXCLUSIVE")
        with pytest.raises(UsageError, match="another program has locked it; wait for that to end"):
            open_db(str(tmp_path / "s.db"), patience_s=0.01)


def test_a_lock_that_ends_is_waited_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    written(tmp_path / "s.db", ROWS)
    with closing(sqlite3.Connection(str(tmp_path / "s.db"), isolation_level=None)) as writer:
        writer.execute("BEGIN EXCLUSIVE")
        monkeypatch.setattr("scanner.reports.db_reading.sleep", lambda seconds: writer.execute("COMMIT"))
        assert ports_in(tmp_path / "s.db") == [22, 80]


#: Dies while half of what it appends is in the file: the cache is too small for it.
_KILLED = """
import os, signal, sqlite3, sys
db = sqlite3.Connection(sys.argv[1], isolation_level=None)
db.execute("PRAGMA cache_size = 5")
db.execute("BEGIN IMMEDIATE")
db.execute("UPDATE results SET port = 9, name = printf('%200d', row)")
os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.mark.parametrize("link", [False, True])
def test_a_scan_that_was_killed_while_it_was_appended_is_rolled_back(link: bool, tmp_path: Path) -> None:
    (tmp_path / "home").mkdir()
    real = tmp_path / "home" / "s.db"
    written(real, ROWS * 500)
    before = real.read_bytes()
    done = subprocess.run([sys.executable, "-c", _KILLED, str(real)], timeout=30, check=False)
    assert done.returncode == -signal.SIGKILL
    assert (tmp_path / "home" / "s.db-journal").stat().st_size
    assert real.read_bytes() != before
    path = tmp_path / "link.db" if link else real
    if link:
        path.symlink_to(real)
    assert ports_in(path) == [22, 80] * 500
    assert real.read_bytes()[:24] == before[:24]
    assert asked(real, "PRAGMA integrity_check") == [("ok",)]


def test_scans_come_in_the_order_in_which_they_were_started(tmp_path: Path) -> None:
    for _ in range(3):
        written(tmp_path / "s.db", ROWS)
    changed(tmp_path / "s.db", "UPDATE scans SET started = '2020' WHERE id = 3")
    with open_db(str(tmp_path / "s.db")) as database:
        assert [scan.id for scan in database.scans()] == [3, 1, 2]


def test_the_name_may_be_any(tmp_path: Path) -> None:
    for name in ("a?b#c%20.db", "\udcff\n.db", "é .db"):
        written(tmp_path / name, ROWS)
        assert ports_in(tmp_path / name) == [22, 80]
        assert name in [each.name for each in tmp_path.iterdir()]
