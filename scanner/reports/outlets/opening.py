"""The one way to open an outlet: which kind a path asks for."""

import os
import stat
import sys

from scanner.errors import ReportError, UsageError
from scanner.machine.own_descriptors import own_descriptor
from scanner.reports.outlets.file_in_place import FileInPlace
from scanner.reports.outlets.outlet import Outlet, RecordEnd, line_end, reason_of
from scanner.reports.outlets.output_places import (
    final_path,
    is_mounted,
    is_planted,
    is_special,
    planted_message,
)
from scanner.reports.outlets.stop_request import StopRequest
from scanner.reports.outlets.stream import StreamOutlet, open_fifo
from scanner.reports.outlets.whole_file import WholeFile
from scanner.words.plain import plain

_NO_LINK = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_CLOEXEC", 0)


def open_outlet(path: str, stop: StopRequest | None = None, record_end: RecordEnd = line_end) -> Outlet:
    """Opens `path` for a report, "-" being stdout; call `check_outputs` first. What is there stays for now.

    `record_end`: see `formats.record_end_of`; where the disk is full, a file is cut back to that point.

    Raises ReportError; UsageError where another scan is writing this report; StopAskedError when the stop comes
    before a FIFO's reader.
    """
    try:
        return _opened(path, stop or StopRequest(), record_end)
    except OSError as error:
        raise ReportError(f"{plain(path)}: the report could not be opened: {reason_of(error)}") from error


def _opened(path: str, stop: StopRequest, record_end: RecordEnd) -> Outlet:
    descriptor = own_descriptor(path)
    if descriptor == 1:
        return _stdout(record_end)
    if descriptor is not None:
        return _of_descriptor(path, os.dup(descriptor), record_end, quiet=False)
    final = final_path(path)
    if is_special(final):
        return _special(path, final, stop, record_end)
    if is_mounted(final):
        return FileInPlace(path, os.open(final, os.O_WRONLY | _NO_LINK), owned=True, record_end=record_end)
    return WholeFile(path, final, record_end)


def _special(path: str, final: str, stop: StopRequest, record_end: RecordEnd) -> Outlet:
    """Opens a device or FIFO. It must still be one, and not a FIFO that another user has put there since the check."""
    descriptor = open_fifo(final, stop)
    found = os.fstat(descriptor)
    if stat.S_ISREG(found.st_mode):
        os.close(descriptor)
        return WholeFile(path, final, record_end)
    if stat.S_ISFIFO(found.st_mode) and is_planted(found, final):
        os.close(descriptor)
        raise UsageError(f"-o {path!r}: {planted_message(final, 'FIFO')}")
    return StreamOutlet(path, descriptor, shared=False)


def _stdout(record_end: RecordEnd) -> Outlet:
    """The process's own stdout, past its text layer; whatever that still holds is written first."""
    if sys.stdout is None:
        raise ReportError("stdout: the report could not be written: stdout is closed")
    try:
        sys.stdout.flush()
        return _of_descriptor("stdout", os.dup(sys.stdout.fileno()), record_end, quiet=True)
    except BrokenPipeError:
        raise
    except (OSError, ValueError) as error:
        raise ReportError(f"stdout: the report could not be written: {reason_of(error)}") from error


def _of_descriptor(name: str, descriptor: int, record_end: RecordEnd, *, quiet: bool) -> Outlet:
    """An outlet for a copy of a descriptor that we were given."""
    if stat.S_ISREG(os.fstat(descriptor).st_mode):
        return FileInPlace(name, descriptor, owned=False, record_end=record_end)
    return StreamOutlet(name, descriptor, shared=True, quiet=quiet)
