"""A difference for people: a line for each change, ports of one host and hosts side by side joined
where the same became of them."""

from collections.abc import Iterator

from scanner.model import FIELDS, State
from scanner.reports.comparing.alike_hosts import DiffLine, by_neighbours
from scanner.reports.comparing.change import Change, Kind, Standing
from scanner.reports.comparing.difference import Difference
from scanner.reports.comparing.seen_targets import RowOutcome
from scanner.reports.layout import Columns, Row
from scanner.reports.painted import STATE_STYLE, Look
from scanner.reports.phrases import PortSet, amiss, brief_verdict, doubts_pass, target_text
from scanner.reports.reading import StoredReport
from scanner.words.shown_text import many

#: How the counts of a summary are worded, in this order.
_COUNTED = {
    Kind.BLOCKED: "blocked",
    Kind.CLOSED: "closed",
    Kind.FAILED: "failed",
    Kind.OPENED: "opened",
    Kind.VANISHED: "vanished",
    Kind.APPEARED: "appeared",
    Kind.REASON: "for another reason",
    Kind.ADDRESSES: "at other addresses",
    Kind.DOUBT: "sure or unsure now",
    Kind.SLOWER: "slower",
}
_STYLES = {Standing.REGRESSION: "bad", Standing.FIXED: "green"}
_ROOM_FOR_PORTS = 40


def table_lines(difference: Difference, look: Look) -> Iterator[str]:
    """The table, or one line where nothing changed."""
    for word, report, rows in zip(("old", "new"), difference.reports, difference.rows, strict=True):
        yield from look.folded(f"{word}: {_report_text(report, rows, look)}")
    options = difference.reports[1].scan.get("options")
    lenient = isinstance(options, dict) and doubts_pass(options)
    lines: dict[DiffLine, PortSet] = {}
    unscanned: dict[str, int] = {}
    for change in difference.changes:
        if change.kind is Kind.NOT_SCANNED:
            word = f"{'old' if change.old is None else 'new'}: {change.why}"
            unscanned[word] = unscanned.get(word, 0) + 1
        else:
            lines.setdefault(_told(change, look, lenient=lenient), PortSet()).add(change.port)
    if lines:
        yield ""
        yield from _columns(lines, look)
    if unscanned:
        yield ""
    for why, count in unscanned.items():
        yield from look.folded(f"{many(count, 'target')} not scanned ({look.text(why)})")


def summary_line(difference: Difference) -> str:
    """`2 blocked, 1 opened; 1 regression, 3 still unmet; 994 the same; 5 not scanned`."""
    counts = difference.counts
    moved = ", ".join(f"{counts[kind]:,} {word}" for kind, word in _COUNTED.items() if counts[kind])
    regressions = many(counts[Standing.REGRESSION], "regression") if counts[Standing.REGRESSION] else ""
    fixed = (f"{counts[word]:,} {word}" for word in (Standing.FIXED, Standing.UNMET) if counts[word])
    expected = ", ".join(filter(None, (regressions, *fixed)))
    left_out = f"{counts[Kind.NOT_SCANNED]:,} not scanned" if counts[Kind.NOT_SCANNED] else ""
    return "; ".join(filter(None, (moved or "nothing moved", expected, f"{difference.same:,} the same", left_out)))


def _report_text(report: StoredReport, rows: int, look: Look) -> str:
    said = [many(rows, "row")]
    if isinstance(started := report.scan.get("started"), str):
        said.append(f"started {look.text(started)}")
    if not report.complete:
        said.append("not finished")
    if len(report.fields) < len(FIELDS):
        said.append(f"only {', '.join(report.fields)}")
    return f"{look.text('standard input' if report.path == '-' else report.path)} ({', '.join(said)})"


def _told(change: Change, look: Look, *, lenient: bool) -> DiffLine:
    text = _change_text(change, look, lenient=lenient)
    return DiffLine(
        change.kind, change.standing, change.vantage, change.name, change.host, change.address, text,
        State(change.new.state) if change.new else None,
    )  # fmt: skip


def _change_text(change: Change, look: Look, *, lenient: bool) -> str:
    """`lenient`: to the new report's scan a verdict in doubt was as good as another."""
    arrow = "->" if look.ascii else "→"
    if change.old_rtt_ms is not None and change.new_rtt_ms is not None:
        return f"{change.old_rtt_ms:,.1f} ms {arrow} {change.new_rtt_ms:,.1f} ms"
    old, new = (_outcome_text(said, look) for said in (change.old, change.new))
    text = f"{old} {arrow} {new}" if old and new and old != new else new or old
    if (seen := change.new) is None or seen.met is not False or not seen.expect:
        return text
    why = amiss(State(seen.state), seen.expect, seen.doubt, lacking=lenient)
    return f"{text}, expected {look.text(seen.expect)}{why}"


def _outcome_text(outcome: RowOutcome | None, look: Look) -> str:
    if outcome is None:
        return ""
    text = brief_verdict((State(outcome.state), outcome.reason, outcome.icmp_from), look)
    return f"{text}, in doubt: {look.text(outcome.doubt)}" if outcome.doubt else text


def _columns(lines: dict[DiffLine, PortSet], look: Look) -> Iterator[str]:
    rows = []
    for told, ports in by_neighbours(lines.items()):
        what = ", ".join(filter(None, (told.standing, "" if told.kind is Kind.SAME else told.kind)))
        target = target_text(look.text(told.host), ports.text(look, _ROOM_FOR_PORTS))
        if told.address not in ("", told.host):
            target += f" ({look.text(told.address)})"
        style = _STYLES.get(told.standing) or (STATE_STYLE[told.new] if told.new else "")
        cells = (what, look.text(told.vantage), look.text(told.name), target)
        rows.append(Row(cells, told.text, (style,)))
    columns = Columns(rows, look, cut=2)
    for row in rows:
        yield from columns.lines(row)
