"""WHAT WAS FOUND: one small module per format, and the counts and words that end a scan.

A row's way: a batch of results -> `only` -> a report (`csv_report`, `json_report`, `scan_table`,
`sweep_table`) -> an outlet (`outlets`) -> a file or stdout. `output_words` says beforehand whether that can work.
"""

from scanner.reports.counts import Tally
from scanner.reports.field_choice import check_fields, parse_fields
from scanner.reports.formats import FORMATS, make_report, open_outlet_for, open_report, record_end_of
from scanner.reports.outlets.opening import open_outlet
from scanner.reports.outlets.outlet import Outlet
from scanner.reports.outlets.refusals import notices
from scanner.reports.outlets.stop_request import StopAskedError, StopRequest
from scanner.reports.outlets.stream import settle
from scanner.reports.output_words import check_outputs, format_of, is_stdout, parse_output
from scanner.reports.painted import Look
from scanner.reports.report import Report, ScanInfo
from scanner.reports.row_selection import ONLY_UNMET, Selection, SelectiveReport, parse_only
from scanner.reports.summary import summary
from scanner.words.plain import plain

__all__ = [
    "FORMATS",
    "ONLY_UNMET",
    "Look",
    "Outlet",
    "Report",
    "ScanInfo",
    "Selection",
    "SelectiveReport",
    "StopAskedError",
    "StopRequest",
    "Tally",
    "check_fields",
    "check_outputs",
    "format_of",
    "is_stdout",
    "make_report",
    "notices",
    "open_outlet",
    "open_outlet_for",
    "open_report",
    "parse_fields",
    "parse_only",
    "parse_output",
    "plain",
    "record_end_of",
    "settle",
    "summary",
]
