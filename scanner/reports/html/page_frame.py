"""The page around what was found: its head, the policy of what may run, the controls of the table, styles and scripts.

Styles and scripts are files of their own beside this module, so that they read as what they are. The scripts are put
together in this order, into one. They come last: when they run, the page is there.
"""

import os
from collections.abc import Iterable

from scanner.reports.html.page_text import policy

_SCRIPTS = (
    "visible.js", "report_data.js", "row_filter.js", "row_order.js", "row_window.js", "row_table.js", "map_keys.js",
    "page.js",
)  # fmt: skip
_EARLY, _STYLE = "theme.js", "page.css"

_ROWS = """\
<section id="rows" aria-labelledby="rows-title" hidden>
<h2 id="rows-title">Targets</h2>
<div class="tools">
<label for="filter">Filter</label>
<input id="filter" type="search" autocomplete="off" spellcheck="false" aria-describedby="filter-help">
<div id="kinds" role="group" aria-label="Show"></div>
<button type="button" id="place" hidden></button>
<details id="columns"><summary>Columns</summary><div role="group" aria-label="Columns"></div></details>
</div>
<p id="filter-help" class="help"><kbd>/</kbd> goes to the filter. A row is shown if it has every word: <code>10.0.0.
https</code>. <code>10.0.0.1</code> and <code>[::1]:22</code> mean just that one. <code>state:open,refused</code>,
<code>port:22,80-90</code>, <code>name:"web tier"</code> and <code>expect:open</code> look into one field;
<code>host:=web</code> is the whole of it, <code>-open</code> leaves out.</p>
<p id="count" role="status"></p>
<div class="scroll" id="table-box"><table id="table"><thead><tr></tr></thead><tbody></tbody></table></div>
<section id="details" aria-labelledby="details-title" hidden><h3 id="details-title">All fields of this target</h3>
<dl></dl></section>
</section>
"""
_NO_ROWS = "<section><h2>Targets</h2>\n<p>No target is listed here.</p></section>\n"


def _asset(name: str) -> str:
    """The text of a file beside this module."""
    with open(os.path.join(os.path.dirname(__file__), name), encoding="utf-8", newline="\n") as file:
        return file.read()


class PageFrame:
    """The texts of a page that do not depend on what was found."""

    def __init__(self) -> None:
        self._early = _asset(_EARLY)
        self._style = _asset(_STYLE)
        self._script = '"use strict";\n' + "\n".join(map(_asset, _SCRIPTS))

    def begin(self, title: str) -> str:
        """The page up to its first section; `title` is escaped already."""
        allowed = policy([self._early, self._script], [self._style])
        return (
            '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
            f'<meta http-equiv="Content-Security-Policy" content="{allowed}">\n'
            '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
            '<meta name="referrer" content="no-referrer">\n<meta name="color-scheme" content="light dark">\n'
            f"<title>{title}</title>\n<style>{self._style}</style>\n<script>{self._early}</script>\n</head>\n<body>\n"
            '<a class="skip" href="#main">Skip to the result</a>\n'
            '<header><span class="brand">scanner</span>'
            '<button type="button" id="theme" hidden></button></header>\n<main id="main">\n'
        )

    def rows(self, plain_lists: str, left: str, count: int) -> str:
        """The place of the table of all rows, and what stands there without a script, and in print.

        `left`: what is said of rows without a place. Where there is no row, a sentence stands for all of it.
        """
        if not count:
            return _NO_ROWS
        return (
            f'<noscript><p class="help">The table of {count:,} rows, with its filter, needs JavaScript. Without '
            "it, this page has the summary, the overviews, and lists of what is not as expected, blocked, in error or "
            "open, as far as there is room.</p></noscript>\n"
            f'{left}{_ROWS}<div id="lists">\n{plain_lists}</div>\n'
        )

    def end(self, data: Iterable[str]) -> Iterable[str]:
        """The data, which is JSON safe between tags, and the script that shows it."""
        yield '</main>\n<script type="application/json" id="report-data">\n'
        yield from data
        yield f"\n</script>\n<script>{self._script}</script>\n</body>\n</html>\n"
