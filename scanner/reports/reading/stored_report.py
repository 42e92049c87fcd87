"""One stored report, whatever its format: its rows, once, and what it says of its scan."""

from abc import ABC, abstractmethod
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from scanner.model import FIELDS
from scanner.reports.reading.report_row import ReportRow

#: The ending of a report that was not finished.
PARTIAL = ".partial"


def names_vantage(options: Mapping[str, Any]) -> bool:
    """Whether a scan's options say where it was from. Else its vantage is the name of whatever host it ran on, and
    tells no place from another: the shards of one scan have several."""
    return bool(options.get("vantage") or options.get("from"))


class StoredReport(ABC):
    """`path` as it was named, `fmt` one of the formats' names. `scan`: the report's `scan` part, empty where its
    format has none; known when all rows were read. `fields`: those that its rows have; what others hold there says
    nothing of the target."""

    def __init__(self, path: str, fmt: str, fields: Collection[str] = tuple(FIELDS)) -> None:
        self.path = path
        self.fmt = fmt
        self.fields = fields
        self.scan: Mapping[str, Any] = {}

    @property
    def complete(self) -> bool:
        """Whether it has all rows of its scan, as far as it says: a report that was not finished has another ending."""
        complete = self.scan.get("complete")
        return complete if isinstance(complete, bool) else not self.path.endswith(PARTIAL)

    @property
    def says_complete(self) -> bool:
        """Whether it says so itself, rather than by its name alone."""
        return isinstance(self.scan.get("complete"), bool)

    @abstractmethod
    def rows(self) -> Iterator[list[ReportRow]]:
        """The rows in batches, in their order. Raises UsageError with the file, the line and what was expected."""
