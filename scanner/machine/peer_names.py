"""Whom a socket was told to connect to, as the kernel has it.

getpeername(2) says ENOTCONN of a socket that its peer has reset, however open the port was: a proxy that accepts, and
resets at once, would not be seen. Linux tells it of any socket that was told to connect as an option, SO_PEERNAME
(net/core/sock.c; it wants to be asked for no more bytes than there are).
"""

import contextlib
import socket
import struct
from typing import Any

SocketEnd = tuple[str, int]
_SO_PEERNAME = 28
#: Of struct sockaddr_in and sockaddr_in6.
_SIZES: dict[int, int] = {socket.AF_INET: 16, socket.AF_INET6: 28}
_NO_END = ("", 0)


def peer_of(sock: Any, *, linux: bool) -> SocketEnd | None:
    """Address and port, `("", 0)` where the peer has none of the internet, None where nobody says."""
    with contextlib.suppress(OSError):
        if linux and (peer := _read(sock.getsockopt(socket.SOL_SOCKET, _SO_PEERNAME, _SIZES[sock.family]))):
            return peer
    with contextlib.suppress(OSError):
        return end_of(sock.getpeername())
    return None


def end_of(address: Any) -> SocketEnd:
    """Address and port of a socket's end; of another family than ours (somebody put it in the place of ours): none."""
    if isinstance(address, tuple) and len(address) >= 2 and isinstance(address[0], str):
        return address[0], address[1]
    return _NO_END


def _read(raw: bytes) -> SocketEnd | None:
    """What stands in a struct sockaddr; None where it is not one of the internet, with a port."""
    if len(raw) not in _SIZES.values():
        return None
    (family,), (port,) = struct.unpack_from("=H", raw), struct.unpack_from("!H", raw, 2)
    if not port or _SIZES.get(family) != len(raw):
        return None
    return socket.inet_ntop(family, raw[4:8] if family == socket.AF_INET else raw[8:24]), port
