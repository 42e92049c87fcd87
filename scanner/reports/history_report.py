"""The history of a target for people and machines: lines of a table, of CSV, of a JSON document."""

import re
from collections.abc import Callable, Iterator, Sequence

from scanner.reports.csv_report import free_text, quote
from scanner.reports.db_history import Period, changes
from scanner.reports.json_report import encode
from scanner.reports.layout import Columns, Row
from scanner.reports.painted import Look
from scanner.reports.phrases import RESTATING
from scanner.words.plain import plain
from scanner.words.shown_text import many

SCHEMA = "scanner-history/1"

_COLUMNS = ("vantage", "first", "last", "scans", "state", "reason", "icmp_from", "addresses")


def _table_lines(target: str, periods: Sequence[Period], scans: int, look: Look) -> list[str]:
    """A line for each verdict of each period, the times of a period once; then how often it changed."""
    vantages = len({period.vantage for period in periods})
    rows = list(_table_rows(periods, vantages > 1))
    head = Row(("FIRST SEEN", "LAST SEEN", "SCANS", "STATE", "REASON", "SENDER", "VANTAGE"), "ADDRESSES")
    columns = Columns(rows, look, head=head, right=frozenset({2}))
    seen = sum(period.scans for period in periods)
    seen_by = f"seen by {seen:,} of {many(scans, 'scan')}"
    if vantages > 1:  # a merged scan saw it once from each
        seen_by = f"seen {many(seen, 'time')} from {vantages} vantages; the file has {many(scans, 'scan')}"
    return [
        *columns.head(),
        *(line for row in rows for line in columns.lines(row)),
        "",
        *look.folded(f"{plain(target)}: {many(changes(periods), 'change')}, {seen_by}"),
    ]


def _table_rows(periods: Sequence[Period], several: bool) -> Iterator[Row]:
    for period in periods:
        lead = (_to_the_second(period.first), _to_the_second(period.last), f"{period.scans:,}")
        for verdict in period.verdicts:
            reason = "" if verdict.reason in RESTATING else verdict.reason
            cells = (*lead, verdict.state, reason, verdict.icmp_from, period.vantage if several else "")
            yield Row(tuple(map(plain, cells)), plain(" ".join(verdict.addresses)))
            lead = ("", "", "")


def _to_the_second(time: str) -> str:
    """An ISO 8601 time as people need it; anything else stays as it is."""
    return re.sub(r"\.[0-9]+Z$", "Z", time)


def _csv_lines(target: str, periods: Sequence[Period], scans: int, look: Look) -> list[str]:
    """A header, then a row for each verdict of each period; addresses joined with `;`."""
    return [
        ",".join(_COLUMNS),
        *(
            f"{free_text(period.vantage)},{quote(period.first)},{quote(period.last)},{period.scans},"
            + ",".join(map(quote, (verdict.state, verdict.reason, verdict.icmp_from, ";".join(verdict.addresses))))
            for period in periods
            for verdict in period.verdicts
        ),
    ]


def _json_lines(target: str, periods: Sequence[Period], scans: int, look: Look) -> list[str]:
    """A document with a period a line; absent values are null."""
    lines = [
        encode({
            "vantage": period.vantage or None, "first": period.first, "last": period.last, "scans": period.scans,
            "verdicts": [
                {"state": verdict.state, "reason": verdict.reason or None, "icmp_from": verdict.icmp_from or None,
                 "addresses": list(verdict.addresses)}
                for verdict in period.verdicts
            ],
        })
        for period in periods
    ]  # fmt: skip
    lead = f'{{"schema": "{SCHEMA}", "target": {encode(target)}, "scans": {scans}, "changes": {changes(periods)}, '
    return [lead + '"periods": [', " " + lines[0], *(f",{line}" for line in lines[1:]), "]}"]


#: How each format is made: (target as typed, periods, scans in the file, look) -> lines.
HISTORY_FORMATS: dict[str, Callable[[str, Sequence[Period], int, Look], list[str]]] = {
    "table": _table_lines,
    "csv": _csv_lines,
    "json": _json_lines,
}
