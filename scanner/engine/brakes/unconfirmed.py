"""The last word on a silence of an attached host: whether the kernel still believes that somebody is there.

It remembers a neighbour for a long time, and uses the old address at once: what is sent there leaves, though the host
may have left long ago. Five seconds later it asks whether somebody still has the address, three times. So a timeout of
a host that nobody heard of late, and of whom the kernel asks just that, is told when it has its word: then it stands,
or nobody is there. Where its user typed a timeout nobody waits, and the doubt says so. Pure: pass `now`.
"""

from scanner.engine.brakes.known_neighbours import KnownNeighbours
from scanner.engine.brakes.neighbour_words import LATELY_S, NeighbourWords
from scanner.engine.flight.verdict import TIMEOUT
from scanner.engine.trial import Trial
from scanner.machine.neighbour_entries import Resolution
from scanner.model import Doubt

_CHECKING_S = 12.0  # five seconds of use, three requests, and three more where a repeated SYN asks anew just then
_HEARD_S = 30.0  # who was heard within that time is there: about as long as the kernel itself believes it

Finished = tuple[Trial, str]


class Unconfirmed:
    """The timeouts that wait for the kernel's word; its length is how many. `due`: they are to be looked at again."""

    def __init__(self, known: KnownNeighbours, words: NeighbourWords) -> None:
        self._known = known
        self._words = words
        self._held: list[tuple[float, Trial, str]] = []
        self._pending: set[Trial] = set()  # silent while the kernel still asked for their host
        self._look_at = 0.0
        self.due = False

    def __len__(self) -> int:
        return len(self._held)

    def is_pending(self, trial: Trial, pending: bool) -> None:
        """Its present attempt was silent: before the kernel knew whether its host is there, or after."""
        (self._pending.add if pending else self._pending.discard)(trial)

    def look(self, now: float) -> None:
        """Whether it is time for that, though nothing else may happen."""
        self.due = bool(self._held) and now >= self._look_at

    def settle(self, finished: list[Finished], now: float) -> tuple[list[Finished], list[Trial]]:
        """Takes what is finished. Returns what may be told, each with its doubt, and those whose host is not there."""
        told: list[Finished] = []
        absent: list[Trial] = []
        self.due = False
        if self._held and now >= self._look_at:
            held, self._held = self._held, []
            for since, trial, doubt in held:
                if trial.verdict is TIMEOUT:  # else it was answered late, and told
                    self._tell(trial, doubt, since, now, told, absent)
        for trial, doubt in finished:
            self._tell(trial, doubt, now, now, told, absent)
        return told, absent

    def _tell(
        self, trial: Trial, doubt: str, since: float, now: float, told: list[Finished], absent: list[Trial]
    ) -> None:
        pending = trial in self._pending
        self._pending.discard(trial)
        word = self._word_on(trial, now)
        if word is Resolution.FAILED:
            absent.append(trial)
        elif pending or (word is Resolution.CHECKING and trial.hurried):
            told.append((trial, Doubt.NEIGHBOUR_PENDING))
        elif word is Resolution.CHECKING and now - since < _CHECKING_S:
            self._held.append((since, trial, doubt))
            self._look_at = now + LATELY_S
        else:
            told.append((trial, doubt))

    def _word_on(self, trial: Trial, now: float) -> Resolution | None:
        """The kernel's word on the host of a timeout that nobody heard of late: it failed, or is being asked for. None:
        there is nothing to say against it."""
        place, known = trial.endpoint.place, self._known
        if trial.verdict is not TIMEOUT or not trial.path.attached or not self._words.tells:
            return None
        if known.absent(place):
            return Resolution.FAILED
        heard_at = known.heard_at(place)
        if heard_at is None or now - heard_at < _HEARD_S or not self._words.read({place.family}, now, age=LATELY_S):
            return None
        word = self._words.on(place)
        if word is Resolution.FAILED:
            known.is_absent(place, now)
        return Resolution.CHECKING if word is Resolution.RESOLVING else word

    def delay(self, now: float) -> float:
        """Seconds until there may be a word; infinity if nobody waits for one."""
        return max(0.0, self._look_at - now) if self._held else float("inf")
