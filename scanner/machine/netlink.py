"""Questions to the kernel through netlink: a dump of a table, or the way to one address. Needs no root.

Of the protocol only what those two need: who asks is `neighbour_entries.py`.

Sources: netlink(7), rtnetlink(7), linux/netlink.h, linux/rtnetlink.h.
"""

import contextlib
import socket
import struct
from collections.abc import Iterator

from scanner.machine.closing import closing

_ROUTE = 0  # NETLINK_ROUTE
_ERROR, _DONE = 2, 3  # NLMSG_ERROR, NLMSG_DONE
_REQUEST, _DUMP = 0x01, 0x300  # NLM_F_REQUEST, NLM_F_DUMP
_NEW_ROUTE, _GET_ROUTE = 24, 26  # RTM_NEWROUTE, RTM_GETROUTE
_TO, _OUT_BY = 1, 4  # RTA_DST, RTA_OIF
_HEAD = struct.Struct("=IHHII")  # nlmsghdr: length, type, flags, sequence, port
_WAY = struct.Struct("=BBBBBBBBI")  # rtmsg: family, dst_len, src_len, tos, table, protocol, scope, type, flags
_ATTRIBUTE = struct.Struct("=HH")  # rtattr: length, type
_LINK = struct.Struct("=i")
_MOST_BYTES = 1 << 16  # of one answer; the kernel sends 32 KB at most
_MOST_ANSWERS = 4096
_WAIT_S = 0.2  # it answers at once


class Netlink:
    """An open netlink socket. Each question raises OSError where the kernel does not answer, ValueError or struct.error
    for an answer that is none."""

    def __init__(self, asking: socket.socket) -> None:
        self._asking = asking

    def dump(self, kind: int, body: bytes) -> Iterator[tuple[int, bytes]]:
        """All messages of a table: the type of each, and what follows its head."""
        self._ask(kind, _REQUEST | _DUMP, body)
        for _ in range(_MOST_ANSWERS):
            answer = self._asking.recv(_MOST_BYTES)
            if not answer:
                return
            for said, rest in _messages(answer):
                if said == _DONE:
                    return
                yield said, rest
        raise ValueError("a dump without an end")

    def link_to(self, family: int, address: bytes) -> int:
        """The number of the link by which packets to this address leave."""
        attribute = _ATTRIBUTE.pack(_ATTRIBUTE.size + len(address), _TO) + address
        self._ask(_GET_ROUTE, _REQUEST, _WAY.pack(family, 8 * len(address), 0, 0, 0, 0, 0, 0, 0) + attribute)
        for said, rest in _messages(self._asking.recv(_MOST_BYTES)):
            if said == _NEW_ROUTE:
                for type_, value in attributes(rest, _WAY.size):
                    if type_ == _OUT_BY:
                        return int(_LINK.unpack(value)[0])
        raise ValueError("no link leads there")

    def _ask(self, kind: int, flags: int, body: bytes) -> None:
        self._asking.sendto(_HEAD.pack(_HEAD.size + len(body), kind, flags, 1, 0) + body, (0, 0))


@contextlib.contextmanager
def netlink() -> Iterator[Netlink]:
    """A socket for some questions. Raises OSError where there is none, AttributeError on systems without netlink."""
    with closing(socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, _ROUTE)) as asking:
        asking.settimeout(_WAIT_S)
        yield Netlink(asking)


def _messages(answer: bytes) -> Iterator[tuple[int, bytes]]:
    at = 0
    while at + _HEAD.size <= len(answer):
        length, kind, _, _, _ = _HEAD.unpack_from(answer, at)
        if kind == _ERROR or length < _HEAD.size:
            raise ValueError("the kernel refuses to say")
        yield kind, answer[at + _HEAD.size : at + length]
        at += (length + 3) & ~3


def attributes(message: bytes, at: int) -> Iterator[tuple[int, bytes]]:
    """The attributes of a message from there on: type and value of each."""
    while at + _ATTRIBUTE.size <= len(message):
        length, type_ = _ATTRIBUTE.unpack_from(message, at)
        if length < _ATTRIBUTE.size:
            return
        yield type_, message[at + _ATTRIBUTE.size : at + length]
        at += (length + 3) & ~3
