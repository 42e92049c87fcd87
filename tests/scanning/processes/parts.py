"""Parts of a plan as another process gets them: of endpoints, or with an error instead.

Nothing here needs more than Python has, for a worker has nothing more; and places are made where they are probed, as
those of a plan are.
"""

import socket
from collections.abc import Sequence

from scanner.model import Endpoint, Place, Request
from tests.scanning.plans import ListFeed, ListPlan


class LoopbackPart(ListPlan):
    """These ports of one address of the loopback network, of so many in all. `fails` is raised once they are under
    way."""

    def __init__(self, last: int, ports: Sequence[int], fails: Exception | None = None, *, in_all: int = 1) -> None:
        super().__init__(ListFeed([]))
        self._last = last
        self._ports = ports
        self._fails = fails
        self._in_all = in_all

    def feed(self) -> ListFeed:
        here = Place(f"127.0.0.{self._last}", int(socket.AF_INET), ports=self._in_all)
        request = Request(timeout=0.5, retries=0)
        return ListFeed([Endpoint(here, port, (request,)) for port in self._ports], self._fails)


class FailingPart(ListPlan):
    """What cannot be fed: `error` is raised in its place."""

    def __init__(self, error: Exception) -> None:
        super().__init__(ListFeed([]))
        self._error = error

    def feed(self) -> ListFeed:
        raise self._error
