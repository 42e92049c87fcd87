"""Shows on the bar how far a scan is. Where there is none, nothing is counted for it."""

from time import monotonic
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from scanner.api.scans import Scan
    from scanner.api.time_left import SpeedLimits, TimeLeft
    from scanner.cli.progress import Progress
    from scanner.model import Result
    from scanner.reports import Tally


class Watch:
    """Tells `progress` of a scan after each of its turns. `limits`: see `TimeLeft`; None: nobody looks. `before_s`: the
    seconds that earlier runs of it took, whose rows and attempts are among its own."""

    def __init__(self, scan: "Scan", progress: "Progress", limits: "SpeedLimits | None", before_s: float = 0.0) -> None:
        self._before_s = before_s
        self._scan = scan
        self._progress = progress
        self._limits = limits
        self._time_left: TimeLeft | None = None
        self._done = 0

    def begins(self) -> None:
        """The first attempt leaves, or the first row is there: from now on it takes time."""
        if self._limits is not None:
            from scanner.api.time_left import TimeLeft

            self._time_left = TimeLeft(self._limits, monotonic() - self._before_s)

    def add(self, rows: "list[Result]") -> None:
        """Takes the rows of a turn."""
        if self._time_left is not None:
            self._time_left.add(rows)

    def show(self, tally: "Tally") -> None:
        """The turn is over; these rows are there."""
        scan = self._scan
        self._done = tally.rows
        self._progress.update(tally.rows, scan.total, tally.open, scan.answering, scan.hosts, self._left)

    def _left(self) -> float | None:
        if self._time_left is None:
            return None
        from scanner.api.time_left import Course

        scan = self._scan
        begun, beside = scan.begun
        course = Course(
            done=self._done,
            total=scan.to_probe,
            begun=begun,
            attempts=scan.attempts,
            beside=beside,
            hosts=scan.hosts,
            answering=scan.answering,
        )
        return self._time_left.seconds(course, monotonic())
