"""The rows of a scan on their way to a `.db`: kept aside until its end, then appended in one transaction.

Appending row by row would lock the file as long as the scan lasts, which may be hours, and leave half a scan for others
to see. So rows wait in a database of SQLite's own that has no name: in memory up to 2 MB, then in a temporary file that
is gone with the process (sqlite.org/inmemorydb.html, "Temporary Databases"), 100 bytes a row. Until the end nothing of
the real file is even open. Then it is locked for as long as the disk takes: 2 to 5 us a row.

What all rows of a place have in common is kept once, because binding a value costs more than storing it: 2.6 us a row
instead of 4.5.
"""

import os
import sqlite3
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from time import sleep
from typing import Any

from scanner.model import FIELDS
from scanner.reports.db_file import BUSY, Header, check_header, check_tables, code_of, uri_of
from scanner.reports.db_schema import SCAN_COLUMNS, statements
from scanner.reports.outlets.stop_request import TURN_S

#: What rows of one place share: (id, name, host, address, expect, tags, vantage, source).
SpooledPlace = tuple[int, str | None, str | None, str | None, str | None, str | None, str | None, str | None]
#: The rest of a row: (place, port, service, state, reason, icmp_from, rtt_ms, attempts, met, time, doubt, lost_syns).
SpooledRow = tuple[
    int, int, str | None, str, str | None, str | None, float | None, int, int | None, str | None, str | None, int
]

_SHARED = ("name", "host", "address", "expect", "tags", "vantage", "source")
_OWN = tuple(name for name in FIELDS if name not in _SHARED)
_TOGETHER = 500
#: Rows appended before signals are heard again: a second Ctrl-C leaves at once.
_PIECE = 20_000
#: Kilobytes of the real file that may wait in memory; what is beyond is written before the transaction ends.
_CACHE = 16_000


class Spool:
    """Rows in a temporary database. Every method may raise sqlite3.Error."""

    def __init__(self) -> None:
        self._db = sqlite3.Connection("", timeout=0, isolation_level=None, uri=True)
        self._places: list[SpooledPlace] = []
        self._rows: list[SpooledRow] = []
        self._count = 0
        for statement in (
            "PRAGMA journal_mode = MEMORY",  # of the few pages that a transaction changes
            "PRAGMA synchronous = OFF",
            "PRAGMA trusted_schema = OFF",
            f"CREATE TABLE places (id INTEGER PRIMARY KEY, {', '.join(_SHARED)})",
            f"CREATE TABLE rows (row INTEGER PRIMARY KEY, place, {', '.join(_OWN)})",
        ):
            self._db.execute(statement)

    def add(self, places: Iterable[SpooledPlace], rows: Iterable[SpooledRow]) -> None:
        """Takes rows, and the places that they are the first to name."""
        self._places += places
        self._rows += rows
        if len(self._rows) >= _TOGETHER:
            self.settle()

    def settle(self) -> None:
        """Puts what waits into the temporary database, in a transaction: where that fails, what was there stays."""
        first = self._count + 1
        self._db.execute("BEGIN")
        self._insert("places", len(_SHARED) + 1, self._places)
        self._insert("rows", len(_OWN) + 2, [(number, *row) for number, row in enumerate(self._rows, first)])
        self._db.execute("COMMIT")
        self._count += len(self._rows)
        self._places.clear()
        self._rows.clear()

    def _insert(self, table: str, width: int, rows: "list[Any]") -> None:
        """Again what is already there is merely replaced: a text that is not UTF-8 stops in the middle."""
        statement = f"INSERT OR REPLACE INTO {table} VALUES ({', '.join('?' * width)})"
        try:
            self._db.executemany(statement, rows)
        except UnicodeEncodeError:
            self._db.executemany(statement, [tuple(map(_writable, row)) for row in rows])

    def append(self, path: str, scan: Mapping[str, Any], patience: Callable[[], float]) -> None:
        """Appends all rows as one scan to the database at `path`, which is made where there is none.

        `scan` has values for SCAN_COLUMNS; `patience` says how many seconds more the file's lock may be waited for.
        Raises OSError; UsageError, without the path, where the file is not ours; then the file is as it was before.
        """
        self._settle_what_can_be()
        _make(path)
        self._patiently("ATTACH ? AS file", patience, uri_of(path, "mode=rw"))
        try:
            self._patiently(f"PRAGMA file.cache_size = -{_CACHE}", patience)
            self._patiently("BEGIN IMMEDIATE", patience)
            self._prepare()
            self._insert_scan(scan)
            self._patiently("COMMIT", patience)
        finally:
            with suppress(sqlite3.Error):
                if self._db.in_transaction:
                    self._db.execute("ROLLBACK")
                self._db.execute("DETACH file")

    def _settle_what_can_be(self) -> None:
        """After a failure the rows that waited are lost, but none before them."""
        try:
            if not self._db.in_transaction:
                self.settle()
        except sqlite3.Error:
            self._rows.clear()
            self._places.clear()
        if self._db.in_transaction:
            self._db.execute("ROLLBACK")

    def _patiently(self, statement: str, patience: Callable[[], float], *values: str) -> None:
        """Also what seems to need no lock: each of these looks at the file's tables, and at its end others write."""
        while True:
            try:
                self._db.execute(statement, values)
                return
            except sqlite3.OperationalError as error:
                if code_of(error) != BUSY or patience() <= 0:
                    raise
            sleep(TURN_S / 2)

    def _prepare(self) -> None:
        """Makes the tables in a file that is empty; checks any other. Only by SQL: to open and close a file that SQLite
        has locked would end the lock (fcntl(2), POSIX locks)."""
        if self._ask("SELECT count(*) FROM file.sqlite_master") or self._ask("PRAGMA file.application_id"):
            check_header(Header(self._ask("PRAGMA file.application_id"), self._ask("PRAGMA file.user_version"), False))
            check_tables(self._db, "file")
            return
        for statement in statements("file"):
            self._db.execute(statement)

    def _ask(self, question: str) -> int:
        return int(self._db.execute(question).fetchone()[0])

    def _insert_scan(self, scan: Mapping[str, Any]) -> None:
        marks = ", ".join("?" * len(SCAN_COLUMNS))
        values = [_writable(scan[name]) for name in SCAN_COLUMNS]
        number = self._db.execute(
            f"INSERT INTO file.scans ({', '.join(SCAN_COLUMNS)}) VALUES ({marks})", values
        ).lastrowid
        for first in range(1, self._count + 1, _PIECE):
            self._db.execute(
                f"INSERT INTO file.results (scan, row, {', '.join(FIELDS)}) SELECT ?, row, {', '.join(FIELDS)} FROM "
                "main.rows CROSS JOIN main.places ON places.id = rows.place WHERE row BETWEEN ? AND ? ORDER BY row",
                [number, first, first + _PIECE - 1],
            )

    def close(self) -> None:
        """What was not appended is gone."""
        with suppress(sqlite3.Error):
            self._db.close()


def _make(path: str) -> None:
    """An empty file where there is none, with the rights of any new one: SQLite itself would make it 0644.

    What is there is not opened: to say that it may be made (O_CREAT) is forbidden for others' files in /tmp
    (proc_sys_fs(5), protected_regular).
    """
    if not os.path.lexists(path):
        flags = os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_CLOEXEC", 0)
        os.close(os.open(path, flags, 0o666))


def _writable(value: Any) -> Any:
    """A text that SQLite can hold: lone surrogates become their backslash escapes, as in every report."""
    return value.encode("utf-8", "backslashreplace").decode() if isinstance(value, str) else value
