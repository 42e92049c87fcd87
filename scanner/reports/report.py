"""What every report is (`Report`) and what it is told about the scan at its end (`ScanInfo`).

A report is given the results in batches, one per turn, in the order of the verdicts, and ends exactly
once: by `finish` when the scan is done, by `abandon` when it was stopped. How a format spells a row is in the
format's own module, where the bytes go is in `outlets`. Whoever opened the outlet calls its `begin`.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from scanner.model import Result
from scanner.reports.counts import Tally
from scanner.reports.outlets.outlet import Outlet


class ScanInfo:
    """What is known about the whole scan: for the JSON report's `scan` part, and the table's last words.

    `started` and `finished` are ISO 8601 UTC texts, or None. `counts` maps states to numbers of rows, `expectations`
    True and False (met or not) to numbers of the rows that have one: of all rows, whatever `--only` shows. `extra`
    are further keys of the `scan` part. `complete` is False when the scan did not reach every target; `total`: how many
    rows it would have had then; `rules`: entries of the list that expect something, of which `rules_lacking` need
    targets as expected and have none, so that no row tells. They are 0 where nobody knows.
    `says_complete` is False where nothing but the rows is known (a CSV that was read back), so that neither `complete`
    nor what has no row tells anything for certain.
    """

    __slots__ = (
        "complete", "counts", "elapsed_s", "expectations", "extra", "finished", "options", "rules",
        "rules_lacking", "says_complete", "started", "total", "vantage", "warnings",
    )  # fmt: skip

    def __init__(
        self,
        *,
        started: str | None = None,
        finished: str | None = None,
        elapsed_s: float = 0.0,
        vantage: str = "",
        options: Mapping[str, Any] | None = None,
        counts: Mapping[str, int] | None = None,
        expectations: Mapping[bool, int] | None = None,
        complete: bool = True,
        warnings: Sequence[str] = (),
        extra: Mapping[str, Any] | None = None,
        total: int = 0,
        rules: int = 0,
        rules_lacking: int = 0,
        says_complete: bool = True,
    ) -> None:
        self.started = started
        self.finished = finished
        self.elapsed_s = elapsed_s
        self.vantage = vantage
        self.options = dict(options or {})
        self.counts = dict(counts or {})
        self.expectations = dict(expectations or {})
        self.complete = complete
        self.warnings = list(warnings)
        self.extra = dict(extra or {})
        self.total = total
        self.rules = rules
        self.rules_lacking = rules_lacking
        self.says_complete = says_complete

    @property
    def shard(self) -> str:
        """Which part of its list it is, `2/3`; empty where it is all of it."""
        shard = self.extra.get("shard")
        return shard if isinstance(shard, str) and shard != "1/1" else ""

    @property
    def lacks_parts(self) -> bool:
        """Whether it is not complete because what it was merged of was not: nobody stopped it."""
        return not self.complete and "sources" in self.extra and self.extra.get("shard", "") is None

    def cut_short(self, why: str) -> None:
        """For a report that could not be written to its end: marks the scan as not complete, and warns why."""
        self.complete = False
        self.warnings.append(why)

    def counted(self, tally: Tally) -> "ScanInfo":
        """The same scan with these counts."""
        return self.but(counts=tally.counts(), expectations={True: tally.met, False: tally.unmet})

    def but(self, **others: Any) -> "ScanInfo":
        """The same scan with these of its attributes otherwise."""
        return ScanInfo(**{name: getattr(self, name) for name in self.__slots__} | others)

    def as_dict(self) -> dict[str, Any]:
        """The keys of a JSON report's `scan` part, in their order; `extra` never hides one of ours."""
        return {
            "started": self.started,
            "finished": self.finished,
            "elapsed_s": round(self.elapsed_s, 3),
            "vantage": self.vantage or None,
            "options": self.options,
            "counts": {str(state): count for state, count in self.counts.items()},
            "complete": self.complete,
            "warnings": self.warnings,
        } | {key: value for key, value in self.extra.items() if key not in self.__slots__}


class Report(Protocol):
    """A destination for results. Every method may raise ReportError, and on stdout BrokenPipeError."""

    def write(self, results: list[Result]) -> None:
        """Takes one batch of results, which reaches the destination after the next flushes at the latest."""

    def flush(self) -> None:
        """Passes on what waits, if it is time to (a few times a second): call it every turn or tick."""

    def finish(self, info: ScanInfo) -> None:
        """The scan is done: writes the end, and gives a file its final name."""

    def abandon(self, info: ScanInfo) -> None:
        """The scan was stopped: writes a well-formed end, and leaves a file as FILE.partial."""


class Streamed:
    """A report whose rows leave as they come: a head, the rows of each batch, an end.

    A format overrides the three texts.
    """

    def __init__(self, outlet: Outlet) -> None:
        self._outlet = outlet
        outlet.write(self.head())

    def head(self) -> str:
        """What comes before the first row."""
        return ""

    def rows(self, results: list[Result]) -> str:
        """The text of a batch, which is never empty."""
        raise NotImplementedError

    def end(self, info: ScanInfo, complete: bool) -> str:
        """What comes after the last row."""
        return ""

    def write(self, results: list[Result]) -> None:
        if results:
            self._outlet.write(self.rows(results))
        self._outlet.flush_in_time()

    def flush(self) -> None:
        self._outlet.flush_in_time()

    def finish(self, info: ScanInfo) -> None:
        if not self._outlet.ended:
            self._outlet.finish(self.end(info, info.complete))

    def abandon(self, info: ScanInfo) -> None:
        if not self._outlet.ended:
            self._outlet.abandon(self.end(info, False))
