"""The rows of a Prometheus report until its end: four numbers each, and which of them become series."""

from array import array
from collections.abc import Iterator, Sequence
from math import nan

#: Of a key to sort by: bits of the row's number, and of how good it is.
_ROW_BITS, _RANK_BITS = 40, 8


class KeptSeries:
    """Rows as arrays, 18 bytes each: the number of what its labels have in common with others (`target`), the port, the
    number of its verdict, and the round trip in milliseconds, NaN where nothing answered."""

    __slots__ = ("port", "rtt_ms", "target", "verdict")

    def __init__(self) -> None:
        self.target = array("I")
        self.port = array("H")
        self.verdict = array("I")
        self.rtt_ms = array("d")

    def add(self, target: int, port: int, verdict: int, rtt_ms: float | None) -> None:
        """Keeps a row."""
        self.target.append(target)
        self.port.append(port)
        self.verdict.append(verdict)
        self.rtt_ms.append(nan if rtt_ms is None else rtt_ms)

    def columns(self) -> "tuple[array[int], array[int], array[int], array[float]]":
        """`target`, `port`, `verdict` and `rtt_ms`."""
        return self.target, self.port, self.verdict, self.rtt_ms

    def worst(self, ranks: Sequence[int]) -> "array[int]":
        """The numbers of the rows, one for each target and port, in their order. `ranks`, by verdict, says how good a
        row is, 0 (worst) to 255; of rows for one target and port the lowest rank stands, of equals the first."""
        keys = [
            ((target << 16 | port) << _RANK_BITS | ranks[verdict]) << _ROW_BITS | row
            for row, (target, port, verdict) in enumerate(zip(self.target, self.port, self.verdict, strict=True))
        ]
        keys.sort()
        return array("Q", _first_of_each(keys))


def _first_of_each(keys: list[int]) -> Iterator[int]:
    before = -1
    for key in keys:
        series = key >> _ROW_BITS + _RANK_BITS
        if series != before:
            yield key & (1 << _ROW_BITS) - 1
            before = series
