"""Which addresses are neighbours: the longest prefix decides."""

import ipaddress
import socket

import pytest

from scanner.machine.attached_networks import AttachedNetworks
from scanner.model import Place

V4, V6 = int(socket.AF_INET), int(socket.AF_INET6)
NETWORK = ipaddress.ip_network("10.1.0.0/16")


@pytest.mark.parametrize(
    ("address", "family", "attached"),
    [
        ("10.1.0.0", V4, True), ("10.1.255.255", V4, True), ("10.0.255.255", V4, False), ("10.2.0.0", V4, False),
        ("fd00::1", V6, True), ("fd01::1", V6, False), ("::10.1.0.1", V6, False),
    ],
)  # fmt: skip
def test_attached(address: str, family: int, attached: bool) -> None:
    assert AttachedNetworks([NETWORK, ipaddress.ip_network("fd00::/64")]).has(Place(address, family)) is attached


def test_what_leads_elsewhere_has_no_neighbours() -> None:
    """A VPN's network inside the attached one; within it, a network that is attached after all."""
    elsewhere, near = ipaddress.ip_network("10.1.64.0/18"), ipaddress.ip_network("10.1.70.0/24")
    networks = AttachedNetworks([NETWORK, near], elsewhere=[elsewhere])
    where = {text: networks.has(Place(f"10.1.{text}", V4)) for text in ("63.255", "64.0", "70.0", "70.255", "71.0")}
    assert where == {"63.255": True, "64.0": False, "70.0": True, "70.255": True, "71.0": False}
    assert networks.has(Place("10.1.128.0", V4))


def test_only_a_prefix_narrower_than_a_network_is_a_network_of_its_own() -> None:
    networks = AttachedNetworks([NETWORK, ipaddress.ip_network("10.9.0.64/26"), ipaddress.ip_network("10.9.0.96/28")])
    first = int(ipaddress.ip_address("10.9.0.64"))
    assert networks.narrow(Place("10.1.0.7", V4)) is None
    assert networks.narrow(Place("10.9.0.70", V4)) == first
    assert networks.narrow(Place("10.9.0.100", V4)) == first + 32, "the narrowest that it is in"


@pytest.mark.parametrize(
    ("first", "last", "count"),
    [
        ("10.0.0.0", "10.9.255.255", 65_536 - 16_384 + 256),
        ("10.1.63.255", "10.1.64.1", 1),
        ("10.1.70.7", "10.1.70.9", 3),
        ("10.1.255.255", "10.2.0.0", 1),
        ("10.2.0.0", "10.2.0.9", 0),
        ("9.0.0.0", "9.0.0.9", 0),
    ],
)
def test_how_many_neighbours_a_range_has(first: str, last: str, count: int) -> None:
    elsewhere, near = ipaddress.ip_network("10.1.64.0/18"), ipaddress.ip_network("10.1.70.0/24")
    networks = AttachedNetworks([NETWORK, near], elsewhere=[elsewhere])
    assert networks.count(V4, int(ipaddress.ip_address(first)), int(ipaddress.ip_address(last))) == count
    assert networks.count(V6, 0, 1 << 127) == 0
