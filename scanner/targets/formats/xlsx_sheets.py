"""The one module that knows openpyxl, which is an extra: workbooks as sheets of values, streamed row by row.

Whatever a file does to it ends here as one exception: its inside was not made for files that were made to break it.

It reads the workbook, its styles and the texts that sheets share, and any cell that is odd. The rows are walked through
here, and a text or a number, which nearly every cell of a list is, is taken as it stands: that is a quarter of what
openpyxl needs for it, and a workbook of 100,000 rules takes half as long. It has no public way to do that: what is used
of its inside are the arguments of its `WorkSheetParser`, as `ReadOnlyWorksheet` gives them (openpyxl 3.1).
"""

import io
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, NamedTuple
from xml.etree import ElementTree

from scanner.errors import TargetError

#: A sheet cannot have more.
_MOST_ROWS = 1_048_576
#: What a sheet has beside its rows, and may have a lot of: let go as soon as it was met.
_BESIDE_ROWS = frozenset(
    {
        "col", "conditionalFormatting", "customSheetViews", "dataValidations", "extLst", "hyperlinks", "mergeCells",
        "rowBreaks", "colBreaks", "scenarios", "tableParts",
    }
)  # fmt: skip
#: Of all sheets together, empty ones within a row included.
_MOST_CELLS = 10_000_000


class BrokenBookError(Exception):
    """The library could not read a workbook; the text is its own."""


class BookSheet(NamedTuple):
    """A sheet: its title, whether people see it, and its rows, each as its number (from 1) and values. `spend` counts
    cells that are made from others; TargetError where there are too many of the workbook."""

    title: str
    is_hidden: bool
    rows: Iterator[tuple[int, Sequence[object]]]
    spend: Callable[[int], None]


def sheets_of(data: bytes, label: str) -> Iterator[BookSheet]:
    """The sheets of a workbook in their order; values, not formulas. Errors: TargetError where openpyxl is not there,
    naming the file by `label`; BrokenBookError here and in each sheet's rows."""
    try:
        import openpyxl  # slow to import, and an extra
    except ImportError:
        told = "reading .xlsx needs openpyxl; run pip install 'openpyxl>=3.1', or save the sheet as CSV"
        raise TargetError(f"{label}: {told}") from None
    try:
        book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
        sheets = [(sheet, sheet.title, sheet.sheet_state != "visible") for sheet in book.worksheets]
    except Exception as error:
        raise BrokenBookError(str(error)) from error
    left = _CellBudget(label)
    for sheet, title, is_hidden in sheets:
        yield BookSheet(str(title), is_hidden, _rows(sheet, left), left.spend)


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


def _rows(sheet: Any, left: _CellBudget) -> Iterator[tuple[int, Sequence[object]]]:
    """The rows that hold anything. What the sheet claims to be its size is not believed."""
    rows = _rows_of_cells(sheet)
    while True:
        try:
            found = next(rows, None)
        except Exception as error:
            raise BrokenBookError(str(error)) from error
        if found is None:
            return
        number, cells = found
        width = cells[-1][0]
        left.spend(width)
        row: list[object] = [None] * width
        for column, value in cells:
            if column <= width:
                row[column - 1] = value
        yield number, row


def _rows_of_cells(sheet: Any) -> Iterator[tuple[int, list[tuple[int, object]]]]:
    """The rows that have cells, each as its number and its columns (from 1) with their values, as the sheet has them.
    A row that is not below the one before is left out: so does openpyxl."""
    reader, last = _CellReader(sheet), 0
    with sheet._get_source() as source:
        for _, element in ElementTree.iterparse(source):
            if element.tag == reader.row_tag:
                number = reader.row_number(element)
                if number > _MOST_ROWS:
                    raise ValueError(f"more than {_MOST_ROWS} rows")
                cells = reader.cells(element)
                if number > last:
                    last = number
                    if cells:
                        yield number, cells
                element.clear()
            elif element.tag.rpartition("}")[2] in _BESIDE_ROWS:
                element.clear()


class _CellReader:
    """The cells of one sheet's rows."""

    def __init__(self, sheet: Any) -> None:
        from openpyxl.utils import column_index_from_string
        from openpyxl.worksheet._reader import INLINE_STRING, ROW_TAG, VALUE_TAG, WorkSheetParser

        book = sheet.parent
        self._strings = sheet._shared_strings
        self._dates = book._date_formats
        self._odd = WorkSheetParser(
            io.BytesIO(), self._strings, data_only=True, epoch=book.epoch, date_formats=self._dates,
            timedelta_formats=book._timedelta_formats,
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

    def cells(self, row: ElementTree.Element) -> list[tuple[int, object]]:
        """Each cell's column, from 1, and value."""
        found: list[tuple[int, object]] = []
        before = 0
        for cell in row:
            before = self._column(cell.get("r", ""), before)
            found.append((before, self._value_of(cell)))
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
