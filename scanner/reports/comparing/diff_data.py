"""A difference for programs and tickets: CSV, JSON, Markdown. Texts in pieces, so that a large one is never whole."""

from collections.abc import Iterator
from typing import Any

from scanner.reports.comparing.change import Change, Standing
from scanner.reports.comparing.diff_table import summary_line, table_lines
from scanner.reports.comparing.difference import Difference
from scanner.reports.comparing.seen_targets import RowOutcome
from scanner.reports.csv_report import free_text, quote
from scanner.reports.json_report import encode
from scanner.reports.painted import Look
from scanner.words.builtin_values import UNFOLDED

SCHEMA = "scanner-diff/1"
_SIDES = ("state", "reason", "icmp_from", "rtt_ms", "doubt", "expect", "met")
#: The columns and keys of a change.
DIFF_FIELDS = (
    "change", "standing", "vantage", "name", "host", "address", "port", *(f"old_{field}" for field in _SIDES),
    *(f"new_{field}" for field in _SIDES), "why",
)  # fmt: skip


def _values(change: Change) -> tuple[Any, ...]:
    """In the order of `DIFF_FIELDS`; None for what is absent."""
    return (
        str(change.kind), str(change.standing) or None, change.vantage or None, change.name or None, change.host,
        change.address or None, change.port, *_side(change.old, change.old_rtt_ms),
        *_side(change.new, change.new_rtt_ms), change.why or None,
    )  # fmt: skip


def _side(outcome: RowOutcome | None, rtt_ms: float | None) -> tuple[Any, ...]:
    if outcome is None:
        return (None, None, None, rtt_ms, None, None, None)
    return (
        outcome.state, outcome.reason or None, outcome.icmp_from or None, rtt_ms, outcome.doubt or None,
        outcome.expect or None, outcome.met,
    )  # fmt: skip


def csv_pieces(difference: Difference) -> Iterator[str]:
    """A row for each change; free text is neutralised as in reports."""
    yield ",".join(DIFF_FIELDS) + "\n"
    for change in difference.changes:
        yield ",".join(map(_cell, _values(change))) + "\n"


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return free_text(value) if isinstance(value, str) else quote(str(value))


def json_pieces(difference: Difference) -> Iterator[str]:
    """One document: `schema`, `old`, `new`, `counts`, `differs`, `not_compared`, `changes`."""
    head = {
        "schema": SCHEMA,
        **{
            side: {
                "path": report.path,
                "rows": rows,
                "complete": report.complete,
                "started": report.scan.get("started"),
            }
            for side, report, rows in zip(("old", "new"), difference.reports, difference.rows, strict=True)
        },
        "counts": {**difference.counts, "same": difference.same},
        "differs": difference.differs,
        "not_compared": difference.not_compared,
    }
    yield encode(head)[:-1] + ', "changes": [\n'
    for at, change in enumerate(difference.changes):
        yield (",\n" if at else "") + encode(dict(zip(DIFF_FIELDS, _values(change), strict=True)))
    yield "\n]}\n"


#: GitHub shows at most 1 MiB of a step's summary; this leaves room for the words around.
_MOST_MARKDOWN = 900_000


def markdown_pieces(difference: Difference) -> Iterator[str]:
    """A summary, and the table as people read it, in a block that shows text as it is."""
    standing = difference.counts[Standing.REGRESSION]
    verdict = "regressions" if standing else "differences" if difference.differs else "no difference"
    yield f"## scanner diff: {verdict}\n\n{summary_line(difference)}\n\n```text\n"
    left = _MOST_MARKDOWN
    lines = list(table_lines(difference, Look(width=UNFOLDED)))
    for at, line in enumerate(lines):
        left -= len(line.encode("utf-8", "backslashreplace")) + 1
        if left < 0:
            yield f"... and {len(lines) - at:,} lines more\n"
            break
        yield line.replace("```", "'''") + "\n"
    yield "```\n"
