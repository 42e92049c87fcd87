"""The one module that knows openpyxl, which is an extra: workbooks as sheets of values, streamed row by row.

Whatever a file does to it ends here as one exception: its inside was not made for files that were made to break it.

It reads the workbook, its styles and the texts that sheets share, and any cell that is odd. The rows are walked through
here (`sheet_xml.py`), and a text or a number, which nearly every cell of a list is, is taken as it stands: that is a
sixth of what openpyxl needs for it. Its sheets are never made, for each would go through all of its rows where it does
not state its size. Some of this has no public way: what is used of its inside are the steps of its `ExcelReader`, and
the arguments of its `WorkSheetParser`, as `ReadOnlyWorksheet` gives them (openpyxl 3.1).
"""

import io
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple
from xml.etree import ElementTree

from scanner.errors import TargetError
from scanner.targets.formats.sheet_xml import row_elements

#: A sheet cannot have more.
_MOST_ROWS = 1_048_576
#: Of all sheets together, empty ones within a row included.
_MOST_CELLS = 10_000_000

#: A row's number, from 1, and its values.
_SheetRow = tuple[int, list[object]]


class BrokenBookError(Exception):
    """The library could not read a workbook; the text is its own."""


class BookSheet(NamedTuple):
    """A sheet: its title, whether people see it, and its rows, each as its number (from 1) and values. `spend` counts
    cells that are made from others; TargetError where there are too many of the workbook."""

    title: str
    is_hidden: bool
    rows: Iterator[_SheetRow]
    spend: Callable[[int], None]


def sheets_of(data: bytes, label: str) -> Iterator[BookSheet]:
    """The sheets of a workbook in their order; values, not formulas. Errors: TargetError where openpyxl is not there,
    naming the file by `label`; BrokenBookError here and in each sheet's rows."""
    try:
        from openpyxl.reader.excel import ExcelReader  # slow to import, and an extra
        from openpyxl.styles.stylesheet import apply_stylesheet
    except ImportError:
        told = "reading .xlsx needs openpyxl; run pip install 'openpyxl>=3.1', or save the sheet as CSV"
        raise TargetError(f"{label}: {told}") from None
    try:
        book = ExcelReader(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
        book.read_manifest()
        book.read_strings()
        book.read_workbook()
        apply_stylesheet(book.archive, book.wb)
        sheets = [
            (str(sheet.name), sheet.state != "visible", related.target)
            for sheet, related in book.parser.find_sheets()
            if related.target in book.valid_files and "chartsheet" not in related.Type
        ]
    except Exception as error:
        raise BrokenBookError(str(error)) from error
    left = _CellBudget(label)
    for title, is_hidden, part in sheets:
        yield BookSheet(title, is_hidden, _unbroken(_rows(book, part, left)), left.spend)


@contextmanager
def unwarned() -> Iterator[None]:
    """Keeps to itself what openpyxl says on stderr about parts that it would not write back."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


class _CellBudget:
    """How many cells of the file called `label` may still be read."""

    def __init__(self, label: str) -> None:
        self._label = label
        self._cells = _MOST_CELLS

    def spend(self, cells: int) -> None:
        """Count some. Errors: TargetError where there were too many."""
        self._cells -= cells
        if self._cells < 0:
            raise TargetError(f"{self._label}: the workbook holds more than {_MOST_CELLS} cells; save a sheet as CSV")


def _unbroken(rows: Iterator[_SheetRow]) -> Iterator[_SheetRow]:
    """The same rows. Errors: TargetError where there are too many cells; BrokenBookError for whatever else happens."""
    while True:
        try:
            found = next(rows, None)
        except TargetError:
            raise
        except ElementTree.ParseError as error:
            raise BrokenBookError(str(error).partition(": line ")[0]) from error  # the line of some piece
        except Exception as error:
            raise BrokenBookError(str(error)) from error
        if found is None:
            return
        yield found


def _rows(book: Any, part: str, left: _CellBudget) -> Iterator[_SheetRow]:
    """The rows of a part that have cells. What the sheet claims to be its size is not believed. A row that is not below
    the one before is left out: so does openpyxl."""
    reader, last = _CellReader(book, left), 0
    with book.archive.open(part) as source:
        for element in row_elements(source, reader.row_tag):
            number = reader.row_number(element)
            if number > _MOST_ROWS:
                raise ValueError(f"more than {_MOST_ROWS} rows")
            values = reader.values(element)
            if number > last:
                last = number
                if values:
                    yield number, values


class _CellReader:
    """The cells of one sheet's rows. `book`: openpyxl's reader of the workbook."""

    def __init__(self, book: Any, left: _CellBudget) -> None:
        from openpyxl.utils import column_index_from_string
        from openpyxl.worksheet._reader import INLINE_STRING, ROW_TAG, VALUE_TAG, WorkSheetParser

        self._left = left
        self._strings = book.shared_strings
        self._dates = book.wb._date_formats
        self._odd = WorkSheetParser(
            io.BytesIO(), self._strings, data_only=True, epoch=book.wb.epoch, date_formats=self._dates,
            timedelta_formats=book.wb._timedelta_formats,
        )  # fmt: skip
        self.row_tag, self._value, self._inline = ROW_TAG, VALUE_TAG, INLINE_STRING
        self._text = INLINE_STRING.removesuffix("is") + "t"
        self._number_of = column_index_from_string
        self._columns: dict[str, int] = {}
        self._row = 0

    def row_number(self, row: ElementTree.Element) -> int:
        """From 1; one more than the row before where it is not written."""
        written = row.get("r")
        self._row = int(written) if written else self._row + 1
        return self._row

    def values(self, row: ElementTree.Element) -> list[object]:
        """The values of its cells, each in its column. What is behind the column of the last one is left out."""
        found: list[object] = []
        column = 0
        for cell in row:
            column = self._column(cell.get("r", ""), column)
            value = self._value_of(cell)
            if column == len(found) + 1:
                found.append(value)
            else:
                found += [None] * (column - len(found))
                found[column - 1] = value
        self._left.spend(len(found))
        del found[column:]
        return found

    def _column(self, coordinate: str, before: int) -> int:
        if not coordinate:
            return before + 1
        letters = coordinate.rstrip("0123456789")
        if letters == coordinate:
            raise ValueError(f"{coordinate} names no row")
        if letters not in self._columns:
            self._columns[letters] = self._number_of(letters)
        return self._columns[letters]

    def _value_of(self, cell: ElementTree.Element) -> object:
        kind = cell.get("t", "n")
        if kind == "s":
            at = cell.findtext(self._value)
            return self._strings[int(at)] if at else None
        if kind == "inlineStr":
            inline = cell.find(self._inline)
            if inline is not None and len(inline) == 1 and inline[0].tag == self._text:
                return inline[0].text or ""
        elif kind == "n" and int(cell.get("s") or 0) not in self._dates:
            number = cell.findtext(self._value)
            return _number(number) if number else None
        return self._odd.parse_cell(cell)["value"]


def _number(text: str) -> int | float:
    return float(text) if "." in text or "E" in text or "e" in text else int(text)
