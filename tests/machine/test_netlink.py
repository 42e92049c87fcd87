"""Questions to the kernel through netlink, on loopback, as any user."""

import socket
import struct

import pytest

from scanner.machine.netlink import attributes, netlink

_LINKS, _NEW_LINK, _NAME = 18, 16, 3  # RTM_GETLINK, RTM_NEWLINK, IFLA_IFNAME


def test_a_dump_has_every_message_of_a_table() -> None:
    with netlink() as asking:
        messages = list(asking.dump(_LINKS, bytes(16)))
    assert {kind for kind, _ in messages} == {_NEW_LINK}
    names = {value.rstrip(b"\0") for _, each in messages for type_, value in attributes(each, 16) if type_ == _NAME}
    assert names == {name.encode() for _, name in socket.if_nameindex()}


@pytest.mark.parametrize(("family", "address"), [(socket.AF_INET, "127.0.0.9"), (socket.AF_INET6, "::1")])
def test_by_which_link_packets_leave(family: int, address: str) -> None:
    with netlink() as asking:
        for _ in range(2):  # an answer that was read to its end leaves the socket as it was
            assert asking.link_to(family, socket.inet_pton(family, address)) == socket.if_nametoindex("lo")


def test_what_the_kernel_refuses_to_say() -> None:
    with netlink() as asking, pytest.raises(ValueError, match="refuses"):
        list(asking.dump(9999, bytes(16)))


@pytest.mark.parametrize(
    ("message", "found"),
    [
        (b"", []),
        (struct.pack("=HHi", 8, 4, 7), [(4, struct.pack("=i", 7))]),
        (struct.pack("=HHB3xHHi", 5, 1, 9, 8, 4, 7), [(1, b"\x09"), (4, struct.pack("=i", 7))]),
        (struct.pack("=HHi", 3, 4, 7), []),  # shorter than its own head
        (struct.pack("=HH", 4, 1)[:3], []),
    ],
)
def test_attributes_are_padded_to_four_bytes(message: bytes, found: list[tuple[int, bytes]]) -> None:
    assert list(attributes(b"head" + message, 4)) == found
