"""The network of an address, as far as the address itself shows it: its /24, or for IPv6 its /64 on its link.

All that count, ask or group by network use these, so that all mean the same hosts. (An attached prefix may be narrower:
who vouches for whom depends on that, see `Networks` in `engine/truth/network_evidence.py`.)
"""

import socket

from scanner.model.asked import Place

#: How many bits of an address identify its network, by IP version.
NETWORK_BITS = {4: 24, 6: 64}
#: Equal only for addresses in the same network. A string for IPv4, which is twice as fast as unpacking the address.
NetworkKey = str | tuple[bytes, int]

_IPV4 = int(socket.AF_INET)
_BYTES6 = NETWORK_BITS[6] // 8


def network_key(place: Place) -> NetworkKey:
    """The network that a place is in. (Asked once for each host of a sweep.)"""
    if place.family == _IPV4:
        return place.numeric.rpartition(".")[0]
    return socket.inet_pton(place.family, place.numeric)[:_BYTES6], place.scope  # every link has its own fe80::/64


def network_name(place: Place) -> str:
    """The same for people, without the link: `10.0.0.0/24`, `2001:db8::/64`."""
    key = network_key(place)
    if isinstance(key, str):
        return f"{key}.0/{NETWORK_BITS[4]}"
    return f"{socket.inet_ntop(socket.AF_INET6, key[0].ljust(16, bytes(1)))}/{NETWORK_BITS[6]}"
