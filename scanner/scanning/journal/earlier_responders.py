"""Who answered in earlier runs of a scan: how many hosts, and for each network somebody to ask again.

Silence is beyond doubt only where somebody of its own network answers, also where all of those were probed before the
scan broke off. What they said then is no evidence now: so some of them are asked once more (`told_responders.py`).
"""

from collections.abc import Iterable, Iterator
from socket import inet_pton

from scanner.model import ANSWERED, Place, Result
from scanner.scanning.responder_choice import KnownResponder, ResponderChoice

#: Where an address is: its /24 or /120 with its scope, and its bit there.
_Spot = tuple[tuple[bytes, int], int]


class EarlierResponders:
    """`count`: hosts that answered in earlier runs, and have not in this one."""

    def __init__(self) -> None:
        self._choice = ResponderChoice()
        self._hosts: dict[tuple[bytes, int], int] = {}
        self.count = 0

    def add(self, rows: Iterable[Result]) -> None:
        """Rows of an earlier run."""
        answered = [row for row in rows if row.state in ANSWERED]
        self._choice.add(answered)
        for place in {row.place for row in answered}:
            net, bit = _spot(place)
            had = self._hosts.get(net, 0)
            if not had & bit:
                self._hosts[net] = had | bit
                self.count += 1

    def chosen(self) -> Iterator[KnownResponder]:
        """Whom to ask again, and where."""
        return self._choice.chosen()

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
