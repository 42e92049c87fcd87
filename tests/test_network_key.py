"""What all take for one network: a /24, a /64, and of link-local addresses the link."""

import ipaddress
import random
import socket

import pytest

from scanner.model import NETWORK_BITS, Place, network_key, network_name


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (Place("10.0.0.1", 2), Place("10.0.0.254", 2), True),
        (Place("10.0.0.1", 2), Place("10.0.1.1", 2), False),
        (Place("10.0.11.1", 2), Place("10.0.1.1", 2), False),
        (Place("2001:db8::1", 10), Place("2001:db8::ffff:1", 10), True),
        (Place("2001:db8::1", 10), Place("2001:db8:0:1::1", 10), False),
        (Place("fe80::1%a", 10, scope=1), Place("fe80::2%a", 10, scope=1), True),
        (Place("fe80::1%a", 10, scope=1), Place("fe80::1%b", 10, scope=2), False),
    ],
)
def test_networks_are_told_apart(one: Place, other: Place, same: bool) -> None:
    assert (network_key(one) == network_key(other)) is same
    assert len({network_key(one), network_key(other)}) == 2 - same


@pytest.mark.parametrize(("version", "family"), [(4, socket.AF_INET), (6, socket.AF_INET6)])
def test_any_address_is_in_the_network_of_its_name(version: int, family: int) -> None:
    """Compared with what the standard library says of a prefix of that length. (Some bits more or less are set, so that
    there are runs of zeros to be written short.)"""
    draw = random.Random(1)
    size = 32 if version == 4 else 128
    for _ in range(2000):
        number = draw.getrandbits(size) & draw.getrandbits(size) & draw.getrandbits(size) | 1 << (size - 1)
        address = str(ipaddress.IPv4Address(number) if version == 4 else ipaddress.IPv6Address(number))
        network = ipaddress.ip_network((address, NETWORK_BITS[version]), strict=False)
        neighbour = str(network[draw.randrange(256)])
        assert network_name(Place(address, family)) == str(network)
        assert network_key(Place(address, family)) == network_key(Place(neighbour, family))


def test_the_names_of_odd_ones() -> None:
    scoped = Place("fe80::1%lo", socket.AF_INET6, scope=1)
    mapped = Place("::ffff:192.0.2.1", socket.AF_INET6)
    assert [network_name(each) for each in (scoped, mapped)] == ["fe80::/64", "::/64"]
