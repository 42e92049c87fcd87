"""The neighbours that the kernel asks for, and when its word on one is news. Pure: pass `now`.

Before the first packet to an address of an attached network leaves, the kernel asks for it, three times in three
seconds (ARP, IPv6 neighbour discovery); its table (`neighbour_words.py`) says how far that is. It is looked at ten
times a second at most, and only while the kernel asks for somebody. What follows for the trials is `neighbours.py`'s
to say.
"""

from collections.abc import Iterator

from scanner.engine.brakes.neighbour_words import LATELY_S, NeighbourWords
from scanner.engine.trial import Trial
from scanner.machine.neighbour_entries import Resolution
from scanner.model import Place

_ASKING_S = 3.2  # three requests, a second apart
_SURELY_ASKED_S = 2.5
_MOST_ASKINGS = 4  # so often that time, while the table has an entry that says how it goes on
_CROWDED = 0.2  # of the limit: about gc_thresh1 (128 entries), from which on the kernel drops what has failed
_MOST_UNSEEN = 2  # looks that find no entry, after its probe has left


class Asked:
    """A neighbour that the kernel asks for since `at`. `opener`: whose probe made it ask, or makes it as soon as it
    leaves. `waiting`: the trials that wait for its word, `silent`: those whose attempt is over. `held_back`: the table
    was seen to have no address for it, so the kernel kept what was sent."""

    __slots__ = ("_askings", "_left_at", "_unseen", "at", "held_back", "opener", "silent", "waiting")

    def __init__(self, opener: Trial, at: float, *, left: bool) -> None:
        self.at = at
        self.opener = opener
        self.waiting: list[Trial] = []
        self.silent: list[Trial] = []
        self.held_back = False
        self._left_at = opener.attempts if left else opener.attempts + 1
        self._askings = 1
        self._unseen = 0

    @property
    def left(self) -> bool:
        """Whether the probe that makes the kernel ask has left. What the table says before is of an earlier day."""
        return self.opener.attempts >= self._left_at

    @property
    def held(self) -> int:
        """How many wait for its word."""
        return len(self.waiting) + len(self.silent)

    @property
    def word_due(self) -> float:
        """By when the kernel's word should have come."""
        return self.at + _ASKING_S

    def asks_on(self, now: float) -> bool:
        """The kernel asks more slowly than usual (retrans_time). False once that was so too often."""
        self._askings += 1
        self.at = now
        return self._askings <= _MOST_ASKINGS

    def understood(self, word: Resolution | None, now: float, *, crowded: bool) -> Resolution | None:
        """What the table's word on it means, None where it has none. `crowded`: the table has so many entries that the
        kernel drops what has failed at once (net/core/neighbour.c): who was asked for, and is gone after the time that
        asking takes, has failed. In any other table, only somebody's command or a link that was down removes it."""
        if word is Resolution.RESOLVING and self.left:
            self.held_back = True
        if word is not None:
            self._unseen = 0
        elif self.held_back:
            return Resolution.FAILED if crowded and now - self.at >= _SURELY_ASKED_S else Resolution.RESOLVING
        return word

    def is_missed(self) -> bool:
        """Its probe has left, and there is no entry. Whether that was seen often enough to say that there is none."""
        self._unseen += 1
        return self._unseen >= _MOST_UNSEEN

    def all_go(self) -> tuple[list[Trial], list[Trial]]:
        """Nobody waits for its word any more: those who waited, and those who were silent."""
        waiting, silent = self.waiting, self.silent
        self.waiting, self.silent = [], []
        return waiting, silent


class AskedNeighbours:
    """At most `limit` of them at once; `sharers` processes have as many each."""

    def __init__(self, limit: int, words: NeighbourWords, sharers: int = 1) -> None:
        self._limit = limit
        self._crowd = _CROWDED * limit * sharers
        self._words = words
        self._asked: dict[Place, Asked] = {}  # in the order of `at`
        self._look_at = 0.0

    def __bool__(self) -> bool:
        return bool(self._asked)

    def get(self, place: Place) -> Asked | None:
        """What is known of the asking for a host, None where nobody asks for it."""
        return self._asked.get(place)

    def ask(self, trial: Trial, now: float, *, left: bool = False) -> None:
        """The probe of this trial makes the kernel ask for its host; `left`: it has."""
        self._asked[trial.endpoint.place] = Asked(trial, now, left=left)

    def ends(self, place: Place) -> Asked | None:
        """There is no more need to ask for this host."""
        return self._asked.pop(place, None)

    @property
    def room(self) -> int:
        """For how many more the table has room."""
        return self._limit - len(self._asked)

    def take_over(self, now: float) -> Iterator[Asked]:
        """Those that were asked for long ago, and no word came: their entries are gone, or may be."""
        while self._asked:
            place, asked = next(iter(self._asked.items()))
            if now < asked.word_due:
                break
            del self._asked[place]
            known = self._words.tells and now - self._words.read_at(place) < _ASKING_S and self._words.on(place)
            if known and asked.asks_on(now):
                self._asked[place] = asked
            else:
                yield asked

    def all_go(self) -> Iterator[tuple[list[Trial], list[Trial]]]:
        """The table cannot be read: those who waited, and who were silent, of each. They take room all the same."""
        for asked in self._asked.values():
            yield asked.all_go()

    def look(self, now: float) -> dict[Place, Resolution | None]:
        """What the table says by now of those of whom it has news. None: the kernel does not ask for it at all."""
        if not self or not self._words.tells or now < self._look_at:
            return {}
        self._look_at = now + LATELY_S
        families = {place.family for place in self._asked}
        if not self._words.read(families, now):
            return {}
        said: dict[Place, Resolution | None] = {}
        for place, asked in self._asked.items():
            word = self.understood(place, now)
            if _is_news(asked, word):
                said[place] = word
        return said

    def understood(self, place: Place, now: float) -> Resolution | None:
        """What the table said of any host when it was last read."""
        word, asked = self._words.on(place), self._asked.get(place)
        if asked is None:
            return word
        return asked.understood(word, now, crowded=self._words.most(place) >= self._crowd)

    def delay(self, now: float) -> float:
        """Seconds until there is more to know; infinity if it asks for nobody."""
        if not self._asked:
            return float("inf")
        until = next(iter(self._asked.values())).word_due
        return max(0.0, (min(until, self._look_at) if self._words.tells else until) - now)


def _is_news(asked: Asked, word: Resolution | None) -> bool:
    """Whether the table's word on it tells something new."""
    if word is None:
        return asked.left and asked.is_missed()
    return asked.left if word is Resolution.FAILED else word is not Resolution.RESOLVING
