"""The routes this host had when the scan began: did it ever have a way to an address, and through a router?

So that a way that is lost in mid-scan is told from one that never was. The longest prefix decides, of equal ones the
lowest metric; a route that rejects (`unreachable`, and what IPv6 has where there is no default route) is none. Only
Linux shows them, under /proc, and of IPv4 the main table alone: elsewhere it is known only that a probe left before.

Sources: net/ipv4/fib_trie.c (fib_route_seq_show), net/ipv6/route.c (rt6_info_route), linux/route.h.
"""

import socket
import sys
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path as File
from typing import NamedTuple

from scanner.machine.networks import rows
from scanner.model import Place

_RTF_GATEWAY, _RTF_REJECT, _RTF_LOCAL = 0x2, 0x200, 0x80000000
_IPV4, _IPV6 = int(socket.AF_INET), int(socket.AF_INET6)
_BITS = {_IPV4: 32, _IPV6: 128}


class Way(NamedTuple):
    """One route: to the first `length` bits of `network`; `local`: to this host itself."""

    family: int
    network: int
    length: int
    metric: int
    gateway: bool = False
    local: bool = False
    reject: bool = False

    def __str__(self) -> str:
        if not self.length:
            return "the default route"
        packed = self.network.to_bytes(_BITS[self.family] // 8, "big")
        return f"the route to {socket.inet_ntop(self.family, packed)}/{self.length}"


class RouteTable:
    """Looks up the way to a place."""

    def __init__(self, ways: Iterable[Way] = ()) -> None:
        self._best: dict[tuple[int, int, int], Way] = {}
        for way in ways:
            key = way.family, way.length, way.network
            if key not in self._best or way.metric < self._best[key].metric:
                self._best[key] = way
        lengths = {(way.family, way.length) for way in self._best.values()}
        self._lengths = sorted(lengths, key=lambda each: -each[1])

    def to(self, place: Place) -> Way | None:
        """The way to it, or None where there was none."""
        address = int.from_bytes(socket.inet_pton(place.family, place.numeric), "big")
        for family, length in self._lengths:
            if family == place.family:
                shift = _BITS[family] - length
                way = self._best.get((family, length, address >> shift << shift))
                if way is not None:
                    return None if way.reject else way
        return None


def read_routes(root: str = "/proc/net") -> RouteTable:
    """The routes of this moment; none where they cannot be read."""
    return RouteTable([*_routes4(root), *_routes6(root)])


def _routes4(root: str) -> Iterator[Way]:
    for fields in islice(rows(File(root, "route")), 1, None):
        # Iface Destination Gateway Flags RefCnt Use Metric Mask; hexadecimal in the machine's byte order
        if len(fields) > 7:
            network, mask = (int.from_bytes(int(fields[at], 16).to_bytes(4, sys.byteorder), "big") for at in (1, 7))
            flags = int(fields[3], 16)
            yield Way(_IPV4, network, mask.bit_count(), int(fields[6]), *_kinds(flags, fields[0]))


def _routes6(root: str) -> Iterator[Way]:
    for fields in rows(File(root, "ipv6_route")):
        # destination, its length, source, its length, gateway, metric, uses..., flags, interface
        if len(fields) == 10:
            network, length, metric, flags = (int(fields[at], 16) for at in (0, 1, 5, 8))
            yield Way(_IPV6, network, length, metric, *_kinds(flags, fields[9]))


def _kinds(flags: int, interface: str) -> tuple[bool, bool, bool]:
    """An IPv4 blackhole or unreachable route has no interface (`*`)."""
    return bool(flags & _RTF_GATEWAY), bool(flags & _RTF_LOCAL), bool(flags & _RTF_REJECT) or interface == "*"
