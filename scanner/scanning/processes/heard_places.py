"""Who answered in one process, told to the others: two of each network are enough (`told_responders.py`)."""

import json
from collections.abc import Iterable

from scanner.model import NetworkKey, Place, Result, network_key

#: Of so many networks at a time; then from the beginning: what is told twice does no harm.
_MOST = 16_384
_EACH = 2


class HeardPlaces:
    """Those that were told. Hosts that answer are many, so each is looked at once."""

    def __init__(self) -> None:
        self._told: dict[NetworkKey, int] = {}
        self._known: set[Place] = set()

    def packed(self, answered: Iterable[Result]) -> bytes:
        """What is to be told after these rows; empty: nothing."""
        latest = {row.place: row.port for row in answered}
        news = []
        for place in latest.keys() - self._known:
            key = network_key(place)
            told = self._told.get(key, 0)
            if told < _EACH:
                self._told[key] = told + 1
                news.append([place.address, place.family, place.scope, latest[place]])
        self._known |= latest.keys()
        for kept in (self._told, self._known):
            if len(kept) > _MOST:
                kept.clear()
        return json.dumps(news).encode() if news else b""


def packed_places(answered: Iterable[tuple[Place, int]]) -> bytes:
    """The same of these, which answered at these ports before."""
    return json.dumps([[place.address, place.family, place.scope, port] for place, port in answered]).encode()


def unpacked_places(data: bytes) -> list[tuple[Place, int]]:
    """Places of nobody else, and ports."""
    return [(Place(address, family, scope=scope), port) for address, family, scope, port in json.loads(data)]
