"""One way through the target space, each endpoint once; rows may still join what lies ahead.

First every host is asked for its first port, in the order of the space. From then on, hosts that have answered go ahead
(`host_order.py`). Where there are too many hosts to keep a place of each, the order stays that of the space.
"""

from scanner.model import Endpoint, Place, Request
from scanner.targets.space.host_order import HostOrder
from scanner.targets.space.port_turns import PortTurns
from scanner.targets.space.target_space import Space


class SpaceWalk:
    """Hands out the endpoints of a space."""

    def __init__(self, space: Space) -> None:
        self.space = space
        self._at = 0  # the index of the next, as long as the order is that of the space
        self._order: HostOrder | None = None
        self._joining: dict[tuple[Place, int] | int, list[Request]] = {}  # by index, or by place and port

    def take(self, n: int, *, ahead: bool = False) -> list[Endpoint]:
        """The next `n` endpoints, or what is left; `ahead`: of hosts that have answered, which need not wait for the
        others."""
        if self._order is not None:
            return self._joined(self._order.take(n, ahead=ahead))
        if ahead:
            return []
        start, space = self._at, self.space
        last = min(start + n, space.hosts) if space.keeps_places else start + n
        out = space.take(start, last - start)
        self._at = start + len(out)
        joining = self._joining
        if joining:
            for at, index in enumerate(range(start, self._at)):
                if index in joining:
                    out[at] = _with(out[at], joining.pop(index))
        if space.keeps_places and self._at >= space.hosts:
            self._begin_order()
            out += self.take(n - len(out)) if len(out) < n else []
        return out

    def _begin_order(self) -> None:
        """Every host was asked for its first port."""
        space = self.space
        order = PortTurns().order
        self._order = HostOrder([(place, table, order(len(table.ports)), 0) for place, table in space.several()])
        for index in [index for index in self._joining if isinstance(index, int)]:
            endpoint = space.pick(index)
            self._joining[endpoint.place, endpoint.port] = self._joining.pop(index)

    def _joined(self, out: list[Endpoint]) -> list[Endpoint]:
        if self._joining:
            for at, endpoint in enumerate(out):
                key = (endpoint.place, endpoint.port)
                if key in self._joining:
                    out[at] = _with(endpoint, self._joining.pop(key))
        return out

    def join(self, index: int, request: Request) -> bool:
        """Add one more row for the endpoint with this index. False: it has gone out."""
        if self._order is None:
            if index < self._at:
                return False
            self._joining.setdefault(index, []).append(request)
            return True
        endpoint = self.space.pick(index)
        if self._order.is_out(endpoint.place, endpoint.port):
            return False
        self._joining.setdefault((endpoint.place, endpoint.port), []).append(request)
        return True

    @property
    def hosts(self) -> int:
        """How many addresses take turns now; 0 at the end."""
        return self.space.active_hosts(self._at) if self._order is None else len(self._order)

    @property
    def done(self) -> bool:
        """Whether all have gone out."""
        return self._at >= self.space.count if self._order is None else not self._order


def _with(endpoint: Endpoint, more: list[Request]) -> Endpoint:
    return Endpoint(endpoint.place, endpoint.port, endpoint.requests + tuple(more))
