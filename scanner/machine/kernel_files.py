"""The files under /proc in which Linux tells of this host, line by line; nothing where there are none.

What is asked often and must be fast (`icmp_counts.py`, `interposed.py`) is read otherwise.
"""

from collections.abc import Iterator
from pathlib import Path as File

from scanner.machine.closing import closing

#: A router with a full table has a hundred megabytes of routes.
_MOST_CHARS = 16 * 1024 * 1024

#: More than the files with the kernel's counts have (1300 to 3200 bytes): for who reads one in one call, and often.
COUNTS_BYTES = 16_384


def lines(file: File) -> list[str]:
    """The lines of a file; none where it cannot be read."""
    try:
        with closing(open(file, encoding="ascii", errors="replace")) as opened:
            text = opened.read(_MOST_CHARS)
            return text[: text.rfind("\n") + 1].splitlines()  # what is cut may end in the middle of a line
    except OSError:
        return []


def rows(file: File) -> Iterator[list[str]]:
    """The same, each line in words."""
    return (line.split() for line in lines(file))


def number(file: File) -> int | None:
    """What one of the kernel's settings says; None where there is none, or it is no number."""
    try:
        with closing(open(file, encoding="ascii", errors="replace")) as opened:
            text = opened.readline().strip()
    except OSError:
        return None
    return int(text) if text.isdecimal() and text.isascii() else None
