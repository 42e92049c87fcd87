"""One way through the target space, from its first endpoint to its last; rows may still join what lies ahead."""

from scanner.model import Endpoint, Request
from scanner.targets.space.target_space import Space


class SpaceWalk:
    """Hands out the endpoints of a space in their order, each once."""

    def __init__(self, space: Space) -> None:
        self.space = space
        self._at = 0  # the index of the next
        self._joining: dict[int, list[Request]] = {}  # the rows that join what lies ahead, by index

    def take(self, n: int) -> list[Endpoint]:
        """The next `n` endpoints, or what is left."""
        start = self._at
        out = self.space.take(start, n)
        self._at = start + len(out)
        joining = self._joining
        if joining:
            for at, index in enumerate(range(start, self._at)):
                if index in joining:
                    place, port, requests = out[at].place, out[at].port, out[at].requests
                    out[at] = Endpoint(place, port, requests + tuple(joining.pop(index)))
        return out

    def join(self, index: int, request: Request) -> bool:
        """Add one more row for the endpoint with this index. False: it has gone out."""
        if index < self._at:
            return False
        self._joining.setdefault(index, []).append(request)
        return True

    @property
    def hosts(self) -> int:
        """How many addresses take turns now; 0 at the end."""
        return self.space.active_hosts(self._at)

    @property
    def done(self) -> bool:
        """Whether all have gone out."""
        return self._at >= self.space.count
