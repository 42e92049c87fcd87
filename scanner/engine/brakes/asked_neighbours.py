"""The neighbours that the kernel asks for, and what its table says of them. Pure: pass `now`.

Before the first packet to an address of an attached network leaves, the kernel asks for it, three times in three
seconds (ARP, IPv6 neighbour discovery); its table says how far that is. `entries` reads it (by address family, see
machine/neighbour_entries.py), ten times a second at most, and only while it asks for somebody. What follows for the
trials is `neighbours.py`'s to say.
"""

import socket
from collections.abc import Callable, Iterator

from scanner.engine.trial import Trial
from scanner.machine.neighbour_entries import NeighbourKey, Resolution, neighbour_key
from scanner.model import Place

#: What the kernel's table holds of one address family; None: it can never be read. OSError: not now.
Entries = Callable[[int], dict[NeighbourKey, Resolution] | None]

_ASKING_S = 3.2  # three requests, a second apart
_SURELY_ASKED_S = 2.5
_MOST_ASKINGS = 4  # so often that time, while the table has an entry that says how it goes on
_CHECKING_S = 8.4  # an aged entry is used for five seconds, then its host is asked three times
_LOOK_S, _SOONER_S = 0.1, 0.08  # how often it is read; so much sooner where that decides
_MOST_UNSEEN = 2  # looks that find no entry, after its probe has left


class Asked:
    """A neighbour that the kernel asks for since `at`. `opener`: whose probe made it ask. `waiting`: the trials that
    wait for its word, `silent`: those whose attempt is over. `held_back`: the table was seen to have no address for it,
    so the kernel kept what was sent. `aged`: its entry is an old one, so packets leave."""

    __slots__ = ("_askings", "_unseen", "aged", "at", "held_back", "key", "opener", "silent", "waiting")

    def __init__(self, opener: Trial, at: float) -> None:
        place = opener.endpoint.place
        self.at = at
        self.key = _key_of(place)
        self.opener = opener
        self.waiting: list[Trial] = []
        self.silent: list[Trial] = []
        self.held_back = False
        self.aged = False
        self._askings = 1
        self._unseen = 0

    @property
    def held(self) -> int:
        """How many wait for its word."""
        return len(self.waiting) + len(self.silent)

    @property
    def word_due(self) -> float:
        """By when the kernel's word should have come."""
        return self.at + (_CHECKING_S if self.aged and self._askings == 1 else _ASKING_S)

    def asks_on(self, now: float) -> bool:
        """The kernel asks more slowly than usual (retrans_time). False once that was so too often."""
        self._askings += 1
        self.at = now
        return self._askings <= _MOST_ASKINGS

    def understood(self, word: Resolution | None, now: float) -> Resolution | None:
        """What the table's word on it means, None where it has none: an entry that is gone after the time that asking
        takes has failed. A full table drops those at once, and of the others only old ones (net/core/neighbour.c)."""
        if word is Resolution.RESOLVING and self.opener.attempts:
            self.held_back = True
        if word is None and self.held_back:
            return Resolution.FAILED if now - self.at >= _SURELY_ASKED_S else Resolution.RESOLVING
        return word

    def is_missed(self) -> bool:
        """Its probe has left, and there is no entry. Whether that was seen often enough to say that there is none."""
        self._unseen += 1
        return self._unseen >= _MOST_UNSEEN

    def ports_go(self) -> list[Trial]:
        """Its other ports wait no longer: those who did."""
        waiting, self.waiting = self.waiting, []
        return waiting

    def all_go(self) -> tuple[list[Trial], list[Trial]]:
        """Nobody waits for its word any more: those who waited, and those who were silent."""
        silent, self.silent = self.silent, []
        return self.ports_go(), silent


class AskedNeighbours:
    """At most `limit` of them at once. `tells`: whether the table can be read, as far as known."""

    def __init__(self, limit: int, entries: Entries) -> None:
        self.limit = limit
        self._entries = entries
        self._asked: dict[Place, Asked] = {}  # in the order of `at`
        self._aged: dict[Place, Asked] = {}  # no new entries: they take no room
        self._look_at = 0.0
        self._read_at = float("-inf")
        self._table: dict[NeighbourKey, Resolution] = {}  # as it was then, of these families
        self._families: set[int] = set()
        self.tells = True

    def __bool__(self) -> bool:
        return bool(self._asked or self._aged)

    def get(self, place: Place) -> Asked | None:
        """What is known of the asking for a host, None where nobody asks for it."""
        return self._asked.get(place) or self._aged.get(place)

    def ask(self, trial: Trial, now: float) -> None:
        """The probe of this trial makes the kernel ask for its host."""
        self._asked[trial.endpoint.place] = Asked(trial, now)

    def is_aged(self, place: Place) -> None:
        """Its entry is an old one: packets leave, and in five seconds the kernel asks whether it still holds."""
        asked = self._asked.pop(place, None)
        if asked is not None:
            asked.aged = True
            self._aged[place] = asked

    def ends(self, place: Place) -> Asked | None:
        """There is no more need to ask for this host."""
        return self._asked.pop(place, None) or self._aged.pop(place, None)

    @property
    def room(self) -> int:
        """For how many more the table has room."""
        return self.limit - len(self._asked)

    def take_over(self, now: float) -> Iterator[Asked]:
        """Those that were asked for long ago, and no word came: their entries are gone, or may be."""
        for those in (self._asked, self._aged):
            while those:
                place, asked = next(iter(those.items()))
                if now < asked.word_due:
                    break
                del those[place]
                if self._has_word(asked, now) and asked.asks_on(now):
                    those[place] = asked
                else:
                    yield asked

    def all_go(self) -> Iterator[tuple[list[Trial], list[Trial]]]:
        """The table cannot be read: those who waited, and who were silent, of each. They take room all the same."""
        for asked in (*self._asked.values(), *self._aged.values()):
            yield asked.all_go()

    # What the table says

    def _has_word(self, asked: Asked, now: float) -> bool:
        """Whether it does say something, which the next look tells."""
        return self.tells and now - self._read_at < _ASKING_S and asked.key in self._table

    def look(self, now: float, *, urgent: bool = False) -> dict[Place, Resolution | None]:
        """What the table says by now of those of whom it has news. None: the kernel does not ask for it at all.
        `urgent`: somebody waits for just that."""
        if not self or not self.tells or now < self._look_at - (_SOONER_S if urgent else 0.0):
            return {}
        if not self._read(now, {place.family for place in (*self._asked, *self._aged)}):
            return {}
        said: dict[Place, Resolution | None] = {}
        for place, asked in (*self._asked.items(), *self._aged.items()):
            word = asked.understood(self._table.get(asked.key), now)
            if _is_news(asked, word):
                said[place] = word
        return said

    def word_on(self, place: Place, now: float, *, urgent: bool = True) -> Resolution | None:
        """What the table says of any host, by now, or lately. None: nothing, or it cannot be read."""
        lately = not urgent and now < self._look_at and place.family in self._families
        if not self.tells or not (lately or self._read(now, {place.family})):
            return None
        word = self._table.get(_key_of(place))
        asked = self.get(place)
        return word if asked is None else asked.understood(word, now)

    def _read(self, now: float, families: set[int]) -> bool:
        """Whether the table was read now; once for all that happened by then."""
        if now == self._read_at and families <= self._families:
            return True
        self._look_at = now + _LOOK_S
        table: dict[NeighbourKey, Resolution] = {}
        for family in families:
            try:
                found = self._entries(family)
            except OSError:
                return False  # no descriptor for it just now
            if found is None:
                self.tells = False
                return False
            table |= found
        self._table, self._families, self._read_at = table, families, now
        return True

    def delay(self, now: float) -> float:
        """Seconds until there is more to know; infinity if it asks for nobody."""
        first = [next(iter(those.values())) for those in (self._asked, self._aged) if those]
        if not first:
            return float("inf")
        until = min(asked.word_due for asked in first)
        return max(0.0, (min(until, self._look_at) if self.tells else until) - now)


def _is_news(asked: Asked, word: Resolution | None) -> bool:
    """Whether the table's word on it tells something new."""
    if word is None:
        return asked.opener.attempts > 0 and asked.is_missed()
    if word is Resolution.FAILED:
        return asked.opener.attempts > 0  # before its probe has left, that is of an earlier day
    return word is Resolution.RESOLVED or (word is Resolution.AGED and not asked.aged)


def _key_of(place: Place) -> NeighbourKey:
    return neighbour_key(place.family, socket.inet_pton(place.family, place.numeric), place.scope)
