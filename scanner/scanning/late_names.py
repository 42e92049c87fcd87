"""The step for names that are resolved while others are probed: their rows that need no probe join here.

What such a name leads to may have been probed already: then its row is a copy of that verdict, so the feed is told of
every row as long as names are unresolved. A name without any address makes rows too.
"""

from scanner.model import Result
from scanner.scanning.scan_plan import ScanFeed


class LateNames:
    """A step of the pipeline."""

    def __init__(self, feed: ScanFeed) -> None:
        self._feed = feed

    def apply(self, rows: list[Result]) -> list[Result]:
        """The rows, and those of late names."""
        feed = self._feed
        if feed.pending:
            feed.remember(rows)
        late = feed.rows()
        return rows + late if late else rows

    def finish(self, rows: list[Result], *, complete: bool) -> list[Result]:
        """The same at the end. Nothing is kept here: names still unresolved have no rows."""
        return self.apply(rows)
