"""Ranges of which everything is open, with few ports for each host: the range tells what no host can."""

import pytest

from scanner.engine.brakes.host_rate import HostRate
from scanner.model import Doubt, Place, Request, Result, State
from scanner.scanning.phantoms.accepting_ranges import AcceptingRanges
from scanner.scanning.phantoms.address_ranges import Ranges
from scanner.scanning.phantoms.host_sample import Sample
from scanner.scanning.phantoms.one_host import OpenHost
from scanner.scanning.phantoms.recently_shut import Recent
from tests.engine.fakes import AF_INET, Answer
from tests.scanning.phantoms import RST, addresses, as_range, sweep

NET = addresses("10.0.0.0", 256)
RANGE = [as_range(NET)]
PORTS = [21, 23, 443]


def everything(host: str, port: int, attempt: int, now: float) -> Answer:
    """A box that completes every handshake."""
    return Answer(0.001, "open")


class Late:
    """One that begins after so many SYNs to the whole network; until then all is `shut`."""

    def __init__(self, after: int, shut: str | None = RST) -> None:
        self.left = after
        self._shut = shut

    def __call__(self, host: str, port: int, attempt: int, now: float) -> Answer | None:
        self.left -= 1
        if self.left < 0:
            return Answer(0.001, "open")
        return Answer(0.001, self._shut) if self._shut else None


@pytest.mark.thinned(5)
@pytest.mark.parametrize("ports", [[80, 443], PORTS, range(1, 20)], ids=len)
@pytest.mark.parametrize("options", [{}, {"rate": 300.0}], ids=["fast", "slow"])
@pytest.mark.parametrize("hosts", [NET, NET[:64], addresses("10.0.0.200", 130), addresses("fd00::100", 128)], ids=len)
def test_every_open_port_is_in_doubt(hosts: list[str], options: dict[str, object], ports: list[int]) -> None:
    outcome = sweep(everything, hosts, ports, ranges=[as_range(hosts)], **options)  # type: ignore[arg-type]
    assert outcome.count() == {(State.OPEN, Doubt.ACCEPTS_EVERYTHING): len(hosts) * len(ports)}


@pytest.mark.parametrize("shut", [RST, None])
@pytest.mark.parametrize("after", [1, 30, 60])
def test_a_box_that_begins_soon(after: int, shut: str | None) -> None:
    outcome = sweep(Late(after, shut), NET, range(1, 11), ranges=RANGE)
    assert outcome.count()[State.OPEN, Doubt.ACCEPTS_EVERYTHING] >= 2560 - after
    assert not outcome.hosts("")


def test_one_network_of_a_wide_range() -> None:
    hosts = addresses("10.1.0.0", 2048)
    behind = set(hosts[512:768])
    outcome = sweep(
        lambda h, p, a, n: Answer(0.001, "open" if h in behind else RST), hosts, PORTS, ranges=[as_range(hosts)]
    )
    assert outcome.count()[State.OPEN, Doubt.ACCEPTS_EVERYTHING] == 3 * 256
    assert outcome.hosts("") == set()


# Who must not be marked


def test_few_hosts_and_hosts_listed_one_by_one_are_no_range() -> None:
    assert not sweep(everything, NET[:63], PORTS, ranges=[as_range(NET[:63])]).hosts(Doubt.ACCEPTS_EVERYTHING)
    assert not sweep(everything, NET, PORTS, ranges=[as_range([host]) for host in NET]).hosts(Doubt.ACCEPTS_EVERYTHING)


@pytest.mark.thinned(4)
@pytest.mark.parametrize("order", [[80, 443, 22], [22, 80, 443], [80, 22, 443]])
@pytest.mark.parametrize("options", [{}, {"rate": 300.0}, {"host_rate": HostRate(1)}], ids=["fast", "slow", "host"])
@pytest.mark.parametrize("shut", [RST, None, "host-unreach"])
def test_a_hosting_range_with_a_port_that_is_not_open(
    shut: str | None, options: dict[str, object], order: list[int]
) -> None:
    def network(host: str, port: int, attempt: int, now: float) -> Answer | None:
        if port != 22:
            return Answer(0.001, "open")
        return Answer(0.001, shut) if shut else None

    outcome = sweep(network, NET, order, ranges=RANGE, **options)  # type: ignore[arg-type]
    assert not outcome.hosts(Doubt.ACCEPTS_EVERYTHING)


def test_nine_hosts_of_ten() -> None:
    live = {host for at, host in enumerate(NET) if at % 10}
    for shut in (RST, None):
        outcome = sweep(
            lambda h, p, a, n, shut=shut: Answer(0.001, "open") if h in live else shut and Answer(0.001, shut),
            NET, PORTS, ranges=RANGE,
        )  # fmt: skip
        assert not outcome.hosts(Doubt.ACCEPTS_EVERYTHING)


def test_a_sweep_with_open_ports_here_and_there() -> None:
    outcome = sweep(
        lambda h, p, a, n: Answer(0.001, "open" if int(h.rpartition(".")[2]) % 5 == 0 else RST),
        NET,
        PORTS,
        ranges=RANGE,
    )
    assert outcome.hosts("") == {host for host in NET if int(host.rpartition(".")[2]) % 5 == 0}
    assert not outcome.hosts(Doubt.ACCEPTS_EVERYTHING)


def test_a_lone_open_port_is_not_watched_for_ever() -> None:
    """Afterwards turns go by in one call again."""
    ranges, recent = Ranges(RANGE), Recent()
    counting = AcceptingRanges(ranges, recent, lambda spot: Sample(), lambda *_: None)
    place = Place(NET[7], AF_INET, ports=9)
    spot, request = ranges.spot(place), Request(timeout=1.0, retries=1)
    assert spot is not None
    counting.opened(Result(place, 80, request, State.OPEN, "syn-ack"), OpenHost(place, request, 1.0), spot, 1.0)
    counting.look([], 5.0)
    assert counting.watching
    counting.look([], 7.0)
    assert not counting.watching


# Canaries


@pytest.mark.parametrize(
    ("shut", "doubt"),
    [("open", Doubt.ACCEPTS_EVERYTHING), (RST, ""), (None, Doubt.INTERCEPTED), ("host-unreach", Doubt.INTERCEPTED)],
)
def test_canaries_settle_it(shut: str | None, doubt: str) -> None:
    """Only who answers them is there: a router does so for nobody."""

    def network(host: str, port: int, attempt: int, now: float) -> Answer | None:
        return Answer(0.001, "open") if port in PORTS else shut and Answer(0.001, shut)  # type: ignore[return-value]

    outcome = sweep(network, NET, PORTS, ranges=RANGE, canary=True)
    assert outcome.count() == {(State.OPEN, doubt): 768}
