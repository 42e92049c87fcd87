"""Who vouches for a silent target: its own network, at that time, answering as before. Whole scans of small networks:
(who, when, answer), and what the rows must say."""

from collections import Counter
from collections.abc import Callable

import pytest

from scanner.model import State
from scanner.scanning.certainty import evidence, statistics, stopped_sentence
from tests.engine.fakes import START, Answer, FakeKernel, ListSource, Network, engine_for, finish

RST, OPEN = Answer(0.001, "rst"), Answer(0.001, "open")
PROHIBITED = Answer(0.001, "soft")


class Outcome:
    """A scan after its end: rows by (what, doubt), seconds, and what is said about it."""

    def __init__(self, network: Network, hosts: list[str], ports: range, **options: float) -> None:
        self.kernel = FakeKernel(network)
        rate = options.pop("rate", None)
        self.engine, schedule = engine_for(self.kernel, ListSource(hosts, ports, **options), rate=rate)  # type: ignore[arg-type]
        told = finish(self.kernel, self.engine, most_seconds=300)
        self.rows = [row for _, row in told]
        self.seconds = max(second for second, _ in told)
        self.numbers = evidence(
            [path.counts for path in schedule.paths.all()],
            self.engine.rows.timeouts,
            lambda when: f"{when - START:.1f}",
        )
        self.said = [*stopped_sentence(self.numbers), *statistics(self.numbers)]

    def doubts(self, state: State, where: Callable[[str, int], bool] = lambda host, port: True) -> Counter[str]:
        return Counter(row.doubt for row in self.rows if row.state is state and where(row.address, row.port))


def test_the_other_family_vouches_for_nobody() -> None:
    hosts = [*(f"10.0.0.{n}" for n in range(30)), *(f"2001:db8::{n:x}" for n in range(1, 31))]
    found = Outcome(lambda host, port, attempt, now: None if ":" in host else RST, hosts, range(1, 11))
    assert found.doubts(State.TIMEOUT) == {"unverified": 300}
    assert not found.numbers["verified"]


def test_a_sibling_network_vouches_for_nobody_and_the_own_one_does() -> None:
    """10.0.0.x: odd hosts answer; 10.0.1.x is dark."""
    hosts = [*(f"10.0.0.{n}" for n in range(40)), *(f"10.0.1.{n}" for n in range(40))]

    def network(host: str, port: int, attempt: int, now: float) -> Answer | None:
        return RST if host.startswith("10.0.0.") and int(host[7:]) % 2 else None

    found = Outcome(network, hosts, range(1, 6))
    assert found.doubts(State.TIMEOUT, lambda host, port: host.startswith("10.0.0.")) == {"": 100}
    assert found.doubts(State.TIMEOUT, lambda host, port: host.startswith("10.0.1.")) == {"unverified": 200}
    assert "200 timeouts are unverified: nothing on their own network could vouch for them" in found.said
    assert {row.attempts for row in found.rows if row.state is State.TIMEOUT} == {2}, "asking on tells no more"


@pytest.mark.parametrize("ports", [40, 300])
def test_neighbours_vouch_for_a_silent_host_however_many_of_its_ports_are_asked(ports: int) -> None:
    hosts = [*(f"10.0.0.{n}" for n in range(1, 13)), "10.0.1.1"]

    def network(host: str, port: int, attempt: int, now: float) -> Answer | None:
        return RST if host in hosts[:4] else None

    found = Outcome(network, hosts, range(1, 1 + ports))
    assert found.doubts(State.TIMEOUT, lambda host, port: host.startswith("10.0.0.")) == {"": 8 * ports}
    assert found.doubts(State.TIMEOUT, lambda host, port: host == "10.0.1.1") == {"unverified": ports}


def test_nobody_else_vouches_for_a_host_that_refused_before() -> None:
    """It is silent from 1 s on; its neighbours refuse all the time."""
    hosts = [f"10.0.0.{n}" for n in range(1, 5)]

    def network(host: str, port: int, attempt: int, now: float) -> Answer | None:
        return None if host == hosts[0] and now > START + 1.0 else RST

    found = Outcome(network, hosts, range(1, 1001), rate=1000.0)
    assert set(found.doubts(State.TIMEOUT)) == {"unverified"}
    assert any(line.startswith("known responders stopped answering at ") for line in found.said)


def test_more_retries_than_twenty_are_made_and_leave_no_doubt() -> None:
    found = Outcome(lambda h, port, a, now: RST if port <= 40 else None, ["10.0.0.1"], range(1, 51), retries=30)
    assert found.doubts(State.TIMEOUT) == {"": 10}
    assert {row.attempts for row in found.rows if row.state is State.TIMEOUT} == {31}


def test_slow_answers_vouch_for_what_was_asked_with_them() -> None:
    """None of the first attempts is answered for 0.9 s; the answers count all the same."""
    slow = Answer(0.9, "rst")
    found = Outcome(lambda host, port, attempt, now: None if port > 190 else slow, ["10.0.0.1"], range(1, 201))
    assert found.doubts(State.TIMEOUT) == {"": 10}
    assert {row.attempts for row in found.rows if row.state is State.TIMEOUT} == {2}


@pytest.mark.parametrize(("silent", "doubt"), [(3, ""), (12, ""), (40, "unverified"), (250, "unverified")])
def test_an_open_port_asked_twice_vouches_for_few(silent: int, doubt: str) -> None:
    found = Outcome(lambda host, port, attempt, now: OPEN if port == 1 else None, ["10.0.0.1"], range(1, 2 + silent))
    assert found.doubts(State.TIMEOUT) == {doubt: silent}
    assert found.numbers["loss_below"] is None, "two sentinels bound nothing"
    assert not any("100" in line for line in found.said)
    assert Counter(port for _, _, port in found.kernel.sent)[1] == 3


def test_a_sentinel_answered_by_icmp_is_not_clean() -> None:
    """From 1.6 s on, a firewall rejects what refused before, and drops the rest."""

    def network(host: str, port: int, attempt: int, now: float) -> Answer | None:
        if now < START + 1.6:
            return RST
        return PROHIBITED if port <= 480 else None

    found = Outcome(network, ["10.0.0.1"], range(1, 1001), rate=400.0)
    assert set(found.doubts(State.TIMEOUT)) == {"unverified"}
    assert any(line.startswith("known responders stopped answering at ") for line in found.said)
    assert not any("loss was seen" in line for line in found.said)


@pytest.mark.slow
def test_hosts_that_are_asked_themselves_are_still_of_their_network() -> None:
    """The only ones that refuse have silent ports too; from 2.1 s to 4.1 s their router rejects everything."""
    hosts, known = [f"10.0.0.{n}" for n in range(1, 51)], {f"10.0.0.{n}" for n in range(1, 5)}

    def network(host: str, port: int, attempt: int, now: float) -> Answer | None:
        if START + 2.1 <= now < START + 4.1:
            return PROHIBITED
        return RST if host in known and port <= 20 else None

    found = Outcome(network, hosts, range(1, 41), rate=500.0)
    assert found.doubts(State.UNREACHABLE)[""] == 0
    assert len(found.kernel.sent) < 8 * 2000


@pytest.mark.thinned(4)
@pytest.mark.parametrize("up", [0.5, 1.0, 1.5, 2.0, 3.3])
@pytest.mark.parametrize("retries", [1, 2])
def test_a_host_that_comes_up_in_mid_scan_is_never_surely_silent(up: float, retries: int) -> None:
    found = Outcome(
        lambda host, port, attempt, now: RST if now >= START + up else None,
        ["10.0.0.1"], range(1, 4001), rate=1000.0, retries=retries,
    )  # fmt: skip
    assert set(found.doubts(State.TIMEOUT)) <= {"unverified"}
    assert found.doubts(State.REFUSED)


@pytest.mark.parametrize("rate", [None, 2000.0])
def test_a_host_that_dies_in_mid_scan_is_told_and_not_asked_for_long(rate: float | None) -> None:
    found = Outcome(
        lambda host, port, attempt, now: RST if now < START + 1.2 and port <= 5000 else None,
        ["10.0.0.1"], range(1, 5201), rate=rate,
    )  # fmt: skip
    sure = found.doubts(State.TIMEOUT)
    assert sum(sure.values()) >= 200
    assert set(found.doubts(State.TIMEOUT, lambda host, port: port <= 5000)) <= {"unverified"}
    assert found.seconds < 15
    assert not any("no host answered" in line or "lost packets" in line for line in found.said)


@pytest.mark.parametrize("seconds", [0.1, 0.2, 0.4])
def test_a_single_attempt_during_a_short_outage_is_not_borne_out(seconds: float) -> None:
    """Ten hosts refuse, except at a few ports. Everything was over before anybody watched."""
    hosts = [f"10.0.0.{n}" for n in range(1, 11)]

    def network(host: str, port: int, attempt: int, now: float) -> Answer | None:
        return None if port > 195 or START + 1.0 <= now < START + 1.0 + seconds else RST

    found = Outcome(network, hosts, range(1, 201), rate=1000.0, retries=0)
    false = found.doubts(State.TIMEOUT, lambda host, port: port <= 195)
    assert false["unverified"] > 900 * seconds - 50
    assert false[""] <= 40, "what left within a hundredth of a second of an answer"
    assert found.doubts(State.TIMEOUT, lambda host, port: port > 195)[""] >= 40 - 10 * seconds


def test_those_who_died_are_not_asked_for_ever_for_the_others() -> None:
    """Two networks share a way. The only port that refused belongs to a host that dies; in the other network an open
    port may be asked twice, and the silent ones wait for somebody who can tell."""
    alive, dying = "2001:db8::1", "2001:db8:1::1"

    def network(host: str, port: int, attempt: int, now: float) -> Answer | None:
        if host == dying:
            return RST if port == 1 and now < START + 0.4 else None
        return OPEN if port == 2 else None

    found = Outcome(network, [alive, dying], range(1, 4), rate=20.0, timeout=3.0, retries=3)
    assert len(found.rows) == 6
    assert found.seconds < 60
    assert len(found.kernel.sent) < 150
    assert found.doubts(State.TIMEOUT, lambda host, port: host == dying) == {"unverified": 2}


@pytest.mark.slow
def test_those_who_died_are_no_loss_of_the_others() -> None:
    """10.0.1.x stops answering after a second; 10.0.0.x goes on, and its silent ports are as certain as before."""

    def network(host: str, port: int, attempt: int, now: float) -> Answer | None:
        if port % 2 or (host.startswith("10.0.1.") and now > START + 1.0):
            return None
        return RST

    hosts = [f"10.0.{net}.{n}" for n in range(20) for net in (0, 1)]
    found = Outcome(network, hosts, range(1, 101), rate=1000.0)
    healthy = found.doubts(State.TIMEOUT, lambda host, port: host.startswith("10.0.0."))
    assert healthy[""] >= 900
    dead = found.doubts(State.TIMEOUT, lambda host, port: host.startswith("10.0.1.") and not port % 2)
    assert set(dead) <= {"unverified", "lossy"}
    assert dead["unverified"]
    assert found.numbers["stopped"]
