"""A report in a file that stays the same file: something is mounted on it, or the shell has opened it for us."""

import os
from contextlib import suppress

from scanner.errors import UsageError
from scanner.reports.outlets.file_outlet import FileOutlet
from scanner.reports.outlets.folder import Lock, lock
from scanner.reports.outlets.outlet import RecordEnd, line_end
from scanner.reports.outlets.refusals import taken_message


class FileInPlace(FileOutlet):
    """A file that cannot be replaced because something is mounted on it, or that the shell has opened for us.

    `owned`: it is ours to empty, which happens when the scan begins.
    """

    def __init__(self, path: str, descriptor: int, *, owned: bool, record_end: RecordEnd = line_end) -> None:
        super().__init__(path, descriptor, record_end)
        self._path = path
        self._owned = owned
        if owned and lock(descriptor) is Lock.TAKEN:
            os.close(descriptor)
            raise UsageError(taken_message(path))

    def _begin(self) -> None:
        if self._owned:
            os.ftruncate(self._descriptor, 0)

    def _end_whole(self) -> None:
        if self._owned:
            os.fsync(self._descriptor)
        os.close(self._descriptor)

    def _end_early(self, data: bytes) -> None:
        if self._begun or not self._owned:
            self._put(data)
        self._leave()
        self._end_unbegun()

    def _end_failed(self, words: bytes) -> None:
        if self._begun or not self._owned:
            self._close_well(words)
        self._leave()
        self._end_unbegun()

    def _leave(self) -> None:
        """Here an incomplete report stands under the report's own name, and users must be told."""
        if self._begun and self._owned:
            self.left = self._path

    def _end_unbegun(self) -> None:
        with suppress(OSError):
            os.close(self._descriptor)
