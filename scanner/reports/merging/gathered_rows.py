"""The rows of several reports, and what each says of its scan, read once and kept aside until all is known."""

from collections.abc import Container, Iterable

from scanner.reports.converting import RowSpool, RowsTold, info_of
from scanner.reports.merging.latest_rows import LatestRows, StandingRows
from scanner.reports.reading import ReportRow, StoredReport, open_parts
from scanner.reports.reading.text_lines import place_of
from scanner.reports.report import ScanInfo

#: What tells a row's target and age: without one of them it may pass for another, or for an older one.
_TELLING = ("name", "address", "vantage", "time")
_BLIND = "which rows of other reports are of the same targets, or later, is told by the rest"


class GatheredRows:
    """Takes reports (`read`), and then hands out what stays of their rows (`batches`), as often as that is asked for.

    `infos`: what each says of its scan, with its path, in the order of reading; `told`: what all rows tell. `unjudged`:
    how many have an expectation and no verdict on it; `replaced`: how many gave way to later ones. `chosen`: a report
    has some of its rows only (`--only`). `blind`: a line for each report without columns that tell a row's target and
    age.
    """

    def __init__(self, spool: RowSpool) -> None:
        self.infos: list[tuple[str, ScanInfo]] = []
        self.told = RowsTold()
        self.unjudged = self.replaced = 0
        self.chosen = False
        self.blind: list[str] = []
        self._spool = spool
        self._ends: list[int] = []
        self._lacking: list[str] = []
        self._kept: StandingRows | None = None

    def read(self, paths: Iterable[str], only: str) -> None:
        """Reads the reports to their ends. Raises UsageError where one cannot be read back; `only` is to be noted."""
        with LatestRows() as latest:
            for report in (report for path in paths for report in open_parts(path)):
                self._read(report, only, latest)
                self._ends.append(self._spool.end)
            if len(self.infos) > 1:
                self._keep(latest)
                self.blind = [f"{place} {_BLIND}" for place in self._lacking]

    def take_as_one(self, together: Container[str]) -> None:
        """These vantages are one: a row from one of them is replaced by a later one from another."""
        with LatestRows(together) as latest:
            start = 0
            for report, end in enumerate(self._ends):
                for rows in self._spool.batches(start, end):
                    latest.add(report, rows)
                start = end
            self._keep(latest)

    def _keep(self, latest: LatestRows) -> None:
        self._kept = latest.kept()
        self.replaced = self._kept.replaced

    def _read(self, report: StoredReport, only: str, latest: LatestRows) -> None:
        told, judges = RowsTold(), "expect" in report.fields and "met" in report.fields
        for rows in report.rows():
            told.add(rows)
            self._spool.add(rows)
            latest.add(len(self.infos), rows)
            if judges:
                self.unjudged += count_unjudged(rows)
        self.told.take(told)
        self.infos.append((report.path, info_of(report, told, only)))
        self.chosen |= bool(info_of(report, told).options.get("only"))
        if lacks := [field for field in _TELLING if field not in report.fields]:
            self._lacking.append(f"{place_of(report.path)} has no {', '.join(lacks)}:")

    def batches(self) -> Iterable[list[ReportRow]]:
        """The rows that stay, those of one report after those of another."""
        rows = self._spool.batches(0, self._ends[-1])
        return rows if self._kept is None else self._kept.of(rows)


def count_unjudged(rows: Iterable[ReportRow]) -> int:
    """How many have an expectation, and no verdict on it."""
    return sum([row.met is None and row.expect != "" for row in rows])
