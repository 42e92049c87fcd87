"""Names to addresses, beside the scan: getaddrinfo(3) on a bounded set of daemon threads.

getaddrinfo is the only resolver that follows the machine's own rules (hosts file, nsswitch, mDNS). It blocks and
cannot be cancelled, so it runs on threads that are never joined: a thread that hangs in it is left behind, and its
name gets `dns-timeout`. Threads start with the first names and end when there are none left.

The deadline of a name counts from when its lookup began, by the caller's clock (this module reads none). Names that
still wait for a thread fail only when no lookup at all has returned for that long: a slow resolver is not a dead one.
8 seconds: the C library gives its first name server 5 before it asks the second.
"""

import socket
import threading
from collections import deque
from collections.abc import Callable, Iterable
from typing import Any

from scanner.targets.address import MAPPED, V4, V6, is_link_local, v4_number, v6_number

#: family, number, scope
Address = tuple[int, int, int]
Lookup = Callable[..., Iterable[Any]]
DEADLINE_S = 8.0
_THREADS = 64
#: "No such name" and "no address for it", as far as this platform has them (11004: Windows, WSANO_DATA).
_NO_ADDRESS = {getattr(socket, name, None) for name in ("EAI_NONAME", "EAI_NODATA", "EAI_ADDRFAMILY")} | {11004}


class Outcome:
    """What became of a name: its addresses in the resolver's order, or why it has none (a `reason`)."""

    __slots__ = ("addresses", "name", "reason")

    def __init__(self, name: str, addresses: list[Address], reason: str = "") -> None:
        self.name = name
        self.addresses = addresses
        self.reason = reason


class _Job:
    __slots__ = ("given_up", "name", "outcome", "since")

    def __init__(self, name: str) -> None:
        self.name = name
        self.since: float | None = None
        self.given_up = False
        self.outcome: Outcome | None = None


class Resolver:
    """Resolves names. `submit` some, then `collect` now and then; neither blocks."""

    def __init__(
        self, *, lookup: Lookup = socket.getaddrinfo, threads: int = _THREADS, deadline: float = DEADLINE_S
    ) -> None:
        self._lookup = lookup
        self._limit = threads
        self._deadline = deadline
        self._lock = threading.Lock()
        self._threads = 0
        self._waiting: deque[_Job] = deque()
        self._running: set[_Job] = set()
        self._done: deque[_Job] = deque()
        self._last_return: float | None = None
        self.pending = 0

    def submit(self, names: Iterable[str]) -> None:
        """Begin to resolve names. The caller sees to it that each comes once."""
        jobs = [_Job(name) for name in names]
        self.pending += len(jobs)
        with self._lock:
            self._waiting.extend(jobs)
            wanted = min(self._limit - self._threads, len(jobs))
        for _ in range(wanted):  # a fixed number: threads that find nothing left to do end at once
            if not self._start():
                break

    def _start(self) -> bool:
        """One more thread, if the machine lets us; without any, names fail as if the resolver were dead."""
        with self._lock:
            self._threads += 1
        try:
            threading.Thread(target=self._work, name="resolver", daemon=True).start()
        except RuntimeError:
            with self._lock:
                self._threads -= 1
            return False
        return True

    def _work(self) -> None:
        while True:
            with self._lock:
                if not self._waiting:
                    self._threads -= 1
                    return
                job = self._waiting.popleft()
                self._running.add(job)
            job.outcome = look_up(job.name, self._lookup)
            with self._lock:
                self._running.discard(job)
                self._done.append(job)

    def collect(self, now: float) -> list[Outcome]:
        """What was found out since the last call. `now`: seconds of a steady clock, the same in all calls."""
        if not self.pending:
            return []
        with self._lock:
            done, self._done = self._done, deque()
            running = list(self._running)
        if done or self._last_return is None:
            self._last_return = now
        found = [job.outcome for job in done if job.outcome and not job.given_up]
        found += [_timed_out(job) for job in running if self._overdue(job, now)]
        if now - self._last_return >= self._deadline:
            with self._lock:
                stuck, self._waiting = self._waiting, deque()
            found += [_timed_out(job) for job in stuck]
        self.pending -= len(found)
        return found

    def _overdue(self, job: _Job, now: float) -> bool:
        if job.since is None:
            job.since = now
        return not job.given_up and now - job.since >= self._deadline


def _timed_out(job: _Job) -> Outcome:
    job.given_up = True
    return Outcome(job.name, [], "dns-timeout")


def look_up(name: str, lookup: Lookup) -> Outcome:
    """Ask once, and wait for the answer. Never raises."""
    try:
        infos = lookup(name, None, type=socket.SOCK_STREAM)
    except socket.gaierror as error:
        return Outcome(name, [], "no-address" if error.errno in _NO_ADDRESS else "dns-failed")
    except UnicodeError:  # no IDNA form: such a name cannot exist
        return Outcome(name, [], "no-address")
    except Exception:  # an odd NSS module, no memory: whatever it is, this name was not resolved
        return Outcome(name, [], "dns-failed")
    addresses = list(dict.fromkeys(address for info in infos if (address := _address(info))))
    return Outcome(name, addresses, "" if addresses else "no-address")


def _address(info: Any) -> Address | None:
    """An address out of getaddrinfo's tuple; None for other families, or one that cannot be read."""
    family, sockaddr = int(info[0]), info[4]
    if family == V4:
        number = v4_number(sockaddr[0])
        return None if number is None else (V4, number, 0)
    if family != V6 or len(sockaddr) < 4:
        return None
    number = v6_number(str(sockaddr[0]).partition("%")[0])
    if number is None:
        return None
    if MAPPED[0] <= number <= MAPPED[1]:
        return V4, number & 0xFFFFFFFF, 0
    return V6, number, sockaddr[3] if is_link_local(number) else 0
