"""Text for people: what is safe to show, how wide it is, how it is coloured.

Names and tags come from files, host names from files and the network: none of them may control a terminal. What
decides whether there is colour (NO_COLOR, TERM, a pipe) is the command line's business; here it is a flag.
"""

import re
from collections.abc import Iterable

from scanner.model import Result, State
from scanner.words.builtin_values import UNFOLDED
from scanner.words.plain import PAINT, plain

#: What precedes what is not as expected, and the same in ASCII.
_MARK, _MARK_ASCII = "✗", "X"
#: Where a line may be broken: a mark stays with its words, and "hop 3" is one word to who reads a way.
_BREAK = rf"(?<!hop)(?<!(?<!\S)[{_MARK}{_MARK_ASCII}]) "
_BREAKS, _GAPS = re.compile(_BREAK), re.compile(f"({_BREAK}+)")

_CODES = {"green": "32", "yellow": "33", "red": "31", "magenta": "35", "bad": "1;31", "dim": "2", "bold": "1"}

#: Green: the way is open; yellow: an answer, but no; red: no answer at all.
STATE_STYLE = {
    State.OPEN: "green",
    State.REFUSED: "yellow",
    State.TIMEOUT: "red",
    State.UNREACHABLE: "magenta",
    State.ERROR: "bad",
}


class Look:
    """How a table looks: `width` in columns, `colour`, `ascii` (nothing but ASCII), `verbose` (every row). `beside`:
    who sees it sees the summary too, which need not be said twice; `terse`: nothing at all where there is no row;
    `folds`: sentences are broken at the width, for somebody looks at them (who reads a pipe or a file wants each on one
    line); `live`: who looks on is told what is found while the scan is under way; `chosen`: the user chose which rows
    are shown, and there may be others."""

    __slots__ = ("ascii", "beside", "chosen", "colour", "folds", "live", "terse", "verbose", "width")

    def __init__(
        self,
        *,
        width: int = 80,
        colour: bool = False,
        ascii: bool = False,
        verbose: bool = False,
        beside: bool = False,
        terse: bool = False,
        folds: bool = False,
        live: bool = False,
        chosen: bool = False,
    ) -> None:
        self.chosen = chosen
        self.live = live
        self.folds = folds
        self.terse = terse
        self.beside = beside
        self.width = max(width, 20)
        self.colour = colour
        self.ascii = ascii
        self.verbose = verbose

    def paint(self, text: str, style: str) -> str:
        """`text` in the named style, or as it is when there is no colour or no style."""
        return f"\x1b[{_CODES[style]}m{text}\x1b[0m" if self.colour and style and text else text

    @property
    def mark(self) -> str:
        """What precedes a result that is not as expected."""
        return _MARK_ASCII if self.ascii else _MARK

    def text(self, text: str) -> str:
        """A user's text, safe to show here."""
        text = plain(text)
        return text.encode("ascii", "backslashreplace").decode() if self.ascii else text

    def folded(self, line: str, lead: str = "", hang: str = "  ") -> list[str]:
        """`lead` and a line, broken at the width where this look folds: see `folded`."""
        return folded(line, self.width, lead, hang) if self.folds else [lead + line]

    def of_file(self) -> "Look":
        """The same for a file: plain UTF-8 of a fixed width, whatever window it is made in."""
        return Look(width=UNFOLDED, verbose=self.verbose, chosen=self.chosen)


def style_of(result: Result) -> str:
    """The colour of a row's state: that of the verdict on its expectation where it has one, else the state's own."""
    if result.met is None:
        return STATE_STYLE[result.state]
    return "green" if result.met else "bad"


def columns(text: str) -> int:
    """How many terminal columns a printable text takes up (Unicode Standard Annex 11); our colours take up none."""
    if "\x1b" in text:
        text = PAINT.sub("", text)
    if text.isascii():
        return len(text)
    from unicodedata import combining, east_asian_width  # 1 MB that most runs never need

    return sum(0 if combining(char) else 1 + (east_asian_width(char) in "WF") for char in text)


def shorten(text: str, width: int, look: Look) -> str:
    """`text` cut to `width` columns, with a sign that it was cut; as it is if it fits."""
    if columns(text) <= width:
        return text
    sign = "..." if look.ascii else "…"
    while text and columns(text) + len(sign) > width:
        text = text[:-1]
    return text.rstrip() + sign


def wrap(text: str, width: int) -> list[str]:
    """Breaks a text into lines of at most `width` columns, at spaces; a longer word stays whole, and a mark stays with
    its words."""
    lines = [""]
    for word in _BREAKS.split(text):
        if lines[-1] and columns(lines[-1]) + 1 + columns(word) > width:
            lines.append(word)
        else:
            lines[-1] += f" {word}" if lines[-1] else word
    return lines


def folded(line: str, width: int, lead: str = "", hang: str = "  ") -> list[str]:
    """A sentence that begins after `lead`, broken at words into lines of at most `width` columns, those after the first
    behind `hang`: so they never look like a line of their own. A longer word stays whole."""
    if columns(lead) + columns(line) <= width:
        return [lead + line]
    words = line.lstrip(" ")
    margin = line[: len(line) - len(words)]
    first, *others = _GAPS.split(words)
    lines, behind = [lead + margin + first], margin + hang
    for gap, word in zip(others[::2], others[1::2], strict=True):
        if columns(lines[-1]) + len(gap) + columns(word) > width:
            lines.append(behind + word)
        else:
            lines[-1] += gap + word
    return lines


def widest(texts: Iterable[str]) -> int:
    """The columns of the widest text; 0 if there is none."""
    return max(map(columns, texts), default=0)
