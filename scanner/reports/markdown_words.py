"""What a Markdown report says before its tables: the verdict, the counts, and what makes either of them unsure."""

from collections.abc import Iterable, Iterator, Mapping

from scanner.reports.counts import Tally
from scanner.reports.markdown_text import block, code
from scanner.reports.opening_words import counted_states, headline, note_lines
from scanner.reports.painted import wrap
from scanner.reports.report import ScanInfo
from scanner.words.durations import duration
from scanner.words.plain import plain

#: Each line of a note is cut to so many characters, and wrapped at so many columns.
_CUT, _COLUMNS = 400, 100
#: Characters of any text of others in a sentence.
_WORD = 60


def opening(info: ScanInfo, tally: Tally, *, complete: bool) -> str:
    """All that comes before the tables. `tally` counts the rows of the report, `info` all of the scan if it knows."""
    counts = info.counts or tally.counts()
    expectations = info.expectations or {True: tally.met, False: tally.unmet}
    about = "\n".join(_about(info, counts, expectations, complete))
    text = f"# {headline(counts, expectations, complete)}\n\n{about}\n"
    notes = list(_wrapped(note_lines(info, tally, sum(counts.values()))))
    return f"{text}\n{block(notes)}" if notes else text


def _about(
    info: ScanInfo, counts: Mapping[str, int], expectations: Mapping[bool, int], complete: bool
) -> Iterator[str]:
    judged = sum(expectations.values())
    if judged:  # else it is the headline
        some = f"; {judged:,} of them with an expectation" if judged < sum(counts.values()) else ""
        yield f"{counted_states(counts)}{some}."
    if info.vantage or info.started:
        place = f" from {code(info.vantage, _WORD)}" if info.vantage else ""
        times = f" {code(info.started, _WORD)} to {code(info.finished or '', _WORD)}," if info.started else ""
        yield f"Probed{place},{times} in {duration(info.elapsed_s)}."
    if info.shard:
        yield f"This is shard {code(info.shard, _WORD)}: the rest of the list is in the reports of the other shards."
    if only := info.options.get("only"):
        yield f"Listed here: only {code(str(only), _WORD)}."
    if not complete:
        why = "Parts of it are missing" if info.lacks_parts else "It was stopped early"
        yield f"**{why}: what was not probed is not counted.**"


def _wrapped(lines: Iterable[str]) -> Iterator[str]:
    """The lines in columns, each cut to a length that anybody reads."""
    for text in map(plain, lines):
        yield from wrap(text if len(text) <= _CUT else text[: _CUT - 1] + "…", _COLUMNS)
