"""When a network was heard, by the beat: a bit for each sixty-fourth of a second.

There are as many of these as networks are remembered, ten thousand in the sweep of a whole /8: the bits of one number
take some sixty bytes for a few seconds, where a set of numbers takes a thousand. What is far back is forgotten.
"""

#: How finely it is noted (parts of a second), and how many of them are kept: four minutes, and two at least.
BEATS, _MOST = 64, 16_384


class HeardBeats:
    """At which beats it was heard: `beat` is a time of the engine's clock, in sixty-fourths of a second."""

    __slots__ = ("_bits", "_first")

    def __init__(self) -> None:
        self._bits = 0
        self._first = 0  # the beat of the lowest bit

    def add(self, beat: int) -> None:
        """It was heard then."""
        at = beat - self._first
        if at >= _MOST or at < 0:
            at = self._moved(at)
        self._bits |= 1 << at

    def _moved(self, at: int) -> int:
        """Where that bit is once the lowest has moved: half of the room is free then."""
        by = at if at < 0 or not self._bits else at - _MOST // 2
        self._bits = self._bits << -by if by < 0 else self._bits >> by
        self._first += by
        return at - by

    def __contains__(self, beat: int) -> bool:
        at = beat - self._first
        return at >= 0 and bool(self._bits >> at & 1)

    def count(self, begin: int, end: int) -> int:
        """How many there are from the one on, and before the other."""
        at, length = begin - self._first, end - begin
        if at < 0:
            at, length = 0, length + at
        return (self._bits >> at & (1 << max(0, length)) - 1).bit_count()
