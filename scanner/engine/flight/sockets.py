"""The sockets there are: made and watched, idle until they are used again, kept for late answers, closed.

Each is a `Slot`. Once its probe is over, one of four things becomes of it:

* idle, where sockets are recycled (see `multiplexer.py`): it waits in `free` for the next probe of its family;
* overdue, after a silent attempt: it stays open, for an answer that comes late still counts. So does one that met
  itself: while it lives, the kernel cannot choose its port again for this target;
* closed, for good;
* closed with a RST, where it may be connected: no TIME_WAIT is left on either side.

Idle and overdue ones are the first to go when this machine is short of descriptors or local ports (`make_room`).

One socket's trouble is one socket's: whatever a call on one of them fails with, it is closed, and all others go on. A
poller that fails again and again is given up for another one, which then watches all that is in flight.
"""

import contextlib
import errno
import socket
from collections.abc import Collection
from heapq import heappop, heappush
from itertools import count

from scanner.engine.flight.verdict import LOCAL_LIMITS
from scanner.engine.trial import Slot, Trial
from scanner.engine.truth.paths import Path
from scanner.machine.events import Event
from scanner.machine.kernel import Kernel
from scanner.machine.pollers import Poller

_AT_ONCE = 64  # making room for one at a time would be done again for the next
_TRIES = 3  # a failure that is not a shortage may be one socket's, or one call's
_SHORTAGES = LOCAL_LIMITS | {errno.ENOSPC}


class Sockets:
    """Every socket of a multiplexer, at most `capacity` of them.

    `by_fd` has them all; `free` the idle ones of each family; `overdue` those of silent attempts, the oldest first
    (a lane without deadlines). `shortage` is the errno of the local limit that was met last, 0 if none.
    """

    def __init__(self, kernel: Kernel, poller: Poller, capacity: int) -> None:
        self._kernel = kernel
        self.poller = poller
        self.capacity = capacity
        self.by_fd: dict[int, Slot] = {}
        self.free: dict[int, list[Slot]] = {int(socket.AF_INET): [], int(socket.AF_INET6): []}
        self.overdue: dict[Slot, float] = {}
        self.shortage = 0
        self._poller_failures = 0  # in a row
        self._closing: list[tuple[float, int, Slot, Trial]] = []
        self._ticket = count()

    def new(self, family: int) -> Slot | None:
        """A fresh one, watched; None when this machine has no room for it (`shortage` says what of)."""
        tries = 0
        while True:
            try:
                return self._open(family)
            except OSError as why:
                self.shortage = why.errno or errno.EMFILE
            tries += 1
            if tries < _TRIES and self.shortage not in _SHORTAGES:
                continue
            if not self.make_room():
                return None

    def _open(self, family: int) -> Slot:
        if len(self.by_fd) >= self.capacity:
            raise OSError(errno.EMFILE, "all the sockets there may be are open")
        sock = self._kernel.socket(family)
        fd = sock.fileno()
        try:
            if not self.poller.accepts(fd):
                raise OSError(errno.ENOSPC, "the poller has no room for this descriptor")
            self.poller.add(fd)
        except OSError as why:
            self._kernel.close(sock)
            if why.errno not in _SHORTAGES:
                self.poller_failed(why)
            raise
        self._poller_failures = 0
        slot = self.by_fd[fd] = Slot(sock, family, self.free[family], self._kernel.flagger(fd, family))
        return slot

    def wait(self, timeout: float) -> list[Event] | None:
        """What the poller reports; None where it failed."""
        try:
            events = self.poller.wait(timeout)
        except (OSError, ValueError) as why:
            self.poller_failed(why)
            return None
        self._poller_failures = 0
        return events

    def poller_failed(self, why: OSError | ValueError) -> None:
        """Another takes its place, if it was not the first time in a row. Raises ScannerError if there is none."""
        self._poller_failures += 1
        if self._poller_failures < _TRIES:
            return
        self._poller_failures = 0
        failed, self.poller = self.poller, self._kernel.other_poller(self.poller, why)
        with contextlib.suppress(OSError):
            failed.close()
        self.capacity = min(self.capacity, self.poller.capacity)
        self.drop_idle()  # a level-triggered poller would report them for ever
        for fd, slot in list(self.by_fd.items()):
            if slot.trial is not None and self.poller.accepts(fd):  # others are looked at when their time is over
                with contextlib.suppress(OSError):
                    self.poller.add(fd)

    def drop_idle(self) -> None:
        """Closes those that wait to be used again."""
        for home in self.free.values():
            while home:
                self.discard(home.pop())

    def make_room(self) -> bool:
        """Closes some idle ones (of the other family: this one has none), else overdue ones; False if none."""
        for home in self.free.values():
            if home:
                for slot in home[-_AT_ONCE:]:
                    self.discard(slot)
                del home[-_AT_ONCE:]
                return True
        oldest = [slot for _, slot in zip(range(_AT_ONCE), self.overdue, strict=False)]
        for slot in oldest:
            if slot.trial is not None:
                self.forget(slot, slot.trial)
        return bool(oldest)

    def keep_overdue(self, slot: Slot, until: float = float("inf")) -> None:
        """Its attempt is over, but it stays while there is room, `until` that time at most."""
        _unlist(slot)
        slot.lane = self.overdue
        self.overdue[slot] = 0.0
        if slot.trial is not None and until < float("inf"):
            heappush(self._closing, (until, next(self._ticket), slot, slot.trial))

    @property
    def next_closing(self) -> float:
        """When `close_due` may have something to close; infinity if never."""
        return self._closing[0][0] if self._closing else float("inf")

    def close_due(self, before: float) -> None:
        """Closes those that were kept until then, and not longer."""
        while self._closing and self._closing[0][0] <= before:
            _, _, slot, trial = heappop(self._closing)
            if slot.lane is self.overdue and slot.trial is trial:  # else it is closed already
                self.forget(slot, trial)

    def unwatch(self, slot: Slot) -> None:
        """Nothing more is to be heard of it: a level-triggered poller would say the same for ever."""
        if not self.poller.edge:
            with contextlib.suppress(OSError, KeyError, ValueError):  # it may be unwatched already
                self.poller.remove(slot.fd)

    def release(self, trial: Trial, *, but: Slot | None = None) -> None:
        """Closes every socket that still waits for this trial, apart from one."""
        if trial.verdict is None:
            self._not_heard_any_more(trial, trial.slots)
        for slot in trial.slots:
            if slot is not but:
                _unlist(slot)
                self.discard(slot, reset=True)  # any of them may be open, or connected to itself
        trial.slots = ()

    def forget(self, slot: Slot, trial: Trial) -> None:
        """Closes the socket of one of a trial's attempts."""
        self._not_heard_any_more(trial, (slot,))
        trial.slots = tuple(other for other in trial.slots if other is not slot)
        _unlist(slot)
        self.discard(slot, reset=True)

    def _not_heard_any_more(self, trial: Trial, slots: tuple[Slot, ...]) -> None:
        """An answer that comes later than this is not known of: see `lost_syns.py`."""
        now = self._kernel.clock()
        denied = {denial.attempt for denial in trial.denials}
        for slot in slots:
            slot.ended = now
            if slot.attempt not in denied:  # that one was heard
                trial.heard_out = min(trial.heard_out, now - slot.sent)

    def drop_overdue(self, paths: Collection[Path]) -> None:
        """Closes what is overdue on these paths: open sockets send their SYNs again, and that is too much there."""
        for slot in list(self.overdue):
            if slot.trial is not None and slot.trial.path in paths:
                self.forget(slot, slot.trial)

    def discard(self, slot: Slot, *, reset: bool = False) -> None:
        """Closes one that stands in no lane. `reset`: with a RST."""
        slot.trial = None
        del self.by_fd[slot.fd]
        self.unwatch(slot)
        if reset:
            self._kernel.abort(slot.sock)
        else:
            self._kernel.close(slot.sock)

    def close(self) -> None:
        """Closes them all, in flight or not, and the poller."""
        with contextlib.suppress(OSError):
            self.poller.close()
        for slot in self.by_fd.values():
            self._kernel.abort(slot.sock)
        self.by_fd.clear()


def _unlist(slot: Slot) -> None:
    if slot.lane is not None:
        slot.lane.pop(slot, None)
        slot.lane = None
