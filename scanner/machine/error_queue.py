"""A socket's error queue: which ICMP message ended a connect, and who sent it (ip(7) IP_RECVERR, ipv6(7) IPV6_RECVERR).

Only what its entries mean; `kernel.py` reads them.
"""

import socket
import struct
import sys
from typing import NamedTuple

IP_RECVERR, IPV6_RECVERR, MSG_ERRQUEUE = 11, 25, 0x2000
_EXTENDED_ERR = struct.Struct("=IBBBBII")
_ORIGIN_ICMP, _ORIGIN_ICMP6 = 2, 3


class Icmp(NamedTuple):
    """One entry of a socket's error queue (struct sock_extended_err): where it comes from and what it says."""

    version: int  #: 4 or 6
    type: int
    code: int
    sender: str


def parse_error_queue(ancillary: list[tuple[int, int, bytes]]) -> Icmp | None:
    """The ICMP message in the control data of a recvmsg(MSG_ERRQUEUE), or None if there is none in it.

    Each item is (level, type, data); data is a struct sock_extended_err with the sender's sockaddr behind
    it (linux/errqueue.h). Any bytes are accepted; what does not parse is no ICMP message.
    """
    for level, kind, data in ancillary:
        if (level, kind) not in ((0, IP_RECVERR), (41, IPV6_RECVERR)) or len(data) < _EXTENDED_ERR.size:
            continue
        _, origin, icmp_type, code, _, _, _ = _EXTENDED_ERR.unpack_from(data)
        if origin == _ORIGIN_ICMP:
            return Icmp(4, icmp_type, code, _sender(data, socket.AF_INET, 20, 4))
        if origin == _ORIGIN_ICMP6:
            return Icmp(6, icmp_type, code, _sender(data, socket.AF_INET6, 24, 16))
    return None


def _sender(data: bytes, family: int, start: int, size: int) -> str:
    """The numeric address in the sockaddr behind the error, or empty where there is none (AF_UNSPEC)."""
    raw = data[start : start + size]
    if len(raw) < size or int.from_bytes(data[16:18], sys.byteorder) != family or not any(raw):
        return ""
    return socket.inet_ntop(family, raw)
