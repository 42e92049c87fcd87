"""What becomes of a probe for which this machine has no room. Pure: pass `now`.

A local limit is never a verdict on a target: the probe waits. How it waits depends on who holds what is missing:

* Something of ours in flight does (descriptors, buffers): the window shrinks until there is room again. Where there is
  no window (a trace), all that would meet the same wait a moment.
* EADDRNOTAVAIL is about one destination, an address and a port: a connection is known by both of its addresses and both
  of its ports, so all local ports may be taken to one destination and free to the next (net/ipv4/inet_hashtables.c,
  __inet_hash_connect()). Whoever goes there waits a moment, and nobody else does: who holds those ports may keep them,
  so others would wait behind it for as long as there is something in flight. That it meets the same again says nothing
  of others either.
* Many destinations that meet it for the first time, and in that moment none of their family leaves in between: then it
  is not about one (no address to send from; a system that gives each local port away once only). It goes on as above or
  below, but whoever was tried is set aside all the same, so that those behind it in line have their turn.
* Nothing of ours does: the probes concerned are set aside, others go on. If it is so again a second later and none of
  that family left in between, it will stay so (IPv6 switched off answers EADDRNOTAVAIL for ever), and that errno is
  the answer. That others were in flight in between gives no hope. Nor do sentinels, in flight or leaving: they leave
  beside whoever is tried, so while some destinations are short of ports a scan would not end.
"""

import errno
from collections import Counter
from collections.abc import Collection, Iterable
from enum import Enum, auto
from typing import Any, Generic

from scanner.engine.flight.found import TrialT

_PERSISTS_S = 1.0
_ASIDE_S = 0.1
_MOST_ASIDE = 4096  # beyond, nothing new is taken on until they have left
_IN_A_ROW = 8

#: Both families draw on the same stock of these.
_SHARED = frozenset({errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM, errno.EAGAIN, errno.ENOSPC})


_ADVICE = {
    errno.EMFILE: "this process may open only {capacity} more files: raise `ulimit -n`",
    errno.ENFILE: "this machine's table of open files is full: raise fs.file-max",
    errno.EADDRNOTAVAIL: "no local port is free: widen net.ipv4.ip_local_port_range, or lower --concurrency",
    errno.ENOBUFS: "the kernel is short of buffers: lower --concurrency or --rate",
    errno.ENOMEM: "the kernel is short of memory for sockets: raise net.ipv4.tcp_mem, or lower --concurrency",
    errno.ENOSPC: "the poller can watch no more sockets: choose another --poller, or lower --concurrency",
    errno.EAGAIN: "the kernel is short of resources: lower --concurrency or --rate",
}


class Relief(Enum):
    """What to do about a shortage."""

    SHRINK = auto()  #: fewer probes in flight
    ONE_ASIDE = auto()  #: whoever goes to this destination waits a moment
    ALL_ASIDE = auto()  #: so do all that would meet the same
    GIVE_UP = auto()  #: the errno is the answer


class Shortages(Generic[TrialT]):
    """The shortages met lately, and the trials that were set aside for them."""

    def __init__(self) -> None:
        self._since: dict[tuple[int, int], float] = {}
        self._short: set[tuple[Any, ...]] = set()  # destinations that met EADDRNOTAVAIL since they left last
        self._in_a_row: Counter[int] = Counter()  # how many of a family began to in this moment, since any of it left
        self._aside: list[TrialT] = []
        self._due = float("inf")

    def __len__(self) -> int:
        return len(self._aside)

    @property
    def too_many(self) -> bool:
        """Whether so many are set aside that nothing new should be taken on."""
        return len(self._aside) >= _MOST_ASIDE

    @property
    def recent(self) -> bool:
        """Whether one was met since the last probe left: then `departed` must be told of the next."""
        return bool(self._since or self._short)

    def departed(self, trials: Collection[TrialT]) -> None:
        """These did leave: their family is not short of anything for good."""
        if self._short:
            self._short.difference_update([trial.address for trial in trials])
        families = {trial.endpoint.place.family for trial in trials}
        targets = {trial.endpoint.place.family for trial in trials if not trial.sentinel}
        for family in families:
            del self._in_a_row[family]
        for code, family in list(self._since):
            if family in (targets if code == errno.EADDRNOTAVAIL else families):
                del self._since[code, family]

    def met(self, code: int, trial: TrialT, now: float, *, in_flight: int, of_family: int) -> Relief:
        """This trial met `code` beside `in_flight` probes, `of_family` of them of its family."""
        family, destination = trial.endpoint.place.family, trial.address
        ours = in_flight if code in _SHARED else of_family
        if not ours and now - self._since.setdefault((code, family), now) >= _PERSISTS_S:
            self._short.discard(destination)
            return Relief.GIVE_UP
        if code == errno.EADDRNOTAVAIL:
            if destination in self._short:
                return Relief.ONE_ASIDE
            self._short.add(destination)
            self._in_a_row[family] += 1
            if self._in_a_row[family] < _IN_A_ROW:
                return Relief.ONE_ASIDE
        return Relief.SHRINK if ours else Relief.ALL_ASIDE

    def waiting(self, trials: list[TrialT], code: int, relief: Relief, *, window: bool) -> list[TrialT]:
        """Who of these, whose first one met `code`, is to be set aside for it. With a window that shrinks it holds back
        the others."""
        first = trials[0]
        if relief is Relief.ALL_ASIDE:
            return [trial for trial in trials if trial.endpoint.place.family == first.endpoint.place.family]
        if code == errno.EADDRNOTAVAIL:
            return [trial for trial in trials if trial.address == first.address]
        return [] if window else trials

    def set_aside(self, trials: Iterable[TrialT], now: float) -> None:
        """They are tried again in a moment, see `due`."""
        self._aside += trials
        self._due = min(self._due, now + _ASIDE_S)

    def due(self, now: float) -> list[TrialT]:
        """Those that were set aside, once their moment is over. A row ends with it, so that a few short ones at the
        head of the line do not hide all behind them."""
        if now < self._due:
            return []
        self._in_a_row.clear()
        aside, self._aside, self._due = self._aside, [], float("inf")
        return aside

    def delay(self, now: float) -> float:
        """Seconds until `due` has something; infinity if nothing is set aside."""
        return max(0.0, self._due - now)


def shortage_warning(code: int, capacity: int) -> str:
    """One line for the user: what this machine is short of, what follows, what to raise."""
    advice = _ADVICE.get(code, errno.errorcode.get(code, str(code))).format(capacity=capacity)
    return f"slower than it could be (the answers are the same): {advice}"
