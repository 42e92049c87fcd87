"""Which sockets have something to say: epoll, poll, select and kqueue behind one thin interface.

Platform facts first, what follows second:

* epoll can watch a socket edge-triggered for its whole life (registered once, before its first connect), which
  is what makes recycling sockets pay. The others are level-triggered: a settled socket is taken out.
* epoll_wait returns at most what it is asked for. Deadlines may expire only after a poll that returned all
  there was, or answers still in the kernel would be called silence: `drained` says so.
* select(2) has room for descriptors below FD_SETSIZE (1024) on POSIX systems, and on Windows for 512 sockets;
  `capacity` and `accepts` say so. On Windows a failed connect shows in the third set.
* A timeout is rounded up to whole milliseconds by poll and epoll in CPython; that is precise enough.
* Any of them may be there and yet forbidden (a seccomp filter, a sandbox without epoll): each is tried before it is
  relied on, and the next best takes its place, even in the middle of a scan.

Events are the poll(2) bits of `events.py`, whatever the poller.
"""

import contextlib
import errno
import os
import select
import sys
import time
from typing import Protocol

from scanner.errors import ScannerError, UsageError
from scanner.machine.closing import close_descriptor, closing
from scanner.machine.events import ERR, HUP, OUT, Event
from scanner.machine.lacking import Lacks

_BATCH = 2048


class Poller(Protocol):
    """What the multiplexer asks of a poller."""

    edge: bool  #: a descriptor is registered once and reports changes only
    capacity: int  #: the most descriptors it can watch
    drained: bool  #: the last wait returned all there was

    def accepts(self, fd: int) -> bool:
        """Whether this descriptor can be watched at all."""

    def add(self, fd: int) -> None:
        """Watch a descriptor for writability and errors."""

    def remove(self, fd: int) -> None:
        """Stop watching; the descriptor is still open."""

    def wait(self, timeout: float) -> list[Event]:
        """The (fd, bits) that are ready, after at most `timeout` seconds; 0 does not wait."""

    def close(self) -> None:
        """Give back what the poller itself holds."""


class _Base:
    edge = False
    capacity = 1 << 30
    drained = True

    def accepts(self, fd: int) -> bool:
        return True

    def close(self) -> None:
        """Nothing to give back."""


class EpollPoller(_Base):
    """Linux: cost per wait does not grow with the descriptors watched."""

    edge = True

    def __init__(self) -> None:
        self._epoll = select.epoll()
        self._mask = select.EPOLLOUT | select.EPOLLET

    def add(self, fd: int) -> None:
        self._epoll.register(fd, self._mask)

    def remove(self, fd: int) -> None:
        self._epoll.unregister(fd)

    def wait(self, timeout: float) -> list[Event]:
        events = self._epoll.poll(max(0.0, timeout), _BATCH)
        self.drained = len(events) < _BATCH
        return events

    def close(self) -> None:
        self._epoll.close()


class PollPoller(_Base):
    """POSIX; cost per wait grows with the descriptors watched."""

    def __init__(self) -> None:
        self._poll = select.poll()

    def add(self, fd: int) -> None:
        self._poll.register(fd, select.POLLOUT)

    def remove(self, fd: int) -> None:
        self._poll.unregister(fd)

    def wait(self, timeout: float) -> list[Event]:
        return self._poll.poll(max(0.0, timeout) * 1000.0)


class SelectPoller(_Base):
    """Everywhere, for few descriptors."""

    capacity = 500 if sys.platform == "win32" else 1000

    def __init__(self) -> None:
        self._fds: set[int] = set()

    def accepts(self, fd: int) -> bool:
        return sys.platform == "win32" or fd < 1024

    def add(self, fd: int) -> None:
        self._fds.add(fd)

    def remove(self, fd: int) -> None:
        self._fds.discard(fd)

    def wait(self, timeout: float) -> list[Event]:
        if not self._fds:
            # Windows refuses to select on three empty sets; nothing is watched, so only time can pass.
            time.sleep(max(0.0, timeout))
            return []
        _, writable, failed = select.select([], self._fds, self._fds, max(0.0, timeout))
        events = dict.fromkeys(writable, OUT)
        for fd in failed:
            events[fd] = events.get(fd, 0) | ERR
        return list(events.items())


class KqueuePoller(_Base):
    """BSD and macOS."""

    def __init__(self) -> None:
        self._kqueue = select.kqueue()  # type: ignore[attr-defined,unused-ignore]

    def add(self, fd: int) -> None:
        self._change(fd, select.KQ_EV_ADD)  # type: ignore[attr-defined,unused-ignore]

    def remove(self, fd: int) -> None:
        self._change(fd, select.KQ_EV_DELETE)  # type: ignore[attr-defined,unused-ignore]

    def _change(self, fd: int, flags: int) -> None:
        change = select.kevent(fd, select.KQ_FILTER_WRITE, flags)  # type: ignore[attr-defined,unused-ignore]
        self._kqueue.control([change], 0, 0)

    def wait(self, timeout: float) -> list[Event]:
        ready = self._kqueue.control(None, _BATCH, max(0.0, timeout))
        self.drained = len(ready) < _BATCH
        eof = select.KQ_EV_EOF  # type: ignore[attr-defined,unused-ignore]
        return [(event.ident, OUT | HUP if event.flags & eof else OUT) for event in ready]

    def close(self) -> None:
        self._kqueue.close()


#: Best first. A name is offered only where the system has it.
_KINDS: dict[str, type[Poller]] = {
    "epoll": EpollPoller,
    "kqueue": KqueuePoller,
    "poll": PollPoller,
    "select": SelectPoller,
}


def available() -> list[str]:
    """The pollers of this platform, the best first."""
    return [name for name in _KINDS if hasattr(select, name)]


def open_poller(name: str | None = None, lacks: Lacks | None = None) -> Poller:
    """A poller by name, or the best one that this system lets be used; what was passed over is told to `lacks`.

    Raises UsageError for a name that cannot be had here, ScannerError where none at all can be.
    """
    names = available()
    if name is None:
        return _best_of(names, [], lacks)
    if name not in names:
        raise UsageError(f"the poller {name!r} is not available on this system; available: {', '.join(names)}")
    try:
        return _tried(name)
    except OSError as why:
        with closing(_best_of([other for other in names if other != name], [(name, why)], None)):
            pass  # there is another
        raise UsageError(f"this system forbids the poller {name!r} ({_text(why)}); leave it out") from None


def other_poller(failed: Poller, why: BaseException, lacks: Lacks | None = None) -> Poller:
    """The best one after a poller that works no more. Raises ScannerError if there is none."""
    names = available()
    of = next(name for name in names if isinstance(failed, _KINDS[name]))
    return _best_of(names[names.index(of) + 1 :], [(of, why)], lacks)


def _best_of(names: list[str], passed_over: list[tuple[str, BaseException]], lacks: Lacks | None) -> Poller:
    """The first of these that works."""
    for name in names:
        try:
            poller = _tried(name)
        except OSError as why:
            passed_over.append((name, why))
            continue
        if lacks is not None:
            for other, trouble in passed_over:
                lacks.note(f"no {other} here", trouble, f"{name} is used instead, which takes longer where many wait")
        return poller
    troubles = ", ".join(f"{name} ({_text(why)})" for name, why in passed_over)
    raise ScannerError(f"no poller can be used on this system: {troubles}; a scan cannot wait for answers")


def _tried(name: str) -> Poller:
    """One that has been seen to work: it tells of a pipe that can be written to. Else an OSError."""
    poller = _KINDS[name]()
    with contextlib.ExitStack() as stack:
        try:
            ends = os.pipe()
        except OSError:
            return poller  # it is descriptors that are short
        for end in ends:
            stack.callback(close_descriptor, end)
        if sys.platform == "win32" or not poller.accepts(ends[1]):
            return poller
        try:
            poller.add(ends[1])
            if not poller.wait(0):
                raise OSError(errno.ENOSYS, "it reports nothing")
            poller.remove(ends[1])
        except OSError:
            with contextlib.suppress(OSError):
                poller.close()
            raise
    return poller


def _text(why: BaseException) -> str:
    return getattr(why, "strerror", None) or str(why)
