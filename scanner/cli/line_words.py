"""The words of a command line that is still being typed: quotes may be open, and the last word may be empty.

`shlex` gives up where a quote is not closed, and does not tell where each word stands. The shells' common rules are
enough: blanks separate, a backslash and quotes take their meaning from characters. What a shell would put in place of
a word (`$HOME`, `$(...)`) stays as it was typed.
"""

from typing import NamedTuple

#: What a backslash within double quotes takes its meaning from (POSIX, 2.2.3); before others it is itself.
_AFTER_BACKSLASH = frozenset('"\\$`')


class LineWord(NamedTuple):
    """A word as it was typed, what it means, and the quote that is open at its end, or empty."""

    raw: str
    text: str
    quote: str


def words_of(line: str) -> list[LineWord]:
    """All of them; the last one is being typed, and is empty after a blank.

    >>> [word.text for word in words_of("scan 'my file' --name=web\\\\ ti")]
    ['scan', 'my file', '--name=web ti']
    """
    words: list[LineWord] = []
    raw, text, quote, escaped = "", "", "", False
    for char in line:
        if not quote and not escaped and char in " \t\n":
            if raw:
                words.append(LineWord(raw, text, ""))
            raw, text = "", ""
            continue
        raw += char
        if escaped:
            text += char if not quote or char in _AFTER_BACKSLASH else f"\\{char}"
            escaped = False
        elif char == "\\" and quote != "'":
            escaped = True
        elif char == quote:
            quote = ""
        elif not quote and char in "'\"":
            quote = char
        else:
            text += char
    return [*words, LineWord(raw, text, quote)]
