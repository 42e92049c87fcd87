"""READING BACK: reports as data again, for the commands that compare and convert them.

A report's way back: a file's bytes -> lines or JSON values of bounded size (`text_lines`, `json_values`) -> checked
rows (`report_row`, by way of `csv_reading` or `json_reading`) -> `StoredReport`, one of which is made by
`open_stored`; a scan of a database is one too (`db_scan`). What is made of rows, a difference or another report, is no
matter of this room; `stored_results` makes them results again.

Nothing is believed that a file says: whatever is not as this program writes it is a UsageError with the file, the
line and what was expected. Files come from other versions, from an editor, from a full disk, and from people who mean
no good.
"""

from scanner.reports.reading.db_scan import last_two_of_a_list
from scanner.reports.reading.opening_stored import open_parts, open_stored, stored_vantages
from scanner.reports.reading.report_row import ReportRow
from scanner.reports.reading.stored_report import StoredReport, names_vantage
from scanner.reports.reading.stored_results import StoredResults

__all__ = [
    "ReportRow", "StoredReport", "StoredResults", "last_two_of_a_list", "names_vantage", "open_parts", "open_stored",
    "stored_vantages",
]  # fmt: skip
