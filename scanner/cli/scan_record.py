"""What is known of a scan on its way, and what its reports and the exit status are made of: counts, times, evidence."""

from collections.abc import Mapping
from time import monotonic, time
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from scanner.cli.asked_outputs import wanted_outputs
from scanner.model import State

if TYPE_CHECKING:
    from scanner.api.explanations import Explanation
    from scanner.api.journals import EarlierRuns
    from scanner.api.plans import Plan
    from scanner.api.scans import Scan
    from scanner.cli.choices import Choices
    from scanner.model import Result
    from scanner.reports import ScanInfo


class ScanRecord:
    """The rows of one scan, counted, and what else is told of it.

    `about`: further keys of the reports' `scan` part that are known beforehand. `earlier`: runs of the same scan, which
    it goes on with: it takes as long as all of them. `started`: when the scan did, if that is known already: all runs
    of one say the same. `tally` has the counts;
    `probing_s` the seconds that probing took, once it is over; `explanation` is that of `--explain`, or None.
    """

    def __init__(
        self,
        scan: "Scan",
        choices: "Choices",
        vantage: str,
        explanation: "Explanation | None",
        about: Mapping[str, Any] = MappingProxyType({}),
        *,
        earlier: "EarlierRuns | None" = None,
        started: str = "",
    ) -> None:
        from scanner.reports import Tally

        self.tally = Tally()
        self.probing_s = 0.0
        self.explanation = explanation
        self._scan = scan
        self._choices = choices
        self._vantage = vantage
        self._about = about
        self._begun = monotonic() - (earlier.far.seconds if earlier is not None else 0.0)
        self._started = started or _now()

    def add(self, batch: "list[Result]") -> None:
        """Takes a batch of rows."""
        self.tally.add(batch)
        if self.explanation is not None:
            self.explanation.add(batch)

    def probed(self) -> None:
        """Probing is over; what comes now takes no part in its speed."""
        self.probing_s = self._seconds()

    @property
    def unmet(self) -> int:
        """Rows that are not as expected, and rules that are not though they have no row; none: all is well."""
        return self.tally.unmet + self._scan.expectations.rowless

    @property
    def hides_errors(self) -> bool:
        """Whether `--only` leaves rows in error out of all reports."""
        only = self._choices.report.selection()
        return only is not None and State.ERROR not in only.states and not only.unmet

    def info(self) -> "ScanInfo":
        """What the reports are told, as of now."""
        from scanner.reports import ScanInfo

        return ScanInfo(
            started=self._started,
            finished=_now(),
            elapsed_s=self._seconds(),
            vantage=self._vantage,
            options={"command": self._choices.command, **self._choices.said()},
            counts=self.tally.counts(),
            expectations={True: self.tally.met, False: self.tally.unmet},
            complete=self._scan.complete,
            warnings=self._scan.warnings,
            extra=self._extra(),
            total=self._scan.total,
            rules=self._scan.rules,
            rules_lacking=self._scan.expectations.rowless,
        )

    def _extra(self) -> dict[str, Any]:
        """Further keys of the report's `scan` part."""
        explained = {} if self.explanation is None else {"explain": self.explanation.as_dict()}
        return {**self._about, **self._scan.evidence, **explained}

    def _seconds(self) -> float:
        return monotonic() - self._begun


def told_of_plan(plan: "Plan", choices: "Choices") -> dict[str, Any]:
    """What the reports tell of this program and of the list. That takes a moment where the list is long, so it is asked
    for only where a report has it."""
    from scanner import __version__

    about: dict[str, Any] = {"seed": plan.seed, "shard": plan.shard or None}
    if {fmt for fmt, _ in wanted_outputs(choices)}.isdisjoint(("json", "db")):
        return about
    from scanner.api.plans import needs_told

    about |= {"version": __version__, "excludes": plan.exclude_texts, "list_digest": plan.list_digest()}
    return about | ({"needs": needs} if (needs := needs_told(plan)) else {})


def _now() -> str:
    from scanner.words.stamp import iso_time

    return iso_time(time())
