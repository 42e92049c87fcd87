"""A report in a regular file that ends with a whole row, whatever the disk has room for.

What was written is remembered for as long as it may have to be cut back: on a full disk (ENOSPC, EDQUOT), or beyond
`ulimit -f` (EFBIG), a write stops in the middle of a row. Then the file is cut back to the last whole row, and the
format's own end is written after it; where there is no room for that end, the last rows make room.

What name the file has, and what becomes of what was there before: `whole_file.py`, `file_in_place.py`.
"""

import os
from contextlib import suppress

from scanner.reports.outlets.outlet import BUFFERED, Outlet, RecordEnd, line_end

#: Seconds between flushes: `tail -f` sees a row soon enough.
_INTERVAL_S = 0.8
#: How often rows are given up for an end that does not fit.
_CUTS = 12


class LastRows:
    """The last rows that were written to a file, which may have to be taken back.

    `record_end` finds the end of the last whole row in the bytes of rows. The file is open for writing at its end;
    where somebody else has written between two of our writes, nothing before that is taken back.
    """

    def __init__(self, record_end: RecordEnd) -> None:
        self._record_end = record_end
        self._before = b""  # what was last written, in two parts: whole rows, up to the end of the file
        self._tail = b""
        self._end = -1  # where the file ends

    def write(self, descriptor: int, data: bytes) -> None:
        """Writes rows. Raises OSError, and then the file ends with the last whole one."""
        if self._end != os.lseek(descriptor, 0, os.SEEK_CUR):
            self._before = self._tail = b""  # another writer of this file (2>&1) came in between
        done = 0
        try:
            while done < len(data):
                done += os.write(descriptor, data[done:] if done else data)
        except OSError:
            self._tail = self._before + self._tail + data[:done]
            self._cut(descriptor, len(self._tail) - self._record_end(self._tail))
            raise
        self._tail += data
        if len(self._tail) > BUFFERED:
            self._before, self._tail = self._tail, b""
        self._end = os.lseek(descriptor, 0, os.SEEK_CUR)

    def close_well(self, descriptor: int, words: bytes) -> None:
        """After a failed write: writes `words`, the format's end, after as many whole rows as leave room for it."""
        for _ in range(_CUTS if words else 0):
            done = 0
            try:
                while done < len(words):
                    done += os.write(descriptor, words[done:])
                return
            except OSError:
                self._tail += words[:done]
                self._cut(descriptor, done)
            rest = self._tail[: max(0, len(self._tail) - (len(words) - done))]
            self._cut(descriptor, len(self._tail) - self._record_end(rest))
            if not self._tail:
                return

    def _cut(self, descriptor: int, count: int) -> None:
        """Takes back the last bytes."""
        if count:
            with suppress(OSError):  # a device that cannot be cut: then the row stays torn
                end = os.lseek(descriptor, 0, os.SEEK_CUR)
                if os.fstat(descriptor).st_size == end:
                    os.ftruncate(descriptor, end - count)
                    os.lseek(descriptor, end - count, os.SEEK_SET)
                    self._tail = self._tail[:-count]


class FileOutlet(Outlet):
    """A regular file, open for writing at its end. `record_end`: as for `LastRows`."""

    def __init__(self, path: str, descriptor: int, record_end: RecordEnd = line_end) -> None:
        super().__init__(path, _INTERVAL_S)
        self._descriptor = descriptor
        self._rows = LastRows(record_end)

    def _put(self, data: bytes) -> None:
        self._rows.write(self._descriptor, data)

    def _close_well(self, words: bytes) -> None:
        self._rows.close_well(self._descriptor, words)
