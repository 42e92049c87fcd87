"""Two reports compared: what changed, how much of it, and whether they differ."""

from collections import Counter
from collections.abc import Callable, Collection, Mapping
from typing import Any, NamedTuple

from scanner.errors import UsageError
from scanner.model import FIELDS
from scanner.reports.comparing.change import Change, Kind, Standing, is_difference, weight
from scanner.reports.comparing.pairing import Omission, Side, changes
from scanner.reports.comparing.seen_targets import RowOutcome, SeenTargets, SharedTexts
from scanner.reports.reading import ReportRow, StoredReport
from scanner.reports.row_selection import parse_only
from scanner.reports.tables import address_key
from scanner.words.plain import plain

#: Makes of a report's `scan` part what tells, of host, address and port, whether its scan was to leave them out.
Excluding = Callable[[Mapping[str, Any]], Callable[[str, str, int], str]]


class HowToCompare(NamedTuple):
    """What is compared how. `slower_ms`: tell of round trips that grew by at least that; None: not."""

    strict: bool = False
    by_address: bool = False
    slower_ms: float | None = None


class Difference(NamedTuple):
    """The changes, what matters most first. `same`: targets of the new report of which there is nothing to tell; `rows`
    and `reports`: of the old one and the new one."""

    changes: list[Change]
    counts: Counter[str]
    same: int
    rows: tuple[int, int]
    reports: tuple[StoredReport, StoredReport]
    differs: bool

    @property
    def not_compared(self) -> list[str]:
        """The fields about which nothing is said, for one of the reports does not have them."""
        blanks = _blanks(*(report.fields for report in self.reports))
        return [field for field in FIELDS if field in blanks]


def compare(old: StoredReport, new: StoredReport, asked: HowToCompare, excluding: Excluding) -> Difference:
    """Reads both, and compares them. Raises UsageError where one cannot be read."""
    shared = SharedTexts()
    blanks = _blanks(old.fields, new.fields)
    before, now = (
        SeenTargets(report, shared, by_address=asked.by_address, slower=asked.slower_ms is not None, blanks=blanks)
        for report in (old, new)
    )
    sides = (
        Side(side, _left_out(side.report, other.report, excluding)) for side, other in ((before, now), (now, before))
    )
    told = [
        change
        for change in changes(*sides, slower_ms=asked.slower_ms)
        if asked.strict or change.standing or change.kind not in (Kind.ADDRESSES, Kind.DOUBT)
    ]
    told.sort(key=_order)
    counts = Counter[str]()
    for change in told:
        counts.update([word for word in (change.kind, change.standing) if word not in (Kind.SAME, Standing.NONE)])
    here = {
        (change.vantage, change.name, change.host, change.port)
        for change in told
        if change.new is not None or change.kind is Kind.SLOWER
    }
    targets = sum(map(len, now.by_vantage.values()))
    return Difference(
        told,
        counts,
        targets - len(here),
        (before.rows, now.rows),
        (old, new),
        any(is_difference(change, strict=asked.strict) for change in told),
    )


def _blanks(old: Collection[str], new: Collection[str]) -> dict[str, Any]:
    """What stands in the fields that only one of them has, in both: nothing that can be compared."""
    absent = [field for field in FIELDS if field not in old or field not in new]
    if "host" in absent and "address" in absent:  # one has this, one that: the numeric ones may be the same
        absent = [field for field in absent if field not in ("host", "address")]
    if "expect" in absent or "met" in absent:
        absent += ["expect", "met"]
    return {field: ReportRow._field_defaults[field] for field in absent}


def _order(change: Change) -> tuple[object, ...]:
    return (
        *weight(change),
        change.vantage,
        change.name,
        address_key(change.host, change.host),
        change.port,
        change.address,
    )


def _left_out(report: StoredReport, other: StoredReport, excluding: Excluding) -> Omission:
    """Why a report does not have a target of the other, as far as it says so."""
    scan = report.scan
    options = scan.get("options")
    said = options if isinstance(options, dict) else {}
    only, shows = said.get("only"), _shown_by(said.get("only"))
    chosen = [f"--{word} {text}" for word in ("tag", "name") for text in said.get(word) or ()]
    if (shard := scan.get("shard")) and not _same_share(scan, other.scan):
        chosen.append(f"shard {plain(str(shard))}")
    excluded = excluding(scan)

    def why(host: str, address: str, port: int, elsewhere: RowOutcome | None) -> str:
        if not report.complete:
            return "the scan was not finished"
        if only and not (elsewhere is not None and shows(elsewhere)):
            return f"the report has only {only}"
        return f"the report has only {' '.join(chosen)}" if chosen else excluded(host, address, port)

    return why


def _same_share(scan: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Whether both reports have the same shard of the same list, and so the same hosts."""
    digest = scan.get("list_digest")
    return bool(digest) and (digest, scan.get("shard")) == (other.get("list_digest"), other.get("shard"))


def _shown_by(only: object) -> Callable[[RowOutcome], bool]:
    """Whether `--only` would have shown such a row: then it was not that which left it out."""
    try:
        selection = parse_only(str(only))
    except UsageError:
        return lambda outcome: False
    return lambda outcome: outcome.state in selection.states or (selection.unmet and outcome.met is False)
