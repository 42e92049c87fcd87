"""REPORTS INTO REPORTS: stored rows gathered, put in order, and what is told of the scan that they are from.

A row's way: a stored report (`reading`) -> `RowSpool`, or `SortedRows` where the order is the list's (`row_order`) ->
results -> any report. All rows are read before any is written: a source that turns out to be torn in its last line
must leave what stands in the target's place as it was, whatever kind of place that is. What each source says of its
scan is checked (`said_of_scan`) and joined (`joined_scan`).
"""

from scanner.reports.converting.joined_scan import joined
from scanner.reports.converting.row_spool import RowSpool
from scanner.reports.converting.rows_told import RowsTold
from scanner.reports.converting.said_of_scan import info_of
from scanner.reports.converting.sorted_rows import SortedRows

__all__ = ["RowSpool", "RowsTold", "SortedRows", "info_of", "joined"]
