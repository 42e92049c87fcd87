"""Which hosts were asked and did not answer: a bit for each, so that a /8 of them takes some megabytes.

A hole of the same size would be left by ranges, of which there are as many as there are answering hosts in between.
"""

from collections.abc import Iterator

from scanner.targets.grammar.addresses import address_text, scope_name
from scanner.targets.space.line_ranges import Line

_BITS = 8
_SIZE = 1 << _BITS
#: All bits of a group; one object for all full groups.
_FULL = (1 << _SIZE) - 1


class SilentHosts:
    """A set of addresses, each a number on its line; `count` is how many."""

    def __init__(self) -> None:
        self.count = 0
        self._groups: dict[Line, dict[int, int]] = {}

    def add(self, line: Line, number: int) -> None:
        """One more, which is not among them yet."""
        groups = self._groups.setdefault(line, {})
        at, bit = number >> _BITS, 1 << (number & _SIZE - 1)
        group = groups.get(at, 0) | bit
        groups[at] = _FULL if group == _FULL else group
        self.count += 1

    def has(self, line: Line, number: int) -> bool:
        """Whether it is one of them."""
        group = self._groups.get(line, {}).get(number >> _BITS, 0)
        return bool(group >> (number & _SIZE - 1) & 1)

    def ranges(self) -> Iterator[str]:
        """All of them as `sweep` takes them, ascending, IPv4 first: `10.0.0.5`, `10.0.0.7-10.0.1.20`."""
        for line in sorted(self._groups):
            family, scope = line
            tail = "%" + scope_name(scope) if scope else ""
            for first, last in _joined(self._groups[line]):
                text = address_text(family, first) + tail
                yield text if first == last else f"{text}-{address_text(family, last)}{tail}"


def _joined(groups: dict[int, int]) -> Iterator[tuple[int, int]]:
    """First and last number of each run."""
    begin: int | None = None
    end = -1
    for at in sorted(groups):
        for first, last in _runs(groups[at]):
            first, last = (at << _BITS) + first, (at << _BITS) + last
            if begin is not None and first != end + 1:
                yield begin, end
                begin = None
            begin = first if begin is None else begin
            end = last
    if begin is not None:
        yield begin, end


def _runs(group: int) -> Iterator[tuple[int, int]]:
    """First and last position of each run of set bits."""
    at = 0
    while group:
        skipped = (group & -group).bit_length() - 1
        group >>= skipped
        at += skipped
        length = (~group & group + 1).bit_length() - 1
        yield at, at + length - 1
        group >>= length
        at += length
