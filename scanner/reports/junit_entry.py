"""An entry of the list as one case, for scans of more targets than CI systems can show: counts, and the first unmet."""

from collections import Counter
from collections.abc import Hashable

from scanner.model import EXPECTATIONS, Need, Result
from scanner.reports.junit_case import Case, Failure, seconds_of, target_of, verdict_line
from scanner.reports.tables import LISTED
from scanner.words.shown_text import many


def entry_of(result: Result) -> Hashable:
    """What the rows of one entry have in common: its place in the list, and its own words. (Not what is expected, which
    may differ from port to port.)"""
    request = result.request
    return request.order, request.name, request.tags, request.vantage


def _enough(need: Need) -> str:
    return f"at least {many(need.count, 'target')}"


class JunitEntry:
    """What is kept of an entry: counts by state, and the first unmet targets. `first` is its first row."""

    __slots__ = ("_counts", "_doubtful", "_expected", "_hosts", "_listed", "_rows", "_seconds", "first")

    def __init__(self, first: Result) -> None:
        self.first = first
        self._hosts = {first.host}  # at most two: one has a name, more are just more
        self._counts: Counter[str] = Counter()
        self._expected: set[str] = set()
        self._listed: list[str] = []
        self._rows = self._doubtful = 0
        self._seconds = 0.0

    def add(self, result: Result) -> None:
        self._rows += 1
        self._seconds += seconds_of(result)
        self._doubtful += bool(result.doubt)
        self._expected.add(result.expect)
        if len(self._hosts) < 2:
            self._hosts.add(result.host)
        if result.met is False:
            self._counts[result.state.value] += 1
            if len(self._listed) < LISTED:
                self._listed.append(f"{target_of(result)}: {verdict_line(result)}")

    def case(self, vantage: str) -> Case:
        """The entry's case; `vantage` as for `case_of`."""
        place = self.first.request.order + 1
        label = self.first.name or (self.first.host if len(self._hosts) == 1 else f"entry {place}")
        elsewhere = f" from {self.first.vantage}" if self.first.vantage not in ("", vantage) else ""
        expected = " or ".join(filter(self._expected.__contains__, EXPECTATIONS))
        need = self.first.request.need
        name = f"{_enough(need) if need else 'all targets'} expected {expected}{elsewhere}"
        doubt = f"in doubt: {self._doubtful} of {self._rows} targets" if self._doubtful else ""
        failure = self._failure(doubt)
        return Case(label, name, self._seconds, failure, "" if failure else doubt)

    def _failure(self, doubt: str) -> Failure | None:
        unmet = self._counts.total()
        if not unmet:
            return None
        counts = ", ".join(f"{count} {state}" for state, count in self._counts.most_common())
        message = f"{unmet} of {self._rows} targets are not as expected: {counts}"
        more = [f"and {unmet - len(self._listed)} more"] if unmet > len(self._listed) else []
        return Failure(message, "unmet", [*self._listed, *more, *filter(None, [doubt])])
