"""What an entry expects beyond one word for all its targets: a word for each port, and how many targets are enough.

Both are known to those who ask and to those who judge, so they are among the shared words. How they are written in a
target file, and which of several port lists decides, is in `targets/file/expect_map.py`; that so many targets are
enough, in `scanning/expectations.py`.
"""

from bisect import bisect_right
from collections.abc import Iterable


class PortExpectations:
    """What is expected of each port that an entry's mapping names, a key of EXPECTATIONS.

    Made of ranges of ports, so that all 65,535 of them cost as much as one. Entries that say the same share one object.
    """

    __slots__ = ("starts", "words")

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

    def at(self, port: int) -> str:
        """What is expected of this port, or empty where the mapping does not name it."""
        return self.words[bisect_right(self.starts, port) - 1]


class Need:
    """That many of an entry's targets as expected are enough. Within a scan all that share this very object are counted
    together: a user of the library may make an entry of its own of each of them.

    `count`: 1 or more. `label`: what the entry is called in messages.
    """

    __slots__ = ("count", "label")

    def __init__(self, count: int, label: str = "") -> None:
        self.count = count
        self.label = label
