"""Where a report's text goes: stdout, a file that appears only when it is whole, or a device written in place.

Why not plain `open()`: the text is UTF-8 whatever the locale, so it bypasses the text layer; a failed write
must surface once, as our own error, and not a second time when the interpreter closes a buffer; and what waits
must leave a few times a second, but not once per poll round. So an outlet keeps its own short buffer over an
unbuffered stream.

A lone surrogate (a file name or tag that was no UTF-8) is written as its backslash escape: in JSON that is the
very escape that means it, elsewhere it is at least visible.
"""

import os
import re
import stat
import sys
from contextlib import suppress
from time import monotonic, sleep
from typing import Protocol

from scanner.errors import ReportError
from scanner.reports.terminal import plain

#: Characters that may wait before they are written even though it is not yet time to flush.
_BUFFERED = 256 * 1024
#: Seconds between flushes: a reader of a pipe sees a row within a second, `tail -f` soon enough.
_STDOUT_INTERVAL = 0.2
_FILE_INTERVAL = 0.8

_OWN_DESCRIPTOR = re.compile(r"/dev/(?:fd/(\d+)|(stdout|stderr))|/proc/self/fd/(\d+)")


class _Sink(Protocol):
    def write(self, data: memoryview, /) -> int | None: ...


class Outlet:
    """Text in, UTF-8 bytes out. `name` is what messages call it; `ended` is True once nothing more may come."""

    def __init__(self, name: str, sink: _Sink, interval: float) -> None:
        self.name = plain(name)
        self.ended = False
        self._sink = sink
        self._interval = interval
        self._waiting: list[str] = []
        self._size = 0
        self._flushed = -interval
        self._problem: Exception | None = None

    def write(self, text: str) -> None:
        """Takes `text`; raises ReportError when this or an earlier text could not be written."""
        self._waiting.append(text)
        self._size += len(text)
        if self._size >= _BUFFERED:
            self.flush()

    def flush_in_time(self) -> None:
        """Flushes when something waits and the last flush is long enough ago."""
        if self._waiting and monotonic() - self._flushed >= self._interval:
            self.flush()

    def flush(self) -> None:
        """Writes all that waits."""
        if self._problem is not None:
            raise self._problem
        data = "".join(self._waiting).encode("utf-8", "backslashreplace")
        self._waiting.clear()
        self._size = 0
        self._flushed = monotonic()
        try:
            _write_all(self._sink, data)
        except (OSError, ValueError) as error:  # ValueError: somebody closed the stream
            self._fail(error)

    def finish(self) -> None:
        """All is written: ends whole."""
        self.flush()
        self.ended = True
        try:
            self._close(whole=True)
        except OSError as error:
            self._fail(error)

    def abandon(self) -> None:
        """Ends early; what was written stays. An outlet that failed before has said so: no second complaint."""
        if self._problem is None:
            self.flush()
        self.ended = True
        with suppress(OSError):
            self._close(whole=False)

    def _close(self, *, whole: bool) -> None:
        """Closes the stream and settles the file's name."""

    def _fail(self, error: Exception) -> None:
        self._problem = self._translated(error)
        raise self._problem from error

    def _translated(self, error: Exception) -> Exception:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        return ReportError(f"{self.name}: the report could not be written: {reason}")


class _Stdout(Outlet):
    """The process's own stdout, past its text layer; it is never closed."""

    def __init__(self) -> None:
        if sys.stdout is None:
            raise ReportError("stdout: the report could not be written: stdout is closed")
        buffer = sys.stdout.buffer
        super().__init__("stdout", getattr(buffer, "raw", buffer), _STDOUT_INTERVAL)
        try:
            sys.stdout.flush()  # what the text layer holds comes first
        except (OSError, ValueError) as error:
            self._fail(error)

    def _translated(self, error: Exception) -> Exception:
        # A reader that went away (`| head`) is no failure of the report: the caller must be able to tell.
        if isinstance(error, BrokenPipeError):
            return error
        if os.name == "nt" and isinstance(error, OSError) and error.errno == 22:
            return BrokenPipeError(*error.args)  # how Windows says it
        return super()._translated(error)


class _InPlace(Outlet):
    """A device, a FIFO or an open descriptor: there is nothing to rename."""

    def __init__(self, path: str, descriptor: int) -> None:
        self._file = open(descriptor, "wb", buffering=0)  # noqa: SIM115
        super().__init__(path, self._file, _STDOUT_INTERVAL)

    def _close(self, *, whole: bool) -> None:
        self._file.close()


class _Whole(Outlet):
    """A regular file, written as FILE.partial and renamed when it is whole."""

    def __init__(self, path: str) -> None:
        self._final = final_path(path)
        self._partial = partial_path(path)
        # Removed and made anew, not truncated: a link that somebody else left there is not followed.
        with suppress(FileNotFoundError):
            os.unlink(self._partial)
        self._file = open(self._partial, "xb", buffering=0)  # noqa: SIM115
        with suppress(OSError):
            os.chmod(self._partial, stat.S_IMODE(os.stat(self._final).st_mode))
        super().__init__(path, self._file, _FILE_INTERVAL)

    def _close(self, *, whole: bool) -> None:
        with self._file:
            taken = _is_taken(self._partial, self._file.fileno())
        if whole and taken:
            raise ReportError(f"{self.name}: another scan writes this report at the same time; it was left to that one")
        if whole:
            os.replace(self._partial, self._final)


def open_outlet(path: str) -> Outlet:
    """Opens `path` for a report, "-" being stdout. Raises ReportError; `outputs.check_outputs` comes first.

    Opening a FIFO waits for its reader.
    """
    descriptor = own_descriptor(path)
    if descriptor == 1:
        return _Stdout()
    try:
        if descriptor is not None:
            return _InPlace(path, os.dup(descriptor))
        if is_in_place(path):
            return _InPlace(path, os.open(path, os.O_WRONLY))
        return _Whole(path)
    except OSError as error:
        raise ReportError(f"{plain(path)}: the report could not be opened: {error.strerror}") from error


def own_descriptor(path: str) -> int | None:
    """The descriptor of this process that `path` names ("-", /dev/stdout, /dev/fd/3), or None.

    Opening such a path anew would truncate a file that the shell has redirected to.
    """
    if path == "-":
        return 1
    if os.name == "nt" or (match := _OWN_DESCRIPTOR.fullmatch(path)) is None:
        return None
    number = match[1] or match[3]
    return int(number) if number else {"stdout": 1, "stderr": 2}[match[2]]


def is_in_place(path: str) -> bool:
    """True for what exists and is no regular file: it is written as it is."""
    try:
        return not stat.S_ISREG(os.stat(path).st_mode)
    except FileNotFoundError:
        return False


def final_path(path: str) -> str:
    """The file that gets replaced in the end: of a symbolic link, the file it points to."""
    return os.path.realpath(path) if os.path.islink(path) else path


def partial_path(path: str) -> str:
    """Where the report stands until it is whole, beside the file that it will become."""
    return final_path(path) + ".partial"


def _is_taken(path: str, descriptor: int) -> bool:
    """Whether somebody else has put a file of his own where this open one stood."""
    try:
        return not os.path.samestat(os.fstat(descriptor), os.lstat(path))
    except FileNotFoundError:
        return False


def _write_all(sink: _Sink, data: bytes) -> None:
    rest = memoryview(data)
    while rest:
        written = sink.write(rest)
        if written is None:  # somebody made our stdout non-blocking, and its reader is slow
            sleep(0.005)
        else:
            rest = rest[written:]
