"""What this system's TCP can tell beyond SO_ERROR, found out at run time; and the one place that makes sockets.

`Kernel` is the seam for tests: the engine reaches sockets, pollers and the clock only through it, and a fake one
plays any network with exact times. Everything that is Linux's own is chosen here, with a plain fallback:

* TCP_INFO (`struct tcp_info`, linux/tcp.h): state at byte 0, rtt in microseconds at 68, total_retrans at 100.
* The error queue (ip(7) IP_RECVERR, ipv6(7) IPV6_RECVERR): which ICMP message ended a connect, and who sent
  it. TCP queues these while in SYN_SENT since Linux 5.8. IPv6 queues only if asked to.
* A poll(2) of one descriptor with an empty mask answers HUP after a RST and HUP | ERR while the error queue
  holds something: a fifth of a microsecond against more than one for an empty recvmsg(MSG_ERRQUEUE).
* Recycling: after a RST one more connect() returns ECONNABORTED, sends nothing and makes the socket new.
"""

import contextlib
import errno
import select
import socket
import struct
import sys
import time
from collections.abc import Callable
from typing import Any, Protocol

from scanner.engine.icmpwatch import IcmpWatch, kernel_watch
from scanner.engine.pollers import Poller, open_poller
from scanner.engine.verdict import ESTABLISHED, SYN_SENT, Icmp
from scanner.errors import UsageError
from scanner.unspecified import is_unspecified

_LINUX = sys.platform.startswith("linux")
_TCP_INFO = 11
_IP_RECVERR, _IPV6_RECVERR, _MSG_ERRQUEUE = 11, 25, 0x2000
_IP_BIND_ADDRESS_NO_PORT = 24
_TCP_INFO_SIZE = 104
_EXTENDED_ERR = struct.Struct("=IBBBBII")
_ORIGIN_ICMP, _ORIGIN_ICMP6 = 2, 3
_ABORT = struct.pack("ii", 1, 0)


class TcpInfo:
    """What TCP_INFO says: the state (None where unknown), the round trip in microseconds, SYNs sent again."""

    __slots__ = ("retrans", "rtt_us", "state")

    def __init__(self, state: int | None, rtt_us: int = 0, retrans: int = 0) -> None:
        self.state = state
        self.rtt_us = rtt_us
        self.retrans = retrans


class SocketLike(Protocol):
    """The part of socket.socket that the engine uses."""

    def fileno(self) -> int: ...
    def connect_ex(self, address: Any, /) -> int: ...
    def getsockopt(self, level: int, option: int, /) -> int: ...
    def close(self) -> None: ...


def parse_error_queue(ancillary: list[tuple[int, int, bytes]]) -> Icmp | None:
    """The ICMP message in the control data of a recvmsg(MSG_ERRQUEUE), or None if there is none in it.

    Each item is (level, type, data); data is a struct sock_extended_err with the sender's sockaddr behind
    it (linux/errqueue.h). Any bytes are accepted; what does not parse is no ICMP message.
    """
    for level, kind, data in ancillary:
        if (level, kind) not in ((0, _IP_RECVERR), (41, _IPV6_RECVERR)) or len(data) < _EXTENDED_ERR.size:
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


class Kernel:
    """This machine's sockets, pollers and clock. `source` binds every socket to a local address.

    `limited` switches Linux's extras off, so that the plain ways can be tested where the extras exist.
    """

    def __init__(self, source: str = "", *, limited: bool = False) -> None:
        self.extras = _LINUX and not limited
        self.recycles = self.extras
        self._source = _bind_address(source) if source else None
        self.clock: Callable[[], float] = time.monotonic
        self.wall: Callable[[], float] = time.time

    def poller(self, name: str | None) -> Poller:
        """The poller of that name, or the best here; UsageError if there is none."""
        return open_poller(name)

    def socket(self, family: int) -> SocketLike:
        """A new non-blocking TCP socket; OSError when this machine is short of something."""
        sock = socket.socket(family, socket.SOCK_STREAM)
        try:
            sock.setblocking(False)
            if self.extras:
                level, option = (41, _IPV6_RECVERR) if family == socket.AF_INET6 else (0, _IP_RECVERR)
                sock.setsockopt(level, option, 1)
            if self._source is not None and self._source[0] == family:
                if self.extras:
                    sock.setsockopt(0, _IP_BIND_ADDRESS_NO_PORT, 1)
                sock.bind(self._source[1])
        except BaseException:
            sock.close()
            raise
        return sock

    def limit_hops(self, sock: Any, family: int, hops: int) -> None:
        """Let this socket's packets live for so many hops only (ip(7) IP_TTL, ipv6(7) IPV6_UNICAST_HOPS)."""
        if family == socket.AF_INET6:
            sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_UNICAST_HOPS, hops)
        else:
            sock.setsockopt(socket.IPPROTO_IP, socket.IP_TTL, hops)

    def flagger(self, fd: int) -> Callable[[int], list[tuple[int, int]]] | None:
        """A poll of this one descriptor that shows ERR while its error queue holds something."""
        if not self.extras:
            return None
        watch = select.poll()
        watch.register(fd, 0)
        return watch.poll

    def icmp_watch(self) -> IcmpWatch | None:
        """Tells for a whole batch of refusals whether any may be an ICMP error; None where it cannot be told."""
        return kernel_watch() if self.extras else None

    def info(self, sock: Any) -> TcpInfo:
        """TCP_INFO; elsewhere only whether there is a peer (then the handshake is done) or none (it is not)."""
        if self.extras:
            raw = sock.getsockopt(socket.IPPROTO_TCP, _TCP_INFO, _TCP_INFO_SIZE)
            if len(raw) >= _TCP_INFO_SIZE:
                rtt, retrans = struct.unpack_from("=I", raw, 68)[0], struct.unpack_from("=I", raw, 100)[0]
                return TcpInfo(raw[0], rtt, retrans)
        try:
            sock.getpeername()
        except OSError as why:
            return TcpInfo(SYN_SENT if why.errno == errno.ENOTCONN else None)
        return TcpInfo(ESTABLISHED)

    def icmp(self, sock: Any) -> Icmp | None:
        """The last ICMP error in the socket's queue (earlier ones are read and dropped), or None."""
        found = None
        for _ in range(8 if self.extras else 0):
            try:
                _, ancillary, _, _ = sock.recvmsg(1, 512, _MSG_ERRQUEUE)
            except OSError:
                break
            found = parse_error_queue(ancillary) or found
        return found

    def own_address(self, sock: Any) -> str:
        """The local address of a socket that was told to connect, or empty."""
        try:
            return str(sock.getsockname()[0])
        except OSError:
            return ""

    def self_connected(self, sock: Any) -> bool:
        """Whether the socket is connected to itself: same address, same port (RFC 9293 3.5, figure 7)."""
        try:
            return bool(sock.getsockname()[:2] == sock.getpeername()[:2])
        except OSError:
            return False

    def abort(self, sock: Any) -> None:
        """Close an open connection with a RST, so that no TIME_WAIT sits on a port on either side."""
        with contextlib.suppress(OSError):
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _ABORT)
        sock.close()


def _bind_address(source: str) -> tuple[int, Any]:
    """The family and bind() address of a numeric local address; UsageError when it is not one of ours."""
    try:
        family, _, _, _, address = socket.getaddrinfo(source, 0, type=socket.SOCK_STREAM, flags=socket.AI_NUMERICHOST)[
            0
        ]
    except (OSError, UnicodeError):
        raise UsageError(f"--source {source!r}: not a numeric address; write one of this host's own") from None
    if is_unspecified(str(address[0])):  # bind() takes it for any address, and so it would bind nothing
        raise UsageError(f"--source {source!r}: no address of a host; write one of this host's own, or leave it out")
    probe = socket.socket(family, socket.SOCK_STREAM)
    try:
        probe.bind(address)
    except OSError as why:
        raise UsageError(
            f"--source {source!r}: cannot probe from it ({why.strerror}); write one of this host's own addresses"
        ) from None
    finally:
        probe.close()
    return family, address
