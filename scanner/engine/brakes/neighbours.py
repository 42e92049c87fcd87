"""Directly attached networks: one probe opens the way to a neighbour, its other ports wait for the kernel's word.

Every address of an attached network that is probed becomes an entry of the kernel's neighbour table, which asks for it
(ARP, IPv6 neighbour discovery) three times in three seconds. Hence:

* **Not more new neighbours at once than the table can hold.** Beyond gc_thresh3 entries (1024 by default) the kernel
  drops packets without any error, and live hosts look silent (Linux arp(7); net/core/neighbour.c). A network smaller
  than that is never held up.
* **One probe each.** An unresolved neighbour queues about 100 packets and drops the oldest: 1000 ports at once would
  lose 900 SYNs. So its other targets wait here until somebody answered, or the table says that it is resolved.
* **Nobody there, no packet.** Whose resolution failed is not there, for any port: its targets go out as they are
  (`take_absent`), without an attempt. Ten seconds later one probe asks anew; and whoever turns up is probed from then
  on, whatever was said of other ports.
* **No silence before the kernel's word.** An attempt that was silent while the kernel still asks says nothing: its
  trial waits here for what comes of that (`unresolved`), unless its user typed a timeout.

Where the table cannot be read (`asked_neighbours.py`), only the first rule holds. Pure: pass `now`.
"""

from collections import deque
from collections.abc import Iterable

from scanner.engine.brakes.asked_neighbours import Asked, AskedNeighbours, Entries
from scanner.engine.flight.verdict import NOBODY_THERE
from scanner.engine.trial import Trial
from scanner.machine.neighbour_entries import Resolution
from scanner.machine.neighbour_table import DEFAULT_TABLE
from scanner.model import ANSWERED, Place

_ABSENT_S = 10.0
_SHARE = 0.6


class Neighbours:
    """Holds back trials of attached hosts; its length is how many wait, those that nobody has to probe included.

    `table`: how many entries the kernel's has; `entries` reads it.
    """

    def __init__(self, table: int = DEFAULT_TABLE, entries: Entries = lambda family: None) -> None:
        self._asked = AskedNeighbours(max(16, int(table * _SHARE)), entries)
        self._there: set[Place] = set()
        self._absent_since: dict[Place, float] = {}
        self._absent_order: deque[tuple[float, Place]] = deque()
        self._unasked: deque[Trial] = deque()  # to hosts for which the table has no room
        self._ready: deque[Trial] = deque()
        self._silent: list[Trial] = []
        self._absent: list[Trial] = []
        self._waiting = 0  # for the kernel's word

    def __len__(self) -> int:
        return self._waiting + len(self._unasked) + len(self._ready) + len(self._silent) + len(self._absent)

    def hold(self, trial: Trial, now: float) -> bool:
        """True if the trial must wait (it is kept here); False if it may leave now."""
        place = trial.endpoint.place
        if not trial.path.attached or place in self._there:
            return False
        self._give_up(now)  # first: who was asked for long ago counts as new
        asked = self._asked.get(place)
        if asked is not None:
            if trial.attempts or trial is asked.opener or not self._asked.tells:
                return False
            self._wait(asked.waiting, trial)
        elif place in self._absent_since:
            self._absent.append(trial)
        elif self._unasked or self._asked.room <= 0:
            self._unasked.append(trial)
        else:
            self._asked.ask(trial, now)
            return False
        return True

    def _wait(self, those: list[Trial], trial: Trial) -> None:
        those.append(trial)
        self._waiting += 1

    def release(self, now: float, most: int) -> list[Trial]:
        """Those that may leave now, at most so many."""
        self._look(now)
        self._give_up(now)
        out: list[Trial] = []
        while self._ready and len(out) < most:
            out.append(self._ready.popleft())
        while self._unasked and len(out) < most:
            trial = self._unasked[0]
            place = trial.endpoint.place
            asked = self._asked.get(place)
            if place in self._there or (asked is not None and not self._asked.tells):
                out.append(trial)
            elif asked is not None:
                self._wait(asked.waiting, trial)
            elif place in self._absent_since:
                self._absent.append(trial)
            elif self._asked.room > 0:
                self._asked.ask(trial, now)
                out.append(trial)
            else:
                break
            self._unasked.popleft()
        return out

    # What becomes of them

    def heard(self, trials: list[Trial], now: float) -> None:
        """These have a verdict: somebody is there, or nobody."""
        for trial in trials:
            if trial.path.attached and (verdict := trial.verdict) is not None:
                place = trial.endpoint.place
                if verdict.state in ANSWERED or verdict.icmp_from == place.numeric:
                    self.answered(place)
                elif verdict == NOBODY_THERE:
                    self.failed(place, now)

    def answered(self, place: Place) -> None:
        """Somebody is there: the entry is resolved and may stay."""
        self._there.add(place)
        self._absent_since.pop(place, None)
        if (asked := self._asked.ends(place)) is not None:
            self._ready += asked.waiting
            self._silent += asked.silent
            self._waiting -= asked.held

    def failed(self, place: Place, now: float) -> None:
        """The kernel gave up: nobody is there."""
        self._there.discard(place)
        self._absent_since[place] = now
        self._absent_order.append((now, place))
        if (asked := self._asked.ends(place)) is not None:
            if asked.opener.is_in_flight:
                self._absent.append(asked.opener)
            self._absent += asked.silent
            self._absent += asked.waiting
            self._waiting -= asked.held

    def unresolved(self, trials: Iterable[Trial]) -> list[Trial]:
        """Of these an attempt was silent. Those whose silence counts; the others wait here, while the kernel asks for
        their host, and are among those that a later call returns."""
        silent, self._silent = self._silent, []
        for trial in [trial for trial in trials if trial.verdict is None]:  # others are absent since this turn
            asked = self._asked.get(trial.endpoint.place) if trial.path.attached and self._asked.tells else None
            if asked is None or trial.hurried or trial.sentinel:
                silent.append(trial)
            else:
                self._wait(asked.silent, trial)
        return silent

    def take_absent(self) -> list[Trial]:
        """The targets that nobody is there for, since the last call."""
        absent, self._absent = self._absent, []
        return absent

    @property
    def any_resolved(self) -> bool:
        """Whether `take_absent` has some, or `unresolved` some whose host was found."""
        return bool(self._absent or self._silent)

    def pending(self, place: Place, now: float) -> bool:
        """Whether the kernel still asks for this host."""
        if self._asked.get(place) is not None:
            self._look(now, urgent=True)
        return self._asked.tells and self._asked.get(place) is not None

    # What the kernel knows

    def _look(self, now: float, *, urgent: bool = False) -> None:
        while self._absent_order and now - self._absent_order[0][0] >= _ABSENT_S:
            since, place = self._absent_order.popleft()
            if self._absent_since.get(place) == since:
                del self._absent_since[place]  # the next probe asks anew
        told = self._asked.tells
        for place, word in self._asked.look(now, urgent=urgent).items():
            if word is Resolution.RESOLVED:
                self.answered(place)
            else:
                self.failed(place, now)
        if told and not self._asked.tells:
            self._no_word(self._asked.take_all())

    def _give_up(self, now: float) -> None:
        """No word came: the others are asked for again, and what was silent was silent."""
        for asked in self._asked.take_over(now):
            self._unasked.extendleft(reversed(asked.waiting))
            self._silent += asked.silent
            self._waiting -= asked.held

    def _no_word(self, everybody: list[Asked]) -> None:
        """The table cannot be read: nobody waits for its word."""
        for asked in everybody:
            self._ready += asked.waiting
            self._silent += asked.silent
        self._waiting = 0

    def delay(self, now: float) -> float:
        """Seconds until some may leave, or something becomes of them; infinity if nobody waits."""
        if not len(self):
            return float("inf")
        self._give_up(now)
        if self._ready or self._silent or self._absent or (self._unasked and self._asked.room > 0):
            return 0.0
        return self._asked.delay(now)
