"""Words for people on stderr. A stderr that is closed or full stops nobody: there is no place to complain to."""

import sys
from contextlib import suppress


def say(text: str) -> None:
    """Writes a line, or several."""
    if sys.stderr is not None:
        with suppress(OSError, ValueError):
            sys.stderr.write(text + "\n")
            sys.stderr.flush()
