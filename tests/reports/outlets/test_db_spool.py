"""Rows put aside, and appended in one transaction: what waits for whom."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from scanner.reports.db_schema import SCAN_COLUMNS
from scanner.reports.outlets.db_spool import Spool, SpooledPlace, SpooledRow
from tests.reports.test_db_reading import ROWS, ports_in
from tests.reports.test_db_report import asked, written

PLACE: SpooledPlace = (1, None, "db1", "10.0.0.1", None, None, None, None)
SCAN: dict[str, Any] = dict.fromkeys(SCAN_COLUMNS) | {"complete": 1}


def row(port: int, text: str | None = None) -> SpooledRow:
    return 1, port, None, "open", "syn-ack", None, 0.5, 1, None, text, None, 0


@pytest.fixture
def spool() -> Iterator[Spool]:
    """One with a row in it."""
    made = Spool()
    made.add([PLACE], [row(443)])
    yield made
    made.close()


@pytest.mark.parametrize("lock", ["BEGIN IMMEDIATE", "BEGIN EXCLUSIVE", "BEGIN; SELECT * FROM scans"])
def test_a_lock_is_waited_for_while_there_is_patience(lock: str, spool: Spool, tmp_path: Path) -> None:
    """Another scan's from the beginning, a reader's at the end: by then all rows are in their place."""
    written(tmp_path / "s.db", ROWS)
    with closing(sqlite3.Connection(str(tmp_path / "s.db"), isolation_level=None)) as other:
        for statement in lock.split("; "):
            other.execute(statement).fetchall()
        asked_for = []

        def patience() -> float:
            asked_for.append(True)
            if len(asked_for) == 3:
                other.execute("COMMIT")
            return 1.0

        spool.append(str(tmp_path / "s.db"), SCAN, patience)
    assert len(asked_for) == 3
    assert ports_in(tmp_path / "s.db", 2) == [443]


def test_until_the_end_the_file_is_not_even_opened(spool: Spool, tmp_path: Path) -> None:
    """Whoever has it for himself meanwhile is in nobody's way."""
    written(tmp_path / "s.db", ROWS)
    with closing(sqlite3.Connection(str(tmp_path / "s.db"), isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        spool.add([], [row(port) for port in range(1, 2000)])
        spool.settle()
    spool.append(str(tmp_path / "s.db"), SCAN, lambda: 0.0)
    assert ports_in(tmp_path / "s.db", 2) == [443, *range(1, 2000)]


def test_it_may_be_appended_elsewhere_where_that_failed(spool: Spool, tmp_path: Path) -> None:
    written(tmp_path / "s.db", ROWS)
    with closing(sqlite3.Connection(str(tmp_path / "s.db"), isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(sqlite3.OperationalError):
            spool.append(str(tmp_path / "s.db"), SCAN, lambda: 0.0)
    spool.append(str(tmp_path / "new.db"), SCAN, lambda: 0.0)
    assert ports_in(tmp_path / "new.db") == [443]
    assert ports_in(tmp_path / "s.db") == [22, 80]


def test_a_text_that_is_not_utf8_stops_no_row_beside_it(spool: Spool, tmp_path: Path) -> None:
    spool.add([], [row(1, "a"), row(2, "\udcff"), row(3, "b\0c")])
    spool.append(str(tmp_path / "s.db"), SCAN, lambda: 0.0)
    assert asked(tmp_path / "s.db", "SELECT row, port, time FROM results") == [
        (1, 443, None), (2, 1, "a"), (3, 2, "\\udcff"), (4, 3, "b\0c"),
    ]  # fmt: skip


def test_an_append_that_fails_within_is_undone(spool: Spool, tmp_path: Path) -> None:
    """Here SQLite refuses the scan's own row, after the tables were made."""
    with pytest.raises(sqlite3.IntegrityError):
        spool.append(str(tmp_path / "s.db"), SCAN | {"complete": None}, lambda: 0.0)
    assert (tmp_path / "s.db").read_bytes() == b""
    spool.append(str(tmp_path / "s.db"), SCAN, lambda: 0.0)
    assert ports_in(tmp_path / "s.db") == [443]
