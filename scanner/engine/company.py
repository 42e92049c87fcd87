"""The targets that are traced together: who goes first, who is told what by whom (`fellows.py`), and what each trace
comes to. Pure: pass `now`.
"""

import enum
from collections import Counter, defaultdict, deque
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from scanner.engine.fellows import LEADERS, Known, Network, farthest, in_common, network_of
from scanner.engine.hops import Route
from scanner.model import Endpoint, Trace

_AT_ONCE, _MOST = 128, 1024  # leaders, and all; the others wait, so that memory and sockets are bounded
_MOST_SEEN = 64


class Role(enum.Enum):
    """Whom a target is told the way by."""

    LEADER = "nobody"
    SCOUT = "the leaders, which are of other networks"
    FOLLOWER = "the first ones of its network"


class Way:
    """One target on its way: its route, and the probes that were made for it."""

    __slots__ = ("ended", "endpoint", "network", "probes", "role", "route")

    def __init__(self, endpoint: Endpoint, role: Role, most: int, *, attached: bool) -> None:
        self.endpoint = endpoint
        self.role = role
        self.network = network_of(endpoint.place)
        self.route = Route(endpoint.place.numeric, most, attached=attached, follower=role is not Role.LEADER)
        self.probes: list[Any] = []
        self.ended = False

    def trace(self) -> Trace:
        """What is known of it now."""
        endpoint = self.endpoint
        host = endpoint.requests[0].host or endpoint.place.address
        return Trace(host, endpoint.place.address, endpoint.port, self.route.hops(), self.route.end())


class Company:
    """All of them. `waiting`: some have not begun. `checks`: how often a scout asks for a hop that is known."""

    def __init__(self, endpoints: Iterable[Endpoint], checks: int) -> None:
        self._checks = checks
        self._pending: dict[Role, deque[Endpoint]] = {role: deque() for role in Role}
        self._to_come: Counter[Network] = Counter()
        for endpoint, role in _roles(list(endpoints)):
            self._pending[role].append(endpoint)
            if role is not Role.FOLLOWER:
                self._to_come[network_of(endpoint.place)] += 1
        self._leaders: list[Way] = []
        self._first: defaultdict[Network, list[Way]] = defaultdict(list)
        self._seen: defaultdict[Network, list[Known]] = defaultdict(list)
        self._silent: list[Way] = []

    @property
    def waiting(self) -> bool:
        return any(self._pending.values())

    def begin(self, active: list[Way], make: Callable[[Endpoint, Role], Way]) -> None:
        """Adds to the active ones those that may begin."""
        leading = sum(way.role is Role.LEADER for way in active)
        for role, pending in self._pending.items():
            while pending and len(active) < _MOST and (role is not Role.LEADER or leading < _AT_ONCE):
                way = make(pending.popleft(), role)
                active.append(way)
                leading += role is Role.LEADER
                if role is Role.LEADER:
                    self._leaders.append(way)
                if role is not Role.FOLLOWER:
                    self._first[way.network].append(way)
                    self._to_come[way.network] -= 1

    def tell(self, active: Sequence[Way], now: float) -> None:
        """Tells those that wait for it what others know, as soon as these know it."""
        known: dict[Network, Known | None] = {}
        for way in active:
            if not way.route.held:
                continue
            if way.role is Role.SCOUT:
                if self._pending[Role.LEADER] or not _settled(self._leaders, now):
                    continue
                hops = in_common([leader.route.seen() for leader in self._leaders])
                way.route.follow(hops, checks=self._checks) if hops else way.route.lead()
            elif way.network not in known:
                first = self._first[way.network]
                ready = not self._to_come[way.network] and _settled(first, now)
                known[way.network] = farthest([each.route.known() for each in first]) if ready else None
            if (told := known.get(way.network)) is not None:
                way.route.follow(told)

    def end(self, ways: Sequence[Way]) -> list[Way]:
        """These are done. Returns those whose traces are complete: the silent ones wait for what others see."""
        for way in ways:
            hops, seen = way.route.seen(), self._seen[way.network]
            if hops and hops not in seen and len(seen) < _MOST_SEEN:
                seen.append(hops)
        self._silent += [way for way in ways if way.route.is_silent]
        return [way for way in ways if not way.route.is_silent]

    def silent(self) -> list[Way]:
        """Those that ended in silence, with all that is known of their ways."""
        far: list[Known] = []
        for hops in (hops for seen in self._seen.values() for hops in seen):
            if len(far) < _MOST_SEEN and hops not in far:
                far.append(hops)
        for way in self._silent:
            self.complete(way, far)
        return self._silent

    def complete(self, way: Way, far: Iterable[Known] = ()) -> None:
        """It takes from its fellows what it did not see itself."""
        first = [each.route.seen() for each in self._first[way.network] if each is not way]
        leaders = [each.route.seen() for each in self._leaders if each is not way]
        way.route.take([*first, *self._seen[way.network]], [*leaders, *far])


def _settled(ways: Iterable[Way], now: float) -> bool:
    return all(way.ended or way.route.settled(now) for way in ways)


def _roles(endpoints: list[Endpoint]) -> list[tuple[Endpoint, Role]]:
    """The first few of each network lead, if there are few networks; else the first one of a few networks."""
    networks = list(dict.fromkeys(network_of(endpoint.place) for endpoint in endpoints))
    leading = set(networks[:: max(1, len(networks) // LEADERS)][:LEADERS])
    each = max(1, LEADERS // max(1, len(networks)))
    seen: Counter[Network] = Counter()
    roles: list[tuple[Endpoint, Role]] = []
    for endpoint in endpoints:
        network = network_of(endpoint.place)
        first = Role.LEADER if network in leading else Role.SCOUT
        roles.append((endpoint, first if seen[network] < each else Role.FOLLOWER))
        seen[network] += 1
    return roles
