"""Hosts that begin to accept everything in mid-scan: their open ports are in doubt from about there on, none before."""

import pytest

from scanner.engine.brakes.host_rate import HostRate
from scanner.model import Doubt, Place, State
from tests.engine.fakes import START, Answer
from tests.scanning.phantoms import RST, Box, Sweep, addresses, sweep

HOST = "10.0.0.1"
REAL = frozenset({22, 80, 443})


def held(outcome: Sweep, box: Box, *, late: int = 0) -> None:
    """What left before the box began is not in doubt; of the rest all is, up to `late` of each host.

    (What answered only when it was asked again is `flipped` where it came before that was clear.)
    """
    left: dict[tuple[str, int], float] = {}
    for at, address, port in outcome.sent:
        left.setdefault((address, port), at)
    undoubted: dict[str, int] = {}
    for _, row in outcome.rows:
        if row.state is not State.OPEN:
            assert row.doubt != Doubt.ACCEPTS_EVERYTHING
        elif row.port in REAL and left[row.address, row.port] < box.began[row.address]:
            assert row.doubt == "", row
        elif not row.doubt:
            undoubted[row.address] = undoubted.get(row.address, 0) + 1
    assert max(undoubted.values(), default=0) <= late


@pytest.mark.parametrize("shuffle", [None, 1])
@pytest.mark.parametrize("delay", [0.0002, 0.2])
@pytest.mark.parametrize("after", [3, 20, 100, 200, 500, 900])
def test_open_rows_are_in_doubt_from_there_on(after: int, delay: float, shuffle: int | None) -> None:
    box = Box(after, REAL, delay=delay)
    outcome = sweep(box, [HOST], range(1, 1001), shuffle=shuffle)
    held(outcome, box)
    assert len(outcome.ports(Doubt.ACCEPTS_EVERYTHING)) == 1000 - after
    assert len(outcome.sent) <= 1000 + 4, "two witnesses, or three"


@pytest.mark.parametrize("delay", [0.0002, 0.2])
@pytest.mark.parametrize("after", [100, 200, 500, 900])
def test_a_host_that_was_silent_before(after: int, delay: float) -> None:
    """Retries find it awake as well: there is no silent port left in the end."""
    box = Box(after, REAL, delay=delay, shut=None)
    outcome = sweep(box, [HOST], range(1, 1001))
    held(outcome, box)
    assert outcome.ports("") == {port for port in REAL if port <= after}


@pytest.mark.parametrize(
    "options",
    [
        {"concurrency": 16},
        {"rate": 1000.0},
        {"rate": 50.0},
        {"host_rate": HostRate(50)},
        {"canary": True},
        {"canary": True, "rate": 300.0},
    ],
    ids=lambda options: "-".join(f"{name}-{value}" for name, value in options.items() if name != "host_rate"),
)
def test_rates_windows_and_canaries(options: dict[str, object]) -> None:
    box = Box(200, REAL, delay=0.001)
    held(sweep(box, [HOST], range(1, 601), **options), box)  # type: ignore[arg-type]


def test_witnesses_go_before_what_waits_for_the_hosts_rate() -> None:
    """At five a second a row that is kept half a second meets two more: the first few cannot know."""
    box = Box(60, REAL, delay=0.001)
    outcome = sweep(box, [HOST], range(1, 121), host_rate=HostRate(5))
    held(outcome, box, late=3)
    times = [at for at, _, _ in outcome.sent]
    assert all(sum(start <= at < start + 1 for at in times) <= 5 for start in times), "they obey it, too"


def test_many_hosts_at_once() -> None:
    hosts = addresses("10.0.0.1", 64)
    box = Box(70, REAL, delay=0.001)

    def network(host: str, port: int, attempt: int, now: float) -> Answer | None:
        if hosts.index(host) % 4 == 0:
            return box(host, port, attempt, now)
        return Answer(0.001, "open" if port in REAL else RST)

    outcome = sweep(network, hosts, range(1, 201))
    assert outcome.hosts(Doubt.ACCEPTS_EVERYTHING) == set(hosts[::4])
    assert outcome.count()[State.OPEN, Doubt.ACCEPTS_EVERYTHING] == 16 * 130
    assert outcome.count()[State.OPEN, ""] == 16 + 48 * 2


def test_ipv6() -> None:
    box = Box(200, REAL, delay=0.001)
    held(sweep(box, ["fd00::1"], range(1, 501)), box)


def test_under_loss() -> None:
    count = iter(range(10**6))
    box = Box(200, REAL, delay=0.001)
    outcome = sweep(
        lambda host, port, attempt, now: None if next(count) % 20 == 0 else box(host, port, attempt, now),
        [HOST], range(1, 1001),
    )  # fmt: skip
    assert not outcome.ports("") - REAL


def test_very_many_ports() -> None:
    box = Box(9_000, REAL)
    held(sweep(box, [HOST], range(1, 16_001)), box)


# Who must not be marked


@pytest.mark.parametrize("shut", [RST, None])
@pytest.mark.parametrize("delay", [0.0002, 0.2])
def test_a_hundred_open_ports_side_by_side(delay: float, shut: str | None) -> None:
    real = {*range(8000, 8101), 22}

    def network(_: str, port: int, attempt: int, now: float) -> Answer | None:
        if port in real:
            return Answer(delay, "open")
        return Answer(delay, shut) if shut else None

    outcome = sweep(network, [HOST], [22, *range(7500, 8500)])
    assert outcome.ports("") == real
    assert len([1 for _, _, port in outcome.sent if port not in real]) <= 3.5 * 900, "few are asked again"


def test_a_host_with_many_open_ports_is_asked_a_few_times_a_second() -> None:
    def network(_: str, port: int, attempt: int, now: float) -> Answer:
        return Answer(0.001, "open" if 200 < port <= 300 else RST)

    outcome = sweep(network, [HOST], range(1, 401), rate=200.0)
    assert outcome.ports("") == set(range(201, 301))
    assert 2 <= len(outcome.sent) - 400 <= 16, "half a second of open ports; two witnesses and two of its own each time"


def test_several_runs_between_refusals() -> None:
    real = {port for port in range(1, 2001) if port // 40 % 3 == 0}
    outcome = sweep(lambda h, port, a, n: Answer(0.001, "open" if port in real else RST), [HOST], range(1, 2001))
    assert outcome.ports("") == real


def test_one_that_turned_is_not_enough() -> None:
    """A service that has just come up: the other witness still refuses."""

    def network(_: str, port: int, attempt: int, now: float) -> Answer:
        risen = attempt > 1 and port % 2
        return Answer(0.001, "open" if 8000 <= port <= 8100 or risen else RST)

    outcome = sweep(network, [HOST], range(7000, 9000), concurrency=64)
    assert outcome.ports("") == set(range(8000, 8101))


@pytest.mark.parametrize("lost_in", [20, 5])
def test_a_dense_host_under_loss(lost_in: int) -> None:
    count = iter(range(10**6))
    real = {port for port in range(1, 1001) if port % 5}

    def network(_: str, port: int, attempt: int, now: float) -> Answer | None:
        return None if next(count) % lost_in == 0 else Answer(0.001, "open" if port in real else RST)

    assert not sweep(network, [HOST], range(1, 1001)).ports(Doubt.ACCEPTS_EVERYTHING)


# Rows and time


def test_a_re_asked_port_has_one_row_and_it_stays() -> None:
    box = Box(200, delay=0.001)
    outcome = sweep(box, [HOST], range(1, 1001))
    again = {port for _, _, port in outcome.sent if sum(port == each for _, _, each in outcome.sent) > 1}
    assert 2 <= len(again) <= 3
    assert again <= outcome.ports("", State.REFUSED)


def test_open_rows_are_kept_for_less_than_a_second() -> None:
    """Of a host whose silent ports are witnesses that never answer."""
    left: dict[int, float] = {}

    def network(_: str, port: int, attempt: int, now: float) -> Answer | None:
        left.setdefault(port, now - START)
        return Answer(0.05, "open") if port % 10 == 0 else None

    outcome = sweep(network, [HOST], range(1, 1001), rate=500.0)
    waits = [at - left[row.port] for at, row in outcome.rows if row.state is State.OPEN]
    assert max(waits) < 1.1, "half a second, or until its silent ports have been asked again"
    assert not outcome.ports(Doubt.ACCEPTS_EVERYTHING)


@pytest.mark.parametrize("after", [1, 5, 9])
@pytest.mark.parametrize("rate", [8.0, 20.0])
@pytest.mark.parametrize("shut", [RST, None])
def test_a_box_that_begins_early_is_seen_at_a_low_rate(after: int, rate: float, shut: str | None) -> None:
    """Rows wait for so many others of their host as it takes to tell."""
    outcome = sweep(Box(after, shut=shut), [HOST], range(1, 61), rate=rate)
    assert not outcome.ports("")
    assert len(outcome.ports(Doubt.ACCEPTS_EVERYTHING)) >= 50


# Canaries


def test_canaries_are_asked_again_when_a_run_begins() -> None:
    """The two sent at the first open port were refused; the box began later. Few ports, so nothing else would tell."""
    box = Box(5, {70}, delay=0.001)
    outcome = sweep(box, [HOST], range(70, 82), canary=True, concurrency=1)
    assert outcome.ports("") == {70}
    assert len(outcome.ports(Doubt.ACCEPTS_EVERYTHING)) >= 8


def test_no_canary_goes_to_an_excluded_port() -> None:
    allowed = {50_000, 50_001, 60_000}

    def permits(place: Place, port: int) -> bool:
        return port in allowed

    outcome = sweep(lambda h, p, a, n: Answer(0.001, "open"), [HOST], [80], canary=True, permits=permits)
    assert {port for _, _, port in outcome.sent} - {80} <= allowed
    none = sweep(lambda h, p, a, n: Answer(0.001, "open"), [HOST], [80], canary=True, permits=lambda place, port: False)
    assert [port for _, _, port in none.sent] == [80]
    assert none.ports("") == {80}
