"""What an entry expects beyond one word for all its targets: a word for each port, another for each vantage, and how
many targets are enough.

All are known to those who ask and to those who judge, so they are among the shared words. How they are written in a
target file, and which of several port lists decides, is in `targets/file/expect_map.py`; that so many targets are
enough, in `scanning/expectations.py`.
"""

from bisect import bisect_right
from collections.abc import Iterable


class PortExpectations:
    """What is expected of each port that an entry's mapping names, a key of EXPECTATIONS.

    Made of ranges of ports, so that all 65,535 of them cost as much as one. Entries that say the same share one object.
    Equal ones say the same in the same way.
    """

    __slots__ = ("_hash", "starts", "words")

    def __init__(self, ranges: Iterable[tuple[int, int, str]]) -> None:
        """`ranges`: first port, last port and expectation of each, ascending; no two of them share a port."""
        starts, words, following = [0], [""], 0
        for first, last, word in ranges:
            if first == following:
                starts.pop()
                words.pop()
            starts += [first, last + 1]
            words += [word, ""]
            following = last + 1
        #: From each of these ports on the word of the same place holds; empty: the mapping does not name the port.
        self.starts = tuple(starts)
        self.words = tuple(words)
        self._hash = 0

    def at(self, port: int) -> str:
        """What is expected of this port, or empty where the mapping does not name it."""
        return self.words[bisect_right(self.starts, port) - 1]

    def over(self, other: "PortExpectations | None") -> "PortExpectations":
        """These, and those of another for ports that these do not name. It costs nothing, however many there are."""
        return self if other is None else _Layered(self, other)

    def _key(self) -> tuple[object, ...]:
        return self.starts, self.words

    def __eq__(self, other: object) -> bool:
        return self is other or (isinstance(other, PortExpectations) and self._key() == other._key())

    def __hash__(self) -> int:
        if not self._hash:  # there may be 100,000 ranges, and 200,000 entries that share them
            self._hash = hash(self._key()) or 1
        return self._hash


class _Layered(PortExpectations):
    """What one says, and where it says nothing, what another says."""

    __slots__ = ("_first", "_under")

    def __init__(self, first: PortExpectations, under: PortExpectations) -> None:
        self.starts = first.starts
        self.words = first.words
        self._hash = 0
        self._first = first
        self._under = under

    def at(self, port: int) -> str:
        return self._first.at(port) or self._under.at(port)

    def over(self, other: PortExpectations | None) -> PortExpectations:
        return self if other is None else _Layered(self._first, self._under.over(other))

    def _key(self) -> tuple[object, ...]:
        return self._first, self._under


#: What is expected of an entry's targets: a key of EXPECTATIONS for all of them, or one by port.
Expectation = str | PortExpectations
#: By vantage, each once, in the order written.
ExpectFrom = tuple[tuple[str, Expectation], ...]


class Need:
    """That many of an entry's targets as expected are enough. Within a scan all that share this very object are counted
    together: a user of the library may make an entry of its own of each of them.

    `count`: 1 or more. `label`: what the entry is called in messages.
    """

    __slots__ = ("count", "label")

    def __init__(self, count: int, label: str = "") -> None:
        self.count = count
        self.label = label
