"""Ranges of which one port is asked long before the next: nobody is doubted for what was not asked yet."""

from collections import Counter

import pytest

from scanner.engine.brakes.host_rate import HostRate
from scanner.model import Doubt, State
from tests.engine.fakes import Answer, Network
from tests.scanning.phantoms import RST, addresses, as_range, sweep

NET = addresses("10.0.0.0", 256)
WIDE = addresses("10.1.0.0", 1024)


def real(opened: set[int], *, refused: set[int] | None = None, delay: float = 0.001) -> Network:
    """Every host has these ports open, and refuses all others (or `refused`; the rest is silent)."""

    def network(host: str, port: int, attempt: int, now: float) -> Answer | None:
        if port in opened:
            return Answer(delay, "open")
        return Answer(delay, RST) if refused is None or port in refused else None

    return network


@pytest.mark.thinned(4)
@pytest.mark.parametrize(
    ("hosts", "options", "delay"),
    [
        (NET, {"rate": 100.0}, 0.001),
        (NET, {"rate": 300.0}, 0.2),
        (NET, {"host_rate": HostRate(1)}, 0.001),
        pytest.param(WIDE, {"rate": 900.0}, 0.2, marks=pytest.mark.slow),
    ],
    ids=["100", "300", "host-1", "wide"],
)
@pytest.mark.parametrize(
    ("opened", "refused", "ports"),
    [
        ({22}, None, [22, 443]),
        ({22}, {443}, [22, 80, 443]),
        ({22}, {443}, [22, 80, 8080, 8443, 443]),
        ({22, 80}, {443}, [22, 80, 443]),
        ({22}, None, range(22, 34)),
    ],
    ids=["two", "silent-80", "silent-many", "two-open", "twelve"],
)
def test_real_hosts_are_not_doubted(
    hosts: list[str], options: dict[str, object], opened: set[int], refused: set[int] | None, ports: list[int],
    delay: float,
) -> None:  # fmt: skip
    outcome = sweep(real(opened, refused=refused, delay=delay), hosts, ports, ranges=[as_range(hosts)], **options)  # type: ignore[arg-type]
    assert outcome.hosts(Doubt.INTERCEPTED) == set()
    assert outcome.hosts("") == set(hosts)


def shield(host: str, port: int, attempt: int, now: float) -> Answer | None:
    """Something on the way answers port 25; nobody is there."""
    return Answer(0.001, "open") if port == 25 else None


@pytest.mark.parametrize(
    ("hosts", "ports", "rate", "late"),
    [
        (NET, [25, 80], 100.0, 30),
        (NET, [25, 80], 300.0, 0),
        (WIDE, [25, 80], 900.0, 0),
        pytest.param(NET, range(25, 37), 300, 0, marks=pytest.mark.slow),
    ],
)
def test_a_sample_tells_before_the_first_rows_go(hosts: list[str], ports: list[int], rate: float, late: int) -> None:
    outcome = sweep(shield, hosts, ports, ranges=[as_range(hosts)], rate=rate)
    assert len(outcome.hosts("")) <= late
    assert outcome.hosts("") | outcome.hosts(Doubt.INTERCEPTED) == set(hosts)


def test_the_sample_is_small_of_the_list_and_has_no_rows() -> None:
    outcome = sweep(real({22}), WIDE, [22, 443], ranges=[as_range(WIDE)], rate=900.0)
    asked = Counter((address, port) for _, address, port in outcome.sent)
    again = Counter(key for key, count in asked.items() if count > 1)
    assert 12 <= len(again) <= 12 * 4
    assert {port for _, port in again} == {443}
    assert outcome.count() == {(State.OPEN, ""): 1024, (State.REFUSED, ""): 1024}


def test_who_answers_nowhere_else_later_is_not_asked_twice() -> None:
    """All are judged in time: no sample is needed."""
    outcome = sweep(shield, NET, [25], ranges=[as_range(NET)])
    assert len(outcome.sent) == 256


def test_some_real_hosts_beside_many_phantoms() -> None:
    """A host that refuses is real, whatever the sample says of the rest."""

    def network(host: str, port: int, attempt: int, now: float) -> Answer | None:
        if port != 25 and host in NET[:20]:
            return Answer(0.001, RST)
        return shield(host, port, attempt, now)

    outcome = sweep(network, NET, [25, 80], ranges=[as_range(NET)])
    assert outcome.hosts(Doubt.INTERCEPTED) == set(NET[20:])
