"""A socket whose SYN nobody answered: whether it still is one, and how it is made new.

Both are asked by its own getsockopt(), for an int: this is done at the end of every silent attempt.
"""

import errno
import socket
import sys
from collections.abc import Callable
from typing import Any

from scanner.machine.events import HUP
from scanner.machine.queue_flags import Flag
from scanner.machine.tcp_info import SYN_SENT, TCP_INFO

_FIRST_BYTE = 0 if sys.byteorder == "little" else 24  # of an int: so many bits to the right
_SOL_SOCKET, _SO_ERROR, _IPPROTO_TCP = socket.SOL_SOCKET, socket.SO_ERROR, socket.IPPROTO_TCP


def still_asks(option: Callable[[int, int], int]) -> bool:
    """Whether its SYN is still unanswered: SYN_SENT, as the first byte of TCP_INFO says."""
    try:
        return option(_IPPROTO_TCP, TCP_INFO) >> _FIRST_BYTE & 0xFF == SYN_SENT
    except OSError:
        return False


def make_new(sock: Any, option: Callable[[int, int], int], flag: Flag) -> bool:
    """Disconnects it: its next connect() finds it as new. False: it is not, and to be closed.

    shutdown() does it in SYN_SENT, and there alone (Linux net/ipv4/af_inet.c, inet_shutdown(); tcp_disconnect()). One
    that was answered a moment ago is shut down, or in CLOSE: no other state leaves ECONNRESET, which is read here. A
    soft error behind that, as of a route that was lost when the SYN was repeated, and an ICMP message in the error
    queue would be the next target's: then it is no longer of use.
    """
    try:
        sock.shutdown(socket.SHUT_RDWR)
        if option(_SOL_SOCKET, _SO_ERROR) != errno.ECONNRESET or option(_SOL_SOCKET, _SO_ERROR):
            return False
        found = flag(0)
        return bool(found) and found[0][1] == HUP
    except OSError:
        return False
