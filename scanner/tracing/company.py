"""The targets that are traced together: who goes first, who is told what by whom (`fellows.py`), and what each trace
comes to. Pure: pass `now`.
"""

import enum
from collections import Counter, defaultdict, deque
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from scanner.model import Endpoint, Trace
from scanner.tracing.fellows import (
    LEADERS,
    Budget,
    Known,
    Network,
    agree,
    between,
    farthest,
    in_common,
    network_of,
    shared,
)
from scanner.tracing.route import Route

_MOST_LEADERS, _MOST = 128, 1024  # at once; the others wait, so that memory and sockets are bounded
_SOCKETS_OF_LEADER, _SOCKETS = 40, 10  # more or less: all attempts listen until the end
_MOST_SEEN = 64


class Role(enum.Enum):
    """Whom a target is told the way by."""

    LEADER = "nobody"
    SCOUT = "the leaders, which are of other networks"
    FOLLOWER = "the first ones of its network"


class Way:
    """One target on its way: its route, and the probes that were made for it."""

    __slots__ = ("ended", "endpoint", "network", "probes", "role", "route")

    def __init__(
        self, endpoint: Endpoint, role: Role, most: int, *, attached: bool = False, budget: Budget | None = None
    ) -> None:
        self.endpoint = endpoint
        self.role = role
        self.network = network_of(endpoint.place)
        self.route = Route(
            endpoint.place.numeric, most, attached=attached, follower=role is not Role.LEADER, budget=budget
        )
        self.probes: list[Any] = []
        self.ended = False

    def trace(self) -> Trace:
        """What is known of it now."""
        endpoint = self.endpoint
        host = endpoint.requests[0].host or endpoint.place.address
        return Trace(host, endpoint.place.address, endpoint.port, self.route.hops(), self.route.end())


class Company:
    """All of them. `waiting`: some have not begun. `checks`: how often a scout asks for a hop that is known.
    `capacity`: so many sockets there are for all."""

    def __init__(
        self, endpoints: Iterable[Endpoint], checks: int, capacity: int = 1 << 20, budget: Budget | None = None
    ) -> None:
        self._checks = checks
        self._budget = budget or Budget()
        self._most = {
            Role.LEADER: max(1, min(_MOST_LEADERS, capacity // _SOCKETS_OF_LEADER)),
            Role.SCOUT: max(1, min(_MOST, capacity // _SOCKETS)),
            Role.FOLLOWER: max(1, min(_MOST, capacity // _SOCKETS)),
        }
        self._pending: dict[Role, deque[Endpoint]] = {role: deque() for role in Role}
        self._to_come: Counter[Network] = Counter()
        for endpoint, role in _roles(list(endpoints)):
            self._pending[role].append(endpoint)
            if role is not Role.FOLLOWER:
                self._to_come[network_of(endpoint.place)] += 1
        self._leaders: list[Way] = []
        self._first: defaultdict[Network, list[Way]] = defaultdict(list)
        self._seen: defaultdict[Network, list[Known]] = defaultdict(list)
        self._ends: defaultdict[Network, list[Known]] = defaultdict(list)
        self._senders: defaultdict[Network, set[str]] = defaultdict(set)
        self._silent: list[Way] = []

    @property
    def waiting(self) -> bool:
        return any(self._pending.values())

    def begin(self, active: list[Way], make: Callable[[Endpoint, Role], Way]) -> None:
        """Adds to the active ones those that may begin."""
        count = Counter(way.role for way in active)
        for role, pending in self._pending.items():
            while pending and count[role] < self._most[role] and len(active) < _MOST:
                way = make(pending.popleft(), role)
                active.append(way)
                count[role] += 1
                if role is Role.LEADER:
                    self._leaders.append(way)
                if role is not Role.FOLLOWER:
                    self._first[way.network].append(way)
                    self._to_come[way.network] -= 1
            if pending and self._most[role] < _MOST_LEADERS:
                return  # few sockets: one role after the other

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
            if not way.route.is_silent:
                self._senders[way.network].add(way.route.sender)
            hops = way.route.seen()
            _remember(self._seen[way.network], hops)
            if way.route.is_silent and way.route.is_sure:
                _remember(self._ends[way.network], hops)
        self._silent += [way for way in ways if way.route.is_silent]
        return [way for way in ways if not way.route.is_silent]

    def complete(self, way: Way) -> None:
        """The target has answered, or was rejected: it takes the hops before from its fellows."""
        first = [each.route.seen() for each in self._first[way.network] if each is not way]
        near = [*first, *self._seen[way.network]]
        far = [leader.route.seen() for leader in self._leaders if leader.network != way.network]
        way.route.take(between(way.route.seen(), way.route.end_hop, near, far))

    def silent(self) -> list[Way]:
        """Those that ended in silence, with all that is known of where."""
        far: list[Known] = []
        for hops in (hops for ends in self._ends.values() for hops in ends):
            _remember(far, hops)
        for way in self._silent:
            own, near = way.route.seen(), self._ends[way.network]
            last = own.get(way.route.last, "")
            if last in self._senders[way.network] and self._budget.is_rejecter(last):
                way.route.take({}, sure=False)  # it rejects others here: so it may this one, beyond its budget
            elif way.route.is_sure:
                way.route.take(between(own, way.route.last, near, far))
            else:
                found = _where_all_end(own, near, far)
                way.route.take(found or {}, sure=found is not None)
        return self._silent


def _where_all_end(own: Known, near: Sequence[Known], far: Sequence[Known]) -> Known | None:
    """The way of those that end in silence on the way of this one; None: there are none, or not all at the same hop."""
    ends = list(near) or [hops for hops in far if shared(own, hops)]
    ends = ends if all(agree(own, hops) for hops in ends) else []
    if len({(max(hops, default=0), hops.get(max(hops, default=0))) for hops in ends}) != 1:
        return None
    return {**farthest(ends), **own} if max(own, default=0) <= max(ends[0], default=0) else None


def _remember(ways: list[Known], hops: Known) -> None:
    """Different ones only, and not very many."""
    if hops not in ways and len(ways) < _MOST_SEEN:
        ways.append(hops)


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
