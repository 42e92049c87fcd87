"""WHAT WAS FOUND: one small module per format, and the counts and words that end a scan.

A row's way: a batch of results -> `only` -> a report (`csv_report`, `json_report`, `scan_table`,
`sweep_table`) -> `outlet` -> a file or stdout. `outputs` says beforehand whether that can work.
"""

from scanner.reports.formats import FORMATS, open_report
from scanner.reports.only import Only, Selection, parse_only
from scanner.reports.outputs import check_outputs, format_of, is_stdout, parse_output
from scanner.reports.report import Report, ScanInfo
from scanner.reports.summary import summary
from scanner.reports.tally import Tally
from scanner.reports.terminal import Look, plain

__all__ = [
    "FORMATS",
    "Look",
    "Only",
    "Report",
    "ScanInfo",
    "Selection",
    "Tally",
    "check_outputs",
    "format_of",
    "is_stdout",
    "open_report",
    "parse_only",
    "parse_output",
    "plain",
    "summary",
]
