"""REPORTS OF PARTS AND PLACES INTO ONE: shards of a scan, and scans of one list from several vantages.

What merging adds to converting several reports (`converting`): rows that a later report replaces are dropped
(`gathered_rows`, `latest_rows`); reports that do not belong together are refused, and parts that are missing are told
(`report_parts`, `belonging`); entries of which some targets are enough are judged over all parts (`needs_told`,
`needed_rows`); and what is told of the scans is told of one (`merged_scan`).
"""

from scanner.reports.merging.belonging import Belonging
from scanner.reports.merging.gathered_rows import GatheredRows, count_unjudged
from scanner.reports.merging.latest_rows import LatestRows
from scanner.reports.merging.merged_scan import merged
from scanner.reports.merging.needed_rows import NeededRows
from scanner.reports.merging.needs_told import needs_of
from scanner.reports.merging.report_parts import ReportPart, parts_of

__all__ = [
    "Belonging",
    "GatheredRows",
    "LatestRows",
    "NeededRows",
    "ReportPart",
    "count_unjudged",
    "merged",
    "needs_of",
    "parts_of",
]
