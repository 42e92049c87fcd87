"""A kernel, a clock and a network that exist only here: any scenario, with exact times, thousands of times a second.

The fakes stand at the engine's own seam (`Kernel`), so the real multiplexer, schedule and verdicts run on top.
A network is a function: it is told which target is asked, which attempt it is and when, and says what comes back and
when.
"""

import contextlib
import errno
import heapq
import socket
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from itertools import count
from math import ceil
from typing import Any, NamedTuple

from scanner.engine.loop import Engine
from scanner.engine.schedule import Schedule
from scanner.engine.truth.cohorts import Cohort, Era
from scanner.engine.truth.location import Location
from scanner.engine.truth.network_evidence import Network as HeardNetwork
from scanner.engine.truth.path import Path
from scanner.engine.truth.pool import Pool
from scanner.machine.error_queue import Icmp
from scanner.machine.events import ERR, HUP, OUT
from scanner.machine.icmp_counts import IcmpCounts
from scanner.machine.tcp_info import CLOSE, CLOSE_WAIT, ESTABLISHED, SYN_SENT, TcpInfo
from scanner.model import Endpoint, Place, Request, Result

AF_INET, AF_INET6 = int(socket.AF_INET), int(socket.AF_INET6)
START = 100.0


def located(path: Path) -> Location:
    """Somewhere on that path, with a network of its own."""
    return Location(path, HeardNetwork())


def evaluated(path: Path, era: Era, lost: int, n: int) -> Cohort:
    """A cohort of that era, of whose `n` sentinels so many were lost, is evaluated."""
    cohort = Cohort(era, 0.0, 60)
    cohort.count = n
    for port in range(lost):
        cohort.lose(Endpoint(Place("10.0.0.1", AF_INET), 1 + port, (Request(),)))
    path.braking.evaluate(cohort, 1.0)
    return cohort


def part_of(pool: Pool, address: str) -> Path:
    """The path of that address's network, which became one of its own: it answered late, and ten others never do."""
    for host in [*(f"10.1.{number}.1" for number in range(10)), address]:
        place = Place(host, AF_INET)
        endpoint, network = Endpoint(place, 80, (Request(),)), pool.networks.of(place)
        if host != address:
            pool.path.heard(endpoint, network, refused=True, attempts=1, rtt_ms=None, now=START)
    part = pool.regions.take_out_if_lossy(endpoint, network, refused=False)
    assert part is not pool.path
    return part


class Answer(NamedTuple):
    """What comes back for one SYN, after `delay` seconds."""

    delay: float
    kind: str
    """open, fin (open, then closed by the peer), rst, reset (SYN-ACK, then RST), epipe (FIN, then RST), port-unreach,
    net-unreach, host-unreach, own-unreach (that one, from this host itself), admin-prohibited, soft (ICMP that leaves
    SYN_SENT), unexplained (a soft error, but no ICMP message), self (a self-connect), gone (the kernel gives up:
    ETIMEDOUT), ignored (an ICMP message that is no obstacle), unasked (the same, and its entry is not in the queue
    yet), quiet (an errno, but no event), idle (an event, though nothing ever left). An open that takes no time is
    connect() returning 0."""


Network = Callable[[str, int, int, float], Answer | None]

_ERRORS = {"rst": errno.ECONNREFUSED, "reset": errno.ECONNRESET, "epipe": errno.EPIPE,
           "quiet": errno.EHOSTUNREACH, "own-unreach": errno.EHOSTUNREACH, "port-unreach": errno.ECONNREFUSED,
           "host-unreach": errno.EHOSTUNREACH, "net-unreach": errno.ENETUNREACH,
           "admin-prohibited": errno.EHOSTUNREACH, "soft": errno.EHOSTUNREACH, "unexplained": errno.EHOSTUNREACH,
           "gone": errno.ETIMEDOUT}  # fmt: skip
_ICMP = {"port-unreach": Icmp(4, 3, 3, "192.0.2.1"), "host-unreach": Icmp(4, 3, 1, "192.0.2.1"),
         "own-unreach": Icmp(4, 3, 1, "192.0.2.2"),
         "net-unreach": Icmp(4, 3, 0, "192.0.2.1"), "admin-prohibited": Icmp(4, 3, 13, "192.0.2.1"),
         "soft": Icmp(4, 3, 13, "192.0.2.9"), "ignored": Icmp(4, 3, 4, "192.0.2.1")}  # fmt: skip
_STILL_SENDING = frozenset({"soft", "unexplained", "ignored", "unasked", "quiet"})
_HANDSHAKE = {"open": ESTABLISHED, "self": ESTABLISHED, "fin": CLOSE_WAIT}


class FakeSocket:
    """A socket of the fake network; counts itself open until closed. Misuse is an AssertionError."""

    def __init__(self, kernel: "FakeKernel", family: int) -> None:
        self.kernel = kernel
        self.family = family
        self.number = kernel.new_number()
        self.state = "new"
        self.error = 0
        self.tcp_state = CLOSE
        self.icmp: Icmp | None = None
        self.peer: tuple[Any, ...] | None = None
        self.to_itself = False
        self.closed = False
        self.generation = 0
        self.asked = False
        self.source = ""
        self.repeated = 0
        kernel.open_sockets.add(self)

    def fileno(self) -> int:
        return self.number

    def connect_ex(self, address: tuple[Any, ...]) -> int:
        assert not self.closed
        if self.state == "refused":
            self.state, self.tcp_state, self.asked = "new", CLOSE, False
            self.generation += 1
            self.kernel.disconnected(self)
            return self.kernel.recycling_says
        assert self.state == "new", f"connect() on a socket that is {self.state}"
        return self.kernel.connect(self, address)

    def getsockopt(self, level: int, option: int) -> int:
        assert not self.closed
        self.kernel.stumble("getsockopt")
        assert not self.asked or self.state == "connecting", "SO_ERROR was read twice: the second answer is a lie"
        self.asked = True
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
        self.kernel.closed(self)
        self.kernel.stumble("close")

    def arrive(self, kind: str) -> int:
        """The answer is here; returns the event bits that a poller reports."""
        self.icmp = _ICMP.get(kind)
        self.kernel.icmp_seen += self.icmp is not None
        self.error = _ERRORS.get(kind, 0)
        self.asked = False
        if kind in _STILL_SENDING:
            return 0 if kind == "quiet" else ERR
        opened = kind in _HANDSHAKE
        self.to_itself = kind == "self"
        self.tcp_state = _HANDSHAKE.get(kind, CLOSE)
        self.state = "refused" if kind == "rst" else "done"
        return OUT if opened else OUT | ERR | HUP


class FakePoller:
    """Hands out what has arrived, at most `batch` at once, and lets fake time pass.

    `edge`: every event once, as epoll does for this engine; else, as poll(2) does, as long as it holds and is watched.
    """

    def __init__(self, kernel: "FakeKernel", *, edge: bool = True, batch: int = 1 << 30) -> None:
        self.edge = edge
        self.capacity = 1 << 30
        self.drained = True
        self._kernel = kernel
        self._batch = batch
        self._watched: set[int] = set()
        self.ready: dict[int, int] = {}
        self._idle: set[int] = set()

    def accepts(self, fd: int) -> bool:
        return True

    def add(self, fd: int) -> None:
        assert fd not in self._watched
        self._kernel.stumble("add")
        self._watched.add(fd)

    def remove(self, fd: int) -> None:
        self._watched.remove(fd)
        self.ready.pop(fd, None)
        self._kernel.stumble("remove")

    def succeeds(self, other: "FakePoller") -> None:
        """From now on this one reports what has already arrived."""
        self.ready = dict(other.ready)

    def closed(self, fd: int) -> None:
        """The socket is gone; a level-triggered poller must have been told beforehand."""
        assert self.edge or fd not in self._watched, "closed while watched"
        self._watched.discard(fd)
        self._idle.discard(fd)
        if not self._kernel.stale_events:
            self.ready.pop(fd, None)

    def disconnected(self, fd: int) -> None:
        """A recycled socket will say that it is idle, unless it connects before anybody asks."""
        self._idle.add(fd)

    def connecting(self, fd: int) -> None:
        """It is not idle any more."""
        self._idle.discard(fd)

    def close(self) -> None:
        self._watched.clear()

    def wait(self, timeout: float) -> list[tuple[int, int]]:
        assert timeout >= 0
        self._kernel.stumble("wait")
        waiting = bool(self._idle) or any(fd in self._watched for fd in self.ready)
        begun = self._kernel.now
        for fd, bits in self._kernel.pass_time(0.0 if waiting else timeout):
            self.ready[fd] = self.ready.get(fd, 0) | bits
        if self.edge and self._kernel.now - begun > timeout + 0.001:  # stopped; epoll has not looked since
            self.drained = True
            return []
        self.ready.update(dict.fromkeys(self._idle, OUT | HUP))
        self._idle.clear()
        ready = [(fd, bits) for fd, bits in self.ready.items() if self.edge or fd in self._watched]
        self.drained = len(ready) < self._batch
        events = ready[: self._batch]
        if self.edge:
            for fd, _ in events:
                del self.ready[fd]
        return events


class FakeAddressChanges:
    """`steady`: what is noted of addresses holds; else `FakeKernel.own` may say something new at any time."""

    def __init__(self, *, steady: bool) -> None:
        self._steady = steady

    def seen(self) -> bool:
        return not self._steady

    def close(self) -> None:
        """Nothing is open."""


class FakeKernel:
    """`network` answers. `descriptors` is how many sockets there may be; `costs` the seconds a connect() takes.

    `errors` are what the first connects return (0: as usual); `fails` is asked at every connect, and `no_socket` at
    every socket(), for an errno (0: none). `own` says from which address the kernel sends to a host, `gone` whether the
    one that the user chose is lost. `stall` is (when, how long): the process is stopped then, while it waits; epoll
    says nothing of what came meanwhile, until it is asked again.
    `sends_at_eintr`: EINTR from connect() leaves the attempt under way, as POSIX says.
    `recycling_says`: what connect() on a refused socket returns. `stale_events`: events of closed descriptors are
    reported too, and idle sockets report that they are idle. `edge` and `batch` are the poller's. `repeats`: how many
    seconds after its connect() a socket's SYN is sent again, while nothing answers. `steady`: the kernel would tell if
    `own` said something new. `sent` lists every attempt as
    (time, address, port), `wire` the repeated SYNs as well; `resets` counts the sockets that were closed with a RST,
    `made_new` those that were disconnected after silence.
    `trouble` is asked at each call on a socket or poller (getsockopt, close, flag, add, remove, wait) for an errno that
    it fails with (0: none).
    """

    def __init__(
        self,
        network: Network,
        *,
        descriptors: int = 1 << 20,
        costs: float = 1e-5,
        errors: Iterable[int] = (),
        fails: Callable[[tuple[Any, ...], float], int] | None = None,
        own: Callable[[str, float], str] = lambda host, now: "192.0.2.2",
        gone: Callable[[float], bool] | None = None,
        no_socket: Callable[[int, float], int] | None = None,
        stall: tuple[float, float] | None = None,
        sends_at_eintr: bool = True,
        recycles: bool = True,
        recycling_says: int = errno.ECONNABORTED,
        stale_events: bool = False,
        edge: bool = True,
        batch: int = 1 << 30,
        trouble: Callable[[str], int] | None = None,
        repeats: Sequence[float] = (),
        steady: bool = False,
    ) -> None:
        self.steady = steady
        self.network = network
        self.trouble = trouble
        self.repeats = repeats
        self.descriptors = descriptors
        self.costs = costs
        self.errors = list(errors)
        self.fails = fails
        self.own = own
        self.gone = gone
        self.no_socket = no_socket
        self.stall = stall
        self.icmp_seen = 0
        self.sends_at_eintr = sends_at_eintr
        self.extras = True
        self.reads_queue = True
        self.lacking: list[str] = []
        self.recycles = recycles
        self.recycling_says = recycling_says
        self.stale_events = stale_events
        self.now = START
        self.open_sockets: set[FakeSocket] = set()
        self.most_open = 0
        self.sockets_made = 0
        self.sent: list[tuple[float, str, int]] = []
        self.wire: list[tuple[float, str, int]] = []
        self.connects = 0
        self.resets = 0
        self.made_new = 0
        self._poller = FakePoller(self, edge=edge, batch=batch)
        self._numbers = count(10)
        self._free_numbers: list[int] = []
        self._asked: Counter[tuple[str, int]] = Counter()
        self._events: list[tuple[float, int, FakeSocket, int, str]] = []
        self._order = count()
        self._to_repeat: list[tuple[float, int, FakeSocket, int]] = []
        self.by_number: dict[int, FakeSocket] = {}  # of those that are open

    def clock(self) -> float:
        return self.now

    def wall(self) -> float:
        return 1_700_000_000.0 + self.now

    def poller(self, name: str | None) -> FakePoller:
        return self._poller

    def new_number(self) -> int:
        """The lowest free number, as POSIX says."""
        return heapq.heappop(self._free_numbers) if self._free_numbers else next(self._numbers)

    def socket(self, family: int) -> FakeSocket:
        if len(self.open_sockets) >= self.descriptors:
            raise OSError(errno.EMFILE, "Too many open files")
        if self.no_socket is not None and (code := self.no_socket(family, self.now)):
            raise OSError(code, "no socket")
        sock = FakeSocket(self, family)
        self.sockets_made += 1
        self.by_number[sock.number] = sock
        self.most_open = max(self.most_open, len(self.open_sockets))
        return sock

    def flagger(self, fd: int, family: int) -> Callable[[int], list[tuple[int, int]]]:
        sock = self.by_number[fd]

        def flag(timeout: int) -> list[tuple[int, int]]:
            self.stumble("flag")
            return [(fd, HUP | (ERR if sock.icmp else 0))]

        return flag

    def stumble(self, call: str) -> None:
        """The call fails, if it should."""
        if self.trouble is not None and (code := self.trouble(call)):
            raise OSError(code, "trouble")

    def other_poller(self, failed: FakePoller, why: BaseException) -> FakePoller:
        self._poller = FakePoller(self, edge=False)
        self._poller.succeeds(failed)
        self.lacking.append(f"poller: {why}")
        return self._poller

    def interposed(self) -> None:
        """Nothing is."""

    def icmp_counts(self) -> IcmpCounts | None:
        return IcmpCounts(lambda: self.icmp_seen)

    def closed(self, sock: FakeSocket) -> None:
        self.open_sockets.discard(sock)
        del self.by_number[sock.number]
        heapq.heappush(self._free_numbers, sock.number)
        self._poller.closed(sock.number)

    def disconnected(self, sock: FakeSocket) -> None:
        if self.stale_events:
            self._poller.disconnected(sock.number)

    def connect(self, sock: FakeSocket, address: tuple[Any, ...]) -> int:
        assert sock.family == (AF_INET6 if ":" in address[0] else AF_INET), "a socket of the other family"
        self.now += self.costs
        self.connects += 1
        code = self.errors.pop(0) if self.errors else 0
        if not code and self.fails is not None:
            code = self.fails(address, self.now)
        if code and not (code == errno.EINTR and self.sends_at_eintr):
            return code
        sock.state, sock.tcp_state, sock.peer, sock.asked = "connecting", SYN_SENT, address[:2], False
        sock.source = self.own(address[0], self.now)
        self._poller.connecting(sock.number)
        sock.repeated = 0
        answer = self._send(sock)
        self.sent.append(self.wire[-1])
        for after in self.repeats:
            heapq.heappush(self._to_repeat, (self.now + after, next(self._order), sock, sock.generation))
        if answer == (0.0, "open"):
            return code
        return code or errno.EINPROGRESS

    def _send(self, sock: FakeSocket, at: float | None = None) -> Answer | None:
        """A SYN is on the wire; the network says what becomes of it."""
        at = self.now if at is None else at
        assert sock.peer is not None
        address, port = sock.peer
        self._asked[address, port] += 1
        self.wire.append((at, address, port))
        answer = self.network(address, port, self._asked[address, port], at)
        if answer is not None:
            if answer.kind == "idle":
                sock.tcp_state = CLOSE
            event = (at + answer.delay, next(self._order), sock, sock.generation, answer.kind)
            heapq.heappush(self._events, event)
        return answer

    def _repeat(self, until: float) -> float:
        """Send again what is unanswered by then, or by the first answer that this brings; returns that time."""
        while self._to_repeat and self._to_repeat[0][0] <= until:
            at, _, sock, generation = heapq.heappop(self._to_repeat)
            if self._events and self._events[0][0] < at:
                heapq.heappush(self._to_repeat, (at, next(self._order), sock, generation))
                return max(self.now, self._events[0][0])
            if not sock.closed and sock.generation == generation and sock.state == "connecting":
                sock.repeated += 1
                self._send(sock, at)
        return until

    def pass_time(self, timeout: float) -> list[tuple[int, int]]:
        until = self.now + ceil(max(timeout, 0.0) * 1000) / 1000  # epoll waits whole milliseconds
        if self._events:
            until = min(until, max(self.now, self._events[0][0]))
        self.now = self._repeat(until)
        if self.stall is not None and self.now >= self.stall[0]:
            self.now += self.stall[1]
            self.stall = None
        ready = []
        self._repeat(self.now)
        while self._events and self._events[0][0] <= self.now:
            _, _, sock, generation, kind = heapq.heappop(self._events)
            current = not sock.closed and sock.generation == generation and sock.state == "connecting"
            if current and (bits := sock.arrive(kind)):
                ready.append((sock.number, bits))
            self._repeat(self.now)
        return ready

    def info(self, sock: FakeSocket) -> TcpInfo:
        return TcpInfo(sock.tcp_state, 1500 if sock.tcp_state == ESTABLISHED else 0, sock.repeated)

    def still_asks(self, option: Any) -> bool:
        return option.__self__.tcp_state == SYN_SENT

    def make_new(self, sock: FakeSocket, option: Any, flag: Any) -> bool:
        if not self.still_asks(option) or sock.error or sock.icmp:
            return False
        sock.state, sock.tcp_state, sock.asked = "new", CLOSE, False
        sock.generation += 1
        self.made_new += 1
        self.disconnected(sock)
        return True

    def icmp(self, sock: FakeSocket) -> Icmp | None:
        found, sock.icmp = sock.icmp, None
        return found

    def own_address(self, sock: FakeSocket) -> str:
        return sock.source

    def address_changes(self) -> "FakeAddressChanges":
        return FakeAddressChanges(steady=self.steady)

    def source_gone(self) -> bool:
        return self.gone is not None and self.gone(self.now)

    def self_connected(self, sock: FakeSocket) -> bool:
        return sock.to_itself

    def abort(self, sock: FakeSocket) -> None:
        self.resets += 1
        self.close(sock)

    def close(self, sock: FakeSocket) -> None:
        with contextlib.suppress(OSError):
            sock.close()

    def cannot_recycle(self, how: str) -> None:
        self.lacking.append(how)


class ListSource:
    """Targets from lists: every port of every host, hosts interleaved. `requests` rows for each target.

    `late`: nothing is handed out until `take` has been called that often, as if names were still being resolved.
    """

    def __init__(
        self,
        hosts: list[str],
        ports: Iterable[int],
        *,
        timeout: float = 1.0,
        retries: int = 1,
        requests: int = 1,
        late: int = 0,
        typed_timeout: bool = False,
    ) -> None:
        asked = tuple(
            Request(timeout=timeout, retries=retries, order=order, typed_timeout=typed_timeout)
            for order in range(requests)
        )
        ports = list(ports)
        places = [Place(host, AF_INET6 if ":" in host else AF_INET, ports=len(ports)) for host in hosts]
        self.endpoints = [Endpoint(place, port, asked) for port in ports for place in places]
        self.taken = 0
        self._late = late

    def take(self, n: int, *, ahead: bool = False) -> list[Endpoint]:
        if ahead:
            return []
        if self._late:
            self._late -= 1
            return []
        out = self.endpoints[self.taken : self.taken + n]
        self.taken += len(out)
        return out

    @property
    def exhausted(self) -> bool:
        return self.taken >= len(self.endpoints)

    @property
    def total(self) -> int:
        return len(self.endpoints)


def engine_for(kernel: FakeKernel, source: ListSource, **options: Any) -> tuple[Engine, Schedule]:
    """The real engine on the fake kernel. Options are those of `Engine` and `Schedule`."""
    capacity = options.pop("capacity", 20_000)
    concurrency = options.pop("concurrency", None)
    conntrack = options.pop("conntrack", None)
    ways = options.pop("ways", None)
    schedule = Schedule(source, now=kernel.clock(), **options)
    engine = Engine(
        schedule,
        kernel,  # type: ignore[arg-type]
        capacity=capacity,
        concurrency=concurrency,
        conntrack=conntrack,
        ways=ways,
    )
    return engine, schedule


def finish(
    kernel: FakeKernel, engine: Engine, *, most_turns: int = 2_000_000, most_seconds: float = 100_000.0
) -> list[tuple[float, Result]]:
    """Run the engine to its end: every row with the seconds since the start. Every socket must be closed afterwards."""
    rows: list[tuple[float, Result]] = []
    for turns, batch in enumerate(engine.turns()):
        rows += [(kernel.now - START, row) for row in batch]
        assert turns < most_turns, "the engine does not end: too many turns"
        assert kernel.now - START < most_seconds, "the engine does not end: too long"
    assert not kernel.open_sockets
    return rows


def play(
    kernel: FakeKernel,
    source: ListSource,
    *,
    most_turns: int = 2_000_000,
    most_seconds: float = 100_000.0,
    **options: Any,
) -> list[Result]:
    """Run the engine to its end on the fake network; every socket must be closed afterwards."""
    engine, _ = engine_for(kernel, source, **options)
    return [row for _, row in finish(kernel, engine, most_turns=most_turns, most_seconds=most_seconds)]
