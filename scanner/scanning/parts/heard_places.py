"""Who answered in one part of a list, for those who probe the others: two of each network are enough.

Where a network's hosts are shared out, all that answer may be somebody else's (`told_responders.py` says why that
matters, and what is made of it). The rule is also that for who answered before a scan broke off
(`journal/earlier_responders.py`), which chooses from all rows at once.
"""

import json
from collections.abc import Iterable

from scanner.model import ANSWERED, NetworkKey, Place, Result, network_key

#: Of so many networks, and hosts, at a time; then from the beginning: what is told twice does no harm.
_MOST = 16_384
_EACH = 2


class HeardPlaces:
    """Those that were told. Hosts that answer are many, so each is looked at once."""

    def __init__(self) -> None:
        self._told: dict[NetworkKey, int] = {}
        self._known: set[Place] = set()

    def new(self, rows: Iterable[Result]) -> list[tuple[Place, int]]:
        """Whom to tell of after these rows, and the port at which each answered: of many, one is enough."""
        latest = {row.place: row.port for row in rows if row.state in ANSWERED}
        news = []
        for place in latest.keys() - self._known:
            key = network_key(place)
            told = self._told.get(key, 0)
            if told < _EACH:
                self._told[key] = told + 1
                news.append((place, latest[place]))
        self._known |= latest.keys()
        for kept in (self._told, self._known):
            if len(kept) > _MOST:
                kept.clear()
        return news


def packed_places(answered: Iterable[tuple[Place, int]]) -> bytes:
    """Places and ports as bytes."""
    return json.dumps([[place.address, place.family, place.scope, port] for place, port in answered]).encode()


def unpacked_places(data: bytes) -> list[tuple[Place, int]]:
    """Places of nobody else, and ports."""
    return [(Place(address, family, scope=scope), port) for address, family, scope, port in json.loads(data)]
