"""Reading a `.db` report: its scans, and the rows of one of them. The file is never made, and never changed.

It is opened read-only. A file that its owner has switched to a write-ahead log is read without making that log, as long
as there is none. One exception: where a scan was killed while it appended, its journal lies beside the file, and the
file has to be rolled back to what it was before that scan; that is done where we may write, as any reader of SQLite
does it.

What the file holds was written by anybody: each value's type is asked before a row is handed out.
"""

import json
import os
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from time import monotonic, sleep
from types import TracebackType
from typing import Any, NamedTuple

from scanner.errors import UsageError
from scanner.model import FIELDS
from scanner.reports.db_file import BUSY, check_header, check_tables, code_of, header_of, uri_of, words_of
from scanner.reports.db_schema import JSON_COLUMNS, SCAN_COLUMNS
from scanner.words.plain import plain

#: Seconds to wait while a scan is being appended.
_PATIENCE_S = 15.0
_TURN_S = 0.05
#: Absent text is "", an absent number or truth None, tags a tuple: in the order of FIELDS.
ReadRow = tuple[str | int | float | bool | tuple[str, ...] | None, ...]

_STORED = {str: "text", int: "integer", float: "real", bool: "integer", list: "text"}
_NEVER_ABSENT = ("port", "attempts", "lost_syns")
_COLUMNS = ", ".join(f"ifnull({name}, '')" if kind is str else name for name, kind in FIELDS.items())
_ODD = " OR ".join(
    [f"typeof({name}) NOT IN ('{_STORED[kind]}', 'null')" for name, kind in FIELDS.items()]
    + [f"{name} IS NULL" for name in _NEVER_ABSENT]
    + ["met NOT IN (0, 1)"]
)
_MET_AT, _TAGS_AT = (list(FIELDS).index(name) for name in ("met", "tags"))
_MET = {None: None, 0: False, 1: True}


class StoredScan(NamedTuple):
    """A scan of the file. `counts` by state; `extra` holds what else the JSON report's `scan` part has."""

    id: int
    started: str
    finished: str
    elapsed_s: float
    vantage: str
    options: dict[str, Any]
    counts: dict[str, int]
    complete: bool
    warnings: list[str]
    list_digest: str
    version: str
    extra: dict[str, Any]


class Database:
    """An open `.db` report; a context manager. Every method may raise UsageError, which names the file."""

    def __init__(self, path: str, reopen: Callable[[], sqlite3.Connection]) -> None:
        self.path = path
        self._reopen = reopen
        self._db = reopen()

    def again(self) -> "Database":
        """The same file once more, for rows of another scan meanwhile. (Not `open_db`: to open and close a file that
        SQLite has locked ends its lock, fcntl(2).)"""
        with _told(self.path):
            return Database(self.path, self._reopen)

    def scans(self) -> list[StoredScan]:
        """All scans, in the order in which they were started."""
        with _told(self.path):
            found = self._db.execute(f"SELECT id, {', '.join(SCAN_COLUMNS)} FROM scans ORDER BY started, id").fetchall()
            return [_scan(row) for row in found]

    def rows(self, scan: int) -> Iterator[ReadRow]:
        """The rows of the scan with this id, in the order of the verdicts; none where there is no such scan."""
        with _told(self.path):
            self._check_types(scan)
            tags_of: dict[str | None, tuple[str, ...]] = {None: ()}
            for row in self._db.execute(f"SELECT {_COLUMNS} FROM results WHERE scan = ? ORDER BY row", [scan]):
                tags = tags_of.get(row[_TAGS_AT])
                if tags is None:
                    tags = tags_of[row[_TAGS_AT]] = _tags(row[_TAGS_AT])
                yield (*row[:_MET_AT], _MET[row[_MET_AT]], tags, *row[_TAGS_AT + 1 :])

    def _check_types(self, scan: int) -> None:
        odd = self._db.execute(f"SELECT row FROM results WHERE scan = ? AND ({_ODD}) LIMIT 1", [scan]).fetchone()
        if odd:
            raise ValueError(f"row {odd[0]} of scan {scan} is not as scanner writes it")

    def ask(self, question: str, values: Sequence[str | int] = ()) -> list[tuple[Any, ...]]:
        """The answer to a question in SQL. Nothing is known of its types."""
        with _told(self.path):
            return self._db.execute(question, values).fetchall()

    def close(self) -> None:
        self._db.close()

    def __enter__(self) -> "Database":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def open_db(path: str, patience_s: float = _PATIENCE_S) -> Database:
    """Opens a `.db` report for reading. Waits while a scan is being appended, for `patience_s` seconds at most.

    Raises UsageError with the file and the remedy: no such file, another program's, a newer schema's, a damaged one.
    """
    with _told(path):
        if not os.path.isfile(path):
            what = "is not a regular file" if os.path.exists(path) else "there is no such file"
            raise UsageError(f"{what}; name a .db report, which scanner scan -o FILE.db makes")
        header = header_of(path)
        if header is None:
            raise UsageError("is empty: no scan has been appended to it")
        check_header(header)
        home = os.path.realpath(path)  # what SQLite keeps beside a file is beside what a link leads to
        unlogged = header.wal and not _has_bytes(home + "-wal")
        mode = "mode=ro&immutable=1" if unlogged else "mode=ro"
        return Database(path, lambda: _begun(home, mode, patience_s))


def _begun(path: str, mode: str, patience_s: float) -> sqlite3.Connection:
    """A connection that reads, and sees the file as it is now for as long as it is open.

    The lock is waited for here: while SQLite waits, no signal is heard.
    """
    limit = monotonic() + patience_s
    while True:
        try:
            return _connection(path, mode)
        except sqlite3.Error as error:
            if code_of(error) == BUSY:
                if monotonic() >= limit:
                    raise
                sleep(_TURN_S)
            elif mode == "mode=ro" and _has_bytes(path + "-journal") and os.access(path, os.W_OK):
                mode = "mode=rw"
            else:
                raise


def _connection(path: str, mode: str) -> sqlite3.Connection:
    connection = sqlite3.Connection(uri_of(path, mode), timeout=0, isolation_level=None, uri=True)
    try:
        connection.execute("PRAGMA trusted_schema = OFF")
        connection.execute("BEGIN")
        check_tables(connection)
    except BaseException:
        connection.close()
        raise
    return connection


@contextmanager
def _told(path: str) -> Iterator[None]:
    """What goes wrong is told with the file's name."""
    try:
        yield
    except UsageError as error:
        told = str(error)
        raise UsageError(told if told.startswith(_lead(path)) else _lead(path) + told) from None
    except sqlite3.Error as error:
        raise UsageError(f"{_lead(path)}cannot be read: {words_of(error)}") from error
    except OSError as error:
        raise UsageError(f"{_lead(path)}cannot be read: {error.strerror}") from error
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise UsageError(f"{_lead(path)}cannot be read: {error}; restore it from a copy") from error


def _lead(path: str) -> str:
    return f"{plain(path)}: "


def _has_bytes(path: str) -> bool:
    try:
        return os.path.getsize(path) > 0
    except OSError:
        return False


def _scan(row: tuple[Any, ...]) -> StoredScan:
    """A scan's row. Raises ValueError where it is not as we write it."""
    number, *values = row
    told = dict(zip(SCAN_COLUMNS, values, strict=True))
    for name, kind in (("options", dict), ("counts", dict), ("warnings", list), ("extra", dict)):
        told[name] = json.loads(told[name] or "null") or kind()
        if not isinstance(told[name], kind):
            raise ValueError(f"scan {number} has {name} that are not as scanner writes them")
    for name in set(SCAN_COLUMNS) - {*JSON_COLUMNS, "elapsed_s", "complete"}:
        if not isinstance(told[name], str | None):
            raise ValueError(f"scan {number} has a {name} that is no text")
        told[name] = told[name] or ""
    told |= {"elapsed_s": float(told["elapsed_s"] or 0), "complete": bool(told["complete"])}
    return StoredScan(id=number, **told)


def _tags(text: str) -> tuple[str, ...]:
    found = json.loads(text)
    if not isinstance(found, list) or not all(isinstance(tag, str) for tag in found):
        raise ValueError("the tags of a row are not as scanner writes them")
    return tuple(found)
