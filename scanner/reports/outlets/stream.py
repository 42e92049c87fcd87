"""Reports and words that somebody reads as they come: a pipe, a FIFO, a terminal, a socket; and readers who stop.

A reader may stop reading (`| less`, Ctrl-S, a program that hangs) while the scan goes on. A write would then block, and
a signal does not end that. So nothing here blocks: what is not taken now waits in a `Backlog`, and `settle` gives
readers time at the end, with an eye on the stop.

A descriptor that we were given must not be set to non-blocking: the flag belongs to the open file, which the shell and
others share. On Linux, opening /proc/self/fd/N anew gives us an open file of our own on the same pipe or terminal; for
a socket there is a flag for each call (send(2), MSG_DONTWAIT). Where neither is available (another user's pipe or
terminal, as after su; other systems), poll(2) is asked first. A pipe with room takes at least 512 bytes at once
(pipe(7), PIPE_BUF); a terminal promises nothing, so there the flag is set after all, for that one call.
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
from scanner.reports.outlets.stop_request import TURN_S, StopAskedError, StopRequest

#: Seconds between flushes: a reader of a pipe sees a row within a second.
_INTERVAL_S = 0.2
#: Bytes that may wait for a reader before a scan with no other report waits for that reader too.
_FULL = 1024 * 1024
#: Bytes handed on at once: where a write cannot block, and to a pipe where it might.
_MUCH, _LITTLE = 256 * 1024, 512


class Stream:
    """Bytes to a descriptor, without ever blocking: `add` them, and `push` now and then until the backlog is empty.

    Both may raise OSError (BrokenPipeError: the reader went away). The descriptor is the caller's to close. `shared`:
    others have the same open file; if not, it was opened as non-blocking.
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
        """Hands on what the reader takes now."""
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
        if not hasattr(select, "poll"):  # Windows: a pipe cannot be polled, so this may block
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
    """Whether one of these takes something (or reports an error) within this many seconds. True where the system does
    not let us ask."""
    descriptors = list(descriptors)
    if not hasattr(select, "poll"):
        return True
    poll = select.poll()
    for descriptor in descriptors:
        poll.register(descriptor, select.POLLOUT)
    try:
        return bool(poll.poll(seconds * 1000))
    except OSError:  # poll is forbidden here (a seccomp filter)
        with suppress(OSError, ValueError):
            return bool(select.select([], descriptors, [], seconds)[1])
    return True


def _nothing() -> None:
    """Nobody is in the way."""


class StreamOutlet(Outlet):
    """A report that is read as it comes; closes its descriptor at the end.

    `shared`: as for `Stream`. `quiet`: when the reader goes away, this raises BrokenPipeError (stdout), instead of
    counting as a failed report.
    """

    def __init__(self, path: str, descriptor: int, *, shared: bool, quiet: bool = False) -> None:
        super().__init__(path, _INTERVAL_S)
        self._stream = Stream(descriptor, shared=shared)
        self._quiet = quiet
        self._closed = False
        self._beforehand = _nothing

    @property
    def waiting(self) -> bool:
        return bool(self._stream.backlog)

    @property
    def full(self) -> bool:
        return len(self._stream.backlog) >= _FULL

    @property
    def descriptor(self) -> int:
        return self._stream.descriptor

    def makes_room(self, act: Callable[[], None]) -> None:
        self._beforehand = act

    def flush_in_time(self) -> None:
        super().flush_in_time()
        if self.waiting and self._problem is None:
            self.push()

    def push(self) -> None:
        if self._closed:
            return
        if self.waiting:
            self._beforehand()
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
        if data:
            self._beforehand()
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
        # A reader that went away (`| head`) is not a failure of the report: the caller must be able to tell.
        if self._quiet and isinstance(error, ConnectionError):  # a socket's: BrokenPipeError or ConnectionResetError
            return error if isinstance(error, BrokenPipeError) else BrokenPipeError(*error.args)
        if self._quiet and os.name == "nt" and isinstance(error, OSError) and error.errno == 22:
            return BrokenPipeError(*error.args)  # EINVAL is how Windows says it
        return super()._translated(error)


def settle(
    outlets: Callable[[], list[Outlet]], stop: StopRequest, push: Callable[[], None], until: Callable[[], bool]
) -> None:
    """Lets readers take what waits, until `until` is true or the stop's patience is over.

    `outlets` are those that are still open; `push` pushes each, and deals with those that fail.
    """
    while not until() and stop.patience() > 0:
        descriptors = [each.descriptor for each in outlets() if isinstance(each, StreamOutlet) and each.waiting]
        wait_writable(descriptors, min(TURN_S, stop.patience()))
        push()


def open_fifo(path: str, stop: StopRequest) -> int:
    """Opens a FIFO or device for writing, a FIFO once somebody reads it. Raises OSError, StopAskedError."""
    flags = os.O_WRONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOCTTY", 0) | getattr(os, "O_CLOEXEC", 0)
    if not os.path.islink(path):  # links were followed; if one is left, it is in /proc, where nobody can plant one
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
