"""What a Markdown report says before its tables: the verdict, the counts, and what makes either of them unsure."""

from collections.abc import Iterator, Mapping, Sequence

from scanner.model import State
from scanner.reports.counts import Tally
from scanner.reports.markdown_text import block, code
from scanner.reports.painted import wrap
from scanner.reports.passed_over import passed_over_line
from scanner.reports.report import ScanInfo
from scanner.reports.summary import DOUBTS
from scanner.reports.trace_words import EXPLAINED, explain_lines
from scanner.words.durations import duration
from scanner.words.plain import plain
from scanner.words.shown_text import many

#: So many lines of a kind are told, each cut to so many characters, and wrapped at so many columns.
_TOLD, _CUT, _COLUMNS = 40, 400, 100
#: Characters of any text of others in a sentence.
_WORD = 60


def opening(info: ScanInfo, tally: Tally, *, complete: bool) -> str:
    """All that comes before the tables. `tally` counts the rows of the report, `info` all of the scan if it knows."""
    counts = info.counts or tally.counts()
    expectations = info.expectations or {True: tally.met, False: tally.unmet}
    about = "\n".join(_about(info, counts, expectations, complete))
    text = f"# {_headline(counts, expectations, complete)}\n\n{about}\n"
    notes = list(_notes(info, tally, sum(counts.values())))
    return f"{text}\n{block(notes)}" if notes else text


def _headline(counts: Mapping[str, int], expectations: Mapping[bool, int], complete: bool) -> str:
    early = "" if complete else "Incomplete: "
    judged = sum(expectations.values())
    if not judged:
        return early + _counted(counts)
    unmet = expectations.get(False, 0)
    others = f", {unmet:,} not" if unmet else ""
    return f"{early}{judged - unmet:,} of {many(judged, 'target')} as expected{others}"


def _counted(counts: Mapping[str, int]) -> str:
    found = ", ".join(f"{counts[state]:,} {state.value}" for state in State if counts.get(state))
    return f"{many(sum(counts.values()), 'target')}: {found}" if found else "No targets"


def _about(
    info: ScanInfo, counts: Mapping[str, int], expectations: Mapping[bool, int], complete: bool
) -> Iterator[str]:
    judged = sum(expectations.values())
    if judged:  # else it is the headline
        some = f"; {judged:,} of them with an expectation" if judged < sum(counts.values()) else ""
        yield f"{_counted(counts)}{some}."
    if info.vantage or info.started:
        place = f" from {code(info.vantage, _WORD)}" if info.vantage else ""
        times = f" {code(info.started, _WORD)} to {code(info.finished or '', _WORD)}," if info.started else ""
        yield f"Probed{place},{times} in {duration(info.elapsed_s)}."
    if only := info.options.get("only"):
        yield f"Listed here: only {code(str(only), _WORD)}."
    if not complete:
        yield "**It was stopped early: what was not probed is not counted.**"


def _notes(info: ScanInfo, tally: Tally, rows: int) -> Iterator[str]:
    """The lines on doubts, warnings, hosts passed over, and where blocked targets stop."""
    lines = [
        *_first([f"warning: {text}" for text in info.warnings], "warnings"),
        *_first([_doubt(doubt, count) for doubt, count in sorted(tally.doubts.items())], "doubts"),
        passed_over_line(info.extra, rows),
    ]
    if stops := explain_lines(info.extra.get("explain", {})):
        lines += [EXPLAINED, *_first(stops, "lines")]
    for line in filter(None, lines):
        text = plain(line)
        yield from wrap(text if len(text) <= _CUT else text[: _CUT - 1] + "…", _COLUMNS)


def _doubt(doubt: str, count: int) -> str:
    return f"in doubt: {many(count, 'verdict')}, {doubt}: {DOUBTS.get(doubt, 'see the field doubt')}"


def _first(lines: Sequence[str], what: str) -> list[str]:
    others = len(lines) - _TOLD
    return [*lines[:_TOLD], f"and {others:,} more {what}"] if others > 0 else list(lines)
