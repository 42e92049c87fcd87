"""One way through the target space, host by host, for a sweep that asks each host on a few ports first.

Port by port, as others walk (`space_walk.py`), the whole space would be gone through for those few hosts that answer.
"""

from socket import inet_pton

from scanner.model import Request
from scanner.targets.space.done_targets import DoneTargets
from scanner.targets.space.host_turns import AtRandom, InTurn
from scanner.targets.space.late_endpoints import Lane
from scanner.targets.space.target_space import Space


class DiscoveryWalk:
    """Hands out the hosts of a space, each once, as lanes: in their order, or in a random one where there is a `seed`.
    Rows may join hosts that lie ahead. `done`: which of them were decided before."""

    def __init__(self, space: Space, seed: int | None = None, done: DoneTargets | None = None) -> None:
        self.space = space
        self.done = DoneTargets() if done is None else done
        self._hosts = InTurn(space.hosts) if seed is None else AtRandom(space.hosts, seed, space.apart)
        self._joining: dict[int, list[tuple[int, Request]]] = {}  # by host: a port, and the row

    def take(self, n: int) -> list[Lane]:
        """The next `n` hosts, or what is left."""
        hosts = self._hosts.take(n)
        lanes = [Lane(place, table) for place, table in self.space.rows_of(hosts)]
        if self._joining:
            for host, lane in zip(hosts, lanes, strict=True):
                for port, request in self._joining.pop(host, ()):
                    at = lane.position(port)
                    assert at is not None
                    lane.join(at, request)
        return lanes

    def join(self, index: int, request: Request) -> bool:
        """Add one more row for the endpoint with this index. False: its host has gone out."""
        endpoint = self.space.pick(index)
        place = endpoint.place
        host = self.space.find((place.family, place.scope), int.from_bytes(inet_pton(place.family, place.numeric)))
        if host is None or self._hosts.is_out(host):
            return False
        self._joining.setdefault(host, []).append((endpoint.port, request))
        return True

    @property
    def left(self) -> int:
        """How many hosts are still to come."""
        return self._hosts.left
