"""Which sockets have something to say: epoll, poll, select and kqueue behind one thin interface.

Platform facts first, what follows second:

* epoll can watch a socket edge-triggered for its whole life (registered once, before its first connect), which
  is what makes recycling sockets pay. The others are level-triggered: a settled socket is taken out.
* epoll_wait returns at most what it is asked for. Deadlines may expire only after a poll that returned all
  there was, or answers still in the kernel would be called silence: `drained` says so.
* select(2) has room for descriptors below FD_SETSIZE (1024) on POSIX systems, and on Windows for 512 sockets;
  `capacity` and `accepts` say so. On Windows a failed connect shows in the third set.
* A timeout is rounded up to whole milliseconds by poll and epoll in CPython; that is precise enough.

Events are the poll(2) bits OUT, ERR and HUP of `verdict.py`, whatever the poller.
"""

import select
import sys
from collections.abc import Callable
from typing import Protocol

from scanner.engine.verdict import ERR, HUP, OUT
from scanner.errors import UsageError

Event = tuple[int, int]
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
            if timeout > 0:
                _idle(timeout)
            return []
        _, writable, failed = select.select([], self._fds, self._fds, max(0.0, timeout))
        events = dict.fromkeys(writable, OUT)
        for fd in failed:
            events[fd] = events.get(fd, 0) | ERR
        return list(events.items())


def _idle(timeout: float) -> None:
    import time

    time.sleep(timeout)


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
_KINDS: dict[str, Callable[[], Poller]] = {
    "epoll": EpollPoller,
    "kqueue": KqueuePoller,
    "poll": PollPoller,
    "select": SelectPoller,
}


def available() -> list[str]:
    """The pollers of this platform, the best first."""
    return [name for name in _KINDS if hasattr(select, name)]


def open_poller(name: str | None = None) -> Poller:
    """A poller by name, or the best one here.

    Raises UsageError for one that this system does not have.
    """
    names = available()
    if name is None:
        name = names[0]
    if name not in names:
        raise UsageError(f"--poller {name}: not on this system; here are {', '.join(names)}")
    return _KINDS[name]()
