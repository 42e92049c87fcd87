"""Who answered in earlier runs of a scan: how many hosts, and for each network somebody to ask again.

Silence is beyond doubt only where somebody of its own network answers, also where all of those were probed before the
scan broke off. What they said then is no evidence now: so they are asked once more (`told_responders.py`).
"""

from collections import OrderedDict
from collections.abc import Iterable, Iterator
from socket import inet_pton

from scanner.model import ANSWERED, NetworkKey, Place, Result, network_key

_MOST, _EACH = 16_384, 2
#: Where an address is: its /24 or /120 with its scope, and its bit there.
_Spot = tuple[tuple[bytes, int], int]


class EarlierResponders:
    """`count`: hosts that answered in earlier runs, and have not in this one."""

    def __init__(self) -> None:
        self._networks: OrderedDict[NetworkKey, list[tuple[Place, int]]] = OrderedDict()
        self._hosts: dict[tuple[bytes, int], int] = {}
        self.count = 0

    def add(self, rows: Iterable[Result]) -> None:
        """Rows of an earlier run."""
        seen: set[Place] = set()
        for row in rows:
            if row.state in ANSWERED and row.place not in seen:
                seen.add(row.place)
                self._choose(row)
                net, bit = _spot(row.place)
                had = self._hosts.get(net, 0)
                if not had & bit:
                    self._hosts[net] = had | bit
                    self.count += 1

    def _choose(self, row: Result) -> None:
        key = network_key(row.place)
        some = self._networks.get(key)
        if some is None:
            if len(self._networks) >= _MOST:
                self._networks.popitem(last=False)
            self._networks[key] = [(row.place, row.port)]
        elif len(some) < _EACH and all(place.address != row.place.address for place, _ in some):
            some.append((row.place, row.port))

    def chosen(self) -> Iterator[tuple[Place, int]]:
        """Whom to ask again, and where: places of nobody else."""
        for some in self._networks.values():
            for place, port in some:
                yield Place(place.address, place.family, scope=place.scope), port

    def answers_again(self, rows: Iterable[Result]) -> None:
        """Rows of this run: the engine counts whoever answers."""
        if not self.count:
            return
        for place in {row.place for row in rows if row.state in ANSWERED}:
            net, bit = _spot(place)
            had = self._hosts.get(net, 0)
            if had & bit:
                self._hosts[net] = had & ~bit
                self.count -= 1


def _spot(place: Place) -> _Spot:
    number = inet_pton(place.family, place.numeric)
    return (number[:-1], place.scope), 1 << number[-1]
