"""Directly attached networks: one probe opens the way to a neighbour, its other ports wait for the kernel's word.

Every address of an attached network that is probed becomes an entry of the kernel's neighbour table, which asks for it
(ARP, IPv6 neighbour discovery) three times in three seconds. Hence:

* **Not more new neighbours at once than the table can hold.** Beyond gc_thresh3 entries (1024 by default) the kernel
  drops packets without any error, and live hosts look silent (Linux arp(7); net/core/neighbour.c). A network smaller
  than that is never held up.
* **One probe each.** An unresolved neighbour queues about 100 packets and drops the oldest: 1000 ports at once would
  lose 900 SYNs. So its other targets wait here until somebody answered, or the table says that it is resolved.
* **Nobody there, no packet.** Whose resolution failed is not there, for any port: its targets go out as they are
  (`take_absent`), without an attempt. The table alone says so: this host's own firewall has the same words for a port.
  Later one probe asks anew, and whoever turns up is probed from then on, whatever was said of other ports.
* **No silence before the kernel's word.** An attempt that was silent while the kernel still asked never left: its trial
  waits here (`unresolved`), and is sent once the host is found, unless its user typed a timeout. Nor is a silence told
  while the kernel asks whether a host that was there still is (`unconfirmed.py`).

Where the table cannot be read, or the kernel asks for nobody (policy routing, a firewall of this host's that drops),
only the first rule holds. Pure: pass `now`.
"""

from collections import deque
from collections.abc import Iterable

from scanner.engine.brakes.asked_neighbours import AskedNeighbours
from scanner.engine.brakes.known_neighbours import KnownNeighbours
from scanner.engine.brakes.neighbour_words import LATELY_S, Entries, NeighbourWords
from scanner.engine.brakes.unconfirmed import Unconfirmed
from scanner.engine.flight.verdict import NOBODY_THERE
from scanner.engine.trial import Trial
from scanner.machine.neighbour_entries import Resolution
from scanner.machine.neighbour_table import DEFAULT_TABLE
from scanner.model import ANSWERED, Place

_SHARE = 0.6


class Neighbours:
    """Holds back trials of attached hosts; its length is how many wait, those that nobody has to probe included.

    `table`: how many entries the kernel's has; `entries` reads it. `sharers`: so many processes share its room.
    """

    def __init__(self, table: int = DEFAULT_TABLE, entries: Entries = lambda family: None, *, sharers: int = 1) -> None:
        limit = max(16, int(table * _SHARE) // sharers)
        self._words = NeighbourWords(entries)
        self._asked = AskedNeighbours(limit, self._words, sharers)
        self._known = KnownNeighbours(limit)
        self.unconfirmed = Unconfirmed(self._known, self._words)
        self._held_back: set[Trial] = set()  # in flight, and the kernel sent them later
        self._unasked: deque[Trial] = deque()  # to hosts for which the table has no room
        self._ready: deque[Trial] = deque()
        self._silent: list[Trial] = []
        self._absent: list[Trial] = []
        self._waiting = 0  # for the kernel's word

    def __len__(self) -> int:
        still_to_leave = len(self._unasked) + len(self._ready)
        return self._waiting + still_to_leave + len(self._silent) + len(self._absent) + len(self.unconfirmed)

    def hold(self, trial: Trial, now: float) -> bool:
        """True if the trial must wait (it is kept here); False if it may leave now."""
        place = trial.endpoint.place
        if trial.sentinel or not trial.path.attached or self._known.there(place):
            return False
        asked = self._asked.get(place)
        if asked is not None:
            if trial.attempts or trial is asked.opener or not self._words.tells:
                return False
            self._wait(asked.waiting, trial)
        elif self._known.absent(place):
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
            trial = self._ready.popleft()
            if trial.verdict is None:  # else it was answered late, while it waited
                out.append(trial)
        while self._unasked and len(out) < most:
            trial = self._unasked[0]
            place = trial.endpoint.place
            asked = self._asked.get(place)
            if self._known.there(place) or (asked is not None and not self._words.tells):
                out.append(trial)
            elif asked is not None:
                self._wait(asked.waiting, trial)
            elif self._known.absent(place):
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
        if self._held_back:
            self._held_back.difference_update(trials)
        for trial in trials:
            if trial.path.attached and (verdict := trial.verdict) is not None:
                place = trial.endpoint.place
                if verdict.state in ANSWERED or verdict.icmp_from == place.numeric:
                    self.answered(place, now)
                elif verdict == NOBODY_THERE:
                    self.denied(place, now)

    def denied(self, place: Place, now: float) -> bool:
        """A probe was told that nobody is there. Whether the kernel's table says so too."""
        if not self._words.read({place.family}, now) or self._asked.understood(place, now) is not Resolution.FAILED:
            return False
        self.failed(place, now)
        return True

    def answered(self, place: Place, now: float) -> None:
        """Somebody is there: the entry is resolved and may stay."""
        self._known.is_there(place, now)
        if (asked := self._asked.ends(place)) is not None:
            self._waiting -= asked.held
            for trial in asked.silent:
                trial.never_went()
            self._ready += [*asked.silent, *asked.waiting]
            if asked.held_back and asked.opener.is_in_flight:
                self._held_back.add(asked.opener)

    def failed(self, place: Place, now: float) -> None:
        """The kernel gave up: nobody is there."""
        self._known.is_absent(place, now)
        if (asked := self._asked.ends(place)) is not None:
            self._waiting -= asked.held
            opener = [asked.opener] if asked.opener.is_in_flight else []
            self._absent += [*opener, *asked.silent, *asked.waiting]

    def _may_be_there(self, place: Place) -> None:
        """What is sent there leaves: nobody waits for the kernel's word."""
        self._known.may_be_there(place)
        if (asked := self._asked.ends(place)) is not None:
            self._let_go(*asked.all_go())

    def _let_go(self, waiting: list[Trial], silent: list[Trial]) -> None:
        """They wait for the kernel's word no longer; what was silent was silent."""
        self._waiting -= len(waiting) + len(silent)
        self._ready += waiting
        self._silent += silent

    def unresolved(self, trials: Iterable[Trial], now: float) -> list[Trial]:
        """Of these an attempt was silent. Those whose silence counts; the others wait here, while the kernel asks for
        their host, and are among those that a later call returns, or that leave again."""
        silent, self._silent = [trial for trial in self._silent if trial.verdict is None], []
        for trial in [trial for trial in trials if trial.verdict is None]:  # others are absent since this turn
            if trial.sentinel or not (trial.path.attached and self._words.tells):
                silent.append(trial)
            elif trial in self._held_back:
                self._held_back.remove(trial)
                trial.never_went()
                self._ready.append(trial)
            elif self._known.absent(trial.endpoint.place) or self._gone(trial, now):
                self._absent.append(trial)
            else:
                asked = self._asked.get(trial.endpoint.place)
                self.unconfirmed.is_pending(trial, asked is not None and trial.hurried)
                if asked is None or trial.hurried:
                    silent.append(trial)
                else:
                    self._wait(asked.silent, trial)
        return silent

    def _gone(self, trial: Trial, now: float) -> bool:
        """Whether the host of a silent attempt is not there any more. Where the kernel asks anew, so do we."""
        place = trial.endpoint.place
        heard_at = self._known.heard_at(place)
        if (
            heard_at is None
            or heard_at >= now - trial.patience
            or not self._words.read({place.family}, now, age=LATELY_S)
        ):
            return False
        word = self._words.on(place)
        if word is Resolution.FAILED:
            self.failed(place, now)
            return True
        if word is Resolution.RESOLVING:
            self._known.is_uncertain(place)
            self._asked.ask(trial, now, left=True)
        return False

    def take_absent(self) -> list[Trial]:
        """The targets that nobody is there for, since the last call."""
        absent, self._absent = self._absent, []
        return absent

    @property
    def any_resolved(self) -> bool:
        """Whether `take_absent` has some, `unresolved` some whose host was found, or `unconfirmed` some to look at."""
        return bool(self._absent or self._silent) or self.unconfirmed.due

    # What the kernel knows

    def _look(self, now: float) -> None:
        self._known.expire(now)
        self.unconfirmed.look(now)
        told = self._words.tells
        for place, word in self._asked.look(now).items():
            if word is Resolution.RESOLVED:
                self.answered(place, now)
            elif word is Resolution.FAILED:
                self.failed(place, now)
            else:
                self._may_be_there(place)
        if told and not self._words.tells:
            for waiting, silent in self._asked.all_go():
                self._let_go(waiting, silent)

    def _give_up(self, now: float) -> None:
        """No word came for so long that none is waited for any more."""
        for asked in self._asked.take_over(now):
            if self._words.tells:
                self._known.may_be_there(asked.opener.endpoint.place)
            self._let_go(*asked.all_go())

    def delay(self, now: float) -> float:
        """Seconds until some may leave, or something becomes of them; infinity if nobody waits."""
        if not len(self):
            return float("inf")
        self._give_up(now)
        if self._ready or self._silent or self._absent or (self._unasked and self._asked.room > 0):
            return 0.0
        return min(self._asked.delay(now), self.unconfirmed.delay(now))
