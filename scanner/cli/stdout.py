"""What we print on stdout ourselves (help, dry runs), and its end.

Reports write to the descriptor themselves; here is the text layer above it. Python flushes it once more when the
interpreter ends, and complains in its own words when that fails: so it is flushed here, and what cannot be
written goes nowhere.
"""

import os
import sys
from contextlib import suppress

from scanner.errors import ReportError


class StdoutError(ReportError):
    """What was to be printed could not be; the text says why."""


class ReaderGoneError(Exception):
    """The reader of stdout has closed it. Not an OSError: click would end the program with a status of its own."""


def out(text: str) -> None:
    """Prints a line. Raises StdoutError, or ReaderGoneError."""
    if sys.stdout is None:
        raise StdoutError("stdout is closed")
    try:
        sys.stdout.write(text + "\n")
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
