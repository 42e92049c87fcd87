"""What waits for a reader: bytes in a queue, however many, in memory that stays small.

A reader may stop while other reports want the scan to go on, so what waits may grow to a whole report.
"""

from typing import BinaryIO

#: Bytes that wait in memory; anything beyond that waits in a temporary file.
_IN_MEMORY = 2 * 1024 * 1024
#: Bytes read back from it at once.
_PIECE = 256 * 1024


class Backlog:
    """Bytes in a queue: the first few million in memory, the rest in an unnamed temporary file (a report's worth)."""

    def __init__(self) -> None:
        self._head = b""
        self._done = 0  # of the head
        self._file: BinaryIO | None = None
        self._read = self._written = 0

    def __len__(self) -> int:
        return len(self._head) - self._done + self._written - self._read

    def add(self, data: bytes) -> None:
        """Adds bytes. May raise OSError: there is no room for so much."""
        if self._file is None and len(self) + len(data) <= _IN_MEMORY:
            self._head, self._done = self._head[self._done :] + data, 0
            return
        if self._file is None:
            import tempfile  # few runs ever need it

            self._file = tempfile.TemporaryFile(buffering=0)  # noqa: SIM115
        self._file.seek(self._written)
        rest = memoryview(data)
        while rest:
            rest = rest[self._file.write(rest) :]
        self._written += len(data)

    def first(self) -> memoryview:
        """Some of the next bytes."""
        if self._done == len(self._head) and self._file is not None:
            self._file.seek(self._read)
            self._head, self._done = self._file.read(_PIECE), 0
            self._read += len(self._head)
            if self._read == self._written:
                self._forget_file()
        return memoryview(self._head)[self._done :]

    def drop(self, count: int) -> None:
        """The first `count` are done with."""
        self._done += count

    def clear(self) -> None:
        self._head, self._done = b"", 0
        self._forget_file()

    def _forget_file(self) -> None:
        if self._file is not None:
            self._file.close()
        self._file, self._read, self._written = None, 0, 0
