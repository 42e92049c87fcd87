"""Who of the targets that are traced together goes first, and how many at once. Pure.

A few *leaders* go first, spread over the networks. The first ones of the other networks are the *scouts*, all others of
a network its *followers* (what they are asked: `company.py`). The others wait, so that memory and sockets are bounded.
"""

from collections import Counter, deque
from collections.abc import Iterable, Iterator, Sequence

from scanner.model import Endpoint, NetworkKey, network_key
from scanner.tracing.traced_target import Role, TracedTarget

LEADERS = 5  #: within the burst of a router's answers, and one to spare
_MOST_LEADERS, _MOST = 128, 1024  # at once
_SOCKETS_OF_LEADER, _SOCKETS = 40, 10  # more or less: all attempts listen until the end


class StartingOrder:
    """The targets that have not begun. `capacity`: how many sockets there are for all."""

    __slots__ = ("_most", "_pending", "_to_come")

    def __init__(self, endpoints: Iterable[Endpoint], capacity: int) -> None:
        self._most = {
            Role.LEADER: max(1, min(_MOST_LEADERS, capacity // _SOCKETS_OF_LEADER)),
            Role.SCOUT: max(1, min(_MOST, capacity // _SOCKETS)),
            Role.FOLLOWER: max(1, min(_MOST, capacity // _SOCKETS)),
        }
        self._pending: dict[Role, deque[Endpoint]] = {role: deque() for role in Role}
        self._to_come: Counter[NetworkKey] = Counter()
        for endpoint, role in _roles(list(endpoints)):
            self._pending[role].append(endpoint)
            if role is not Role.FOLLOWER:
                self._to_come[network_key(endpoint.place)] += 1

    @property
    def waiting(self) -> bool:
        """Whether some have not begun."""
        return any(self._pending.values())

    @property
    def leaders_to_come(self) -> bool:
        """Whether some of the leaders have not begun."""
        return bool(self._pending[Role.LEADER])

    def first_to_come(self, network: NetworkKey) -> bool:
        """Whether some of those that go first in this network have not begun."""
        return self._to_come[network] > 0

    def next(self, active: Sequence[TracedTarget]) -> Iterator[tuple[Endpoint, Role]]:
        """Those that may begin now, beside the active ones; they have then."""
        count, total = Counter(target.role for target in active), len(active)
        for role, pending in self._pending.items():
            while pending and count[role] < self._most[role] and total < _MOST:
                endpoint = pending.popleft()
                count[role] += 1
                total += 1
                if role is not Role.FOLLOWER:
                    self._to_come[network_key(endpoint.place)] -= 1
                yield endpoint, role
            if pending and self._most[role] < _MOST_LEADERS:
                return  # few sockets: one role after the other


def _roles(endpoints: list[Endpoint]) -> list[tuple[Endpoint, Role]]:
    """The first few of each network lead, if there are few networks; else the first one of a few networks."""
    networks = list(dict.fromkeys(network_key(endpoint.place) for endpoint in endpoints))
    leading = set(networks[:: max(1, len(networks) // LEADERS)][:LEADERS])
    each = max(1, LEADERS // max(1, len(networks)))
    seen: Counter[NetworkKey] = Counter()
    roles: list[tuple[Endpoint, Role]] = []
    for endpoint in endpoints:
        network = network_key(endpoint.place)
        first = Role.LEADER if network in leading else Role.SCOUT
        roles.append((endpoint, first if seen[network] < each else Role.FOLLOWER))
        seen[network] += 1
    return roles
