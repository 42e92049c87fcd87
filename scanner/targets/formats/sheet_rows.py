"""Rows of a spreadsheet as rows of a table: values as text, places as cell names, and what spreadsheets do to ports.

A place's line is the row, with the sheet's number above it: so mistakes of several sheets are sorted as people read
them, and `SheetProblems` makes a cell's name of it.
"""

import datetime
import re
from collections.abc import Callable, Mapping, Set

from scanner.targets.file.problems import Problems
from scanner.targets.formats.table_rows import TableRow
from scanner.targets.formats.xlsx_archive import column_letters
from scanner.words.plain import plain
from scanner.words.shown_text import shown

#: More rows than a sheet can have.
_SHEET = 1 << 21
_BARE_TITLE = re.compile(r"\w+")
_ERRORS = frozenset(
    (
        "#REF!",
        "#N/A",
        "#NAME?",
        "#VALUE!",
        "#DIV/0!",
        "#NULL!",
        "#NUM!",
        "#SPILL!",
        "#CALC!",
        "#GETTING_DATA",
        "#FIELD!",
    )
)
_TIMES = (datetime.date, datetime.time, datetime.timedelta)
_FREE = frozenset(("name", "ticket", "source", "tags"))
_SWITCHES = frozenset(("enabled", "disabled", "direction"))
_PORTS = frozenset(("port", "service", "from_port", "to_port"))
_MOST = 65535
#: Types whose values have no trouble but their size, or the name of an error.
_SOUND = frozenset((str, int, type(None)))


def line_in(sheet: int, row: int) -> int:
    """The line of a row (from 1) of a sheet (from 0)."""
    return (sheet + 1) * _SHEET + row


class SheetProblems(Problems):
    """Mistakes in a workbook, whose places are cells: `rules.xlsx:Rules!B7`. Line 1 is the file as a whole."""

    def __init__(self, path: str) -> None:
        super().__init__(path)
        self._titles: list[str] = []

    def next_sheet(self, title: str) -> int:
        """The number of one more sheet, from 0."""
        self._titles.append(title)
        return len(self._titles) - 1

    def where(self, line: int, column: int) -> str:
        """A cell as spreadsheets name it."""
        sheet, row = divmod(line, _SHEET)
        if not sheet:
            return self.path
        title = plain(self._titles[sheet - 1])
        if not _BARE_TITLE.fullmatch(title):
            title = "'" + title.replace("'", "''") + "'"
        return f"{self.path}:{title}!{column_letters(column)}{row}"

    def origin(self, line: int, column: int) -> tuple[str, int, int]:
        """The label says it all; the line is the row."""
        return self.where(line, column), line % _SHEET, 0


class SheetRow(TableRow):
    """A row of a sheet: its values by column. `unvalued`: the columns of formulas without a value."""

    __slots__ = ("_unvalued", "_values")

    def __init__(self, line: int, values: list[object], unvalued: frozenset[int] = frozenset()) -> None:
        super().__init__(line, [text_of_value(value) for value in values])
        self._values = values
        self._unvalued = unvalued

    @property
    def is_troubled(self) -> bool:
        """Texts, and numbers that may be ports, are what they seem to be."""
        if self._unvalued or not _SOUND.issuperset(map(type, self._values)) or not _ERRORS.isdisjoint(self.texts):
            return True
        return any(type(value) is int and value > _MOST for value in self._values)

    def trouble(self, at: int, role: str) -> str:
        """What is wrong with a cell of this role as a spreadsheet has it."""
        if at in self._unvalued:
            return "the formula has no value; open and save the workbook in a spreadsheet program, or write the value"
        if at >= len(self._values) or role in _FREE:
            return ""
        value, text = self._values[at], self.text(at)
        if isinstance(value, str):
            return f"the cell holds the error {text}; mend its formula, or write the value" * (text in _ERRORS)
        if isinstance(value, _TIMES):
            return f"the spreadsheet took this for a date or time ({text}); write it as text, such as '10-12"
        if isinstance(value, bool):
            return "" if role in _SWITCHES else f"the cell is {text}, a truth value; write it as text"
        if role in _PORTS and isinstance(value, int | float) and (value > _MOST or value != int(value)):
            return f"{shown(text)} is no port; if it was a list such as 80,443, write it as text"
        return ""


def text_of_value(value: object) -> str:
    """A cell's value as text: whole numbers without a fraction, truth in lower case, dates as ISO 8601 has them."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value.replace("_x000D_", "").strip()  # a carriage return, as the format escapes it
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float):
        return f"{value:.0f}" if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, datetime.datetime):
        return (value.date() if value.time() == datetime.time() else value).isoformat()
    return value.isoformat() if isinstance(value, datetime.date | datetime.time) else str(value)


class MergedCells:
    """Fills in the value of cells that are merged downwards, which stands in the first of them alone. Each that is
    filled in is told to `spend`: a small file may merge all cells that a sheet can have."""

    def __init__(self, merged: Mapping[int, list[tuple[int, int]]], spend: Callable[[int], None]) -> None:
        self._merged = merged
        self._spend = spend
        self._wanted: Set[int] | None = None
        self._held: dict[int, tuple[int, object]] = {}

    def limit(self, columns: Set[int]) -> None:
        """From the next row on, fill in nothing but these columns (from 1)."""
        self._wanted = columns
        self._held = {column: held for column, held in self._held.items() if column in columns}

    def fill(self, row: int, values: list[object]) -> None:
        """Takes the values of each row in turn, and completes them."""
        self._spend(len(self._held))
        for column, (last, value) in list(self._held.items()):
            if row > last:
                del self._held[column]
            else:
                values += [None] * (column - len(values))
                values[column - 1] = value
        for column, last in self._merged.get(row, ()):
            wanted = self._wanted is None or column in self._wanted
            if wanted and column <= len(values) and values[column - 1] is not None:
                self._held[column] = (last, values[column - 1])
