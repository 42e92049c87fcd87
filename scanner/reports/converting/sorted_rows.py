"""Any number of rows in their order (`row_order`), in memory that does not grow with them.

As many as fit are sorted and spooled, again and again; in the end these runs are merged. A row that waits to be sorted
takes about 700 bytes, its key among them; of a run that is merged, one batch is in memory.
"""

from collections.abc import Iterator
from heapq import merge

from scanner.reports.converting.row_order import order
from scanner.reports.converting.row_spool import RowSpool
from scanner.reports.reading import ReportRow

#: Rows that are sorted at once.
RUN = 100_000
_BATCH = 256


class SortedRows:
    """Rows that come out in order, into and out of a spool of the caller's."""

    def __init__(self, spool: RowSpool, run: int = RUN) -> None:
        self._spool = spool
        self._run = run
        self._rows: list[ReportRow] = []
        self._runs: list[tuple[int, int]] = []

    def add(self, rows: list[ReportRow]) -> None:
        """Takes a batch in any order."""
        self._rows += rows
        if len(self._rows) >= self._run:
            self._end_run()

    def batches(self) -> Iterator[list[ReportRow]]:
        """All rows in order; call it once, when all were added."""
        self._end_run()
        batch: list[ReportRow] = []
        for row in merge(*map(self._rows_of, self._runs), key=order):
            batch.append(row)
            if len(batch) >= _BATCH:
                yield batch
                batch = []
        yield batch

    def _rows_of(self, run: tuple[int, int]) -> Iterator[ReportRow]:
        return (row for batch in self._spool.batches(*run) for row in batch)

    def _end_run(self) -> None:
        rows, self._rows = self._rows, []
        rows.sort(key=order)
        start = self._spool.end
        for at in range(0, len(rows), _BATCH):
            self._spool.add(rows[at : at + _BATCH])
        self._runs.append((start, self._spool.end))
