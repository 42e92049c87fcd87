"""Many hosts in few words: `10.30.0.1-9, 10.30.0.201-254`. Bounded: of more hosts than are kept only their number is
known."""

import socket
from ipaddress import IPv4Address, IPv6Address

_KEPT = 4096
_MOST = 4
_V6 = 1 << 40


class HostRanges:
    """The addresses of hosts that have something in common; at most 150 KB each."""

    __slots__ = ("_numbers", "_whole")

    def __init__(self) -> None:
        self._numbers: list[int] = []  # those of IPv6 addresses lie above all those of IPv4
        self._whole = True

    def add(self, name: str) -> None:
        """Takes a host by its address; a name, or one too many, and there are no ranges to tell."""
        if not self._whole:
            return
        v6 = ":" in name
        try:
            number = int.from_bytes(socket.inet_pton(socket.AF_INET6 if v6 else socket.AF_INET, name))
        except (OSError, ValueError):
            number = -1
        if number < 0 or len(self._numbers) >= _KEPT:
            self._whole = False
            self._numbers = []
            return
        self._numbers.append(number + _V6 if v6 else number)

    def text(self) -> str:
        """The ranges; empty where they are not known, or too many to help anybody."""
        runs: list[list[int]] = []
        for each in sorted(set(self._numbers)):
            if runs and each == runs[-1][1] + 1:
                runs[-1][1] = each
            else:
                runs.append([each, each])
        return ", ".join(_range_text(first, last) for first, last in runs) if len(runs) <= _MOST else ""


def _range_text(first: int, last: int) -> str:
    if first == last:
        return _address(first)
    same = last < _V6 and first >> 8 == last >> 8
    return f"{_address(first)}-{last & 255 if same else _address(last)}"


def _address(number: int) -> str:
    return str(IPv6Address(number - _V6) if number >= _V6 else IPv4Address(number))
