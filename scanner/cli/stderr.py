"""Words for people on stderr: every message of ours goes through here.

Users' text is in most of them. So a message is lines, and only here they become a text: whatever a line holds, it stays
one line, and nothing in it reaches the terminal but what can be read. Who writes a message need not think of it.

A stderr that is closed or full stops nobody: there is no place to complain to. Nor does one whose reader has stopped
(`2>&1 | less`, Ctrl-S) hold up a scan (`unblocked`); before and after a scan there is nothing to hold up.
"""

import os
import stat
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from scanner.cli.streams import is_terminal, showable, width_of
from scanner.words.shown_text import many
from scanner.words.user_info import masked

if TYPE_CHECKING:
    from scanner.reports.outlets.stop_request import StopRequest
    from scanner.reports.outlets.stream import Stream

#: Bytes that wait for a reader who has stopped; what is said beyond is lost.
_MOST = 1024 * 1024

#: Columns below which nothing is folded any narrower.
_NARROWEST = 20

_stream: "Stream | None" = None


def tell_of_tracing(targets: int) -> None:
    """Tells whoever looks on that it works: traces take some seconds, and say nothing before their end."""
    if is_terminal(sys.stderr):
        say(f"tracing {many(targets, 'target')}")


def tell_of_asking(hosts: int, ports: Iterable[int]) -> None:
    """Tells, wherever stderr goes, that hosts are asked more than the list has: packets that nobody typed."""
    if hosts:
        named = ", ".join(map(str, sorted(ports)))
        say(f"asking {many(hosts, 'silent host')} a few usual ports: {named}")


def say(*lines: str, painted: bool = False) -> None:
    """Writes lines, each argument exactly one. `painted`: our own colours are in it, and stay. On a terminal that is
    narrower than a line it is broken at words, and what follows is indented."""
    if sys.stderr is not None:
        width = max(_NARROWEST, width_of(sys.stderr)) if is_terminal(sys.stderr) else 0
        write(showable(map(masked, lines), sys.stderr, painted=painted, width=width))


def write(text: str, *, passing: bool = False) -> None:
    """Writes a text as it is. `passing`: it is of this moment (a bar), and left out while something else waits."""
    if sys.stderr is None:
        return
    with suppress(OSError, ValueError):
        if _stream is None:
            sys.stderr.write(text)
            sys.stderr.flush()
        elif len(_stream.backlog) <= (0 if passing else _MOST):
            _stream.add(text.encode(sys.stderr.encoding or "utf-8", "backslashreplace"))
            _stream.push()


def end() -> None:
    """The last that is said: what could not be written goes nowhere.

    The text layer keeps it otherwise, and the interpreter's own end tries once more, fails, and takes a status of its
    own for it (120).
    """
    if sys.stderr is not None:
        try:
            sys.stderr.flush()
        except (OSError, ValueError):
            with suppress(OSError, ValueError):
                null = os.open(os.devnull, os.O_WRONLY)
                os.dup2(null, sys.stderr.fileno())
                os.close(null)
                sys.stderr.flush()


@contextmanager
def unblocked(stop: "StopRequest") -> Iterator[None]:
    """Inside the block no word waits for a reader; at its end what still waits does, with the stop in view."""
    global _stream
    _stream = _opened()
    try:
        yield
    finally:
        stream, _stream = _stream, None
        if stream is not None:
            with suppress(OSError):
                _settle(stream, stop)
            stream.close()


def _opened() -> "Stream | None":
    """Stderr as something that has a reader, or None: a file has none."""
    from scanner.reports.outlets.stream import Stream

    with suppress(OSError, ValueError):
        if sys.stderr is not None and not stat.S_ISREG(os.fstat(sys.stderr.fileno()).st_mode):
            sys.stderr.flush()
            return Stream(sys.stderr.fileno(), shared=True)
    return None


def _settle(stream: "Stream", stop: "StopRequest") -> None:
    from scanner.reports.outlets.stop_request import TURN_S
    from scanner.reports.outlets.stream import wait_writable

    while stream.backlog and stop.patience() > 0:
        wait_writable([stream.descriptor], min(TURN_S, stop.patience()))
        stream.push()


class Passing:
    """Stderr as a file for a bar, which is never told that it fails."""

    @property
    def encoding(self) -> str:
        return (sys.stderr.encoding if sys.stderr is not None else "") or "utf-8"

    def write(self, text: str) -> None:
        with suppress(Exception):
            write(text, passing=True)

    def flush(self) -> None:
        """There is nothing to flush."""
