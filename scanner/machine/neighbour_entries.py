"""What the kernel knows of its neighbours: who is there, who is not, of whom it still asks. Needs no root.

Before the first packet to an address of an attached network leaves, the kernel asks for its link-layer address: ARP, or
IPv6 neighbour discovery, three times, a second apart. An entry of the neighbour table says how far that is. It is read
through netlink, for both families alike: /proc/net/arp has IPv4 alone, and cannot tell "failed" from "asked for".

An entry that failed stays for a while, and is asked anew by the next packet, connect() included: whoever reads the
table after it has sent one never sees the failure of an earlier day.

Sources: rtnetlink(7), linux/rtnetlink.h, linux/neighbour.h; tried with Linux 6.18 as an ordinary user.
"""

import errno
import socket
import struct
from collections.abc import Iterator
from enum import Enum

from scanner.machine.closing import closing

#: A link-local IPv6 address is another one on each link: the second is the link's number, 0 for all other addresses.
NeighbourKey = tuple[bytes, int]

_IPV6 = int(getattr(socket, "AF_INET6", 10))
_ROUTE = 0  # NETLINK_ROUTE
_NEW, _GET, _ERROR, _DONE = 28, 30, 2, 3  # RTM_NEWNEIGH, RTM_GETNEIGH, NLMSG_ERROR, NLMSG_DONE
_REQUEST_DUMP = 0x301  # NLM_F_REQUEST | NLM_F_DUMP
_DESTINATION = 1  # NDA_DST
_INCOMPLETE, _FAILED = 0x01, 0x20  # NUD_INCOMPLETE, NUD_FAILED
_ASKED_AGAIN = 0x04 | 0x08 | 0x10  # NUD_STALE, NUD_DELAY, NUD_PROBE
_HEAD = struct.Struct("=IHHII")  # nlmsghdr: length, type, flags, sequence, port
_ENTRY = struct.Struct("=BBHiHBB")  # ndmsg: family, two pads, interface, state, flags, type
_ATTRIBUTE = struct.Struct("=HH")  # rtattr: length, type
_MOST_BYTES = 1 << 16  # of one answer; the kernel sends 32 KB at most
_MOST_ANSWERS = 4096
_WAIT_S = 0.2  # it answers at once
_MAY_PASS = frozenset({errno.EMFILE, errno.ENFILE, errno.ENOMEM, errno.ENOBUFS, errno.EAGAIN, errno.EINTR, errno.EBUSY})


class Resolution(Enum):
    """How far the kernel is with a neighbour."""

    RESOLVING = "resolving"  #: it asks for it: nothing has left for there yet
    RESOLVED = "resolved"  #: somebody has that address
    AGED = "aged"  #: somebody had it: packets leave for there; in 5 seconds it asks whether that still holds, for 3
    FAILED = "failed"  #: nobody answered


_ANY_LINK = (Resolution.RESOLVING, Resolution.RESOLVED, Resolution.AGED, Resolution.FAILED)


def neighbour_entries(family: int) -> dict[NeighbourKey, Resolution] | None:
    """Every neighbour of one address family that the kernel has an entry for. None where it can never be asked; raises
    OSError for a trouble that may pass (no descriptor, no memory).

    Where an address has entries on several links, that of the link its packets leave by is not known: the first of
    `_ANY_LINK` counts, so that nobody is called absent whom any link has, and nobody's word is taken too early.
    """
    try:
        with closing(socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, _ROUTE)) as asking:
            asking.settimeout(_WAIT_S)
            request = _ENTRY.pack(family, 0, 0, 0, 0, 0, 0)
            asking.sendto(_HEAD.pack(_HEAD.size + len(request), _GET, _REQUEST_DUMP, 1, 0) + request, (0, 0))
            found: dict[NeighbourKey, Resolution] = {}
            for _ in range(_MOST_ANSWERS):
                if _take(asking.recv(_MOST_BYTES), found):
                    return found
    except OSError as why:
        if why.errno in _MAY_PASS:
            raise
    except (AttributeError, struct.error, ValueError):  # no netlink here, or none that we understand
        pass
    return None


def _take(answer: bytes, found: dict[NeighbourKey, Resolution]) -> bool:
    """Takes in one answer of several messages. Whether it was the last. Raises ValueError where it is a refusal."""
    at = 0
    while at + _HEAD.size <= len(answer):
        length, kind, _, _, _ = _HEAD.unpack_from(answer, at)
        if kind == _DONE:
            return True
        if kind == _ERROR or length < _HEAD.size:
            raise ValueError("no dump of the neighbour table")
        if kind == _NEW:
            family, _, _, interface, state, _, _ = _ENTRY.unpack_from(answer, at + _HEAD.size)
            for type_, value in _attributes(answer, at + _HEAD.size + _ENTRY.size, at + length):
                if type_ == _DESTINATION:
                    _note(found, neighbour_key(family, value, interface), state)
                    break
        at += (length + 3) & ~3
    return not answer


def _attributes(answer: bytes, at: int, end: int) -> Iterator[tuple[int, bytes]]:
    while at + _ATTRIBUTE.size <= end:
        length, type_ = _ATTRIBUTE.unpack_from(answer, at)
        if length < _ATTRIBUTE.size:
            return
        yield type_, answer[at + _ATTRIBUTE.size : at + length]
        at += (length + 3) & ~3


def neighbour_key(family: int, address: bytes, interface: int) -> NeighbourKey:
    """What an entry is found by."""
    link_local = family == _IPV6 and address[0] == 0xFE and address[1] & 0xC0 == 0x80
    return address, interface if link_local else 0


def _note(found: dict[NeighbourKey, Resolution], key: NeighbourKey, state: int) -> None:
    if state & _INCOMPLETE:
        resolution = Resolution.RESOLVING
    elif state & _FAILED:
        resolution = Resolution.FAILED
    elif state & _ASKED_AGAIN:
        resolution = Resolution.AGED
    elif state:
        resolution = Resolution.RESOLVED
    else:
        return  # NUD_NONE: a new entry, of which nothing is known
    before = found.get(key)
    if before is None or _ANY_LINK.index(resolution) < _ANY_LINK.index(before):
        found[key] = resolution
