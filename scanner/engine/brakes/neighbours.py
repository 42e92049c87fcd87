"""Directly attached networks: not more new neighbours at once than the kernel's neighbour table can hold.

Every address of an attached network that is probed becomes an entry of that table while ARP (or IPv6 neighbour
discovery) asks for it: three seconds, if nobody answers. Beyond gc_thresh3 entries (1024 by default) the kernel drops
packets without any error, and live hosts look silent (Linux arp(7); net/core/neighbour.c). So hosts that have not
answered yet are let out only as far as the table has room. A network smaller than that is never held up.

Who is a neighbour, the longest prefix decides, as it does for the kernel (`networks.py` reads the tables): a part of an
attached network that a more specific route sends elsewhere has none, and an attached network inside a routed one has.

Pure: pass `now`.
"""

import ipaddress
import socket
from bisect import bisect_right
from collections import deque
from collections.abc import Iterable

from scanner.engine.trial import Trial
from scanner.machine.neighbour_table import DEFAULT_TABLE
from scanner.machine.networks import IpNetwork, near_ranges
from scanner.model import ANSWERED, NETWORK_BITS, Place

_ASKING_S = 3.2  # three ARP requests, a second apart
_SHARE = 0.6
_IPV4, _IPV6 = int(socket.AF_INET), int(socket.AF_INET6)


class Neighbours:
    """Holds back probes to hosts of attached networks; its length is how many trials wait.

    `elsewhere`: the prefixes inside those networks whose addresses are reached by another way.
    """

    def __init__(
        self, networks: Iterable[IpNetwork], table: int = DEFAULT_TABLE, elsewhere: Iterable[IpNetwork] = ()
    ) -> None:
        networks = list(networks)
        ranges = near_ranges(networks, elsewhere)
        self._ranges = {family: ranges[version] for family, version in ((_IPV4, 4), (_IPV6, 6))}
        self._starts = {family: [low for low, _ in found] for family, found in self._ranges.items()}
        narrow = [each for each in networks if each.prefixlen > NETWORK_BITS[each.version]]
        self._narrow = sorted(narrow, key=lambda each: -each.prefixlen)
        self._limit = max(16, int(table * _SHARE))
        self._answered: set[Place] = set()
        self._asked: dict[Place, float] = {}
        self._order: deque[tuple[float, Place]] = deque()
        self._held: deque[Trial] = deque()

    def __len__(self) -> int:
        return len(self._held)

    def attached(self, place: Place) -> bool:
        """Whether this address is a neighbour: asked once for each of the millions of a large sweep."""
        ranges = self._ranges.get(place.family)
        if not ranges:
            return False
        value = int.from_bytes(socket.inet_pton(place.family, place.numeric), "big")
        at = bisect_right(self._starts[place.family], value) - 1
        return at >= 0 and value <= ranges[at][1]

    def narrow(self, place: Place) -> int | None:
        """The first address of the attached prefix it is in, if that is narrower than a network is; else None."""
        if not self._narrow:
            return None
        address = ipaddress.ip_address(place.numeric)
        return next((int(each.network_address) for each in self._narrow if address in each), None)

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
                if verdict.state in ANSWERED or verdict.icmp_from == place.numeric:
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

    def delay(self, now: float) -> float:
        """Seconds until the table may have room again; infinity if nobody waits."""
        if not self._held:
            return float("inf")
        if self._room(now) > 0:
            return 0.0
        return max(0.0, self._order[0][0] + _ASKING_S - now)
