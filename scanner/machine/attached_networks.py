"""Which addresses are neighbours: those of directly attached networks. Pure, once the tables are read.

The longest prefix decides, as it does for the kernel (`networks.py` reads the tables): a part of an attached network
that a more specific route sends elsewhere has no neighbours, and an attached network inside a routed one has.
"""

import ipaddress
import socket
from bisect import bisect_right
from collections.abc import Iterable

from scanner.machine.networks import IpNetwork, near_ranges, routed_networks
from scanner.model import NETWORK_BITS, Place
from scanner.words.strides import count_within

_IPV4, _IPV6 = int(socket.AF_INET), int(socket.AF_INET6)


class AttachedNetworks:
    """`elsewhere`: the prefixes inside those networks whose addresses are reached by another way."""

    def __init__(self, networks: Iterable[IpNetwork], elsewhere: Iterable[IpNetwork] = ()) -> None:
        networks = list(networks)
        ranges = near_ranges(networks, elsewhere)
        self._ranges = {family: ranges[version] for family, version in ((_IPV4, 4), (_IPV6, 6))}
        self._starts = {family: [low for low, _ in found] for family, found in self._ranges.items()}
        narrow = [each for each in networks if each.prefixlen > NETWORK_BITS[each.version]]
        self._narrow = sorted(narrow, key=lambda each: -each.prefixlen)

    def has(self, place: Place) -> bool:
        """Whether this address is a neighbour: asked once for each of the millions of a large sweep."""
        ranges = self._ranges.get(place.family)
        if not ranges:
            return False
        value = int.from_bytes(socket.inet_pton(place.family, place.numeric), "big")
        at = bisect_right(self._starts[place.family], value) - 1
        return at >= 0 and value <= ranges[at][1]

    def count(self, family: int, first: int, last: int, step: int = 1) -> int:
        """How many neighbours there are among these addresses: numbers from `first` to `last`, each `step` after the
        other."""
        ranges = self._ranges.get(family, [])
        at = max(0, bisect_right(self._starts.get(family, []), first) - 1)
        found = 0
        for low, high in ranges[at:]:
            if low > last:
                break
            found += count_within(first, last, step, low, high)
        return found

    def narrow(self, place: Place) -> int | None:
        """The first address of the attached prefix it is in, if that is narrower than a network is; else None."""
        if not self._narrow:
            return None
        address = ipaddress.ip_address(place.numeric)
        return next((int(each.network_address) for each in self._narrow if address in each), None)


def nowhere(place: Place) -> bool:
    """What `has` is where there are none: no address is on a network of this host's own."""
    return False


def attached_networks() -> AttachedNetworks | None:
    """Those of this host; None where there are none, or nobody says."""
    networks, elsewhere = routed_networks()
    return AttachedNetworks(networks, elsewhere) if networks else None
