"""What we print on stdout ourselves (help, dry runs), and its end.

Reports write to the descriptor themselves; here is the text layer above it. Python flushes it once more when the
interpreter ends, and complains in its own words when that fails: so it is flushed here, and what cannot be
written goes nowhere.
"""

import os
import stat
import sys
from contextlib import suppress
from time import monotonic
from typing import TYPE_CHECKING

from scanner.cli.streams import showable
from scanner.errors import ReportError

if TYPE_CHECKING:
    import select


class StdoutError(ReportError):
    """What was to be printed could not be; the text says why."""


class ReaderGoneError(Exception):
    """The reader of stdout has closed it. Not an OSError: click would end the program with a status of its own."""


def out(*lines: str) -> None:
    """Prints lines, each argument exactly one. Raises StdoutError, or ReaderGoneError."""
    if sys.stdout is None:
        raise StdoutError("stdout is closed")
    try:
        sys.stdout.write(showable(lines, sys.stdout))
    except OSError as error:
        raise _translated(error) from error


def flush_stdout(*, quietly: bool = False) -> None:
    """Writes what still waits. `quietly`: what cannot be written is dropped, and nothing is raised."""
    if sys.stdout is None:
        return
    try:
        sys.stdout.flush()
    except (OSError, ValueError) as error:
        _send_nowhere()
        if quietly:
            return
        raise _translated(error) from error


def _translated(error: OSError | ValueError) -> Exception:
    if isinstance(error, BrokenPipeError):
        return ReaderGoneError()
    return StdoutError(f"stdout could not be written: {getattr(error, 'strerror', None) or error}")


class Reader:
    """Whoever reads our stdout. Rows may be seconds apart, so whether somebody still does is asked now and then.

    poll(2): the writing end of a pipe reports POLLERR (Linux) or POLLHUP once nobody can read it any more.
    """

    def __init__(self, *, every_s: float = 0.5) -> None:
        self._every_s = every_s
        self._asked = monotonic()
        self._poll = _poll_of_stdout()

    def is_gone(self) -> bool:
        """True once nobody can read any more; looks at most every half second."""
        if self._poll is None or (now := monotonic()) - self._asked < self._every_s:
            return False
        self._asked = now
        try:
            return bool(self._poll.poll(0))
        except OSError:  # it is forbidden here; writing will tell
            self._poll = None
            return False


def _poll_of_stdout() -> "select.poll | None":
    """A poll object for stdout where it is a pipe or a socket, and the system can tell."""
    try:
        mode = os.fstat(1).st_mode
    except OSError:
        return None
    if os.name == "nt" or not (stat.S_ISFIFO(mode) or stat.S_ISSOCK(mode)):
        return None
    import select

    poll = select.poll()
    poll.register(1, 0)  # errors and hang-ups only; these are always reported
    return poll


def hold_standard_descriptors() -> None:
    """Opens the null device where stdin, stdout or stderr is closed.

    Otherwise the next file opened (a report, a socket) would take the number, and be written to by mistake.
    """
    for descriptor, mode in ((0, os.O_RDONLY), (1, os.O_WRONLY), (2, os.O_WRONLY)):
        try:
            os.fstat(descriptor)
        except OSError:
            with suppress(OSError):
                os.open(os.devnull, mode)  # takes the lowest free number, which is this one


def _send_nowhere() -> None:
    """Lets the text that waits vanish, so that the interpreter's last flush has nothing to fail on."""
    with suppress(OSError, ValueError):
        null = os.open(os.devnull, os.O_WRONLY)
        os.dup2(null, sys.stdout.fileno())
        os.close(null)
        sys.stdout.flush()
