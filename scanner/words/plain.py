"""What somebody else's text may do where we show it: nothing but be read.

Arguments, files, names, hosts and what the network says are written by others. Shown as they are, they may move the
cursor, set a title, reverse the direction of what follows, or begin a line that looks like ours.
"""

import re

#: What we colour text with (ECMA-48, SGR).
PAINT = re.compile(r"(\x1b\[[0-9;]*m)")


def plain(text: str) -> str:
    """`text` on one line, with everything that is not printable (controls, direction marks, surrogates) as an escape.

    >>> plain("a\\x1b[2Jb")
    'a\\\\x1b[2Jb'
    """
    if text.isprintable():
        return text
    return "".join(char if char.isprintable() else _escape(char) for char in text)


def plain_but_painted(text: str) -> str:
    """The same for a text that we have coloured: the colours stay."""
    if "\x1b" not in text:
        return plain(text)
    return "".join(part if index % 2 else plain(part) for index, part in enumerate(PAINT.split(text)))


def _escape(char: str) -> str:
    return char.encode("unicode_escape").decode()
