"""Who has answered, for those who probe other parts of the same list: two of each network are enough.

Where a network's hosts are shared out, all that answer may be somebody else's (`told_responders.py` says why that
matters, and what is made of it).
"""

from collections import Counter
from collections.abc import Iterable

from scanner.model import ANSWERED, NetworkKey, Place, Result, network_key
from scanner.scanning.remote.worker_pool import PartTask, Responder

_EACH = 2
#: Of so many networks they are told: more would be a burden to whoever passes them on.
_MOST_NETWORKS = 4096
_MOST_KNOWN = 1 << 16


class HeardResponders:
    """Those of all parts, by list: what two vantages hear has nothing to do with each other."""

    def __init__(self) -> None:
        self._count: Counter[tuple[int, NetworkKey]] = Counter()
        self._known: set[tuple[int, Place]] = set()

    def new(self, task: PartTask, rows: Iterable[Result]) -> list[Responder]:
        """Those among these rows of a part that others should know of."""
        found: list[Responder] = []
        latest = {row.place: row.port for row in rows if row.state in ANSWERED}  # of many ports one is enough
        for place, port in latest.items():
            if (task.at, place) in self._known:
                continue
            self._known.add((task.at, place))
            key = task.at, network_key(place)
            if self._count[key] >= _EACH or (len(self._count) >= _MOST_NETWORKS and key not in self._count):
                continue
            self._count[key] += 1
            found.append((task.at, task.part, place.address, place.family, place.scope, port))
        if len(self._known) > _MOST_KNOWN:
            self._known.clear()
        return found
