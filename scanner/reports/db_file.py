"""What a file is before it is opened as a database of ours, and SQLite's errors in words that say what to do.

The header is read as bytes: that takes no lock, makes no file, and works while a scan is being appended
(sqlite.org/fileformat2.html, 1.3). Who has the file open is SQLite's business.
"""

import os
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import quote

from scanner.errors import UsageError
from scanner.model import FIELDS
from scanner.reports.db_schema import APPLICATION_ID, SCAN_COLUMNS, SCHEMA_VERSION

if TYPE_CHECKING:
    import sqlite3

_MAGIC = b"SQLite format 3\0"
_HEADER = 100
_WAL = 2
#: SQLite's result codes (sqlite.org/rescode.html), of which the low byte is the kind.
BUSY, _LOCKED, _READ_ONLY, _TROUBLE, _CORRUPT, _FULL, _CANNOT_OPEN, _NOT_A_DB = 5, 6, 8, 10, 11, 13, 14, 26
_DAMAGED = "it is damaged; restore it from a copy, or name another file (sqlite3 FILE .recover saves what can be read)"
_WORDS = {
    BUSY: "another program has locked it; wait for that to end",
    _LOCKED: "another program has locked it; wait for that to end",
    _READ_ONLY: "it or its folder cannot be written, which a journal left by a killed scan needs too",
    _TROUBLE: "its disk failed, or has no room left (or ulimit -f allows no more)",
    _CORRUPT: _DAMAGED,
    _NOT_A_DB: _DAMAGED,
    _FULL: "no space left on the disk",
    _CANNOT_OPEN: "it or the journal beside it cannot be opened; its folder must be writable",
}


class Header(NamedTuple):
    """The header of an SQLite file. `wal`: a write-ahead log is kept beside it."""

    application_id: int
    version: int
    wal: bool


def header_of(path: str) -> Header | None:
    """The header, or None for an empty file. Raises OSError; UsageError, without the path, where it is no database."""
    with open(path, "rb", buffering=0) as file:
        data = file.read(_HEADER)
    if not data:
        return None
    if not data.startswith(_MAGIC) or len(data) < _HEADER:
        raise UsageError("is not an SQLite database; name another file")
    return Header(int.from_bytes(data[68:72], "big"), int.from_bytes(data[60:64], "big"), data[19] == _WAL)


def is_db(path: str) -> bool:
    """Whether a file is an SQLite database, whoever's."""
    try:
        return os.path.isfile(path) and header_of(path) is not None
    except (OSError, ValueError, UsageError):
        return False


def check_header(header: Header) -> None:
    """Raises UsageError, without the path, for a database that is not ours, or newer than this program."""
    if header.application_id != APPLICATION_ID:
        raise UsageError("is another program's database; name another file")
    if header.version > SCHEMA_VERSION:
        raise UsageError(
            f"was written by a newer scanner (schema {header.version}, and this one knows {SCHEMA_VERSION}); "
            "update scanner, or name another file"
        )


def check_tables(connection: "sqlite3.Connection", schema: str = "main") -> None:
    """Raises UsageError, without the path, where it has not the tables it should have; sqlite3.Error."""
    for table, wanted in (("scans", {"id", *SCAN_COLUMNS}), ("results", {"scan", "row", *FIELDS})):
        found = {name for _, name, *_ in connection.execute(f"PRAGMA {schema}.table_info({table})")}
        kinds = connection.execute(f"SELECT type FROM {schema}.sqlite_master WHERE name = ?", [table]).fetchall()
        if not wanted <= found or kinds != [("table",)]:
            raise UsageError(f"does not have the table {table!r} as scanner makes it; name another file")


def uri_of(path: str, query: str) -> str:
    """The path as SQLite's URI (sqlite.org/uri.html), whatever bytes are in it."""
    return f"file://{quote(os.fsencode(os.path.abspath(path)))}?{query}"


def code_of(error: "sqlite3.Error") -> int:
    """Which kind of error it is; 0 where SQLite did not say."""
    return getattr(error, "sqlite_errorcode", 0) & 0xFF


def words_of(error: "sqlite3.Error") -> str:
    """What is wrong and what to do."""
    return _WORDS.get(code_of(error)) or str(error)
