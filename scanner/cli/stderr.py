"""Words for people on stderr: every message of ours goes through here.

Users' text is in most of them. So a message is lines, and only here they become a text: whatever a line holds, it stays
one line, and nothing in it reaches the terminal but what can be read. Who writes a message need not think of it.

A stderr that is closed or full stops nobody: there is no place to complain to.
"""

import sys
from contextlib import suppress

from scanner.cli.terminal import showable


def say(*lines: str, painted: bool = False) -> None:
    """Writes lines, each argument exactly one. `painted`: our own colours are in it, and stay."""
    if sys.stderr is not None:
        with suppress(OSError, ValueError):
            sys.stderr.write(showable(lines, sys.stderr, painted=painted))
            sys.stderr.flush()
