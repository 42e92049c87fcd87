"""Every exit status, and which ending has which. No click here: usage errors of click's arrive as `UsageError`.

An ending that is nobody's fault (a reader that closed the pipe, a signal) is quiet; every other one says one clear
thing on stderr. A traceback is never shown, but to who asks for it with SCANNER_DEBUG=1.
"""

import os
import re
from collections.abc import Callable

from scanner.cli.stderr import end, say
from scanner.cli.stdout import ReaderGoneError, flush_stdout, hold_standard_descriptors
from scanner.errors import ScannerError, TargetError, UsageError

#: A file, a line, a column. What a user wrote stands in quotes, and makes no place.
_MORE = re.compile(r": and (at least )?([0-9]+) more$")
_PLACE = re.compile(r'[^\s"][^"]*?:\d+:\d+: ')

OK = 0
UNMET = 1
USAGE = 2
FAILED = 3
BROKEN_PIPE = 141


class Stopped(BaseException):
    """A signal ends the program here and now. Not an Exception: nothing on the way may swallow it."""

    def __init__(self, signum: int) -> None:
        super().__init__(signum)
        self.signum = signum


def status_of_signal(signum: int) -> int:
    """130 after SIGINT, 143 after SIGTERM, 129 after SIGHUP: what a shell says of a killed process."""
    return 128 + signum


def guarded(work: Callable[[], int]) -> int:
    """Runs `work` and returns its status, or the one that its exception stands for, having said why."""
    hold_standard_descriptors()
    try:
        status = work()
        flush_stdout()
    except Stopped as error:  # nothing is waited for any more
        return status_of_signal(error.signum)
    except Exception as error:
        status = _status_of(error)
    end()
    return status


def _status_of(error: Exception) -> int:
    if isinstance(error, (ReaderGoneError, BrokenPipeError)):
        flush_stdout(quietly=True)
        return BROKEN_PIPE
    if isinstance(error, UsageError):
        complain(error)
        return USAGE
    if isinstance(error, ScannerError):
        complain(error)
    else:
        _unexpected(error)
    flush_stdout(quietly=True)
    return FAILED


def complain(error: ScannerError) -> None:
    """A line for each problem, those in a file with nothing but their place before, as compilers write it, and at the
    end how many these are."""
    places = count = 0
    least = ""
    for problem in error.problems:
        more = _MORE.search(problem) if places else None
        placed = isinstance(error, TargetError) and (_PLACE.match(problem) or more)
        places += bool(placed)
        is_heading = problem.endswith(":")  # of the mistakes that follow
        count += int(more[2]) if more else not is_heading
        least = least or (more[1] if more and more[1] else "")
        say(problem if placed else f"error: {problem}")
    if isinstance(error, TargetError) and places and count > 1:
        say(f"{least}{count:,} mistakes; {error.undone}")
    if isinstance(error, UsageError) and error.hint:
        say(error.hint)


def _unexpected(error: BaseException) -> None:
    if os.environ.get("SCANNER_DEBUG"):
        import traceback

        say(*"".join(traceback.format_exception(error)).splitlines())
        return
    what = " ".join(str(error).split()) or "nothing more is known"
    if isinstance(error, OSError):
        say(f"error: {what}")
    elif isinstance(error, MemoryError):
        say("error: this machine has no memory left for the scan")
    else:
        say(f"error: internal error: {type(error).__name__}: {what}")
        say("(SCANNER_DEBUG=1 in the environment shows where)")
