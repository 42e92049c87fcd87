"""What a report's rows tell of their scan by themselves: a CSV says nothing else of it."""

from collections.abc import Iterable

from scanner.reports.reading import ReportRow


class RowsTold:
    """`first` and `last`: when the first and the last verdict fell (ISO 8601, UTC, or empty). `vantage`: of all rows,
    or empty where there are several, or none. `one_each`: no host has more than one row, for all are of one port."""

    __slots__ = ("_first", "_last", "_ports", "_vantages")

    def __init__(self) -> None:
        self._first = self._last = ""
        self._vantages: set[str] = set()
        self._ports: set[int] = set()

    def add(self, rows: Iterable[ReportRow]) -> None:
        """Takes rows, in any order."""
        # Without the Z: where one time has milliseconds and another has none, the text then still sorts as the time.
        times = [row.time[:-1] for row in rows if row.time]
        if times:
            self._first = min(self._first or times[0], min(times))
            self._last = max(self._last, max(times))
        if len(self._vantages) < 2:
            self._vantages.update([row.vantage for row in rows])
        if len(self._ports) < 2:
            self._ports.update([row.port for row in rows])

    def take(self, other: "RowsTold") -> None:
        """Takes all the rows that the other one was told of."""
        self._first = min(filter(None, (self._first, other._first)), default="")
        self._last = max(self._last, other._last)
        self._vantages |= other._vantages
        self._ports |= other._ports

    @property
    def first(self) -> str:
        return self._first and f"{self._first}Z"

    @property
    def last(self) -> str:
        return self._last and f"{self._last}Z"

    @property
    def one_each(self) -> bool:
        return len(self._ports) == 1 and len(self._vantages) == 1

    @property
    def vantage(self) -> str:
        return next(iter(self._vantages)) if len(self._vantages) == 1 else ""
