"""Where a `.db` report goes: a database that every scan is appended to, in one transaction at its end.

An outlet takes text, and a database takes rows. It is one all the same, because everything else is what outlets have:
it is opened before the scan and withdrawn where that comes to nothing; it begins, ends once, early or whole, tells what
it left behind, and its failure is told like any other. So whoever keeps a set of reports need not know of databases.
Beside text it takes rows (`add`); its text is one JSON object, the scan's own row (`db_report.py`).

Whatever happens to the file (locked for longer than anybody waits, full disk, damaged), what was found is not lost: it
is appended to FILE.partial, a database as well.
"""

import json
import os
import sqlite3
from collections.abc import Iterable
from contextlib import suppress
from time import monotonic

from scanner.errors import ReportError, UsageError
from scanner.reports.db_file import words_of
from scanner.reports.outlets.db_spool import Spool, SpooledPlace, SpooledRow
from scanner.reports.outlets.outlet import Outlet, reason_of
from scanner.reports.outlets.stop_request import StopRequest

#: Seconds that the lock of another scan or reader is waited for.
_PATIENCE_S = 60.0


class DbOutlet(Outlet):
    """Rows into the database at `final`, which messages call `path`. Raises ReportError where no row can be kept."""

    def __init__(self, path: str, final: str, stop: StopRequest | None = None, patience_s: float = _PATIENCE_S) -> None:
        super().__init__(path, 0.0)
        self._final = final
        self._partial = self._final + ".partial"
        self._stop = stop or StopRequest()
        self._patience_s = patience_s
        self._words = b""
        self._refused = False
        try:
            self._spool = Spool()
        except sqlite3.Error as error:
            raise ReportError(f"{self.name}: the report could not be opened: {words_of(error)}") from error

    def add(self, places: Iterable[SpooledPlace], rows: Iterable[SpooledRow]) -> None:
        """Takes rows, and the places that they are the first to name; raises ReportError where it cannot keep them."""
        if self._problem is not None:
            raise self._problem
        self._attempt(lambda: self._keep(places, rows))

    def _keep(self, places: Iterable[SpooledPlace], rows: Iterable[SpooledRow]) -> None:
        try:
            self._spool.add(places, rows)
        except sqlite3.Error as error:
            raise ReportError(
                f"{self.name}: rows wait in a temporary file until they are appended, and it could not be written: "
                f"{words_of(error)} (TMPDIR names another place)"
            ) from error

    def _put(self, data: bytes) -> None:
        self._words += data

    def _end_whole(self) -> None:
        try:
            self._append(self._final)
        except ReportError:
            self._rescue(self._partial)
            raise
        finally:
            self._spool.close()

    def _end_early(self, data: bytes) -> None:
        """What there is is appended, as a scan that is not complete; one that never began leaves nothing."""
        if self._begun:
            self._words += data
            self._append(self._final)
            self.left = self._final
        self._spool.close()

    def _end_failed(self, words: bytes) -> None:
        self._words = words
        if self._begun:
            self._rescue(*(() if self._refused else (self._final,)), self._partial)
        self._spool.close()

    def _rescue(self, *places: str) -> None:
        """Appends to the first of these that takes it. Where none does, on a full disk, no FILE.partial is left."""
        made = not os.path.lexists(self._partial)
        for path in places:
            with suppress(ReportError):
                self._append(path)
                self.left = path
                return
        with suppress(OSError):
            if made and os.path.getsize(self._partial) == 0:
                os.unlink(self._partial)

    def _end_unbegun(self) -> None:
        self._spool.close()

    def _append(self, path: str) -> None:
        """Appends in one transaction; where that fails, the file is as it was."""
        limit = monotonic() + self._patience_s
        try:
            scan = json.loads(self._words)
            self._spool.append(path, scan, lambda: min(limit - monotonic(), self._stop.patience()))
        except (sqlite3.Error, UsageError, OSError) as error:
            self._refused = True
            if isinstance(error, UsageError):
                raise ReportError(f"{self.name}: {error}") from error
            reason = reason_of(error) if isinstance(error, OSError) else words_of(error)
            raise ReportError(f"{self.name}: the scan could not be appended: {reason}") from error
