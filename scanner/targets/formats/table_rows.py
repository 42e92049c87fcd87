"""Rows of a table, each cell with its place: lines of CSV here, rows of sheets in `sheet_rows.py`.

The csv module takes the cells apart and forgets where they stood, so a row keeps its text. Where a cell begins is asked
of few of them: of those that name hosts, and of mistakes.
"""

import csv
import re
from collections.abc import Iterator, Sequence
from functools import cache

from scanner.targets.file.problems import Problems
from scanner.targets.file.yaml_nodes import Scalar

#: What may part cells, unless a file says otherwise.
DELIMITERS = (";", "\t", ",")
#: Lines within which a row of heads must come to its end.
_TALLEST = 20


class TableRow:
    """A row: its `texts`, stripped; `line` is where it begins. Cells behind the last are empty."""

    __slots__ = ("line", "texts")

    def __init__(self, line: int, texts: list[str]) -> None:
        self.line = line
        self.texts = texts

    @property
    def is_troubled(self) -> bool:
        """Whether a cell may be one that cannot be read at all (`trouble`)."""
        return False

    def text(self, at: int) -> str:
        """What stands in a column."""
        return self.texts[at] if at < len(self.texts) else ""

    def cell(self, at: int) -> Scalar:
        """The same with its place."""
        return Scalar(self.line, at + 1, self.text(at))

    def trouble(self, at: int, role: str) -> str:
        """What is wrong with a cell of this role before anybody reads it, and what to write; else empty."""
        return ""

    def misfit(self, heads: int) -> tuple[int, str] | None:
        """Where a row does not fit under so many heads, and what to write instead."""
        return None


class CsvRow(TableRow):
    """A row of a CSV file, with the lines it was read from, joined by LF."""

    __slots__ = ("_delimiter", "_raw")

    def __init__(self, line: int, cells: list[str], raw: str, delimiter: str) -> None:
        super().__init__(line, [cell.strip() for cell in cells])
        self._raw = raw
        self._delimiter = delimiter

    def cell(self, at: int) -> Scalar:
        """A cell with the line and column where it begins."""
        start = self._start(at)
        line = self.line + self._raw.count("\n", 0, start)
        return Scalar(line, start - self._raw.rfind("\n", 0, start), self.text(at))

    def misfit(self, heads: int) -> tuple[int, str] | None:
        """It does not where a delimiter stood in a cell, or is another one than the heads'."""
        texts = self.texts
        if len(texts) > heads and (at := next((at for at in range(heads, len(texts)) if texts[at]), 0)):
            return at, "the row has more cells than there are heads; write quotes around lists that hold the delimiter"
        if heads > 1 and len(texts) == 1 and any(texts[0].count(other) == heads - 1 for other in DELIMITERS):
            apart = shown_delimiter(self._delimiter)
            return 0, f"the row has other delimiters than the heads; write {apart} between its cells"
        return None

    def _start(self, at: int) -> int:
        """The offset of a cell in the row's text, behind the blanks before it; of the row, for a cell that is not
        there."""
        if at >= len(self.texts):
            return 0
        raw, start = self._raw, 0
        if '"' not in raw:
            for _ in range(at):
                start = raw.index(self._delimiter, start) + 1
        else:
            fields = _fields(self._delimiter).finditer(raw)
            start = next((match.start() for place, match in enumerate(fields) if place == at), 0)
        while raw[start : start + 1] in (" ", "\t") and raw[start] != self._delimiter:
            start += 1
        return start


@cache
def _fields(delimiter: str) -> re.Pattern[str]:
    """Each field with the delimiter behind it."""
    apart = re.escape(delimiter)
    return re.compile(rf'[ \t]*+"(?:[^"]|"")*+"[^{apart}]*+(?:{apart}|\Z)|[^{apart}]*+(?:{apart}|\Z)')


def head_at(lines: Sequence[str], at: int, delimiter: str) -> list[str]:
    """The cells of the row that begins in this line (counted from 0), if it is one of heads: what would be wrong with
    it as data does not matter."""
    some = lines[at : at + (_TALLEST if '"' in lines[at] else 1)]
    try:
        return [cell.strip() for cell in next(_reader(iter(some), delimiter, strict=False), [])]
    except csv.Error:  # longer than any cell
        return []


def rows_from(
    lines: Sequence[str], at: int, delimiter: str, problems: Problems, *, numbers: bool = False
) -> Iterator[CsvRow]:
    """The rows from this line on (counted from 0), without those that say nothing and `#` comments. `numbers`: the
    first column may hold numbers that begin with a `#` and are none: `#4711`. Errors: TargetError where a quote is
    never closed, or something stands behind one, because nobody can tell what would follow."""
    source = _RowLines(lines, at, delimiter, numbers=numbers)
    reader = _reader(source, delimiter, strict=True)
    while True:
        source.begin()
        try:
            cells = next(reader, None)
        except csv.Error as error:
            problems.fail(source.first + 1, 1, _told(str(error), delimiter))
        if cells is None:
            return
        if any(cells):
            raw = (
                lines[source.first] if source.next == source.first + 1 else "\n".join(lines[source.first : source.next])
            )
            yield CsvRow(source.first + 1, cells, raw, delimiter)


class _RowLines:
    """Hands out lines, without blank ones and comments where a row would begin, and without blanks behind closing
    quotes, which the csv module refuses: `first` is the line of the row that is being read."""

    def __init__(self, lines: Sequence[str], at: int, delimiter: str, *, numbers: bool) -> None:
        self._lines = lines
        apart, blank = re.escape(delimiter), " " if delimiter == "\t" else "[ \t]"
        self._behind_quotes = re.compile(rf'"{blank}+(?={apart}|\Z)')
        self._says_nothing = re.compile(rf"\s*(?:\Z|#(?![0-9]+\s*{apart}))" if numbers else r"\s*(?:\Z|#)")
        self._begins = True
        self.first = self.next = at

    def begin(self) -> None:
        """A row begins with the next line."""
        self._begins = True

    def __iter__(self) -> "_RowLines":
        return self

    def __next__(self) -> str:
        if self._begins:
            while self.next < len(self._lines) and self._says_nothing.match(self._lines[self.next]):
                self.next += 1
            self.first = self.next
            self._begins = False
        if self.next >= len(self._lines):
            raise StopIteration
        self.next += 1
        line = self._lines[self.next - 1]
        return (self._behind_quotes.sub('"', line) if '"' in line else line) + "\n"


def shown_delimiter(delimiter: str) -> str:
    """As messages write it."""
    return "a tab" if delimiter == "\t" else delimiter


def _reader(lines: Iterator[str], delimiter: str, *, strict: bool) -> Iterator[list[str]]:
    return csv.reader(lines, delimiter=delimiter, skipinitialspace=delimiter != "\t", strict=strict)


def _told(error: str, delimiter: str) -> str:
    if "field larger" in error:
        return "a cell is longer than any that names hosts or ports; is a quote not closed?"
    if "unexpected end" in error:
        return 'a quote is opened in this row and never closed; write its " (a quote within a cell is written "")'
    apart = shown_delimiter(delimiter)
    return f'something other than {apart} follows a closing quote; a quote within a cell is written "", in quotes'
