"""The step of names that resolve while others are probed: the rows that they need no probe for join here.

What such a name leads to may have been probed already: then its row is a copy of that verdict, so the feed is told
every row as long as names are unresolved. What has no address at all is a row, too.
"""

from scanner.model import Result
from scanner.scanning.scan_plan import ScanFeed


class LateNames:
    """A step of the pipeline."""

    def __init__(self, feed: ScanFeed) -> None:
        self._feed = feed

    def apply(self, rows: list[Result]) -> list[Result]:
        """The rows, and those of names."""
        feed = self._feed
        if feed.pending:
            feed.remember(rows)
        late = feed.rows()
        return rows + late if late else rows

    def finish(self, rows: list[Result], *, complete: bool) -> list[Result]:
        """Nothing is kept here: names that nobody knows of yet have no rows."""
        return self.apply(rows)
