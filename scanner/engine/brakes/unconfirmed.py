"""The last word on a silence of an attached host: whether the kernel still believes that somebody is there.

It remembers a neighbour for a long time, and uses the old address at once: what is sent there leaves, though the host
may have left long ago. Five seconds later it asks whether somebody still has the address, three times. So a timeout of
a host that nobody heard of late, and of whom the kernel asks just that, is told when it has its word: then it stands,
or nobody is there. Where its user typed a timeout nobody waits, and the doubt says so. Pure: pass `now`.
"""

from collections import deque

from scanner.engine.brakes.known_neighbours import KnownNeighbours
from scanner.engine.brakes.neighbour_words import LATELY_S, NeighbourWords
from scanner.engine.flight.verdict import TIMEOUT
from scanner.engine.trial import Trial
from scanner.machine.neighbour_entries import Resolution
from scanner.model import Doubt, Place

_CHECKING_S = 12.0  # five seconds of use, three requests, and three more where a repeated SYN asks anew just then
_HEARD_S = 30.0  # who was heard within that time is there: about as long as the kernel itself believes it

Finished = tuple[Trial, str]
Held = tuple[float, Trial, str]  #: since when, and its doubt


class Unconfirmed:
    """The timeouts that wait for the kernel's word; its length is how many. `due`: they are to be looked at again."""

    def __init__(self, known: KnownNeighbours, words: NeighbourWords) -> None:
        self._known = known
        self._words = words
        self._held: dict[Place, deque[Held]] = {}  # in the order in which they came: there may be 100,000
        self._waiting = 0
        self._pending: set[Trial] = set()  # silent while the kernel still asked for their host
        self._look_at = 0.0
        self.due = False

    def __len__(self) -> int:
        return self._waiting

    def is_pending(self, trial: Trial, pending: bool) -> None:
        """Its present attempt was silent: before the kernel knew whether its host is there, or after."""
        (self._pending.add if pending else self._pending.discard)(trial)

    def look(self, now: float) -> None:
        """Whether it is time for that, though nothing else may happen."""
        self.due = self._waiting > 0 and now >= self._look_at

    def settle(self, finished: list[Finished], now: float) -> tuple[list[Finished], list[Trial]]:
        """Takes what is finished. Returns what may be told, each with its doubt, and those whose host is not there."""
        told: list[Finished] = []
        absent: list[Trial] = []
        self.due = False
        if self._waiting and now >= self._look_at:
            self._look_at = now + LATELY_S
            for place in list(self._held):
                self._look_on(place, now, told, absent)
        for trial, doubt in finished:
            self._tell(trial, doubt, now, told, absent)
        return told, absent

    def _look_on(self, place: Place, now: float, told: list[Finished], absent: list[Trial]) -> None:
        """Tells those of a host that need wait no longer."""
        word, held = self._word_on(place, now), self._held[place]
        while held and (word is not Resolution.CHECKING or now - held[0][0] >= _CHECKING_S):
            _, trial, doubt = held.popleft()
            self._waiting -= 1
            if trial.verdict is not TIMEOUT:  # it was answered late, and told
                continue
            if word is Resolution.FAILED:
                absent.append(trial)
            else:
                told.append((trial, doubt))
        if not held:
            del self._held[place]

    def _tell(self, trial: Trial, doubt: str, now: float, told: list[Finished], absent: list[Trial]) -> None:
        pending = trial in self._pending
        self._pending.discard(trial)
        asked = trial.verdict is TIMEOUT and trial.path.attached
        word = self._word_on(trial.endpoint.place, now) if asked else None
        if word is Resolution.FAILED:
            absent.append(trial)
        elif pending or (word is Resolution.CHECKING and trial.hurried):
            told.append((trial, Doubt.NEIGHBOUR_PENDING))
        elif word is Resolution.CHECKING:
            self._hold(trial, doubt, now)
        else:
            told.append((trial, doubt))

    def _hold(self, trial: Trial, doubt: str, now: float) -> None:
        if not self._waiting:
            self._look_at = now + LATELY_S
        self._held.setdefault(trial.endpoint.place, deque()).append((now, trial, doubt))
        self._waiting += 1

    def _word_on(self, place: Place, now: float) -> Resolution | None:
        """The kernel's word on a host that nobody heard of late: it failed, or is being asked for. None: there is
        nothing to say against it."""
        known = self._known
        if not self._words.tells:
            return None
        if known.absent(place):
            return Resolution.FAILED
        heard_at = known.heard_at(place)  # None: it is asked for anew
        if heard_at is not None and now - heard_at < _HEARD_S:
            return None
        if not self._words.read({place.family}, now, age=LATELY_S):
            return Resolution.CHECKING if self._words.tells else None  # no descriptor for it just now
        word = self._words.on(place)
        if word is Resolution.FAILED:
            known.is_absent(place, now)
        return Resolution.CHECKING if word is Resolution.RESOLVING else word

    def delay(self, now: float) -> float:
        """Seconds until there may be a word; infinity if nobody waits for one."""
        return max(0.0, self._look_at - now) if self._waiting else float("inf")
