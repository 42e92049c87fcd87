"""One way through the target space, host by host, for a sweep that asks each host on a few ports first.

Port by port, as others walk (`space_walk.py`), the whole space would be gone through for those few hosts that answer.
"""

from socket import inet_pton

from scanner.model import Request
from scanner.targets.space.late_endpoints import Lane
from scanner.targets.space.target_space import Space


class DiscoveryWalk:
    """Hands out the hosts of a space in their order, each once, as lanes. Rows may join hosts that lie ahead."""

    def __init__(self, space: Space) -> None:
        self.space = space
        self._at = 0  # the number of the next host,
        self._block, self._host = 0, 0  # its block, and its place in that
        self._joining: dict[int, list[tuple[int, Request]]] = {}  # by host: a port, and the row

    def take(self, n: int) -> list[Lane]:
        """The next `n` hosts, or what is left."""
        start, blocks = self._at, self.space.blocks
        lanes: list[Lane] = []
        while len(lanes) < n and self._block < len(blocks):
            block, begin = blocks[self._block], self._host
            self._host = end = min(begin + n - len(lanes), block.count)
            lanes += map(Lane, block.places(begin, end), block.tables(begin, end))
            if end == block.count:
                self._block, self._host = self._block + 1, 0
        self._at += len(lanes)
        if self._joining:
            for host, lane in enumerate(lanes, start):
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
        if host is None or host < self._at:
            return False
        self._joining.setdefault(host, []).append((endpoint.port, request))
        return True

    @property
    def left(self) -> int:
        """How many hosts are still to come."""
        return self.space.hosts - self._at
