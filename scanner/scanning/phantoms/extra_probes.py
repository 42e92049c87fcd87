"""The probes that a scan makes besides its list: canaries, witnesses and samples. Pure. What they are for is in
`accepts_all.py`, for samples in `host_sample.py`.

They are as patient as the list, touch nothing that is excluded, obey every rate, and have no row in any report.
"""

import random
from collections import Counter
from collections.abc import Callable, Iterable

from scanner.model import Endpoint, Place, Request, Result, State
from scanner.scanning.phantoms.canaries import CANARIES
from scanner.scanning.phantoms.host_extras import Why
from scanner.scanning.phantoms.one_host import OpenHost

_HIGH_PORTS = range(49_152, 65_536)
_MOST_TRIES = 100

#: Whether a port may be probed at a place.
Permits = Callable[[Place, int], bool]


class ExtraProbes:
    """Makes these probes, and recognises them by their requests.

    `out`: those without a verdict yet, each with its host and its purpose. `timeouts`: the silent ones, by their doubt;
    `denied`: the same of those that met an ICMP error.
    """

    def __init__(self, permits: Permits, seed: int | None = None) -> None:
        self._permits = permits
        self._random = random.Random(seed)
        self._wanted: list[Endpoint] = []
        self._sampled: dict[Request, OpenHost] = {}
        self.out: dict[Request, tuple[OpenHost, Why]] = {}
        self.timeouts: Counter[str] = Counter()
        self.denied: Counter[str] = Counter()

    def canaries(self, host: OpenHost) -> None:
        """Ask two random high ports of this host; none where all of them are excluded."""
        ports: set[int] = set()
        for _ in range(_MOST_TRIES):
            port = self._random.choice(_HIGH_PORTS)
            if self._permits(host.place, port):
                ports.add(port)
            if len(ports) == CANARIES:
                break
        for port in ports:
            self._want(host, port, Why.CANARY)
        host.canaries.send(len(ports))

    def witness(self, host: OpenHost, port: int) -> None:
        """Ask a port of the list once more: with a single attempt, because another witness is asked soon enough."""
        self._want(host, port, Why.WITNESS)

    def sample(self, host: OpenHost, port: int) -> None:
        """Ask a port of the list before its turn, as part of a sample."""
        self._sampled[self._want(host, port, Why.SAMPLE)] = host

    def _want(self, host: OpenHost, port: int, why: Why) -> Request:
        asked = host.request
        retries = asked.retries if why is Why.CANARY else 0
        request = Request(timeout=asked.timeout, retries=retries, vantage=asked.vantage)
        self.out[request] = host, why
        host.extras.want()
        self._wanted.append(Endpoint(host.place, port, (request,)))
        return request

    def take_wanted(self) -> list[Endpoint]:
        """The endpoints to be probed next, since the last call."""
        wanted, self._wanted = self._wanted, []
        return wanted

    def note_late(self, waiting: Iterable[tuple[Endpoint, float]], before: float) -> None:
        """Samples sent `before` then and still in flight are late. `waiting`: what is in flight, and since when."""
        sampled = self._sampled
        for endpoint, sent in waiting if sampled else ():
            if sent < before and endpoint.requests[0] in sampled:
                sampled[endpoint.requests[0]].extras.sample_is_late()

    def back(self, row: Result) -> OpenHost:
        """One has its verdict: tell its host, and return that."""
        host, why = self.out.pop(row.request)
        self._sampled.pop(row.request, None)
        if row.state is State.TIMEOUT:
            self.timeouts[row.doubt] += 1
        elif row.state is State.UNREACHABLE:
            self.denied[row.doubt] += 1
        host.extra_back(row, why)
        return host
