"""A world is scanned: by the real engine on the fake kernel, its rows going through the phantoms step as in a scan."""

from scanner.engine.brakes.host_rate import HostRate
from scanner.engine.flight.lost_ways import Ways
from scanner.machine.kernel_routes import Way
from scanner.machine.route_table import RouteTable
from scanner.machine.tcp_info import TcpInfo
from scanner.model import Result
from scanner.scanning.phantoms.accepts_all import AcceptsAll
from scanner.scanning.phantoms.marking import Marking
from tests.engine.fakes import AF_INET, AF_INET6, START, Answer, FakeKernel, FakeSocket, ListSource, engine_for
from tests.engine.legal_states import only_legal_states
from tests.engine.simulated.world import World

_ROUTES = [Way(AF_INET, 10 << 24, 8, 0, gateway=True), Way(AF_INET6, 0x20010DB8 << 96, 32, 0, gateway=True)]
#: When the kernel sends an unanswered SYN again (Linux 6.5 and later), with the delays that it really has.
REPEATS = tuple(1.024 * after for after in (1, 2, 3, 4, 5, 7, 11, 19))
_MOST_TURNS, _MOST_SECONDS = 2_000_000, 20_000


class _Kernel(FakeKernel):
    """The world's kernel: with some hosts it knows no round trip."""

    def __init__(self, world: World) -> None:
        super().__init__(
            world.network, descriptors=world.descriptors, stall=world.stall, edge=world.edge, batch=world.batch,
            recycles=world.edge, fails=world.fails if world.eventful else None,
            repeats=REPEATS if world.rate or world.host_rate else (),
        )  # fmt: skip
        self._rtt_us = world.rtt_us

    def info(self, sock: FakeSocket) -> TcpInfo:
        told = super().info(sock)
        return TcpInfo(told.state, min(told.rtt_us, self._rtt_us), told.retrans)


class Played:
    """A world after its scan: its rows, and what was seen during it."""

    def __init__(self, world: World) -> None:
        only_legal_states()
        self.world = world
        self.kernel = _Kernel(world)
        self.kernel.network = self._watching
        self.most_in_flight = self._connects = 0
        accepts = AcceptsAll(
            lambda: self.engine.waiting(), canary=world.canary, listed=lambda place: world.ports, seed=world.seed
        )
        targets = ListSource(world.hosts, world.ports, timeout=world.timeout, retries=world.retries)
        self.engine, self.schedule = engine_for(
            self.kernel,
            targets,
            capacity=world.descriptors,
            concurrency=world.concurrency,
            rate=world.rate,
            host_rate=HostRate(world.host_rate) if world.host_rate else None,
            ways=Ways(RouteTable(_ROUTES)),
        )
        self.rows = self._scan(accepts)
        self.seconds = self.kernel.now - START

    def _watching(self, host: str, port: int, attempt: int, now: float) -> Answer | None:
        is_new, self._connects = self.kernel.connects != self._connects, self.kernel.connects
        self.most_in_flight = max(self.most_in_flight, self.engine.in_flight + is_new)
        return self.world.network(host, port, attempt, now)

    def _scan(self, accepts: AcceptsAll) -> list[Result]:
        rows: list[Result] = []
        marking = Marking(accepts, self.engine, self.schedule, self.kernel.clock)
        for turns, batch in enumerate(self.engine.turns()):
            rows += marking.apply(batch)
            assert turns < _MOST_TURNS, "the engine does not end: too many turns"
            assert self.kernel.now - START < _MOST_SECONDS, "the engine does not end: too long"
        assert not self.kernel.open_sockets
        return marking.finish(rows, complete=True)
