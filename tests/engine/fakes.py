"""A kernel, a clock and a network that exist only here: any scenario, with exact times, thousands of times a second.

The fakes stand at the engine's own seam (`Kernel`), so the real multiplexer, schedule and verdicts run on top.
A network is a function: it is told who is asked, when and for which time, and says what comes back and when.
"""

import errno
import heapq
from collections.abc import Callable, Iterable
from itertools import count
from math import ceil
from typing import Any, NamedTuple

from scanner.engine.kernel import TcpInfo
from scanner.engine.loop import Engine
from scanner.engine.schedule import Schedule
from scanner.engine.verdict import CLOSE, ERR, ESTABLISHED, HUP, OUT, SYN_SENT, Icmp
from scanner.model import Endpoint, Place, Request, Result

AF_INET = 2


class Answer(NamedTuple):
    """What comes back for one SYN: after `delay` seconds, `kind`."""

    delay: float
    kind: str  # open, rst, reset (SYN-ACK, then RST), port-unreach, host-unreach, soft (ICMP that leaves SYN_SENT)


Network = Callable[[str, int, int, float], Answer | None]

_ERRORS = {"rst": errno.ECONNREFUSED, "reset": errno.ECONNRESET, "port-unreach": errno.ECONNREFUSED,
           "host-unreach": errno.EHOSTUNREACH}  # fmt: skip
_ICMP = {"port-unreach": Icmp(4, 3, 3, "192.0.2.1"), "host-unreach": Icmp(4, 3, 1, "192.0.2.1"),
         "soft": Icmp(4, 3, 13, "192.0.2.9")}  # fmt: skip


class FakeSocket:
    """A socket of the fake network; counts itself open until closed."""

    def __init__(self, kernel: "FakeKernel") -> None:
        self.kernel = kernel
        self.number = next(kernel.numbers)
        self.state = "new"
        self.error = 0
        self.tcp_state = CLOSE
        self.icmp: Icmp | None = None
        self.peer: tuple[Any, ...] | None = None
        self.closed = False
        self.generation = 0
        kernel.open_sockets.add(self)

    def fileno(self) -> int:
        return self.number

    def connect_ex(self, address: tuple[Any, ...]) -> int:
        assert not self.closed
        if self.state == "refused":
            self.state, self.tcp_state = "new", CLOSE
            self.generation += 1
            return errno.ECONNABORTED
        assert self.state == "new", f"connect() on a socket that is {self.state}"
        return self.kernel.connect(self, address)

    def getsockopt(self, level: int, option: int) -> int:
        code, self.error = self.error, 0
        return code

    def getsockname(self) -> tuple[Any, ...]:
        return ("192.0.2.2", 40000)

    def getpeername(self) -> tuple[Any, ...]:
        if self.tcp_state != ESTABLISHED:
            raise OSError(errno.ENOTCONN, "not connected")
        assert self.peer is not None
        return self.peer

    def close(self) -> None:
        assert not self.closed
        self.closed = True
        self.kernel.open_sockets.discard(self)
        self.kernel.forget(self.number)

    def arrive(self, kind: str) -> int:
        """The answer is here; the event bits that a poller reports."""
        self.icmp = _ICMP.get(kind)
        if kind == "soft":
            return ERR
        self.error = _ERRORS.get(kind, 0)
        self.tcp_state = ESTABLISHED if kind == "open" else CLOSE
        self.state = "refused" if kind == "rst" else "done"
        return OUT if kind == "open" else OUT | ERR | HUP


class FakePoller:
    """Hands out what has arrived, and lets the fake time pass."""

    edge = True
    capacity = 1 << 30
    drained = True

    def __init__(self, kernel: "FakeKernel") -> None:
        self.kernel = kernel

    def accepts(self, fd: int) -> bool:
        return True

    def add(self, fd: int) -> None: ...

    def remove(self, fd: int) -> None: ...

    def close(self) -> None: ...

    def wait(self, timeout: float) -> list[tuple[int, int]]:
        return self.kernel.pass_time(timeout)


class FakeKernel:
    """`network` answers; `descriptors` is how many sockets there may be; `costs` the seconds a connect() takes.

    `sent` lists every SYN as (time, address, port). `stall` maps a time to a pause: the process is stopped then.
    """

    recycles = True
    extras = True

    def __init__(
        self,
        network: Network,
        *,
        descriptors: int = 1 << 20,
        costs: float = 1e-5,
        errors: Iterable[int] = (),
        stall: tuple[float, float] | None = None,
    ) -> None:
        self.network = network
        self.descriptors = descriptors
        self.costs = costs
        self.errors = list(errors)
        self.stall = stall
        self.now = 100.0
        self.numbers = count(10)
        self.open_sockets: set[FakeSocket] = set()
        self.most_open = 0
        self.sent: list[tuple[float, str, int]] = []
        self._events: list[tuple[float, int, FakeSocket, int, str]] = []
        self._order = count()
        self._by_number: dict[int, FakeSocket] = {}

    def clock(self) -> float:
        return self.now

    def wall(self) -> float:
        return 1_700_000_000.0 + self.now

    def poller(self, name: str | None) -> FakePoller:
        return FakePoller(self)

    def socket(self, family: int) -> FakeSocket:
        if len(self.open_sockets) >= self.descriptors:
            raise OSError(errno.EMFILE, "Too many open files")
        sock = FakeSocket(self)
        self._by_number[sock.number] = sock
        self.most_open = max(self.most_open, len(self.open_sockets))
        return sock

    def flagger(self, fd: int) -> Callable[[int], list[tuple[int, int]]]:
        sock = self._by_number[fd]
        return lambda timeout: [(fd, HUP | (ERR if sock.icmp else 0))]

    def forget(self, number: int) -> None:
        self._by_number.pop(number, None)

    def connect(self, sock: FakeSocket, address: tuple[Any, ...]) -> int:
        self.now += self.costs
        if self.errors and (code := self.errors.pop(0)):
            return code
        sock.state, sock.tcp_state, sock.peer = "connecting", SYN_SENT, address[:2]
        attempt = sum(1 for _, host, port in self.sent[-64:] if (host, port) == address[:2]) + 1
        self.sent.append((self.now, address[0], address[1]))
        answer = self.network(address[0], address[1], attempt, self.now)
        if answer is not None:
            event = (self.now + answer.delay, next(self._order), sock, sock.generation, answer.kind)
            heapq.heappush(self._events, event)
        return errno.EINPROGRESS

    def pass_time(self, timeout: float) -> list[tuple[int, int]]:
        until = self.now + ceil(max(timeout, 0.0) * 1000) / 1000  # epoll waits whole milliseconds
        if self._events:
            until = min(until, max(self.now, self._events[0][0]))
        self.now = until
        if self.stall is not None and self.now >= self.stall[0]:
            self.now += self.stall[1]
            self.stall = None
        ready = []
        while self._events and self._events[0][0] <= self.now:
            _, _, sock, generation, kind = heapq.heappop(self._events)
            if not sock.closed and sock.generation == generation:
                ready.append((sock.number, sock.arrive(kind)))
        return ready

    def info(self, sock: FakeSocket) -> TcpInfo:
        return TcpInfo(sock.tcp_state, 1500 if sock.tcp_state == ESTABLISHED else 0)

    def icmp(self, sock: FakeSocket) -> Icmp | None:
        found, sock.icmp = sock.icmp, None
        return found

    def own_address(self, sock: FakeSocket) -> str:
        return "192.0.2.2"

    def self_connected(self, sock: FakeSocket) -> bool:
        return False

    def abort(self, sock: FakeSocket) -> None:
        sock.close()


class ListSource:
    """Targets from lists: every port of every host, hosts interleaved."""

    def __init__(self, hosts: list[str], ports: Iterable[int], *, timeout: float = 1.0, retries: int = 1) -> None:
        request = Request(timeout=timeout, retries=retries)
        ports = list(ports)
        places = [Place(host, AF_INET, ports=len(ports)) for host in hosts]
        self._endpoints = [Endpoint(place, port, (request,)) for port in ports for place in places]
        self._next = 0

    def take(self, n: int) -> list[Endpoint]:
        out = self._endpoints[self._next : self._next + n]
        self._next += len(out)
        return out

    @property
    def exhausted(self) -> bool:
        return self._next >= len(self._endpoints)

    @property
    def total(self) -> int:
        return len(self._endpoints)


def play(kernel: FakeKernel, source: ListSource, *, most_rounds: int = 2_000_000, **options: Any) -> list[Result]:
    """Runs the engine to its end on the fake network; every socket is closed afterwards."""
    capacity = options.pop("capacity", 20_000)
    concurrency = options.pop("concurrency", None)
    schedule = Schedule(source, now=kernel.clock(), **options)
    engine = Engine(schedule, kernel, capacity=capacity, concurrency=concurrency)  # type: ignore[arg-type]
    rows: list[Result] = []
    for rounds, batch in enumerate(engine.rounds()):
        rows += batch
        assert rounds < most_rounds, "the engine does not end"
    assert not kernel.open_sockets
    return rows
