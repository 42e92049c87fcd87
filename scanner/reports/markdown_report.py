"""GitHub-flavoured Markdown, for the summary of a pipeline's step and for tickets: what matters first, in bounded size.

The verdict is the headline. Then what is not as expected, what is blocked (by reason and by who sent the ICMP error),
and what is open, each row in the first of these that it belongs to; the rest is counted. GitHub refuses a summary of
more than 1 MiB, so a report stays below that whatever it is given, and says what it left out.
"""

from collections import Counter

from scanner.model import EXPECTATIONS, Result, State
from scanner.reports.counts import Tally
from scanner.reports.kept_lines import StateReason
from scanner.reports.markdown_sections import MarkdownSection, kinds_text
from scanner.reports.markdown_words import opening
from scanner.reports.outlets.outlet import Outlet
from scanner.reports.report import ScanInfo
from scanner.words.shown_text import many

#: Bytes of a report with all its rows; what is said of those left out still fits under GitHub's 1,048,576.
_MOST_BYTES = 990_000
#: How many lines each section keeps.
_UNMET, _BLOCKED, _OPEN = 5000, 2500, 2500
#: The last line of a report when the disk is full.
_TORN = "\n**This report could not be written to its end.**\n"
_BLOCKED_STATES = EXPECTATIONS["blocked"]


class MarkdownReport:
    """Results as a page of Markdown, written at the end."""

    def __init__(self, outlet: Outlet) -> None:
        self._outlet = outlet
        self._tally = Tally()
        self._unmet = MarkdownSection(_UNMET)
        self._blocked = MarkdownSection(_BLOCKED)
        self._open = MarkdownSection(_OPEN)
        self._rest: Counter[StateReason] = Counter()

    def write(self, results: list[Result]) -> None:
        self._tally.add(results)
        unmet, blocked, opened = self._unmet.add, self._blocked.add, self._open.add
        for result in results:
            if result.met is False:
                unmet(result)
            elif result.state is State.OPEN:
                opened(result)
            elif result.state in _BLOCKED_STATES:
                blocked(result)
            else:
                self._rest[result.state, result.reason] += 1
        self._outlet.flush_in_time()

    def flush(self) -> None:
        self._outlet.flush_in_time()

    def finish(self, info: ScanInfo) -> None:
        if not self._outlet.ended:
            self._outlet.finish(self._page(info, complete=info.complete))

    def abandon(self, info: ScanInfo) -> None:
        if not self._outlet.ended:
            self._outlet.abandon(_TORN if self._outlet.failed else self._page(info, complete=False))

    def _page(self, info: ScanInfo, *, complete: bool) -> str:
        page = _MarkdownPage()
        page.say(opening(info, self._tally, complete=complete))
        page.section("Not as expected", self._unmet)
        page.section("Blocked", self._blocked, by_reason=True)
        page.section("Open", self._open, by_reason=True)
        if self._rest:
            page.say(f"\nNot listed: {kinds_text(self._rest)}.\n")
        return page.text()


class _MarkdownPage:
    """The text as it grows, in bytes."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._room = _MOST_BYTES

    def say(self, text: str) -> None:
        """Adds what must be said."""
        self._parts.append(text)
        self._room -= len(text.encode())

    def section(self, title: str, section: MarkdownSection, *, by_reason: bool = False) -> None:
        """Adds the rows that fit, in one table or one for each reason and sender, and says what does not."""
        if not section.rows:
            return
        self.say(f"\n## {title}: {many(section.rows, 'target')}\n")
        for heading, keys in section.groups() if by_reason else [("", section.keys())]:
            start = f"\n### {heading}\n\n" if heading else "\n"
            for lines, text in section.table(keys, self._room, grouped=by_reason):
                if not lines:
                    start += text
                elif not text or len((start + text).encode()) > self._room:
                    section.leave(lines)
                else:
                    self.say(start + text)
                    start = ""
        if section.left:
            more = many(section.left.total(), "more target")
            self.say(f"\nLeft out here: {more}, {kinds_text(section.left)}. A CSV or JSON report has every row.\n")

    def text(self) -> str:
        return "".join(self._parts)
