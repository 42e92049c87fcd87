"""The probes that a scan makes beside its list: canaries, witnesses and samples. Pure; what they find out:
`accepts_all.py`, and of the samples `elsewhere.py`.

They are as patient as the list, touch nothing that is excluded, obey every rate, and have no row in any report.
"""

import random
from collections import Counter
from collections.abc import Callable

from scanner.model import Endpoint, Place, Request, Result, State
from scanner.scanning.phantoms.one_host import CANARIES, Host

_HIGH_PORTS = range(49_152, 65_536)
_MOST_TRIES = 100

#: Whether a port may be probed at a place.
Permits = Callable[[Place, int], bool]


class Beside:
    """Makes them, and knows them again by their requests.

    `out`: those without a verdict yet, each with its host, and whether it is a canary; `sampled`: those of them that
    are part of a sample. `timeouts`: the silent ones, by their
    doubt.
    """

    def __init__(self, permits: Permits, seed: int | None = None) -> None:
        self._permits = permits
        self._random = random.Random(seed)
        self.out: dict[Request, tuple[Host, bool]] = {}
        self.sampled: dict[Request, Host] = {}
        self._wanted: list[Endpoint] = []
        self.timeouts: Counter[str] = Counter()

    def canaries(self, host: Host) -> None:
        """Two random high ports of this host, none where all of them are excluded."""
        ports: set[int] = set()
        for _ in range(_MOST_TRIES):
            port = self._random.choice(_HIGH_PORTS)
            if self._permits(host.place, port):
                ports.add(port)
            if len(ports) == CANARIES:
                break
        for port in ports:
            self._want(host, port, canary=True)
        host.canaries += len(ports)
        host.canaried = bool(ports)

    def witness(self, host: Host, port: int) -> None:
        """A port of the list, once more: a single attempt, as one more is asked soon enough."""
        self._want(host, port, canary=False)

    def elsewhere(self, host: Host, port: int) -> None:
        """A port of the list before its turn, as part of a sample."""
        request = self._want(host, port, canary=False)
        self.sampled[request] = host

    def _want(self, host: Host, port: int, *, canary: bool) -> Request:
        asked = host.request
        request = Request(timeout=asked.timeout, retries=asked.retries if canary else 0, vantage=asked.vantage)
        self.out[request] = host, canary
        host.out += 1
        self._wanted.append(Endpoint(host.place, port, (request,)))
        return request

    def take_wanted(self) -> list[Endpoint]:
        """Those to be probed next, since the last call."""
        wanted, self._wanted = self._wanted, []
        return wanted

    def back(self, row: Result) -> Host:
        """One has its verdict: its host is told, and returned."""
        host, canary = self.out.pop(row.request)
        host.out -= 1
        host.extra_done(refused=row.state is State.REFUSED)
        host.again += row.state is State.OPEN and not canary
        if row.state is State.TIMEOUT:
            self.timeouts[row.doubt] += 1
        if self.sampled.pop(row.request, None) is not None:
            host.elsewhere = row.state
        elif canary:
            host.canary_back(row)
        else:
            host.heard(row.port, row.state)
        return host
