"""What a report for people says before its rows: the verdict, and what makes it unsure. Plain texts, which each format
escapes and lays out in its own way."""

from collections.abc import Iterator, Mapping, Sequence

from scanner.model import State
from scanner.reports.counts import Tally
from scanner.reports.passed_over import passed_over_line
from scanner.reports.report import ScanInfo
from scanner.reports.summary import DOUBTS
from scanner.reports.trace_words import EXPLAINED, explain_lines
from scanner.words.shown_text import many

#: So many lines of a kind are told.
_TOLD = 40


def headline(counts: Mapping[str, int], expectations: Mapping[bool, int], complete: bool) -> str:
    """The verdict in a line: `9 of 12 targets as expected, 3 not`, or the counts where nothing was expected."""
    early = "" if complete else "Incomplete: "
    judged = sum(expectations.values())
    if not judged:
        return early + counted_states(counts)
    unmet = expectations.get(False, 0)
    others = f", {unmet:,} not" if unmet else ""
    return f"{early}{judged - unmet:,} of {many(judged, 'target')} as expected{others}"


def counted_states(counts: Mapping[str, int]) -> str:
    """`12 targets: 9 open, 3 timeout`."""
    found = ", ".join(f"{counts[state]:,} {state.value}" for state in State if counts.get(state))
    return f"{many(sum(counts.values()), 'target')}: {found}" if found else "No targets"


def note_lines(info: ScanInfo, tally: Tally, rows: int) -> Iterator[str]:
    """The lines on warnings, doubts, hosts passed over, and where blocked targets stop; `rows`: how many there are."""
    yield from warning_lines(info)
    yield from doubt_lines(tally)
    if silent := passed_over_line(info.extra, rows):
        yield silent
    if stops := stop_lines(info):
        yield from [EXPLAINED, *stops]


def warning_lines(info: ScanInfo) -> list[str]:
    """What the scan warned of."""
    return _first([f"warning: {text}" for text in info.warnings], "warnings")


def doubt_lines(tally: Tally) -> list[str]:
    """How many verdicts are in doubt, and what that means."""
    return _first([_doubt(doubt, count) for doubt, count in sorted(tally.doubts.items())], "doubts")


def stop_lines(info: ScanInfo) -> list[str]:
    """Where blocked targets stop, if that was asked; `trace_words.EXPLAINED` is the heading."""
    return _first(explain_lines(info.extra.get("explain", {})), "lines")


def _doubt(doubt: str, count: int) -> str:
    return f"in doubt: {many(count, 'verdict')}, {doubt}: {DOUBTS.get(doubt, 'see the field doubt')}"


def _first(lines: Sequence[str], what: str) -> list[str]:
    others = len(lines) - _TOLD
    return [*lines[:_TOLD], f"and {others:,} more {what}"] if others > 0 else list(lines)
