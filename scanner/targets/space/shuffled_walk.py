"""One way through the target space at random, as a seed says; each endpoint once; rows may still join what lies ahead.

It stays level by level, as `space_walk.py` does, and hosts that have answered go ahead all the same. But the hosts of a
level come in a random order (`host_turns.py`), and each of them has its ports in a random order of its own
(`port_turns.py`). The order of the hosts is that of the level before, as long as all have ports left: so the time
between two probes to a host is as long as it can be.

Nothing is kept of the order, however many hosts there are.
"""

from collections.abc import Sequence

from scanner.model import Endpoint, Place, Request
from scanner.targets.space.host_order import HostOrder
from scanner.targets.space.host_turns import AtRandom
from scanner.targets.space.port_turns import PortTurns
from scanner.targets.space.target_space import Space


class ShuffledWalk:
    """Hands out the endpoints of a space. `turns`: the order of each host's ports, where that is not random as well."""

    def __init__(self, space: Space, seed: int, turns: PortTurns | None = None) -> None:
        self.space = space
        self._seed = seed
        self._turns = turns or PortTurns(seed)
        self._level = 0  # how many ports each host has had, as long as there is no other order
        self._hosts = AtRandom(space.hosts, seed, space.apart)  # those who have a turn on this level
        self._order: HostOrder | None = None
        self._joining: dict[tuple[Place | int, int], list[Request]] = {}  # by host number and port; then by place

    def take(self, n: int, *, ahead: bool = False) -> list[Endpoint]:
        """The next `n` endpoints, or what is left; `ahead`: of hosts that have answered, which need not wait for the
        others."""
        out: list[Endpoint] = []
        while self._order is None and not ahead and len(out) < n and self._hosts.left:
            hosts = self._hosts.take(n - len(out))
            out += self._endpoints(hosts)
            if not self._hosts.left:
                self._level_ends()
        if self._order is not None and len(out) < n:
            more = self._order.take(n - len(out), ahead=ahead)
            out += self._joined(more, [endpoint.place for endpoint in more]) if self._joining else more
        return out

    def _endpoints(self, hosts: Sequence[int]) -> list[Endpoint]:
        """The ports of these hosts on this level."""
        level, begins, order_of = self._level, self._turns.begins, self._turns.order
        out: list[Endpoint] = []
        count, order = -1, None
        for host, (place, table) in zip(hosts, self.space.rows_of(hosts), strict=True):
            ports = table.ports
            if len(ports) == 1:
                out.append(Endpoint(place, ports[0], table.requests(0)))
                continue
            if count != len(ports) or order is None:
                count = len(ports)
                order = order_of(count)
            at = order[begins(host, count) + level]
            out.append(Endpoint(place, ports[at], table.requests(at)))
        return self._joined(out, hosts) if self._joining else out

    def _level_ends(self) -> None:
        """Every host has had its port of this level."""
        self._level += 1
        if self.space.keeps_places:
            self._begin_order()
        else:
            self._hosts = AtRandom(self.space.hosts_on(self._level), self._seed, self.space.apart)

    def _begin_order(self) -> None:
        """Every host was asked for its first port."""
        turns = self._turns
        rows = self.space.several()
        self._order = HostOrder(
            [
                (*rows[host], turns.order(count := len(rows[host][1].ports)), turns.begins(host, count))
                for host in AtRandom(len(rows), self._seed).take(len(rows))
            ]
        )
        for key in [key for key in self._joining if isinstance(key[0], int)]:
            host, port = key
            assert isinstance(host, int)
            self._joining[self.space.place(host), port] = self._joining.pop(key)

    def _joined(self, out: list[Endpoint], hosts: Sequence[Place | int]) -> list[Endpoint]:
        for at, (host, endpoint) in enumerate(zip(hosts, out, strict=True)):
            if (host, endpoint.port) in self._joining:
                more = self._joining.pop((host, endpoint.port))
                out[at] = Endpoint(endpoint.place, endpoint.port, (*endpoint.requests, *more))
        return out

    def join(self, index: int, request: Request) -> bool:
        """Add one more row for the endpoint with this index. False: it has gone out."""
        position, host = self.space.level_and_host(index)
        endpoint = self.space.pick(index)
        key: tuple[Place | int, int] = (host, endpoint.port)
        if self._order is None:
            turn = self._turns.turn(host, self.space.port_count(host), position)
            if turn < self._level or (turn == self._level and self._hosts.is_out(host)):
                return False
        else:
            key = (endpoint.place, endpoint.port)
            if self._order.is_out(*key):
                return False
        self._joining.setdefault(key, []).append(request)
        return True

    @property
    def hosts(self) -> int:
        """How many addresses take turns now; 0 at the end."""
        return self.space.hosts_on(self._level) if self._order is None else len(self._order)

    @property
    def done(self) -> bool:
        """Whether all have gone out."""
        return not self._hosts.left if self._order is None else not self._order
