"""Whom to ask again, out of all who answered: a few of each network, the most useful ones.

Those who are chosen answered somebody else: an earlier run, or another process. `told_responders.py` says what for.
A port that refuses may be asked as often as it takes, an open one three times in all (`engine/truth/responders.py`): so
those that came first give way to those that refuse. Where a host seems to have a box in front that accepts whatever
comes, or a port is open everywhere, it is nobody's word on the network behind; it is asked only where nobody else is
known, as in a scan in one piece it would be.
"""

from collections import OrderedDict
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from scanner.model import ANSWERED, Doubt, NetworkKey, Place, Result, State, network_key

#: Networks that are remembered, and how many of each; so many ports of one host, where there is hardly another.
_MOST = 16_384
_EACH, _OF_A_HOST = 3, 2
#: Places of which all is known: so many at a time.
_MOST_SETTLED = 16_384
_BOXES = frozenset({Doubt.ACCEPTS_EVERYTHING, Doubt.INTERCEPTED})
#: How useful one is: less is more. From `_OPEN` on they do not refuse.
_BEST, _OPEN, _WORST = 0, 2, 4


class KnownResponder(NamedTuple):
    """Who answered, and at which port; `refuses`: with a RST, so that it may be asked often. `place`: nobody else's."""

    place: Place
    port: int
    refuses: bool = False


class _Choice(NamedTuple):
    """The same without a place, which takes far more room; how good it is, and which of its host's it is."""

    rank: int
    nth: int
    address: str
    family: int
    scope: int
    port: int

    @property
    def responder(self) -> KnownResponder:
        """As others are told of it."""
        return KnownResponder(Place(self.address, self.family, scope=self.scope), self.port, self.rank < _OPEN)


class ResponderChoice:
    """Of all rows so far. The oldest networks are forgotten in the end."""

    def __init__(self) -> None:
        self._networks: OrderedDict[NetworkKey, list[_Choice]] = OrderedDict()
        self._settled: set[Place] = set()  # a host has many rows, and most are no news

    def add(self, rows: Iterable[Result]) -> list[KnownResponder]:
        """Those of these rows who are chosen now, beside the others or in the place of one of them."""
        settled = self._settled
        news = [
            taken.responder
            for row in rows
            if row.state in ANSWERED and row.place not in settled and (taken := self._taken(row)) is not None
        ]
        if len(settled) > _MOST_SETTLED:
            settled.clear()
        return news

    def chosen(self) -> Iterator[KnownResponder]:
        """Whom to ask, the best of each network first: those that refuse, and of them different hosts."""
        for some in self._networks.values():
            for each in sorted(some, key=lambda one: (one.rank >= _OPEN, one.nth, one.rank)):
                yield each.responder

    def _taken(self, row: Result) -> _Choice | None:
        place, rank = row.place, _rank(row)
        some = self._network(place)
        mine = [each for each in some if each.address == place.address]
        new = _Choice(rank, len(mine), place.address, place.family, place.scope, row.port)
        if any(each.port == row.port for each in mine):
            taken = False
        elif len(mine) == _OF_A_HOST:
            taken = _replaces(new, mine, some)
        elif rank == _WORST and some:
            taken = False
        else:
            if some and some[0].rank == _WORST:
                some.clear()
            if len(some) < _EACH:
                some.append(new)
                taken = True
            else:
                taken = _replaces(new, some, some)
        best = [each for each in some if each.rank == _BEST]
        if len(best) == _EACH or sum(each.address == place.address for each in best) == _OF_A_HOST:
            self._settled.add(place)
        return new if taken else None

    def _network(self, place: Place) -> list[_Choice]:
        key = network_key(place)
        some = self._networks.get(key)
        if some is None:
            some = self._networks[key] = []
            if len(self._networks) > _MOST:
                self._networks.popitem(last=False)
        return some


def _replaces(new: _Choice, these: list[_Choice], some: list[_Choice]) -> bool:
    """Whether it is better than the worst of these, whose place it takes then."""
    worst = max(these)
    if new.rank >= worst.rank:
        return False
    some.remove(worst)
    some.append(new)
    return True


def _rank(row: Result) -> int:
    """How useful it is."""
    if row.doubt in _BOXES:
        return _WORST
    return _OPEN * (row.state is State.OPEN) + bool(row.doubt)
