"""Which rows of several reports are replaced by later ones, in memory that does not grow with the rows.

Only rows of different reports replace each other. Within a report a list may have two entries of the same name, host
and port, and an unbroken run has a row for each: both stay, and both give way to what a later report says.

A duplicate is a row of the same vantage, name, host, address and port; the latest counts (field `time`, then the place
of its report among the others). A row without an address (no such name) speaks for the name as a whole: it gives way
to a later report that has an address for it, and what was found at addresses gives way to a later word that there are
none. Other addresses of a name stay side by side, as they do in one report.

For each row a digest of whose it is, its time and its report go into a database of SQLite's own that has no name: in
memory up to 2 MB, then in a temporary file. It is sorted there, and the answer is a bit for each row.
"""

import sqlite3
from collections.abc import Container, Iterable
from contextlib import suppress
from functools import lru_cache
from hashlib import blake2b
from itertools import compress, groupby
from operator import itemgetter
from types import TracebackType

from scanner.errors import ReportError
from scanner.reports.db_file import words_of
from scanner.reports.reading import ReportRow

_REMEMBERED = 65_536
#: An address, a time, the number of a report, and that of a row.
_Noted = tuple[str, str, int, int]
_place_of, _noted = itemgetter(0), itemgetter(1, 2, 3, 4)


class LatestRows:
    """Takes the rows of one report after another; a context manager. Its methods raise ReportError where there is no
    room. `together`: vantages that are one."""

    def __init__(self, together: Container[str] = ()) -> None:
        self._together = together
        self._db = sqlite3.Connection("", isolation_level=None)
        self._rows = 0
        self._ask("PRAGMA journal_mode = OFF")
        self._ask("PRAGMA synchronous = OFF")
        self._ask("CREATE TABLE rows (place BLOB, address TEXT, time TEXT, report INTEGER, row INTEGER PRIMARY KEY)")
        self._ask("BEGIN")

    def __enter__(self) -> "LatestRows":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with suppress(sqlite3.Error):
            self._db.close()

    def add(self, report: int, rows: Iterable[ReportRow]) -> None:
        """Takes rows of the report with this number; those of higher numbers are later where times are equal."""
        together = self._together
        noted = [
            (
                _entry("" if row.vantage in together else row.vantage, row.name, row.host or row.address)
                + row.port.to_bytes(2),
                _writable(row.address),
                row.time[:-1],  # without the Z: "12:00:02" is then before "12:00:02.500"
                report,
                at,
            )
            for at, row in enumerate(rows, self._rows)
        ]
        self._rows += len(noted)
        try:
            self._db.executemany("INSERT INTO rows VALUES (?, ?, ?, ?, ?)", noted)
        except sqlite3.Error as error:
            raise ReportError(_no_room(error)) from error

    def kept(self) -> "StandingRows":
        """Which of the rows stay. Call it once, when all were added."""
        stay = bytearray(b"\1") * self._rows
        try:
            found = self._ask("SELECT place, address, time, report, row FROM rows ORDER BY place")
            for _, same in groupby(found, key=_place_of):
                rows = list(map(_noted, same))
                if len(rows) > 1 and len({report for _, _, report, _ in rows}) > 1:
                    for row in _replaced(rows):
                        stay[row] = 0
        except sqlite3.Error as error:
            raise ReportError(_no_room(error)) from error
        return StandingRows(stay)

    def _ask(self, question: str) -> sqlite3.Cursor:
        return self._db.execute(question)


class StandingRows:
    """Rows that stay, by the order in which they were added; a byte for each. `replaced`: how many do not."""

    def __init__(self, stay: bytearray) -> None:
        self._stay = stay
        self.replaced = stay.count(0)

    def of(self, batches: Iterable[list[ReportRow]]) -> Iterable[list[ReportRow]]:
        """What stays of all rows, in batches of their order."""
        at = 0
        for rows in batches:
            yield list(compress(rows, self._stay[at : at + len(rows)]))
            at += len(rows)


@lru_cache(_REMEMBERED)
def _entry(vantage: str, name: str, host: str) -> bytes:
    """What tells these three from any others. (Whoever wrote them may wish for two alike: a digest that nobody can
    aim at.)"""
    return blake2b(repr((vantage, name, host)).encode("utf-8", "backslashreplace"), digest_size=16).digest()


def _replaced(rows: list[_Noted]) -> list[int]:
    """The rows, all of one vantage, name, host and port, that give way to others."""
    at_address: dict[str, tuple[str, int]] = {}
    of_report: dict[int, tuple[str, int]] = {}
    for address, time, report, _ in rows:
        when = time, report
        at_address[address] = max(at_address.get(address, when), when)
        of_report[report] = max(of_report.get(report, when), when)
    latest = max(of_report.values())
    without = max((of_report[report] for address, _, report, _ in rows if not address), default=latest)
    nameless = "" in at_address
    return [
        row
        for address, _, report, row in rows
        if (latest if not address else at_address[address])[1] != report
        or (address and nameless and without > of_report[report])
    ]


def _writable(text: str) -> str:
    """A text that SQLite can hold: an address has no lone surrogates unless somebody means no good."""
    return text.encode("utf-8", "backslashreplace").decode()


def _no_room(error: sqlite3.Error) -> str:
    return (
        f"which rows are replaced by later ones could not be noted in a temporary file: {words_of(error)}; TMPDIR "
        "names another folder for it"
    )
