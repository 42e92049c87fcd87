"""Whether something between this program and the kernel answers in the targets' place: proxychains, torsocks, tsocks.

Such a library (LD_PRELOAD) has a connect() of its own: it talks to a proxy, waits, and gives its own answer. Then
closed ports are open, silent ones refused in no time at all, and nothing that is said of a target is its own. It shows
in what is impossible. A connect() that was answered,

* although the kernel sent nothing by that socket (TCP_INFO, segs_out), or opened fewer connections than were answered
  (RFC 2012 tcpActiveOpens, of this network namespace: /proc/thread-self/net/snmp);
* by somebody else than the target: the socket's peer (`peer_names.py`), or its own address (a target that is not of
  this host is never reached from loopback);
* by connect() itself, which of a non-blocking socket Linux never does (net/ipv4/af_inet.c, inet_stream_connect()).

Some systems that pass for Linux have counts that stand still, or a connect() that answers at once. So what such a
system might show counts only where a library is preloaded, or the same source has told the truth before.

Looked at are a few answers of each scan, one of each turn, and what connect() answered itself; counts are read
whenever twice as many were answered. Nothing is done for each probe.
"""

import errno
import os
import socket
from collections.abc import Callable
from typing import NamedTuple

from scanner.machine.closing import close_descriptor, closing

#: What connect() cannot say of a non-blocking socket, for it takes an answer.
ANSWERS = frozenset({0, errno.ECONNREFUSED, errno.ECONNRESET, errno.ETIMEDOUT})
_FEW = 16
_FIRST_COUNT = 4
_ENOUGH = 16_384  # bytes; the file has 1300
_MOST_SHOWN = 200
_LOOPBACK4 = 127

WARNING = (
    "something between this program and the kernel answers in the targets' place{preload}: the answers are not the "
    "targets' ({seen}); run it without proxychains, torsocks and the like"
)


class Seen(NamedTuple):
    """One answered connect(), as the kernel has it. Addresses are numeric, with a port or None where there is none.

    `target`: who was asked; `at_once`: connect() itself answered; `sent`: segments that left by this socket, None where
    nobody knows; `peer` and `own`: the socket's ends; `opened`: whether it has a handshake behind it; `bound`: the user
    chose where it leaves from.
    """

    target: tuple[str, int]
    at_once: bool = False
    refused: bool = False
    sent: int | None = None
    peer: tuple[str, int] | None = None
    own: str = ""
    opened: bool = False
    bound: bool = False


class Interposed:
    """Looks for the impossible; `warning` is what to tell the user, empty while all is well.

    `opens` reads how many connections this network namespace has opened so far (OSError or ValueError: nobody knows).
    `preload` says what is preloaded, such as `LD_PRELOAD=libproxychains4.so is set`, or is empty.
    """

    def __init__(self, opens: Callable[[], int], preload: str = "") -> None:
        self.warning = ""
        self.few = _FEW  # refused ports still to be looked at
        self._opens = opens
        self._preload = preload
        self._before = self._read()
        self._answered = 0
        self._count_at = _FIRST_COUNT
        self._sent_is_known = False

    def _read(self) -> int | None:
        try:
            return self._opens()
        except (OSError, ValueError):
            return None

    def look(self, seen: Seen) -> None:
        """Whether this answer can be the target's."""
        if not self.warning and (what := self._impossible(seen)):
            self._tell(what)
        self._sent_is_known |= bool(seen.sent)

    def _impossible(self, seen: Seen) -> str:
        """What is impossible about it, in words; empty if nothing is."""
        target = shown(seen.target)
        if seen.peer is not None and not same(seen.peer, seen.target):
            return f"the socket for {target} is connected to {shown(seen.peer)}"
        if seen.opened and not seen.bound and is_loopback(seen.own) and not is_loopback(seen.target[0]):
            return f"the socket for {target} is connected from {seen.own}"
        if seen.refused and seen.opened:
            return f"the socket for {target} was refused, and is connected"
        if seen.sent == 0 and (self._preload or self._sent_is_known or self._stands_still()):
            return f"connect() to {target} was answered, and no SYN left this host"
        return f"connect() to {target} waited for an answer" if seen.at_once and self._preload else ""

    def _stands_still(self) -> bool:
        return self._before is not None and self._read() == self._before

    def answered(self, count: int) -> None:
        """So many more connects were answered, by an event: each of them opened a connection."""
        self._answered += count
        if self._answered >= self._count_at:
            self.count()

    def count(self) -> None:
        """Compares what was answered with what was opened. Others in this namespace only add to the latter."""
        self._count_at = 2 * self._answered
        if self.warning or self._before is None or not self._answered or (now := self._read()) is None:
            return
        opened = now - self._before
        if 0 <= opened < self._answered and (opened or self._preload):
            self._tell(f"{self._answered} connects were answered, and this host opened {opened} connections")

    def _tell(self, seen: str) -> None:
        self.warning = WARNING.format(preload=f" ({self._preload})" if self._preload else "", seen=seen)


def same(one: tuple[str, int], other: tuple[str, int]) -> bool:
    """Whether these are the same address and port, however they are written."""
    return one[1] == other[1] and _packed(one[0]) == _packed(other[0])


def _packed(address: str) -> bytes:
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    try:
        packed = socket.inet_pton(family, address.partition("%")[0])
    except OSError:
        return address.encode("utf-8", "replace")
    return packed[12:] if packed.startswith(bytes(10) + b"\xff\xff") and len(packed) == 16 else packed


def is_loopback(address: str) -> bool:
    packed = _packed(address) if address else b""
    return packed[:1] == bytes([_LOOPBACK4]) if len(packed) == 4 else packed == bytes(15) + b"\x01"


def shown(end: tuple[str, int]) -> str:
    """`10.0.0.1:22` or `[fd00::1]:22`; a socket that is none of TCP's has no such end."""
    if not end[0]:
        return "no host at all"
    return f"[{end[0]}]:{end[1]}" if ":" in end[0] else f"{end[0]}:{end[1]}"


def active_opens(path: str = "/proc/thread-self/net/snmp") -> int:
    """tcpActiveOpens of this thread's network namespace; OSError or ValueError where nobody says."""
    fd = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        lines = [line.split() for line in os.pread(fd, _ENOUGH, 0).splitlines() if line.startswith(b"Tcp: ")]
    finally:
        close_descriptor(fd)
    if len(lines) != 2:
        raise ValueError("no TCP counters")
    names, numbers = lines
    return int(numbers[names.index(b"ActiveOpens")])


def preloaded(path: str = "/etc/ld.so.preload") -> str:
    """What is loaded before the C library, as a sentence; empty if nothing is (ld.so(8))."""
    if named := " ".join(os.environ.get("LD_PRELOAD", "").split()):
        return f"LD_PRELOAD={named[:_MOST_SHOWN]} is set"
    try:
        with closing(open(path, encoding="utf-8", errors="replace")) as file:
            named = " ".join(file.read(_MOST_SHOWN).split())
    except OSError:
        return ""
    return f"{path} names {named}" if named else ""
