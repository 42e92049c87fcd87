"""How many hosts have answered, whoever asked them, where several ask the same ones: each counts once.

A bit for each, 256 of a network together, so a million hosts take some megabytes.
"""

import socket
from collections.abc import Iterable

from scanner.model import ANSWERED, Place, Result

_MOST_KNOWN = 1 << 14


class AnsweredHosts:
    """`count`: how many there are. An address with another scope is another host."""

    def __init__(self) -> None:
        self._nets: dict[tuple[bytes, int], int] = {}
        self._known: set[Place] = set()  # a host has many rows
        self.count = 0

    def add(self, rows: Iterable[Result]) -> None:
        """These rows came."""
        for place in {row.place for row in rows if row.state in ANSWERED} - self._known:
            number = socket.inet_pton(place.family, place.numeric)
            net, bit = (number[:-1], place.scope), 1 << number[-1]
            had = self._nets.get(net, 0)
            if not had & bit:
                self._nets[net] = had | bit
                self.count += 1
            if len(self._known) >= _MOST_KNOWN:
                self._known.clear()
            self._known.add(place)
