"""Opening a stored report: its format is told by its content, for names lie and standard input has none."""

import csv
import json
import re
from collections.abc import Callable, Collection, Iterator
from typing import BinaryIO

from scanner.errors import UsageError
from scanner.model import FIELDS
from scanner.reports.db_file import is_db
from scanner.reports.reading.csv_reading import csv_rows
from scanner.reports.reading.db_scan import last_of_each_vantage, last_scan, round_of_last_scan
from scanner.reports.reading.json_reading import json_rows, jsonl_rows
from scanner.reports.reading.json_values import JsonValues
from scanner.reports.reading.report_row import ReportRow
from scanner.reports.reading.stored_report import PARTIAL, StoredReport
from scanner.reports.reading.text_lines import TextLines, place_of

_LOOKED_AT = 1 << 16
_JSONL = (".jsonl", ".ndjson")
#: How a document on one line begins after `jq -S`, which sorts its keys: with the rows.
_SORTED_KEYS = re.compile(rb'\{\s*"results"')


class _StreamedReport(StoredReport):
    """A report that is read from a file as it comes. `first`: what was already read of it."""

    def __init__(self, path: str, fmt: str, file: BinaryIO, first: bytes) -> None:
        super().__init__(path, fmt, _fields_of(first, fmt))
        self._file = file
        self._first = first

    def rows(self) -> Iterator[list[ReportRow]]:
        line: Callable[[], int]
        if self.fmt == "json":
            values = JsonValues(self._file, self._first)
            rows, line = json_rows(values, self._tell), lambda: values.line
        else:
            lines = TextLines(self._file, self._first)
            rows, line = (csv_rows if self.fmt == "csv" else jsonl_rows)(lines), lambda: lines.number
        with self._file:
            try:
                yield from rows
            except ValueError as error:
                raise UsageError(f"{place_of(self.path, max(1, line()))}: {error}") from None
            except OSError as error:
                raise UsageError(f"{place_of(self.path)}: {error.strerror}") from None

    def _tell(self, scan: dict[str, object]) -> None:
        self.scan = scan


def open_stored(path: str) -> StoredReport:
    """A report to read back; "-" is standard input. Raises UsageError where it is none, as far as its beginning
    tells. Of a database it is the last scan."""
    if path != "-" and is_db(path):
        return last_scan(path)
    try:
        file = open(0 if path == "-" else path, "rb", closefd=path != "-")  # noqa: SIM115 (`rows` closes it)
        first = file.read(_LOOKED_AT)
    except (OSError, ValueError) as error:
        raise UsageError(f"{place_of(path)}: cannot be read: {getattr(error, 'strerror', None) or error}") from None
    try:
        return _StreamedReport(path, _format_of(first, path), file, first)
    except BaseException:
        file.close()
        raise


def stored_vantages(path: str) -> Iterator[StoredReport]:
    """The same; of a database it is the last scan and, of the same list, the last ones from other vantages, each with
    the other shards of it, each at its turn."""
    return last_of_each_vantage(path) if path != "-" and is_db(path) else iter((open_stored(path),))


def open_parts(path: str) -> Iterator[StoredReport]:
    """The same; of a database also what was scanned together with its last scan, each at its turn."""
    return round_of_last_scan(path) if path != "-" and is_db(path) else iter((open_stored(path),))


def _format_of(first: bytes, path: str) -> str:
    """The format of what begins so."""
    begun = first.removeprefix(b"\xef\xbb\xbf").lstrip()
    if not begun:
        if path.removesuffix(PARTIAL).endswith(_JSONL):
            return "jsonl"  # a report without rows
        raise UsageError(f"{place_of(path)}: is empty; expected a report (csv, json, jsonl, db)")
    if begun.startswith(b"{"):
        head, end, _ = begun.partition(b"\n")
        before = head.split(b'"state"')[0]
        row = head.rstrip().endswith(b"}") and b'"schema"' not in before and not _SORTED_KEYS.match(begun)
        return "jsonl" if row and (end or b'"state"' in head) else "json"
    return "csv"


def _fields_of(first: bytes, fmt: str) -> Collection[str]:
    """The fields that its rows have: chosen ones (`--fields`) in the flat formats, else all. What is no report is
    told once it is read."""
    if fmt == "json":
        return tuple(FIELDS)
    head = first.removeprefix(b"\xef\xbb\xbf").lstrip().partition(b"\n")[0].decode("utf-8", "replace")
    try:
        named = json.loads(head) if fmt == "jsonl" else next(csv.reader([head]))
        return [field for field in FIELDS if field in named] or tuple(FIELDS)
    except (TypeError, ValueError, RecursionError, StopIteration, csv.Error):
        return tuple(FIELDS)
