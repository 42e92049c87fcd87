"""What the kernel knows of its neighbours: who is there, who is not, of whom it still asks. Needs no root.

Before the first packet to an address of an attached network leaves, the kernel asks for its link-layer address: ARP, or
IPv6 neighbour discovery, three times, a second apart. An entry of the neighbour table says how far that is. It is read
through netlink, for both families alike: /proc/net/arp has IPv4 alone, and cannot tell "failed" from "asked for".

An entry that failed stays for a while, and is asked anew by the next packet, connect() included: whoever reads the
table after it has sent one never sees the failure of an earlier day.

Sources: rtnetlink(7), linux/neighbour.h; tried with Linux 6.18 as an ordinary user.
"""

import errno
import socket
import struct
from enum import Enum

from scanner.machine.netlink import Netlink, attributes, netlink

#: A link-local IPv6 address is another one on each link: the second is the link's number, 0 for all other addresses.
NeighbourKey = tuple[bytes, int]

_IPV6 = int(getattr(socket, "AF_INET6", 10))
_NEW, _GET = 28, 30  # RTM_NEWNEIGH, RTM_GETNEIGH
_DESTINATION = 1  # NDA_DST
_INCOMPLETE, _FAILED = 0x01, 0x20  # NUD_INCOMPLETE, NUD_FAILED
_STALE, _CHECKING = 0x04, 0x08 | 0x10  # NUD_STALE; NUD_DELAY, NUD_PROBE
_ENTRY = struct.Struct("=BBHiHBB")  # ndmsg: family, two pads, interface, state, flags, type
_MAY_PASS = frozenset({errno.EMFILE, errno.ENFILE, errno.ENOMEM, errno.ENOBUFS, errno.EAGAIN, errno.EINTR, errno.EBUSY})


class Resolution(Enum):
    """How far the kernel is with a neighbour."""

    RESOLVING = "resolving"  #: it asks for it: nothing has left for there yet
    RESOLVED = "resolved"  #: somebody has that address
    CHECKING = "checking"  #: somebody had it: packets leave for there; within 5 seconds it asks whether he still does
    STALE = "stale"  #: somebody had it, and nothing was sent there lately
    FAILED = "failed"  #: nobody answered


def neighbour_entries(family: int) -> dict[NeighbourKey, Resolution] | None:
    """Every neighbour of one address family that the kernel has an entry for. None where it can never be asked; raises
    OSError for a trouble that may pass (no descriptor, no memory).

    Where an address has entries on several links, that of the link by which packets leave for there counts.
    """
    try:
        with netlink() as asking:
            found = _by_link(asking, family)
            return {key: _that_counts(asking, family, key[0], links) for key, links in found.items()}
    except OSError as why:
        if why.errno in _MAY_PASS:
            raise
    except (AttributeError, struct.error, ValueError):  # no netlink here, or none that we understand
        pass
    return None


def _by_link(asking: Netlink, family: int) -> dict[NeighbourKey, dict[int, Resolution]]:
    found: dict[NeighbourKey, dict[int, Resolution]] = {}
    for kind, message in asking.dump(_GET, _ENTRY.pack(family, 0, 0, 0, 0, 0, 0)):
        if kind != _NEW:
            continue
        of_family, _, _, link, state, _, _ = _ENTRY.unpack_from(message)
        resolution = _resolution(state)
        if resolution is None:
            continue
        for type_, value in attributes(message, _ENTRY.size):
            if type_ == _DESTINATION:
                found.setdefault(neighbour_key(of_family, value, link), {})[link] = resolution
                break
    return found


def _that_counts(asking: Netlink, family: int, address: bytes, links: dict[int, Resolution]) -> Resolution:
    """Of an address with an entry on each of these links. Where the kernel does not say by which it is reached, nobody
    is called absent whom any of them has."""
    if len(links) > 1:
        try:
            link = asking.link_to(family, address)
        except (OSError, struct.error, ValueError):
            link = 0
        if link in links:
            return links[link]
    return min(links.values(), key=list(Resolution).index)


def neighbour_key(family: int, address: bytes, interface: int) -> NeighbourKey:
    """What an entry is found by."""
    link_local = family == _IPV6 and address[0] == 0xFE and address[1] & 0xC0 == 0x80
    return address, interface if link_local else 0


def _resolution(state: int) -> Resolution | None:
    """What an entry's state says. None: NUD_NONE, a new entry of which nothing is known."""
    if state & _INCOMPLETE:
        return Resolution.RESOLVING
    if state & _FAILED:
        return Resolution.FAILED
    if state & _CHECKING:
        return Resolution.CHECKING
    if state & _STALE:
        return Resolution.STALE
    return Resolution.RESOLVED if state else None
