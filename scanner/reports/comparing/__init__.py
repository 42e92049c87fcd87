"""WHAT CHANGED between two reports: rows pair by target, and each pair is nothing new, or a change of one kind.

`seen_targets` gathers a report's rows by target, compactly; `change` says what a change is and which of them matter;
`pairing` finds them; `difference` joins that for two reports; `diff_table` and `diff_data` spell it for people and
programs.
"""

from scanner.reports.comparing.diff_data import csv_pieces, json_pieces, markdown_pieces
from scanner.reports.comparing.diff_table import summary_line, table_lines
from scanner.reports.comparing.difference import Difference, HowToCompare, compare

__all__ = [
    "Difference",
    "HowToCompare",
    "compare",
    "csv_pieces",
    "json_pieces",
    "markdown_pieces",
    "summary_line",
    "table_lines",
]
