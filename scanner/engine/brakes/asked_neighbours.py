"""The neighbours that the kernel asks for, and what its table says of them. Pure: pass `now`.

Before the first packet to an address of an attached network leaves, the kernel asks for it, three times in three
seconds (ARP, IPv6 neighbour discovery); its table says how far that is. `entries` reads it (by address family, see
machine/neighbour_entries.py), ten times a second at most, and only while it asks for somebody. What follows for the
trials is `neighbours.py`'s to say.
"""

import socket
from collections.abc import Callable, Iterator
from typing import NamedTuple

from scanner.engine.trial import Trial
from scanner.machine.neighbour_entries import NeighbourKey, Resolution
from scanner.model import Place

Entries = Callable[[int], dict[NeighbourKey, Resolution] | None]

_ASKING_S = 3.2  # three requests, a second apart
_LOOK_S, _SOONER_S = 0.1, 0.08  # how often it is read; so much sooner where that decides


class Asked(NamedTuple):
    """A neighbour that the kernel asks for since `at`. `opener`: whose probe made it ask. `waiting`: the trials that
    wait for its word, `silent`: those whose attempt is over."""

    at: float
    key: NeighbourKey
    opener: Trial
    waiting: list[Trial]
    silent: list[Trial]

    @property
    def held(self) -> int:
        """How many wait for its word."""
        return len(self.waiting) + len(self.silent)


class AskedNeighbours:
    """At most `limit` of them at once. `tells`: whether the table can be read, as far as known."""

    def __init__(self, limit: int, entries: Entries) -> None:
        self._limit = limit
        self._entries = entries
        self._asked: dict[Place, Asked] = {}  # in the order of `at`
        self._look_at = 0.0
        self.tells = True

    def __bool__(self) -> bool:
        return bool(self._asked)

    def get(self, place: Place) -> Asked | None:
        """What is known of the asking for a host, None where nobody asks for it."""
        return self._asked.get(place)

    def ask(self, trial: Trial, now: float) -> None:
        """The probe of this trial makes the kernel ask for its host."""
        place = trial.endpoint.place
        key = (socket.inet_pton(place.family, place.numeric), place.scope)
        self._asked[place] = Asked(now, key, trial, [], [])

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
            if now - asked.at < _ASKING_S:
                break
            del self._asked[place]
            yield asked

    def take_all(self) -> list[Asked]:
        """All of them: the table cannot be read. They still take room, and nobody waits with them any more."""
        everybody = list(self._asked.values())
        self._asked = {place: asked._replace(waiting=[], silent=[]) for place, asked in self._asked.items()}
        return everybody

    def look(self, now: float, *, urgent: bool = False) -> dict[Place, Resolution]:
        """What the table says by now of those whose asking is over. `urgent`: somebody waits for just that."""
        if not self._asked or not self.tells or now < self._look_at - (_SOONER_S if urgent else 0.0):
            return {}
        self._look_at = now + _LOOK_S
        entries: dict[NeighbourKey, Resolution] = {}
        for family in {place.family for place in self._asked}:
            found = self._entries(family)
            if found is None:
                self.tells = False
                return {}
            entries |= found
        said: dict[Place, Resolution] = {}
        for place, asked in self._asked.items():
            word = entries.get(asked.key)
            # Before its probe has left, a failure is of an earlier day.
            if word is Resolution.RESOLVED or (word is Resolution.FAILED and asked.opener.attempts):
                said[place] = word
        return said

    def delay(self, now: float) -> float:
        """Seconds until there is more to know; infinity if it asks for nobody."""
        if not self._asked:
            return float("inf")
        until = next(iter(self._asked.values())).at + _ASKING_S
        return max(0.0, (min(until, self._look_at) if self.tells else until) - now)
