"""A stored report's lines, each of bounded size, in UTF-8, with their numbers: a line of 10 GB is an error, not 10
GB."""

from collections.abc import Iterator
from typing import BinaryIO

#: The longest line: a row with the longest names and many tags has some kilobytes.
LONGEST = 1 << 20


def place_of(path: str, line: int | None = None) -> str:
    """How messages name a place in a file: `report.csv:7`."""
    shown = "standard input" if path == "-" else repr(path)[1:-1]
    return shown if line is None else f"{shown}:{line}"


class TextLines:
    """An iterator over lines with their line ends. `number` is that of the last one, from 1; `whole`: it had a line
    end.

    Raises ValueError, without the place, for what is no text of bounded lines.
    """

    __slots__ = ("_file", "_first", "number", "whole")

    def __init__(self, file: BinaryIO, first: bytes = b"") -> None:
        self._file = file
        self._first = first  # what was already read of the file
        self.number = 0
        self.whole = True

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = self._next_line()
        if not line:
            raise StopIteration
        self.number += 1
        self.whole = line.endswith((b"\n", b"\r"))
        if len(line) > LONGEST:
            raise ValueError(f"a line of more than {LONGEST >> 20} MB; expected a report's row")
        try:
            return line.decode("utf-8-sig" if self.number == 1 else "utf-8")
        except UnicodeDecodeError as error:
            raise ValueError(f"byte {error.start + 1} is not UTF-8; expected a report in UTF-8") from None

    def _next_line(self) -> bytes:
        first = self._first
        if not first:
            return self._file.readline(LONGEST + 1)
        end = first.find(b"\n") + 1
        if end:
            self._first = first[end:]
            return first[:end]
        self._first = b""
        return first + self._file.readline(max(1, LONGEST + 1 - len(first)))
