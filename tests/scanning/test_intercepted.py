"""A port that something on the way answers for every address of a range: who is marked, who is not, and when."""

import random
from collections.abc import Collection

import pytest

from scanner.engine.brakes.host_rate import HostRate
from scanner.model import Doubt, State
from scanner.scanning.phantoms.port_tally import Count, is_intercepted
from tests.engine.fakes import Answer, Network
from tests.scanning.phantoms import RST, addresses, as_range, sweep

NET = addresses("10.0.0.0", 256)
RANGE = [as_range(NET)]
REAL = {"10.0.0.5": {80}, "10.0.0.6": {80}}


def shield(
    only: Collection[str] | None = None,
    *,
    port: int = 25,
    real: dict[str, set[int]] | None = None,
    shut: str | None = None,
    delay: float = 0.001,
) -> Network:
    """Answers this port at every address (or `only` at these). `real`: hosts with their open ports, the others refuse;
    elsewhere everything is `shut`."""
    hosts = real or {}

    def network(host: str, asked: int, attempt: int, now: float) -> Answer | None:
        if asked == port and (only is None or host in only):
            return Answer(delay, "open")
        if host in hosts:
            return Answer(delay, "open" if asked in hosts[host] else RST)
        return Answer(delay, shut) if shut else None

    return network


# The rule


@pytest.mark.parametrize(
    ("size", "count", "said"),
    [
        (256, Count(opens=63, alone=63), None),
        (256, Count(opens=64, alone=64), True),
        (64, Count(opens=64, alone=64), True),
        (63, Count(opens=63, alone=63), False),
        (256, Count(opens=244, alone=244, others=12), True),
        (256, Count(opens=243, alone=243, others=13), False),
        (256, Count(opens=61, alone=61, others=3), True),
        (256, Count(opens=60, alone=60, others=4), None),
        (256, Count(opens=256, alone=254), True),
        (256, Count(opens=256, alone=60), False),
        (256, Count(opens=100, alone=100, silent=5), True),
        (256, Count(opens=100, alone=100, silent=6), None),
        (256, Count(opens=100, alone=100, silent=101), False),
    ],
)
def test_the_verdict(size: int, count: Count, said: bool | None) -> None:
    assert is_intercepted(size, count) is said


def test_it_takes_a_moment_until_silence_says_something() -> None:
    assert is_intercepted(256, Count(opens=64, alone=64), early=True) is None
    assert is_intercepted(64, Count(opens=64, alone=64), early=True) is True, "all are judged"


# One port


@pytest.mark.parametrize("hosts", [NET, NET[:64], addresses("10.0.0.200", 130), addresses("fd00::100", 128)])
def test_every_address_answers(hosts: list[str]) -> None:
    outcome = sweep(shield(), hosts, [25], ranges=[as_range(hosts)])
    assert outcome.count() == {(State.OPEN, Doubt.INTERCEPTED): len(hosts)}
    assert len(outcome.sent) == len(hosts), "nothing is probed for it"


def test_hosts_listed_one_by_one_are_no_range() -> None:
    outcome = sweep(shield(), NET, [25], ranges=[as_range([address]) for address in NET])
    assert outcome.count() == {(State.OPEN, ""): 256}


def test_63_addresses_are_too_few() -> None:
    assert sweep(shield(), NET[:63], [25], ranges=[as_range(NET[:63])]).hosts(Doubt.INTERCEPTED) == set()


@pytest.mark.parametrize("shut", [RST, None, "host-unreach"])
@pytest.mark.parametrize("where", ["first", "last", "anywhere"])
@pytest.mark.parametrize(("not_open", "marked"), [(12, True), (13, False), (128, False)])
def test_95_in_100(not_open: int, marked: bool, where: str, shut: str | None) -> None:
    """Wherever the others are, and whatever they say: the first rows know it already."""
    at = random.Random(not_open).sample(NET, 256 - not_open)
    only = set({"first": NET[not_open:], "last": NET[:-not_open], "anywhere": at}[where])
    outcome = sweep(shield(only, shut=shut), NET, [25], ranges=RANGE)
    assert outcome.hosts(Doubt.INTERCEPTED) == (only if marked else set())


def test_one_network_of_a_wide_range() -> None:
    hosts = addresses("10.1.0.0", 4096)
    only = set(hosts[1024:1280])
    for shut in (RST, None):
        outcome = sweep(shield(only, shut=shut), hosts, [25], ranges=[as_range(hosts)])
        assert outcome.hosts(Doubt.INTERCEPTED) == only
        assert outcome.hosts("") == set()


def test_a_wide_range_that_is_nearly_all_open() -> None:
    hosts = addresses("10.1.0.0", 1024)
    only = set(random.Random(3).sample(hosts, 985))
    outcome = sweep(shield(only, shut=RST), hosts, [25], ranges=[as_range(hosts)])
    assert outcome.hosts(Doubt.INTERCEPTED) == only


def test_open_hosts_here_and_there() -> None:
    hosts = addresses("10.1.0.0", 4096)
    only = set(random.Random(3).sample(hosts, 400))
    outcome = sweep(shield(only, shut=RST), hosts, [25], ranges=[as_range(hosts)])
    assert outcome.hosts("") == only


# Several ports


@pytest.mark.parametrize("ports", [(25, 80), (80, 25)])
@pytest.mark.parametrize("delay", [0.0002, 0.05, 0.2])
def test_who_answers_at_another_port_is_real(ports: tuple[int, ...], delay: float) -> None:
    outcome = sweep(shield(real=REAL, delay=delay), NET, ports, ranges=RANGE)
    assert outcome.hosts(Doubt.INTERCEPTED) == set(NET) - set(REAL)
    assert outcome.hosts("") == set(REAL)
    assert not outcome.ports(Doubt.INTERCEPTED) - {25}


@pytest.mark.parametrize("opened", [set[int](), {80}])
def test_a_network_that_is_real_everywhere(opened: set[int]) -> None:
    real = {host: set(opened) for host in NET}
    outcome = sweep(shield(real=real), NET, [25, 80], ranges=RANGE)
    assert outcome.hosts(Doubt.INTERCEPTED) == set()


def test_few_that_are_alone_among_real_ones_are_real_too() -> None:
    outcome = sweep(shield(real={host: {80} for host in NET[10:]}), NET, [25, 80], ranges=RANGE)
    assert outcome.hosts(Doubt.INTERCEPTED) == set()


# Canaries


def test_canaries_that_are_refused_make_hosts_real() -> None:
    real = {host: set[int]() for host in NET}
    assert sweep(shield(real=real), NET, [25], ranges=RANGE).hosts(Doubt.INTERCEPTED) == set(NET)
    assert sweep(shield(real=real), NET, [25], ranges=RANGE, canary=True).hosts(Doubt.INTERCEPTED) == set()


@pytest.mark.parametrize("ports", [[25], [25, 80]])
def test_canaries_tell_the_real_from_the_others(ports: list[int]) -> None:
    outcome = sweep(shield(real=REAL), NET, ports, ranges=RANGE, canary=True)
    assert outcome.hosts(Doubt.INTERCEPTED) == set(NET) - set(REAL)
    assert outcome.hosts("") == set(REAL)


def test_canaries_that_are_open_accept_everything() -> None:
    outcome = sweep(lambda h, p, a, n: Answer(0.001, "open"), NET, [25], ranges=RANGE, canary=True)
    assert outcome.count() == {(State.OPEN, "accepts-everything"): 256}


# Time


def test_rows_of_a_slow_scan_go_before_there_is_enough_to_go_by() -> None:
    """At 50 a second, 64 are judged after 1.3 s; no row waits so long."""
    outcome = sweep(shield(), NET, [25], ranges=RANGE, rate=50.0)
    assert 0 < outcome.count()[State.OPEN, ""] < 40
    left = {address: at for at, address, _ in outcome.sent}
    assert max(at - left[row.address] for at, row in outcome.rows) < 0.9


def test_the_sample_obeys_rates() -> None:
    """At 100 a second it is back in time for all but the first few rows; at one a second to each host for none."""
    outcome = sweep(shield(real=REAL), NET, [25, 80], ranges=RANGE, rate=100.0)
    assert len(outcome.hosts(Doubt.INTERCEPTED)) >= 256 - 2 - 10
    times = [at for at, _, _ in outcome.sent]
    assert all(sum(start <= at < start + 1 for at in times) <= 100 for start in times)
    outcome = sweep(shield(real=REAL), NET, [25, 80], ranges=RANGE, host_rate=HostRate(1))
    assert outcome.hosts(Doubt.INTERCEPTED) == set()
    first: dict[str, float] = {}
    assert all(at - first.setdefault(host, at - 1) >= 1 for at, host, _ in outcome.sent)


def test_loss_is_no_lasting_no() -> None:
    """5 % of the SYNs are lost: answered the second time, all are open."""
    count = iter(range(10**6))
    inner = shield()
    outcome = sweep(
        lambda h, p, a, n: None if next(count) % 20 == 7 else inner(h, p, a, n), NET, [25], ranges=RANGE
    )  # fmt: skip
    assert outcome.hosts(Doubt.INTERCEPTED) == set(NET)


def test_a_stopped_scan_marks_nothing_it_does_not_know() -> None:
    outcome = sweep(shield(), NET, [25], ranges=RANGE, rate=100.0, stop_at=0.3)
    assert outcome.hosts(Doubt.INTERCEPTED) == set()
    assert outcome.hosts("")
