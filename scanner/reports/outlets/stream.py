"""Reports and words that somebody reads as they come: a pipe, a FIFO, a terminal, a socket; and readers who stop.

A reader may stop reading (`| less`, Ctrl-S, a program that hangs) while the scan goes on. A write to him would block,
and a signal does not end that. So nothing here blocks: what he does not take now waits in a `Backlog`, and `settle`
gives readers time at the end, with the stop in view.

Not blocking must not be switched on for a descriptor that we were given: the flag belongs to the open file, which the
shell and others share. On Linux opening /proc/self/fd/N anew gives an open file of our own to the same pipe or
terminal; a socket has a flag for each call (send(2), MSG_DONTWAIT). Where that is not to be had (another user's pipe or
terminal, as after su; other systems), poll(2) is asked first. A pipe that has room takes 512 bytes at least at once
(pipe(7), PIPE_BUF); a terminal promises nothing, so there the flag is set after all, for the one call.
"""

import errno
import os
import select
import socket
import stat
from collections.abc import Callable, Iterable
from contextlib import suppress
from time import sleep

from scanner.errors import ReportError
from scanner.machine.own_descriptors import opened_anew, socket_of
from scanner.reports.outlets.backlog import Backlog
from scanner.reports.outlets.outlet import Outlet
from scanner.reports.outlets.stop import TURN_S, Stop, StopAskedError

#: Seconds between flushes: a reader of a pipe sees a row within a second.
_INTERVAL_S = 0.2
#: Bytes that may wait for a reader before a scan which has no other report waits for him too.
_FULL = 1024 * 1024
#: Bytes handed on at once: where a write cannot block, and to a pipe where it might.
_MUCH, _LITTLE = 256 * 1024, 512


class Stream:
    """Bytes to a descriptor, none of which ever blocks: `add` them, `push` now and then, until it is empty.

    Both may raise OSError (BrokenPipeError: the reader went away). The descriptor is the caller's to close. `shared`:
    others have the same open file; if not, it was opened not to block.
    """

    def __init__(self, descriptor: int, *, shared: bool) -> None:
        self.descriptor = descriptor
        self.backlog = Backlog()
        self._own = -1
        self._socket: socket.socket | None = None
        mode = os.fstat(descriptor).st_mode
        self._is_terminal = stat.S_ISCHR(mode)
        if not shared:
            self._own = os.dup(descriptor)
        elif stat.S_ISSOCK(mode):
            self._socket = socket_of(descriptor)
        elif stat.S_ISFIFO(mode) or stat.S_ISCHR(mode):
            self._own = opened_anew(descriptor)

    def add(self, data: bytes) -> None:
        self.backlog.add(data)

    def push(self) -> None:
        """Hands on what is taken now."""
        while self.backlog:
            try:
                sent = self._send(self.backlog.first())
            except BlockingIOError:
                return
            if not sent:
                return
            self.backlog.drop(sent)

    def _send(self, data: memoryview) -> int:
        if self._socket is not None:
            return self._socket.send(data[:_MUCH], socket.MSG_DONTWAIT)
        if self._own >= 0:
            return os.write(self._own, data[:_MUCH])
        if not hasattr(select, "poll"):  # Windows: a pipe cannot be asked, so it is waited for
            return os.write(self.descriptor, data[:_MUCH])
        if not wait_writable([self.descriptor], 0.0):
            return 0
        if not self._is_terminal:
            return os.write(self.descriptor, data[:_LITTLE])
        before = os.get_blocking(self.descriptor)
        os.set_blocking(self.descriptor, False)
        try:
            return os.write(self.descriptor, data[:_MUCH])
        finally:
            os.set_blocking(self.descriptor, before)

    def close(self) -> None:
        """Closes what was opened here."""
        if self._socket is not None:
            self._socket.close()
        if self._own >= 0:
            with suppress(OSError):
                os.close(self._own)
        self._own = -1


def wait_writable(descriptors: Iterable[int], seconds: float) -> bool:
    """Whether one of these takes something (or has an error to tell) within so many seconds. Where a system lets
    nobody ask, one does."""
    descriptors = list(descriptors)
    if not hasattr(select, "poll"):
        return True
    poll = select.poll()
    for descriptor in descriptors:
        poll.register(descriptor, select.POLLOUT)
    try:
        return bool(poll.poll(seconds * 1000))
    except OSError:  # it is forbidden here (a seccomp filter)
        with suppress(OSError, ValueError):
            return bool(select.select([], descriptors, [], seconds)[1])
    return True


class StreamOutlet(Outlet):
    """A report that is read as it comes; closes its descriptor at the end.

    `shared`: as for `Stream`. `quiet`: that the reader went away is told as BrokenPipeError (stdout), not as a report
    that failed.
    """

    def __init__(self, path: str, descriptor: int, *, shared: bool, quiet: bool = False) -> None:
        super().__init__(path, _INTERVAL_S)
        self._stream = Stream(descriptor, shared=shared)
        self._quiet = quiet
        self._closed = False

    @property
    def waiting(self) -> bool:
        return bool(self._stream.backlog)

    @property
    def full(self) -> bool:
        return len(self._stream.backlog) >= _FULL

    @property
    def descriptor(self) -> int:
        return self._stream.descriptor

    def flush_in_time(self) -> None:
        super().flush_in_time()
        if self.waiting and self._problem is None:
            self.push()

    def push(self) -> None:
        if self._closed:
            return
        try:
            self._attempt(self._stream.push)
        finally:
            if self.ended and (self._problem is not None or not self.waiting):
                self._end_unbegun()

    def give_up(self) -> None:
        lost = len(self._stream.backlog)
        self._end_unbegun()
        if lost:
            self._problem = ReportError(f"{self.name}: its reader did not take the last {lost:,} bytes of the report")
            raise self._problem

    def _put(self, data: bytes) -> None:
        self._stream.add(data)
        self._stream.push()

    def _end_whole(self) -> None:
        if not self.waiting:
            self._end_unbegun()

    def _end_early(self, data: bytes) -> None:
        self._put(data)
        self._end_whole()

    def _end_failed(self, words: bytes) -> None:
        self._end_unbegun()

    def _end_unbegun(self) -> None:
        if not self._closed:
            self._closed = True
            self._stream.backlog.clear()
            self._stream.close()
            with suppress(OSError):
                os.close(self._stream.descriptor)

    def _translated(self, error: OSError | ValueError) -> Exception:
        # A reader that went away (`| head`) is no failure of the report: the caller must be able to tell.
        if self._quiet and isinstance(error, ConnectionError):  # a socket's: BrokenPipeError or ConnectionResetError
            return error if isinstance(error, BrokenPipeError) else BrokenPipeError(*error.args)
        if self._quiet and os.name == "nt" and isinstance(error, OSError) and error.errno == 22:
            return BrokenPipeError(*error.args)  # how Windows says it
        return super()._translated(error)


def settle(
    outlets: Callable[[], list[Outlet]], stop: Stop, push: Callable[[], None], until: Callable[[], bool]
) -> None:
    """Lets readers take what waits, until `until` or until the stop's patience is over.

    `outlets` are those that are still open; `push` pushes each, and sees to those that fail.
    """
    while not until() and stop.patience() > 0:
        descriptors = [each.descriptor for each in outlets() if isinstance(each, StreamOutlet) and each.waiting]
        wait_writable(descriptors, min(TURN_S, stop.patience()))
        push()


def open_fifo(path: str, stop: Stop) -> int:
    """Opens a FIFO or device for writing, of a FIFO once somebody reads it. Raises OSError, StopAskedError."""
    flags = os.O_WRONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOCTTY", 0) | getattr(os, "O_CLOEXEC", 0)
    if not os.path.islink(path):  # it has been followed; what is left is a link of /proc, which nobody can plant
        flags |= getattr(os, "O_NOFOLLOW", 0)
    while True:
        try:
            return os.open(path, flags)
        except OSError as error:
            if error.errno != errno.ENXIO or not stat.S_ISFIFO(os.stat(path).st_mode):  # ENXIO: nobody reads it
                raise
        if stop.asked:
            raise StopAskedError
        sleep(TURN_S / 2)
