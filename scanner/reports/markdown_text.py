"""Text in GitHub-flavoured Markdown that nothing but reads as text: spans and blocks of code, and tables.

Whatever others wrote stands in code. In text, escapes would hold off a link or HTML, but not what GitHub does to the
finished page: there `@somebody`, `#12` and a commit's number become links even where their signs were escaped, and code
is what it leaves alone. Code is also what reads the same in a terminal.
"""

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache

from scanner.reports.painted import columns
from scanner.words.plain import plain

_BACKTICKS = re.compile("`+")
#: A column is padded up to this width, so that a table also reads well as plain text.
_PADDED = 24


def _longest_run(text: str) -> int:
    return max(map(len, _BACKTICKS.findall(text)), default=0)


@lru_cache(maxsize=1024)  # names, reasons and senders repeat from row to row
def code(text: str, most: int = 0) -> str:
    """`text` as code, on one line, cut to `most` characters if given; empty where there is none.

    A `|` stands between two spans, as an entity, which reads the same everywhere: in a table's code it would have to be
    `\\|`, which in any other code is two characters.

    >>> code("a|b`c")
    '`a`&#124;``b`c``'
    """
    text = plain(text)
    if 0 < most < len(text):
        text = text[: most - 1] + "…"
    return "&#124;".join(map(_span, text.split("|")))


def _span(text: str) -> str:
    if not text:
        return ""
    fence = "`" * (_longest_run(text) + 1)
    ends = text[0] + text[-1]  # a space at both ends would be taken away, a backtick belong to the fence
    space = " " if "`" in ends or (ends == "  " and text.strip(" ")) else ""
    return f"{fence}{space}{text}{space}{fence}"


def block(lines: Iterable[str]) -> str:
    """Lines of any text as a block of code."""
    text = "\n".join(map(plain, lines))
    fence = "`" * max(3, _longest_run(text) + 1)
    return f"{fence}text\n{text}\n{fence}\n"


class MarkdownTable:
    """A table of Markdown cells: `head` is its first two lines, `line` spells a row. Columns that are empty in all of
    `rows` are left out."""

    def __init__(self, names: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
        self._used = [index for index in range(len(names)) if any(row[index] for row in rows)]
        self._widths = [
            min(_PADDED, max(3, *(columns(cell) for cell in (names[index], *(row[index] for row in rows)))))
            for index in self._used
        ]
        self.head = f"{self.line(names)}| {' | '.join('-' * width for width in self._widths)} |\n"

    def line(self, cells: Sequence[str]) -> str:
        """A row, with its line end."""
        used = zip((cells[index] for index in self._used), self._widths, strict=True)
        return f"| {' | '.join(cell + ' ' * (width - columns(cell)) for cell, width in used)} |\n"
