"""The network of an address, as far as the address itself tells: its /24, of IPv6 its /64 on its link.

Whoever counts, asks or groups by networks does it by these, so that all mean the same hosts. (An attached prefix may be
narrower: who vouches for whom goes by that, see `Networks` in `engine/truth/vouchers.py`.)
"""

import socket

from scanner.model.asked import Place

#: How many bits of an address name its network, by IP version.
NETWORK_BITS = {4: 24, 6: 64}
#: Equal for two addresses of one network and for no others. A text for IPv4: that is twice as fast as to unpack it.
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
