"""Scans of networks with phantoms, on the fake kernel: the engine and its marks, joined as a scan joins them."""

import socket
from collections import Counter
from collections.abc import Callable, Container, Iterable, Sequence
from ipaddress import ip_address
from random import Random
from typing import Any

from scanner.machine.tcp_info import TcpInfo
from scanner.model import Endpoint, Place, Result, State
from scanner.scanning.phantoms.accepts_all import AcceptsAll
from scanner.scanning.phantoms.address_ranges import Range
from scanner.scanning.phantoms.marking import Marking
from scanner.scanning.phantoms.open_runs import ProbedPort
from tests.engine.fakes import START, Answer, FakeKernel, FakeSocket, ListSource, Network, engine_for

OPEN, RST = "open", "rst"


def addresses(first: str, count: int) -> list[str]:
    """So many addresses from this one on."""
    start = ip_address(first)
    return [str(start + number) for number in range(count)]


def as_range(hosts: Sequence[str]) -> Range:
    """The range from the first to the last of them, as it would be typed."""
    first, last = ip_address(hosts[0]), ip_address(hosts[-1])
    return int(socket.AF_INET if first.version == 4 else socket.AF_INET6), 0, int(first), int(last)


def probes(*ports: int) -> list[ProbedPort]:
    """Each was probed at the second of its number."""
    return [ProbedPort(float(port), port) for port in ports]


class TrueKernel(FakeKernel):
    """One that tells each open port's own round trip."""

    def __init__(self, network: Network, stall: tuple[float, float] | None = None) -> None:
        self._rtt: dict[tuple[str, int], float] = {}

        def noted(host: str, port: int, attempt: int, now: float) -> Answer | None:
            answer = network(host, port, attempt, now)
            if answer is not None:
                self._rtt[host, port] = answer.delay
            return answer

        super().__init__(noted, stall=stall)

    def info(self, sock: FakeSocket) -> TcpInfo:
        assert sock.peer is not None
        return TcpInfo(super().info(sock).state, int(1e6 * self._rtt.get(sock.peer, 0.0)))


class LateSource(ListSource):
    """With more ports of its first host from a moment on, as a name brings them that resolves late."""

    def __init__(self, kernel: FakeKernel, hosts: list[str], at: float, more: Iterable[int], **options: Any) -> None:
        super().__init__(hosts, **options)
        self._kernel, self._at, self._more = kernel, START + at, list(more)

    @property
    def exhausted(self) -> bool:
        return not self._more and super().exhausted

    def shuffle(self, seed: int) -> None:
        """Puts them in another order."""
        Random(seed).shuffle(self.endpoints)

    def take(self, n: int, *, ahead: bool = False) -> list[Endpoint]:
        if self._kernel.now >= self._at:
            first = self.endpoints[0]
            first.place.ports += len(self._more)
            self.endpoints += [Endpoint(first.place, port, first.requests) for port in self._more]
            self._more = []
        return super().take(n, ahead=ahead)


class Sweep:
    """A scan's outcome. `rows`: each with the seconds since the start; `sent`: (seconds, address, port) of each SYN."""

    def __init__(self, rows: list[tuple[float, Result]], sent: list[tuple[float, str, int]]) -> None:
        self.rows = rows
        self.sent = sent

    def count(self) -> Counter[tuple[State, str]]:
        """Rows by state and doubt."""
        return Counter((row.state, row.doubt) for _, row in self.rows)

    def ports(self, doubt: str, state: State = State.OPEN) -> set[int]:
        """The ports of the rows with this doubt."""
        return {row.port for _, row in self.rows if row.state is state and row.doubt == doubt}

    def hosts(self, doubt: str) -> set[str]:
        """The hosts of the open rows with this doubt."""
        return {row.address for _, row in self.rows if row.state is State.OPEN and row.doubt == doubt}


def sweep(
    network: Network,
    hosts: Sequence[str],
    ports: Iterable[int],
    *,
    ranges: Iterable[Range] = (),
    canary: bool = False,
    permits: Callable[[Place, int], bool] = lambda place, port: True,
    shuffle: int | None = None,
    stop_at: float = 1e9,
    late: tuple[float, Iterable[int]] = (0.0, ()),
    patience: float = 1.0,
    fails: Callable[[tuple[str, int], float], int] | None = None,
    stopped: tuple[float, float] | None = None,
    read_late: tuple[float, float] | None = None,
    held: tuple[float, float] | None = None,
    **options: object,
) -> Sweep:
    """Runs it to its end (or until `stop_at` seconds); every target has exactly one row, unless it was stopped.

    `shuffle`: a seed for the order of all targets. `late`: a name brings more ports of the first host after so many
    seconds. `patience`: the timeout of an attempt. `fails`: what connect() says at once. When, and for how long
    (seconds): the process is `stopped` while it waits; its rows are `read_late`; it is `held`. Other options are those
    of `engine_for`.
    """
    kernel = TrueKernel(network, None if stopped is None else (START + stopped[0], stopped[1]))
    kernel.fails = fails or kernel.fails
    at, more = late
    source = LateSource(kernel, list(hosts), at, more, ports=ports, timeout=patience, retries=1)
    if shuffle is not None:
        source.shuffle(shuffle)
    engine, schedule = engine_for(kernel, source, **options)
    listed = tuple(dict.fromkeys(endpoint.port for endpoint in source.endpoints))
    accepts = AcceptsAll(
        engine.waiting, canary=canary, ranges=ranges, permits=permits, listed=lambda place: listed, seed=1
    )
    marking = Marking(accepts, engine, schedule, kernel.clock)
    out: list[tuple[float, Result]] = []
    for rows in engine.turns():
        out += [(kernel.now - START, row) for row in marking.apply(rows)]
        assert kernel.now - START < 10_000, "it does not end"
        if read_late is not None and kernel.now - START >= read_late[0]:
            kernel.now, read_late = kernel.now + read_late[1], None
        if held is not None:
            engine.hold(held[0] <= kernel.now - START < sum(held))
        if kernel.now - START > stop_at:
            engine.stop()
    out += [(kernel.now - START, row) for row in marking.finish([], complete=not engine.stopped)]
    if not engine.stopped:
        targets = Counter((endpoint.place.address, endpoint.port) for endpoint in source.endpoints)
        assert Counter((row.address, row.port) for _, row in out) == targets
    return Sweep(out, [(at - START, address, port) for at, address, port in kernel.sent])


class Box:
    """An active defence: from the SYN number `after` on, up to `until`, each host's every port is answered, but those
    that always refuse (`never`). `shut`: what a port answers else, if it is none of `opened`."""

    def __init__(
        self,
        after: int,
        opened: Iterable[int] = (),
        *,
        delay: float = 0.0002,
        shut: str | None = RST,
        until: int = 1 << 30,
        never: Container[int] = (),
    ) -> None:
        self._after = after
        self._until = until
        self._never = never
        self._opened = frozenset(opened)
        self._delay = delay
        self._shut = shut
        self._seen: Counter[str] = Counter()
        self.began: dict[str, float] = {}
        self.ended: dict[str, float] = {}

    def __call__(self, host: str, port: int, attempt: int, now: float) -> Answer | None:
        self._seen[host] += 1
        if self._seen[host] > self._until:
            self.ended.setdefault(host, now - START)
        elif self._seen[host] > self._after:
            self.began.setdefault(host, now - START)
            return Answer(self._delay, RST if port in self._never else OPEN)
        if port in self._opened:
            return Answer(self._delay, OPEN)
        return Answer(self._delay, self._shut) if self._shut else None
