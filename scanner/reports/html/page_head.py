"""What a page says before its rows: the verdict, the counts, where, when and how it was scanned, what makes it unsure.

All of it is plain HTML: it needs no script. The counts are those of the whole scan where it knows them, for the rows of
the page may be chosen ones.
"""

from collections.abc import Iterable, Mapping
from typing import Any

import scanner
from scanner.model import State
from scanner.reports.counts import Tally
from scanner.reports.html.page_text import html_text
from scanner.reports.opening_words import doubt_lines, headline, stop_lines, warning_lines
from scanner.reports.passed_over import passed_over_line, shard_line
from scanner.reports.report import ScanInfo
from scanner.reports.summary import rules_line, stopped_text
from scanner.reports.trace_words import EXPLAINED, WITNESSED
from scanner.words.durations import duration
from scanner.words.shown_text import many

#: Characters of a word, of a line, and of the title.
_WORD, _LINE, _TITLE = 200, 600, 60
#: Vantages that are named.
MOST_VANTAGES = 20
_LETTER = {state: state.value[0].upper() for state in State}


class PageHead:
    """The words of a page's beginning. `tally` counts the rows of the page, `info` all of the scan if it knows.
    `vantages`: those of the rows; where there are more than are named, not all of them."""

    def __init__(self, info: ScanInfo, tally: Tally, vantages: Iterable[str] = (), *, complete: bool) -> None:
        self._info = info
        self._tally = tally
        self._vantages = sorted(filter(None, {info.vantage, *_vantages_of_sources(info), *vantages}))
        self._complete = complete
        self._counts = info.counts or tally.counts()
        self._expectations = info.expectations or {True: tally.met, False: tally.unmet}
        self._rows = sum(self._counts.values())

    def title(self) -> str:
        """For the browser's tab and its bookmarks: the list and the day first."""
        when = (self._info.started or "").replace("T", " ")[:16]
        parts = [_list_text(self._info.options), f"{when} UTC" if when else ""]
        return html_text(f"{', '.join(filter(None, parts)) or 'Scan'}: {self._headline()}", 2 * _WORD)

    def _headline(self) -> str:
        return headline(self._counts, self._expectations, self._complete)

    def html(self) -> str:
        """The page up to its rows."""
        return "".join((self._verdict(), self._tiles(), self._facts(), self._notes()))

    def _verdict(self) -> str:
        """The headline, with a mark that does not need its colour."""
        judged = sum(self._expectations.values())
        kind, mark = "neutral", ""
        if not self._complete:
            kind, mark = "bad", "!"
        elif judged:
            kind, mark = ("bad", "✗") if self._expectations.get(False) else ("good", "✓")
        sign = f'<span class="mark" aria-hidden="true">{mark}</span>' if mark else ""
        return f'<h1 class="{kind}">{sign}{html_text(self._headline())}</h1>\n'

    def _tiles(self) -> str:
        """The counts by state."""
        tiles = [
            f'<li><span class="key {state.value}" aria-hidden="true">{_LETTER[state]}</span>'
            f"<b>{count:,}</b> {state.value}</li>"
            for state in State
            if (count := self._counts.get(state, 0))
        ]
        return f'<ul class="tiles" aria-label="Targets by state">{"".join(tiles)}</ul>\n' if tiles else ""

    def _facts(self) -> str:
        info = self._info
        facts = {
            "List": _list_text(info.options, most=_WORD),
            "Probed from": self._probed_from(),
            "Started": _time_text(info.started),
            "Finished": _time_text(info.finished),
            "Took": duration(info.elapsed_s) if info.elapsed_s else "",
            "Complete": self._how_complete(),
            "Part": shard_line(info.shard),
            "Expectations": self._expected(),
            "Rules": self._rules(),
            "Listed here": f"only {info.options['only']}" if info.options.get("only") else "",
        }
        return f"{_pairs(facts.items())}{self._how()}"

    def _probed_from(self) -> str:
        others = " and others" if len(self._vantages) > MOST_VANTAGES else ""
        return f"{', '.join(self._vantages[:MOST_VANTAGES])}{others}"

    def _how_complete(self) -> str:
        listed = " listed here" if self._info.options.get("only") and self._rows == self._tally.rows else ""
        targets = f"{many(self._rows, 'target')}{listed}"
        if self._complete and not self._info.says_complete:
            return f"not known, for what this page was made from does not say; {targets}"
        if self._complete:
            return f"yes, {targets}"
        return f"no, {stopped_text(self._rows, self._info.total)}; what was not probed is not counted"

    def _expected(self) -> str:
        met, unmet = self._expectations.get(True, 0), self._expectations.get(False, 0)
        without = self._rows - met - unmet
        others = f"; {without:,} without one" if without else ""
        return f"{met:,} met, {unmet:,} not met{others}" if met or unmet else ""

    def _rules(self) -> str:
        """Only where the list is known: a report that was read back has no more than rows to guess it from."""
        whole = self._tally.rows == self._rows and self._info.rules
        info = self._info
        known = self._complete and not info.shard
        return rules_line(self._tally, info.rules, info.rules_lacking, complete=known) if whole else ""

    def _how(self) -> str:
        """The options that were given, for whoever wants to repeat it."""
        told = {name: value for name, value in self._info.options.items() if value and name not in ("targets", "only")}
        options = [(name, _option_text(value)) for name, value in told.items()]
        version = self._info.extra.get("version") or scanner.__version__
        rows = _pairs([*options, ("scanner", f"version {version}")])
        return f"<details><summary>Options of the scan</summary>{rows}</details>\n"

    def _notes(self) -> str:
        silent = passed_over_line(self._info.extra, self._rows)
        lines = [*warning_lines(self._info), *doubt_lines(self._tally), *filter(None, [silent])]
        return _items("notes", lines) + _stops(stop_lines(self._info))


def _vantages_of_sources(info: ScanInfo) -> list[str]:
    """Of several scans in one report, even those without a row in it. Whoever wrote the report wrote this, too."""
    sources = info.extra.get("sources")
    found = [each.get("vantage") for each in sources if isinstance(each, dict)] if isinstance(sources, list) else []
    return [vantage for vantage in found if isinstance(vantage, str)]


def _stops(lines: Iterable[str]) -> str:
    """Where blocked targets stop, and who answers in place of silent ones, each under its heading."""
    parts: dict[str, list[str]] = {EXPLAINED: []}
    for line in lines:
        if line == WITNESSED:
            parts[line] = []
        else:
            parts[list(parts)[-1]].append(line)
    return "".join(_under(heading, part) for heading, part in parts.items() if part)


def _under(heading: str, lines: Iterable[str]) -> str:
    return f"<h2>{html_text(heading.rstrip(':'))}</h2>\n{_items('stops', lines)}"


def _list_text(options: Mapping[str, Any], most: int = _TITLE) -> str:
    """What was scanned, as the user wrote it: `rules.yaml and 2 more`."""
    words = options.get("targets")
    if not isinstance(words, list) or not words:
        return ""
    first = str(words[0])
    text = first if len(first) <= most else f"{first[: most - 1]}…"
    return f"{text} and {len(words) - 1:,} more" if len(words) > 1 else text


def _time_text(time: str | None) -> str:
    """`2026-01-31 12:00:05 UTC`."""
    return f"{time[:19].replace('T', ' ')} UTC" if time else ""


def _option_text(value: Any) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def _pairs(pairs: Iterable[tuple[str, str]]) -> str:
    """Words and what they stand for; those that stand for nothing are left out."""
    said = "".join(_pair(name, value) for name, value in pairs if value)
    return f"<dl>\n{said}</dl>\n"


def _pair(name: str, value: str) -> str:
    return f"<div><dt>{html_text(name, _WORD)}</dt><dd>{html_text(value, _LINE)}</dd></div>\n"


def _items(kind: str, lines: Iterable[str]) -> str:
    items = "".join(_item(line) for line in lines)
    return f'<ul class="{kind}">\n{items}</ul>\n' if items else ""


def _item(line: str) -> str:
    return f"<li>{html_text(line, _LINE)}</li>\n"
