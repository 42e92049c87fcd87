"""What this system's TCP can tell beyond SO_ERROR, found out at run time; and the one place that makes sockets.

`Kernel` is the seam for tests: the engine reaches sockets, pollers and the clock only through it, and a fake one
plays any network with exact times. Everything that is Linux's own is chosen here, with a plain fallback, and each may
be lacking where the rest is there (`lacking.py`):

* TCP_INFO (`tcp_info.py`): the state, the round trip, the SYNs that were sent again.
* The error queue (ip(7) IP_RECVERR, ipv6(7) IPV6_RECVERR): which ICMP message ended a connect, and who sent
  it. TCP queues these while in SYN_SENT since Linux 5.8. IPv6 queues only if asked to.
* A poll(2) of one descriptor with an empty mask answers HUP after a RST and HUP | ERR while the error queue
  holds something: a fifth of a microsecond against more than one for an empty recvmsg(MSG_ERRQUEUE).
* Recycling: after a RST one more connect() returns ECONNABORTED, sends nothing and makes the socket new; after
  silence, shutdown() does (`silent_sockets.py`).
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

from scanner.machine import lacking
from scanner.machine.address_changes import AddressChanges
from scanner.machine.error_queue import IP_RECVERR, IPV6_RECVERR, MSG_ERRQUEUE, Icmp, parse_error_queue
from scanner.machine.events import HUP
from scanner.machine.icmp_counts import IcmpCounts, kernel_icmp_counts
from scanner.machine.interposed import Interposed, Seen, active_opens, preloaded
from scanner.machine.peer_names import end_of, peer_of
from scanner.machine.pollers import Poller, open_poller, other_poller
from scanner.machine.queue_flags import Flag, flag_of
from scanner.machine.route_queries import no_way
from scanner.machine.silent_sockets import make_new, still_asks
from scanner.machine.source import bind_address, is_gone
from scanner.machine.tcp_info import (
    CLOSE,
    ESTABLISHED,
    LEAST_BYTES,
    SYN_SENT,
    TCP_INFO,
    WITH_SEGMENTS,
    TcpInfo,
    info_of,
)
from scanner.model import Place

_LINUX = sys.platform.startswith("linux")
_IP_BIND_ADDRESS_NO_PORT = 24
_ABORT = struct.pack("ii", 1, 0)


class SocketLike(Protocol):
    """The part of socket.socket that the engine uses."""

    def fileno(self) -> int: ...
    def connect_ex(self, address: Any, /) -> int: ...
    def getsockopt(self, level: int, option: int, /) -> int: ...
    def close(self) -> None: ...


class Kernel:
    """This machine's sockets, pollers and clock. `source` binds every socket to a local address.

    `limited` switches Linux's extras off, so that the plain ways can be tested where the extras exist.
    """

    def __init__(self, source: str = "", *, limited: bool = False) -> None:
        self.extras = _LINUX and not limited
        self.recycles = self.extras
        self.lacks = lacking.Lacks()
        self._source = bind_address(source) if source else None
        self.clock: Callable[[], float] = time.monotonic
        self.wall: Callable[[], float] = time.time
        self.address_changes: Callable[[], AddressChanges] = AddressChanges

    def poller(self, name: str | None) -> Poller:
        """The poller of that name, or the best here; UsageError if there is none."""
        return open_poller(name, self.lacks)

    def other_poller(self, failed: Poller, why: BaseException) -> Poller:
        """One in place of a poller that works no more; ScannerError if there is none."""
        return other_poller(failed, why, self.lacks)

    def socket(self, family: int) -> SocketLike:
        """A new non-blocking TCP socket; OSError when this machine is short of something."""
        sock = socket.socket(family, socket.SOCK_STREAM)
        try:
            sock.setblocking(False)
            if self.extras:
                if family == socket.AF_INET6:
                    self._set(lacking.ICMP_ERRORS6, sock, 41, IPV6_RECVERR)
                else:
                    self._set(lacking.ICMP_ERRORS, sock, 0, IP_RECVERR)
            if self._source is not None and self._source[0] == family:
                self._bind(sock, self._source[1])
        except BaseException:
            self.close(sock)
            raise
        return sock

    def _set(self, extra: str, sock: Any, level: int, option: int) -> None:
        """Switches on what may be lacking."""
        if self.lacks.has(extra):
            try:
                sock.setsockopt(level, option, 1)
            except OSError as why:
                self.lacks.failed(extra, why)
            else:
                self.lacks.worked(extra)

    def _bind(self, sock: Any, address: Any) -> None:
        if self.extras:
            self._set(lacking.LATE_PORT, sock, 0, _IP_BIND_ADDRESS_NO_PORT)
        try:
            sock.bind(address)
        except OSError as why:
            if why.errno == errno.EADDRINUSE:  # every local port is taken, as connect() would put it
                raise OSError(errno.EADDRNOTAVAIL, why.strerror) from None
            raise

    def limit_hops(self, sock: Any, family: int, hops: int) -> None:
        """Let this socket's packets live for so many hops only (ip(7) IP_TTL, ipv6(7) IPV6_UNICAST_HOPS)."""
        if family == socket.AF_INET6:
            sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_UNICAST_HOPS, hops)
        else:
            sock.setsockopt(socket.IPPROTO_IP, socket.IP_TTL, hops)

    @property
    def reads_queue(self) -> bool:
        """Whether ICMP errors can be read from the error queue."""
        return self.extras and self.lacks.has(lacking.QUEUE)

    def flagger(self, fd: int, family: int = 0) -> Flag | None:
        """Shows ERR while the error queue of this descriptor holds something (`queue_flags.py`); None where nobody
        could tell an ICMP error from a RST."""
        return flag_of(fd, family, self.lacks, reads_queue=self.reads_queue) if self.extras else None

    def cannot_recycle(self, how: str) -> None:
        """A socket that was used again failed, in these words."""
        self.lacks.failed(lacking.AGAIN, how)

    def interposed(self) -> Interposed | None:
        """Looks for answers that are not the targets'; None where nothing is known of what is impossible."""
        return Interposed(active_opens, preloaded()) if self.extras else None

    def seen(self, sock: Any, target: tuple[str, int], *, refused: bool, at_once: bool = False) -> Seen:
        """What is known of the socket of an answered connect()."""
        info = self.info(sock)
        peer = peer_of(sock, linux=self.extras)
        opened = info.state is not None and info.state not in (SYN_SENT, CLOSE)
        return Seen(
            target, at_once, refused, info.sent, peer, self.own_address(sock), opened, bound=self._source is not None
        )

    def icmp_counts(self) -> IcmpCounts | None:
        """Tells for a whole batch of refusals whether any may be an ICMP error; None where it cannot be told."""
        return kernel_icmp_counts(lack=lambda why: self.lacks.failed(lacking.COUNTS, why)) if self.extras else None

    def info(self, sock: Any) -> TcpInfo:
        """TCP_INFO; elsewhere only whether there is a peer (then the handshake is done) or none (it is not)."""
        if self.extras and self.lacks.has(lacking.TCP_INFO):
            try:
                raw = sock.getsockopt(socket.IPPROTO_TCP, TCP_INFO, WITH_SEGMENTS)
            except OSError as why:
                self.lacks.failed(lacking.TCP_INFO, why)
            else:
                if len(raw) >= LEAST_BYTES and raw[0]:
                    self.lacks.worked(lacking.TCP_INFO)
                    return info_of(raw)
                self.lacks.failed(lacking.TCP_INFO, "it does not report the state")
        try:
            sock.getpeername()
        except OSError as why:
            return TcpInfo(self._state_without_peer(sock) if why.errno == errno.ENOTCONN else None)
        return TcpInfo(ESTABLISHED)

    def still_asks(self, option: Callable[[int, int], int]) -> bool:
        """Whether a socket's SYN is still unanswered, asked by its own getsockopt(). False: it is not, or `info` has
        yet to show that this can be told here."""
        return self.extras and self.lacks.known(lacking.TCP_INFO) and still_asks(option)

    def _state_without_peer(self, sock: Any) -> int:
        """Linux says HUP of a socket that is closed, or was never told to connect (net/ipv4/tcp.c, tcp_poll())."""
        if self.extras and self.lacks.known(lacking.POLL_ONE):
            poller = select.poll()
            with contextlib.suppress(OSError, ValueError):
                poller.register(sock, 0)
                return CLOSE if any(bits & HUP for _, bits in poller.poll(0)) else SYN_SENT
        return SYN_SENT

    def make_new(self, sock: Any, option: Callable[[int, int], int], flag: Flag | None) -> bool:
        """Disconnects a socket whose SYN nobody answered: its next connect() finds it as new. False: close it."""
        return flag is not None and make_new(sock, option, flag)

    def icmp(self, sock: Any) -> Icmp | None:
        """The last ICMP error in the socket's queue (earlier ones are read and dropped), or None."""
        found = None
        for _ in range(8 if self.reads_queue else 0):
            try:
                _, ancillary, _, _ = sock.recvmsg(1, 512, MSG_ERRQUEUE)
            except BlockingIOError:
                self.lacks.worked(lacking.QUEUE)
                break
            except OSError as why:
                self.lacks.failed(lacking.QUEUE, why)
                break
            found = parse_error_queue(ancillary) or found
        return found

    def own_address(self, sock: Any) -> str:
        """The local address of a socket that was told to connect, or empty."""
        try:
            return end_of(sock.getsockname())[0]
        except OSError:
            return ""

    def source_gone(self) -> bool:
        """Whether the address that the user chose to probe from is no longer one of this host's.

        Where that cannot be asked (no descriptor, a filter that forbids it) nothing says that it is gone.
        """
        return self._source is not None and is_gone(*self._source)

    def no_way(self, place: Place) -> int | None:
        """The errno of the way to a place at this moment: 0 where there is one, None where it cannot be asked."""
        bound = self._source[1] if self._source is not None and self._source[0] == place.family else None
        return no_way(place, bound)

    def self_connected(self, sock: Any) -> bool:
        """Whether the socket is connected to itself: same address, same port (RFC 9293 3.5, figure 7)."""
        try:
            own = end_of(sock.getsockname())
            return own[1] != 0 and own == end_of(sock.getpeername())
        except OSError:
            return False

    def abort(self, sock: Any) -> None:
        """Close an open connection with a RST, so that no TIME_WAIT sits on a port on either side."""
        with contextlib.suppress(OSError):
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _ABORT)
        self.close(sock)

    def close(self, sock: Any) -> None:
        """Close one. What close() says is of no use: the descriptor is gone either way (close(2))."""
        with contextlib.suppress(OSError):
            sock.close()
