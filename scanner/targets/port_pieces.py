"""The ports of many entries, cut where any list of them begins or ends: within such a piece each entry expects one
thing, or has no port there. So entries can be compared piece by piece, however many ports they name.
"""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping
from itertools import combinations
from typing import NamedTuple

from scanner.model import EXPECTATIONS
from scanner.targets.entry import Entry, Settings, expected_of, settle_ports
from scanner.targets.grammar.ports import ALL_PORTS

#: Equal for entries that expect the same at the same ports.
EntryKey = tuple[object, ...]
#: So many ports of lists, and pieces of them, are looked at: less than a second's work.
_MOST_PORTS = 1_000_000
#: To compare so many ports with a range costs as much as to look at one.
_CHEAP = 16


class _WordAt(NamedTuple):
    """What is expected of a range of ports, a key of EXPECTATIONS."""

    first: int
    last: int
    word: str


def oppose(one: str, other: str) -> bool:
    """Whether no answer is as both of these expectations want it, which are keys of EXPECTATIONS."""
    return EXPECTATIONS[one].isdisjoint(EXPECTATIONS[other])


class PortPieces:
    """Of each kind of entries, the pieces at which others expect something that opposes what they expect.

    `samples`: an entry of each kind. `opposed`: the expectations that others oppose at all. `of`: of each kind the
    numbers of such pieces, and what is expected there. `is_cut_short`: there are too many, and not all are in it.
    """

    def __init__(self, samples: Mapping[EntryKey, Entry], settings: Settings, opposed: frozenset[str]) -> None:
        self._settings = settings
        self._opposed = opposed
        self._left = _MOST_PORTS
        known = {key: self._worded(entry) for key, entry in samples.items()}
        self._cuts = sorted({at for said in known.values() for each in said for at in (each.first, each.last + 1)})
        spread = {key: list(self._spread(said)) for key, said in known.items()}
        words: dict[int, set[str]] = {}
        for piece, word in {each for said in spread.values() for each in said}:
            words.setdefault(piece, set()).add(word)
        differ = {piece for piece, said in words.items() if any(oppose(*pair) for pair in combinations(said, 2))}
        self.of = {key: [each for each in said if each[0] in differ] for key, said in spread.items()}

    @property
    def is_cut_short(self) -> bool:
        """Whether there are more ports than are looked at."""
        return self._left < 0

    def width(self, piece: int) -> int:
        """How many ports a piece has."""
        return self._cuts[piece + 1] - self._cuts[piece]

    def _worded(self, entry: Entry) -> list[_WordAt]:
        """What an entry expects of which ports, as far as another may oppose it."""
        word, by_port = expected_of(entry, self._settings)
        ports = settle_ports(entry, self._settings)
        if by_port is None and word not in self._opposed:
            return []
        self._left -= len(ports) // _CHEAP
        if by_port is None and self._left >= 0 and ports == ALL_PORTS[ports[0] - 1 : ports[-1]]:
            return [_WordAt(ports[0], ports[-1], word)]
        self._left -= len(ports)
        found: list[_WordAt] = []
        for port in sorted(ports) if self._left >= 0 else ():
            here = (by_port and by_port.at(port)) or word
            if found and found[-1].last == port - 1 and found[-1].word == here:
                found[-1] = found[-1]._replace(last=port)
            elif here in self._opposed:
                found.append(_WordAt(port, port, here))
        return found

    def _spread(self, said: Iterable[_WordAt]) -> Iterator[tuple[int, str]]:
        """The pieces that these are."""
        for first, last, word in said:
            pieces = range(bisect_left(self._cuts, first), bisect_left(self._cuts, last + 1))
            self._left -= len(pieces)
            if self._left < 0:
                return
            yield from ((piece, word) for piece in pieces)
