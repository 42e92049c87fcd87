"""The sockets there are: made and watched, idle until they are used again, kept for late answers, closed.

Each is a `Probe` (`probe.py` has its states). Once its attempt is over, one of these becomes of it:

* idle, where sockets are recycled (see `multiplexer.py`): it waits in `idle` for the next attempt of its family. Those
  of silent attempts are disconnected first (`Kernel.make_new`), once nobody waits for a late answer any more;
* overdue, after a silent attempt. So is one that met itself: while it lives, the kernel cannot choose its port again
  for this target;
* closed, with a RST where it may be connected: no TIME_WAIT is left on either side.

Idle and overdue ones are the first to go when this machine is short of descriptors or local ports (`make_room`).

One socket's trouble is one socket's: whatever a call on one of them fails with, it is closed, and all others go on. A
poller that fails again and again is given up for another one, which then watches all that is in flight.
"""

import contextlib
import errno
import socket
from collections.abc import Callable

from scanner.engine.flight.closing_times import ClosingTimes
from scanner.engine.flight.probe import BareTrial, Probe
from scanner.engine.flight.recycling import Recycling
from scanner.engine.flight.verdict import LOCAL_LIMITS
from scanner.machine.events import Event
from scanner.machine.kernel import Kernel
from scanner.machine.pollers import Poller

_AT_ONCE = 64  # making room for one at a time would be done again for the next
_TRIES = 3  # a failure that is not a shortage may be one socket's, or one call's
_SHORTAGES = LOCAL_LIMITS | {errno.ENOSPC}


class Sockets:
    """Every socket of a multiplexer, at most `capacity` of them.

    `by_fd` has them all; `idle` those that may be used again, of each family; `overdue` those of silent attempts, the
    oldest first (a lane without deadlines). `shortage` is the errno of the local limit that was met last, 0 if none.
    `closing` has those that are kept until a time. `recycling` says whether any may be used again; `after_silence`:
    those of silent attempts, too.
    """

    def __init__(
        self, kernel: Kernel, poller: Poller, capacity: int, recycling: Recycling, *, after_silence: bool
    ) -> None:
        self._kernel = kernel
        self._recycling = recycling
        self._after_silence = after_silence
        self.poller = poller
        self.capacity = capacity
        self.by_fd: dict[int, Probe] = {}
        self.idle: dict[int, list[Probe]] = {int(socket.AF_INET): [], int(socket.AF_INET6): []}
        self.overdue: dict[Probe, float] = {}
        self.shortage = 0
        self._poller_failures = 0  # in a row
        self.closing = ClosingTimes()

    def fit(self, capacity: int) -> None:
        """Changes the maximum number of sockets, within what the poller can watch."""
        self.capacity = min(capacity, self.poller.capacity)

    def ran_short(self, error: int) -> None:
        """A call on one of them met a limit of this machine."""
        self.shortage = error

    def new(self, family: int) -> Probe | None:
        """One that is new, or as new, watched; None when this machine has no room for it (`shortage` says what of)."""
        if len(self.by_fd) >= self.capacity and (again := self._reclaimed(family)) is not None:
            return again
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

    def _open(self, family: int) -> Probe:
        if len(self.by_fd) >= self.capacity:
            raise OSError(errno.EMFILE, "the maximum number of sockets is open")
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
        probe = self.by_fd[fd] = Probe(sock, family, self.idle[family], self._kernel.flagger(fd, family))
        return probe

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
        for fd, probe in list(self.by_fd.items()):
            if probe.trial is not None and self.poller.accepts(fd):  # others are looked at when their time is over
                with contextlib.suppress(OSError):
                    self.poller.add(fd)

    def drop_idle(self) -> None:
        """Closes those that wait to be used again."""
        for home in self.idle.values():
            while home:
                self.discard(home.pop())

    def make_room(self) -> bool:
        """Closes some idle ones (of the other family: this one has none), else overdue ones; False if none."""
        for home in self.idle.values():
            if home:
                for probe in home[-_AT_ONCE:]:
                    self.discard(probe)
                del home[-_AT_ONCE:]
                return True
        oldest = self._oldest()
        for probe, trial in oldest:
            self.forget(probe, trial)
        return bool(oldest)

    def _oldest(self) -> list[tuple[Probe, BareTrial]]:
        """The overdue ones that give way next."""
        oldest = [probe for _, probe in zip(range(_AT_ONCE), self.overdue, strict=False)]
        return [(probe, probe.trial) for probe in oldest if probe.trial is not None]

    def _reclaimed(self, family: int) -> Probe | None:
        """All are in use: one of the overdue, as new. None if idle ones of the other family are to go first."""
        if any(self.idle.values()):
            return None
        for probe, trial in self._oldest():
            self.forget(probe, trial, again=True)
        home = self.idle[family]
        return home.pop() if home else None

    def keep_overdue(self, probe: Probe, until: float = float("inf")) -> None:
        """Its attempt is over, but it stays while there is room, `until` that time at most."""
        probe.is_overdue(self.overdue)
        if probe.trial is not None and until < float("inf"):
            self.closing.add(until, probe, probe.trial)

    def close_due(self, before: float) -> None:
        """Closes those that were kept until then, and not longer."""
        for probe, trial in self.closing.due(before):
            self.forget(probe, trial)

    def unwatch(self, probe: Probe) -> None:
        """Nothing more is to be heard of it: a level-triggered poller would say the same for ever."""
        if not self.poller.edge:
            with contextlib.suppress(OSError, KeyError, ValueError):  # it may be unwatched already
                self.poller.remove(probe.fd)

    def close_for(self, trial: BareTrial, *, but: Probe | None = None) -> None:
        """No socket waits for this trial any more, apart from one: the others are made new, or closed."""
        if trial.verdict is None:
            self._not_heard_any_more(trial, trial.probes)
        for probe in trial.probes:
            if probe is not but:
                self._let_go(probe, trial)
        trial.loses_all()

    def forget(self, probe: Probe, trial: BareTrial, *, again: bool = False) -> None:
        """The socket of one of a trial's attempts is closed; `again`: or made new, where that can be."""
        self._not_heard_any_more(trial, (probe,))
        trial.loses(probe)
        if again:
            self._let_go(probe, trial)
        else:
            self.dismiss(probe)

    def dismiss(self, probe: Probe) -> None:
        """Closes one that may stand in a lane, and may be open, or connected to itself."""
        probe.unlist()
        self.discard(probe, reset=True)

    def _let_go(self, probe: Probe, trial: BareTrial) -> None:
        """A silent attempt is over: its socket is to be used again, or closed where that cannot be told to be safe.

        One that is bound to a link stays so; a soft error, or an ICMP message in its queue, would be the next one's.
        """
        if (
            self._after_silence
            and self._recycling.proven
            and self.poller.edge
            and not probe.soft
            and not trial.endpoint.place.scope
            and self._kernel.make_new(probe.sock, probe.option, probe.flag)
        ):
            probe.rests()
            probe.home.append(probe)
        else:
            self.dismiss(probe)

    def _not_heard_any_more(self, trial: BareTrial, probes: tuple[Probe, ...]) -> None:
        """An answer that comes later than this is not known of: see `lost_syns.py`."""
        now = self._kernel.clock()
        denied = {denial.attempt for denial in trial.denials}
        for probe in probes:
            probe.ends(now)
            if probe.attempt not in denied:  # that one was heard
                trial.listened_for(now - probe.sent)

    def drop_overdue(self, unwanted: Callable[[BareTrial], bool]) -> None:
        """Closes what is overdue of these trials: open sockets send their SYNs again, and that is too much there."""
        for probe in list(self.overdue):
            if probe.trial is not None and unwanted(probe.trial):
                self.forget(probe, probe.trial, again=True)

    def discard(self, probe: Probe, *, reset: bool = False) -> None:
        """Closes one that stands in no lane. `reset`: with a RST."""
        probe.close()
        del self.by_fd[probe.fd]
        self._recycling.closed(probe)
        self.unwatch(probe)
        (self._kernel.abort if reset else self._kernel.close)(probe.sock)

    def close(self) -> None:
        """Closes them all, in flight or not, and the poller."""
        with contextlib.suppress(OSError):
            self.poller.close()
        for probe in self.by_fd.values():
            close = self._kernel.close if probe.trial is None else self._kernel.abort
            probe.close()
            close(probe.sock)
        self.by_fd.clear()
