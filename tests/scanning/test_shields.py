"""Several ports that something answers for every address, where canaries tell it from a real fleet."""

from collections.abc import Collection

import pytest

from scanner.engine.brakes.host_rate import HostRate
from scanner.model import Doubt, State
from tests.engine.fakes import Answer, Network
from tests.scanning.phantoms import RST, Sweep, addresses, as_range, sweep

NET = addresses("10.0.0.0", 256)
V6 = addresses("fd00::100", 256)
REAL = {NET[5], NET[6]}


def shield(*ports: int, real: Collection[str] = (), only: Collection[str] | None = None) -> Network:
    """Answers these ports at every address (or `only` at these); elsewhere real hosts refuse."""

    def network(host: str, port: int, attempt: int, now: float) -> Answer | None:
        if port in ports and (only is None or host in only):
            return Answer(0.001, "open")
        return Answer(0.001, RST) if host in real else None

    return network


def scan(network: Network, hosts: list[str], ports: Collection[int], **options: object) -> Sweep:
    return sweep(network, hosts, ports, ranges=[as_range(hosts)], **options)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "ports",
    [[25, 110], [25, 110, 80], [80, 443, 25, 110], [110, 80, 25], pytest.param(range(20, 120), marks=pytest.mark.slow)],
    ids=str,
)
@pytest.mark.parametrize("hosts", [NET, NET[:70], V6], ids=["net", "70", "v6"])
def test_silent_canaries_bear_it_out(hosts: list[str], ports: Collection[int]) -> None:
    real = set(hosts) & REAL
    outcome = scan(shield(25, 110, real=REAL), hosts, ports, canary=True)
    assert outcome.ports(Doubt.INTERCEPTED) == {25, 110}
    assert outcome.hosts(Doubt.INTERCEPTED) == set(hosts) - real
    assert outcome.hosts("") == real, "whose canaries were refused"
    assert not outcome.hosts(Doubt.ACCEPTS_EVERYTHING)


@pytest.mark.parametrize("shuffle", [None, 2])
@pytest.mark.parametrize("ports", [(25, 110, 143), (25, 110, 143, 587, 993)])
def test_as_many_as_there_are(ports: tuple[int, ...], shuffle: int | None) -> None:
    outcome = scan(shield(*ports), NET, [*ports, 80], canary=True, shuffle=shuffle)
    assert outcome.count()[State.OPEN, Doubt.INTERCEPTED] == len(ports) * 256


@pytest.mark.parametrize(
    "options", [{"rate": 300.0}, {"rate": 100.0}, {"host_rate": HostRate(5)}], ids=["300", "100", "host"]
)
@pytest.mark.slow
def test_rows_that_go_early(options: dict[str, object]) -> None:
    """At 100 a second a row that has waited for its canaries meets some dozens more."""
    outcome = scan(shield(25, 110), NET, [25, 110, 80], canary=True, **options)
    assert outcome.count()[State.OPEN, Doubt.INTERCEPTED] >= 2 * 256 - 2 * 30


@pytest.mark.slow
def test_one_network_of_a_wide_range() -> None:
    hosts = addresses("10.1.0.0", 1024)
    behind = set(hosts[256:512])
    outcome = scan(shield(25, 110, only=behind), hosts, [25, 110, 80], canary=True)
    assert outcome.count()[State.OPEN, Doubt.INTERCEPTED] == 2 * 256


# Who must not be marked


@pytest.mark.parametrize("ports", [[22, 80], [22, 80, 81]], ids=str)
def test_a_fleet_that_refuses_its_canaries(ports: list[int]) -> None:
    outcome = scan(shield(22, 80, real=NET), NET, ports, canary=True)
    assert outcome.count()[State.OPEN, ""] == 512


def test_a_third_port_that_is_not_open_everywhere_is_proof() -> None:
    """Their canaries are silent, as all are behind a firewall."""

    def network(host: str, port: int, attempt: int, now: float) -> Answer | None:
        opened = port in (25, 110) or (port == 80 and host in NET[::3])
        return Answer(0.001, "open") if opened else None

    outcome = scan(network, NET, [25, 110, 80], canary=True)
    assert outcome.hosts("") == set(NET[::3])
    assert outcome.hosts(Doubt.INTERCEPTED) == set(NET) - set(NET[::3])


@pytest.mark.parametrize("rate", [100.0, 300.0])
def test_a_fleet_whose_canaries_are_dropped_refuses_at_a_port_that_comes_late(rate: float) -> None:
    def network(host: str, port: int, attempt: int, now: float) -> Answer | None:
        return Answer(0.001, "open" if port == 22 else RST) if port in (22, 443) else None

    assert not scan(network, NET, [22, 80, 443], canary=True, rate=rate).hosts(Doubt.INTERCEPTED)


def test_without_canaries_a_firewalled_fleet_looks_the_same() -> None:
    assert scan(shield(22, 80), NET, [22, 80, 81]).count()[State.OPEN, ""] == 512


def test_hosts_here_and_there_with_silent_canaries() -> None:
    live = set(NET[5::16])
    outcome = scan(shield(22, 80, only=live), NET, [22, 80, 81], canary=True)
    assert outcome.count()[State.OPEN, ""] == 2 * len(live)
