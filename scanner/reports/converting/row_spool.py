"""Rows kept until all of them are known: a few in memory, the others in an unnamed temporary file.

A row takes about 130 bytes there (texts that repeat within a batch are written once), in the folder that TMPDIR names.
The file is ours alone and has no name, so what is read back is what was written, and `marshal` may be trusted: it takes
a tenth of the time of reading the report once more.
"""

import marshal
import tempfile
from collections.abc import Iterator
from types import TracebackType

from scanner.errors import ReportError
from scanner.reports.outlets.outlet import reason_of
from scanner.reports.reading import ReportRow

#: Bytes that stay in memory: most reports are smaller, and need no file.
_IN_MEMORY = 8 << 20
_LENGTH = 8
_new = tuple.__new__


class RowSpool:
    """Batches of rows, first in, first out; a context manager. Its methods raise ReportError where there is no room."""

    def __init__(self) -> None:
        self._file = tempfile.SpooledTemporaryFile(_IN_MEMORY)  # noqa: SIM115
        self._end = 0

    def __enter__(self) -> "RowSpool":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()

    @property
    def end(self) -> int:
        """The place behind the last batch."""
        return self._end

    def add(self, rows: list[ReportRow]) -> None:
        """Keeps a batch."""
        data = marshal.dumps([tuple(row) for row in rows])
        try:
            self._file.seek(self._end)
            self._file.write(len(data).to_bytes(_LENGTH))
            self._file.write(data)
        except OSError as error:
            raise ReportError(_no_room(error)) from error
        self._end += _LENGTH + len(data)

    def batches(self, start: int = 0, end: int | None = None) -> Iterator[list[ReportRow]]:
        """The batches between two places, by default all of them. Several may be read by turns."""
        at, end = start, self._end if end is None else end
        try:
            while at < end:
                self._file.seek(at)
                length = int.from_bytes(self._file.read(_LENGTH))
                rows = marshal.loads(self._file.read(length))
                at += _LENGTH + length
                yield [_new(ReportRow, row) for row in rows]
        except OSError as error:
            raise ReportError(_no_room(error)) from error


def _no_room(error: OSError) -> str:
    return f"the rows could not be kept in a temporary file: {reason_of(error)}; TMPDIR names another folder for it"
