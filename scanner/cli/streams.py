"""What each of our streams can show: colour and bars or not, how wide, which characters.

Asked for each stream by itself: `scanner ... > file` has a plain stdout and may still have a bar on stderr.
"""

import os
import re
import sys
from collections.abc import Iterable
from typing import TYPE_CHECKING, TextIO

from scanner.words.builtin_values import UNFOLDED
from scanner.words.plain import plain, plain_but_painted

if TYPE_CHECKING:
    from scanner.reports import Look

#: What COLUMNS may be; anything else (nothing, text, thousands of digits) says nothing.
_NUMBER = re.compile("[0-9]{1,9}")


def is_terminal(stream: TextIO | None) -> bool:
    """Whether somebody looks at it. A closed stream is no terminal."""
    try:
        return stream is not None and stream.isatty()
    except (OSError, ValueError):
        return False


def may_decorate(stream: TextIO | None) -> bool:
    """Whether colour and bars are welcome: a terminal that can, and nobody who said no (no-color.org)."""
    return is_terminal(stream) and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def may_paint(stream: TextIO | None, color: str = "auto") -> bool:
    """Whether colour is welcome. What was typed beats NO_COLOR (no-color.org), which beats FORCE_COLOR
    (force-color.org): with that a pipe gets colours too."""
    if color != "auto":
        return color == "always"
    forced = os.environ.get("FORCE_COLOR") and not os.environ.get("NO_COLOR")
    return bool(forced) or may_decorate(stream)


def look_of(
    stream: TextIO | None, *, color: str = "auto", verbose: bool = False, terse: bool = False, chosen: bool = False
) -> "Look":
    """How text for people appears on a stream. `color`: always, auto or never; `terse`: nothing where there is no
    row; `chosen`: not all rows are shown."""
    from scanner.reports import Look

    return Look(
        width=width_of(stream),
        colour=may_paint(stream, color),
        ascii=not _knows_unicode(stream),
        verbose=verbose,
        terse=terse,
        chosen=chosen,
        beside=stream is sys.stdout and is_terminal(stream) and is_terminal(sys.stderr),
        folds=is_terminal(stream),
        live=is_terminal(stream) and not terse,
    )


def width_of(stream: TextIO | None) -> int:
    """Columns for text: as COLUMNS says, or of the terminal, or enough for any ordinary row."""
    told = os.environ.get("COLUMNS", "")
    if _NUMBER.fullmatch(told) and int(told):
        return int(told)
    return window_of(stream) or (80 if is_terminal(stream) else UNFOLDED)


def window_of(stream: TextIO | None) -> int:
    """Columns that the terminal really has, whatever COLUMNS says; 0 without one, or where it does not know."""
    if stream is None or not is_terminal(stream):
        return 0
    try:
        return os.get_terminal_size(stream.fileno()).columns
    except (OSError, ValueError):
        return 0


def showable(lines: Iterable[str], stream: TextIO, *, painted: bool = False, width: int = 0) -> str:
    """The text of these lines for a stream: each is exactly one line, whatever is in it, and drives no terminal.

    `painted`: our own colours are in it, and stay. Characters that the stream's encoding lacks become escapes. With a
    `width` a line that is longer is broken at words, and goes on behind a margin that no line of ours begins with.
    """
    safe = plain_but_painted if painted else plain
    encoding = getattr(stream, "encoding", None) or "utf-8"
    shown = [safe(line).encode(encoding, "backslashreplace").decode(encoding) for line in lines]
    if width and max(map(len, shown), default=0) * 2 > width:  # a character takes two columns at most
        from scanner.reports.painted import folded

        shown = [part for line in shown for part in folded(line, width)]
    return "".join(f"{line}\n" for line in shown)


def _knows_unicode(stream: TextIO | None) -> bool:
    """A pipe or file gets UTF-8 whatever the locale; a terminal what it can show."""
    return not is_terminal(stream) or (getattr(stream, "encoding", "") or "").lower().replace("-", "") == "utf8"
