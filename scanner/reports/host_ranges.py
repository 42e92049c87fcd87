"""Many hosts in few words: `10.30.0.1-9, 10.30.0.201-254, db1 (10.30.1.7)`.

Hosts come in any order, and by the million. What is kept is a bit for each address of a group of 256, as many groups as
were met, and groups all of whose addresses came as a range. Of hosts in more groups than that only their number is
known.
"""

import re
import socket
from collections.abc import Iterable, Iterator

from scanner.words.shown_text import many

#: So many ranges are told, and so many names, where nothing else is said; so many names are kept.
RANGES, _NAMES = 8, 100
#: Groups that are kept, and ranges of whole groups.
_GROUPS = 1024
_SIZE = 256
_WHOLE = (1 << _SIZE) - 1
#: The last part of an IPv4 address, as its bit in the group.
_BITS = {str(at): 1 << at for at in range(_SIZE)}
#: Digits of a number in a name: more than that are no number.
_DIGITS = 18
#: Numbers of IPv6 addresses lie above all those of IPv4.
_V6 = 1 << 40


class HostRanges:
    """The hosts that have something in common; at most 250 KB each."""

    __slots__ = ("_beyond", "_groups", "_names", "_unnamed", "_whole")

    def __init__(self) -> None:
        #: By what the addresses of a group begin with: of IPv4 the text, of IPv6 the number.
        self._groups: dict[str | int, int] = {}
        self._whole: list[tuple[int, int]] = []
        self._beyond = False
        self._names: list[str] = []
        self._unnamed = 0

    def add(self, host: str) -> None:
        """Takes a host, an address or what it is called. A hot path: an address of a known group is not looked at any
        closer."""
        start, _, end = host.rpartition(".")
        bit = _BITS.get(end)
        if bit is not None and (group := self._groups.get(start)) is not None:
            self._groups[start] = group | bit
            return
        if bit is not None and _is_address(socket.AF_INET, host):
            self._add_bit(start, bit)
        elif ":" in host and _is_address(socket.AF_INET6, host):
            number = _number(socket.AF_INET6, host) + _V6
            self._add_bit(number // _SIZE, 1 << number % _SIZE)
        elif len(self._names) < _NAMES:
            self._names.append(host)
        else:
            self._unnamed += 1

    def _add_bit(self, key: str | int, bit: int) -> None:
        if key not in self._groups and len(self._groups) >= _GROUPS:
            if not self._beyond:
                self._beyond = not self._makes_room()
            if self._beyond:
                return
        self._groups[key] = self._groups.get(key, 0) | bit

    def _makes_room(self) -> bool:
        """Keeps whole groups as ranges; returns whether that was worth it."""
        found = [key for key, group in self._groups.items() if group == _WHOLE]
        if len(found) < _GROUPS // 4:
            return False
        firsts = (_first(key) for key in found)
        self._whole = list(_joined([*self._whole, *((first, first + _SIZE - 1) for first in firsts)]))
        for key in found:
            del self._groups[key]
        return len(self._whole) <= _GROUPS

    def text(self, most: int = RANGES) -> str:
        """The first `most` ranges, then so many names, and how many more there are; empty where there is nothing."""
        runs = list(_joined([*self._whole, *self._runs()]))
        said = [range_text(_address(first), _address(last)) for first, last in runs[:most]]
        said += sorted(self._names, key=as_counted)[:most]
        more = []
        if (left := max(0, len(runs) - most)) or self._beyond:
            more.append(f"{'over ' if self._beyond else ''}{many(left, 'more range')}")
        if unnamed := self._unnamed + max(0, len(self._names) - most):
            more.append(many(unnamed, "more name") if more else f"{unnamed:,} more")
        return " and ".join([", ".join(said), *more])

    def _runs(self) -> Iterator[tuple[int, int]]:
        for key, group in self._groups.items():
            first = _first(key)
            at = 0
            while group:
                skipped = (group & -group).bit_length() - 1
                group >>= skipped
                at += skipped
                length = (~group & group + 1).bit_length() - 1
                yield first + at, first + at + length - 1
                group >>= length
                at += length


def as_counted(name: str) -> list[tuple[str, int]]:
    """A sort key of names, as people count: web9 before web10."""
    return [(word, int(number[:_DIGITS] or 0)) for word, number in re.findall("([^0-9]*)([0-9]*)", name)]


def range_text(first: str, last: str) -> str:
    """Two addresses and all between them, as a user would write it: `10.0.0.1-9`, `10.0.0.7-10.0.1.20`."""
    if first == last:
        return first
    start, dot, end = last.rpartition(".")
    return f"{first}-{end if dot and ':' not in last and first.startswith(start + dot) else last}"


def shortened(text: str) -> str:
    """A range as reports have it, `10.0.0.1-10.0.0.9`, as people are told of it; any other text as it is."""
    first, dash, last = text.partition("-")
    return (
        range_text(first, last) if dash and all(_is_address(socket.AF_INET, each) for each in (first, last)) else text
    )


def _is_address(family: int, text: str) -> bool:
    try:
        return bool(socket.inet_pton(family, text))
    except (OSError, ValueError):
        return False


def _number(family: int, address: str) -> int:
    return int.from_bytes(socket.inet_pton(family, address))


def _first(key: str | int) -> int:
    """The number of a group's first address."""
    return key * _SIZE if isinstance(key, int) else _number(socket.AF_INET, f"{key}.0")


def _joined(runs: Iterable[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """The same in their order, those that touch as one."""
    before: tuple[int, int] | None = None
    for first, last in sorted(runs):
        if before is not None and first <= before[1] + 1:
            before = before[0], max(last, before[1])
            continue
        if before is not None:
            yield before
        before = first, last
    if before is not None:
        yield before


def _address(number: int) -> str:
    if number >= _V6:
        return socket.inet_ntop(socket.AF_INET6, (number - _V6).to_bytes(16))
    return socket.inet_ntop(socket.AF_INET, number.to_bytes(4))
