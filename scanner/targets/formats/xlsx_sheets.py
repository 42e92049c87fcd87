"""The one module that knows openpyxl, which is an extra: workbooks as sheets of values, streamed row by row.

Whatever a file does to it ends here as one exception: its inside was not made for files that were made to break it.
"""

import io
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from itertools import count
from typing import Any, NamedTuple

from scanner.errors import TargetError

#: A sheet cannot have more.
_MOST_ROWS = 1_048_576
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
        told = "reading .xlsx needs openpyxl; run pip install 'scanner[xlsx]', or save the sheet as CSV"
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
    sheet.reset_dimensions()
    rows = sheet.iter_rows(values_only=True)
    for number in count(1):
        try:
            row = next(rows, None)
        except Exception as error:
            raise BrokenBookError(str(error)) from error
        if row is None:
            return
        if number > _MOST_ROWS:
            raise BrokenBookError(f"more than {_MOST_ROWS} rows")
        if row:
            left.spend(len(row))
            yield number, row
