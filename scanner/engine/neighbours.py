"""Directly attached networks: not more new neighbours at once than the kernel's neighbour table can hold.

Every address of an attached network that is probed becomes an entry of that table while ARP (or IPv6 neighbour
discovery) asks for it: three seconds, if nobody answers. Beyond gc_thresh3 entries (1024 by default) the kernel drops
packets without any error, and live hosts look silent (Linux arp(7); net/core/neighbour.c). So hosts that have not
answered yet are let out only as far as the table has room. A network smaller than that is never held up.

Pure but for `attached_networks` and `table_size`, which read what Linux shows under /proc; elsewhere there is nothing
to read, and nothing is held back. Nor is it where nobody is asked: behind a tunnel there are no neighbours.
"""

import ipaddress
import socket
import struct
import sys
from collections import deque
from collections.abc import Callable
from pathlib import Path as File

from scanner.engine.trial import Trial
from scanner.model import Place, State

_ASKING_S = 3.2  # three ARP requests, a second apart
_SHARE = 0.6
_DEFAULT_TABLE = 1024
_RTF_REJECT = 0x200
_SIOCGIFFLAGS = 0x8913
_IFF_LOOPBACK, _IFF_POINTOPOINT, _IFF_NOARP = 0x8, 0x10, 0x80

Network = ipaddress.IPv4Network | ipaddress.IPv6Network


class Neighbours:
    """Holds back probes to hosts of attached networks; its length is how many trials wait."""

    def __init__(self, networks: list[Network], table: int = _DEFAULT_TABLE) -> None:
        self._ranges = {
            family: [
                (int(net.network_address), int(net.broadcast_address)) for net in networks if net.version == version
            ]
            for family, version in ((int(socket.AF_INET), 4), (int(socket.AF_INET6), 6))
        }
        self._limit = max(16, int(table * _SHARE))
        self._answered: set[Place] = set()
        self._asked: dict[Place, float] = {}
        self._order: deque[tuple[float, Place]] = deque()
        self._held: deque[Trial] = deque()

    def __len__(self) -> int:
        return len(self._held)

    def attached(self, place: Place) -> bool:
        """Whether this address is on a directly attached network."""
        ranges = self._ranges.get(place.family)
        if not ranges:
            return False
        value = int.from_bytes(socket.inet_pton(place.family, place.numeric), "big")
        return any(low <= value <= high for low, high in ranges)

    def hold(self, trial: Trial, now: float) -> bool:
        """True if the trial must wait (it is kept here); False if it may leave now."""
        if not trial.path.attached:
            return False
        place = trial.endpoint.place
        free = self._room(now)  # first: who was asked for long ago counts as new
        if place in self._answered or place in self._asked:
            return False
        if not self._held and free > 0:
            self._ask(place, now)
            return False
        self._held.append(trial)
        return True

    def release(self, now: float, room: int) -> list[Trial]:
        """Those for which the table has room now, at most `room`."""
        out: list[Trial] = []
        free = self._room(now)
        while self._held and len(out) < room:
            place = self._held[0].endpoint.place
            if place not in self._answered and place not in self._asked:
                if free <= 0:
                    break
                free -= 1
                self._ask(place, now)
            out.append(self._held.popleft())
        return out

    def heard(self, trials: list[Trial]) -> None:
        """These have a verdict. One that nobody is there ends the asking, and the next probe begins it anew."""
        for trial in trials:
            if trial.path.attached and (verdict := trial.verdict) is not None:
                place = trial.endpoint.place
                if verdict.state in (State.OPEN, State.REFUSED) or verdict.icmp_from == place.numeric:
                    self.answered(place)
                else:
                    self._asked.pop(place, None)

    def answered(self, place: Place) -> None:
        """Somebody is there: the entry is resolved and may stay."""
        self._answered.add(place)
        self._asked.pop(place, None)

    def _ask(self, place: Place, now: float) -> None:
        self._asked[place] = now
        self._order.append((now, place))

    def _room(self, now: float) -> int:
        while self._order and self._order[0][0] <= now - _ASKING_S:
            asked, place = self._order.popleft()
            if self._asked.get(place) == asked:
                del self._asked[place]
        return self._limit - len(self._asked)

    def wait(self, now: float) -> float:
        """Seconds until the table may have room again; infinity if nobody waits."""
        if not self._held:
            return float("inf")
        if self._room(now) > 0:
            return 0.0
        return max(0.0, self._order[0][0] + _ASKING_S - now)


def attached_networks(root: str = "/proc/net", asks: Callable[[str], bool] | None = None) -> list[Network]:
    """The networks this machine is directly attached to, from Linux's routing tables; empty elsewhere.

    `asks` says of an interface whether it asks for its neighbours; by default the kernel is asked. Source:
    net/ipv4/fib_trie.c (fib_route_seq_show), net/ipv6/route.c (rt6_info_route).
    """
    asks = asks or _asks
    found: list[Network] = []
    for fields in _rows(File(root, "route"))[1:]:
        # Iface Destination Gateway Flags ... Mask; hexadecimal in the machine's byte order
        if len(fields) > 7 and not int(fields[2], 16) and not int(fields[3], 16) & _RTF_REJECT and asks(fields[0]):
            address, mask = (ipaddress.IPv4Address(_from_hex(fields[at])) for at in (1, 7))
            if 0 < int(mask) < 2**32 - 1:
                found.append(ipaddress.IPv4Network(f"{address}/{mask}", strict=False))
    for fields in _rows(File(root, "ipv6_route")):
        # destination, its length, source, its length, gateway, metric, uses..., flags, interface
        if len(fields) == 10 and not int(fields[4], 16) and not int(fields[8], 16) & _RTF_REJECT:
            length = int(fields[1], 16)
            network = ipaddress.IPv6Network((int(fields[0], 16), length), strict=False)
            if 0 < length < 128 and not network.is_multicast and asks(fields[9]):
                found.append(network)
    return found


def _from_hex(text: str) -> bytes:
    return int(text, 16).to_bytes(4, sys.byteorder)


def _asks(interface: str) -> bool:
    """Whether ARP or neighbour discovery runs on it: not on a tunnel (a VPN), nor on loopback (netdevice(7))."""
    try:
        import fcntl

        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
            request = struct.pack("16sH14x", interface.encode(), 0)
            answer = fcntl.ioctl(sock, _SIOCGIFFLAGS, request)
    except (ImportError, OSError, struct.error):
        return True
    return not struct.unpack_from("=16xH", answer)[0] & (_IFF_LOOPBACK | _IFF_POINTOPOINT | _IFF_NOARP)


def table_size(root: str = "/proc/sys/net") -> int:
    """How many neighbours the kernel keeps, the smaller of both families; 1024 where it does not say."""
    sizes = []
    for family in ("ipv4", "ipv6"):
        rows = _rows(File(root, family, "neigh/default/gc_thresh3"))
        if rows and rows[0] and rows[0][0].isdigit():
            sizes.append(int(rows[0][0]))
    return min(sizes, default=_DEFAULT_TABLE)


def _rows(file: File) -> list[list[str]]:
    try:
        return [line.split() for line in file.read_text().splitlines()]
    except OSError:
        return []
