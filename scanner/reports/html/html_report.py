"""The report as a page for a browser: gathered while the scan runs, and written at its end.

What it holds until then is bounded: packed rows (`page_rows.py`), a byte for each target (`host_matrix.py`), the lines
of four short lists (`page_lists.py`), and counts.

Whoever expected something is shown first what is not so, and the overviews after that; whoever merely looked around has
the overviews first.
"""

from collections.abc import Iterator

from scanner.model import EXPECTATIONS, Result, State
from scanner.reports.counts import Tally
from scanner.reports.html.host_map import host_map
from scanner.reports.html.host_matrix import HostMatrix
from scanner.reports.html.map_table import map_section
from scanner.reports.html.page_data import rows_data
from scanner.reports.html.page_frame import PageFrame
from scanner.reports.html.page_head import MOST_VANTAGES, PageHead
from scanner.reports.html.page_lists import MOST_LINES, list_section
from scanner.reports.html.page_rows import PageRows
from scanner.reports.html.page_text import in_data_block
from scanner.reports.html.rtt_histogram import RttHistogram
from scanner.reports.kept_lines import KeptLines
from scanner.reports.outlets.outlet import Outlet
from scanner.reports.phrases import port_runs
from scanner.reports.report import ScanInfo
from scanner.words.shown_text import many

#: The plain lists after that of what is not as expected, in their order, and which states they have.
_LISTS = {"Blocked": EXPECTATIONS["blocked"], "Error": (State.ERROR,), "Open": (State.OPEN,)}
#: The last words of a page when the disk is full. Wherever it was cut off, they are in no style, script or table.
_TORN = "\n</title></style></script></table><p><strong>This report could not be written to its end.</strong></p>\n"


class HtmlReport:
    """Results as a page of HTML."""

    def __init__(self, outlet: Outlet) -> None:
        self._outlet = outlet
        self._tally = Tally()
        self._rows = PageRows()
        self._matrix = HostMatrix()
        self._round_trips = RttHistogram()
        self._vantages: set[str] = set()
        self._unmet = KeptLines(MOST_LINES)
        self._lists = {title: KeptLines(MOST_LINES) for title in _LISTS}
        self._by_state = {state: self._lists[title] for title, states in _LISTS.items() for state in states}

    def write(self, results: list[Result]) -> None:
        self._tally.add(results)
        self._rows.add(results)
        self._matrix.add(results)
        self._round_trips.add(results)
        if len(self._vantages) <= MOST_VANTAGES:
            self._vantages.update([result.request.vantage for result in results])
        unmet, by_state = self._unmet.add, self._by_state
        for result in results:
            if result.met is False:
                unmet(result)
            elif (lines := by_state.get(result.state)) is not None:
                lines.add(result)

    def flush(self) -> None:
        """Nothing waits that could be written: the counts come first."""

    def finish(self, info: ScanInfo) -> None:
        if not self._outlet.ended:
            self._write_all(info, complete=info.complete)
            self._outlet.finish()

    def abandon(self, info: ScanInfo) -> None:
        if self._outlet.ended:
            return
        if self._outlet.failed:
            self._outlet.abandon(_TORN)
            return
        self._write_all(info, complete=False)
        self._outlet.abandon()

    def _write_all(self, info: ScanInfo, *, complete: bool) -> None:
        for part in self._page(info, complete=complete):
            self._outlet.write(part)

    def _page(self, info: ScanInfo, *, complete: bool) -> Iterator[str]:
        frame, head = PageFrame(), PageHead(info, self._tally, self._vantages, complete=complete)
        overview = host_map(self._matrix)
        yield frame.begin(head.title())
        yield head.html()
        lists = list_section("Not as expected", self._unmet)
        lists += "".join(list_section(title, lines, by_reason=True) for title, lines in self._lists.items())
        rows = frame.rows(lists, self._not_listed(), len(self._rows))
        of_what = " of the rows listed" if info.options.get("only") else ""
        overviews = map_section(overview, self._matrix, of_what, self._empty_cell(info)) + self._round_trips.table(
            of_what
        )
        yield from (rows, overviews) if self._tally.unmet else (overviews, rows)
        columns = [port_runs(ports) for ports in overview.columns]
        yield from frame.end(self._data(overview.row_numbers(), columns))

    def _empty_cell(self, info: ScanInfo) -> str:
        """What it means that a host and a port of the overview have no row. That it was not probed is known only of a
        scan that says all of itself, and whose rows are not chosen, neither by --only nor by what answered before."""
        chosen = info.options.get("only") or info.options.get("discover") or info.extra.get("silent_hosts")
        return "not probed" if info.says_complete and not chosen and not self._matrix.left else "not listed here"

    def _not_listed(self) -> str:
        """The rows that the page has no place for."""
        left = self._rows.left
        if not left:
            return ""
        counts = ", ".join(f"{left[state]:,} {state.value}" for state in State if left[state])
        return (
            f'<p class="left">This page lists {many(len(self._rows), "row")}, as many as a browser handles well. Not '
            f"among them: {counts}. A CSV or JSON report has every row.</p>\n"
        )

    def _data(self, map_rows: dict[str, int], columns: list[list[tuple[int, int]]]) -> Iterator[str]:
        left = {state.value: count for state, count in self._rows.left.items() if count}
        yield f'{{"schema": "scanner-page/1", "left": {in_data_block(left)}, "map_columns": {in_data_block(columns)},\n'
        yield '"rows": '
        yield from rows_data(self._rows, map_rows)
        yield "}"
