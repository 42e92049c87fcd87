"""Many hosts in few words: `10.30.0.1-9, 10.30.0.201-254, db1 (10.30.1.7)`. Bounded: of more hosts than are kept only
their number is known."""

import socket
from ipaddress import IPv4Address, IPv6Address

_KEPT = 4096
_MOST = 4
_NAMES = 8
_V6 = 1 << 40


class HostRanges:
    """The hosts that have something in common; at most 150 KB each."""

    __slots__ = ("_names", "_numbers", "_unnamed", "_whole")

    def __init__(self) -> None:
        self._numbers: list[int] = []  # those of IPv6 addresses lie above all those of IPv4
        self._whole = True
        self._names: list[str] = []
        self._unnamed = 0

    def add(self, host: str) -> None:
        """Takes a host, an address or what it is called; with one address too many there are no ranges to tell."""
        v6 = ":" in host
        try:
            number = int.from_bytes(socket.inet_pton(socket.AF_INET6 if v6 else socket.AF_INET, host))
        except (OSError, ValueError):
            self._add_name(host)
            return
        if len(self._numbers) >= _KEPT:
            self._whole = False
            self._numbers = []
        if self._whole:
            self._numbers.append(number + _V6 if v6 else number)

    def _add_name(self, name: str) -> None:
        if len(self._names) < _NAMES:
            self._names.append(name)
        else:
            self._unnamed += 1

    def text(self) -> str:
        """The ranges, then the names, or the first of them; empty where the ranges are not known, or too many to help
        anybody."""
        if not self._whole:
            return ""
        runs = self._runs()
        if len(runs) > _MOST:
            return ""
        said = ", ".join([*(_range_text(first, last) for first, last in runs), *self._names])
        return f"{said} and {self._unnamed:,} more" if self._unnamed else said

    def beginning(self, most: int) -> tuple[str, int]:
        """The first so many ranges and names, and how many hosts they are: for hosts that are fewer than are kept."""
        runs = self._runs()[:most]
        names = self._names[: most - len(runs)]
        text = ", ".join([*(_range_text(first, last) for first, last in runs), *names])
        return text, sum(last - first + 1 for first, last in runs) + len(names)

    def _runs(self) -> list[tuple[int, int]]:
        """First and last of each range, by number."""
        runs: list[tuple[int, int]] = []
        for each in sorted(set(self._numbers)):
            if runs and each == runs[-1][1] + 1:
                runs[-1] = runs[-1][0], each
            else:
                runs.append((each, each))
        return runs


def _range_text(first: int, last: int) -> str:
    if first == last:
        return _address(first)
    same = last < _V6 and first >> 8 == last >> 8
    return f"{_address(first)}-{last & 255 if same else _address(last)}"


def _address(number: int) -> str:
    return str(IPv6Address(number - _V6) if number >= _V6 else IPv4Address(number))
