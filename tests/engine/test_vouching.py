"""Who vouches for a silent target: its own network, at the time, answering as before. Whole scans of small networks:
(who, when, answer), and what the rows must say."""

from collections import Counter
from collections.abc import Callable

import pytest

from scanner.engine.trial import Trial
from scanner.engine.truth.paths import Path
from scanner.engine.truth.responders import OpenPort, Responders
from scanner.engine.truth.vouchers import Network as Witnesses
from scanner.engine.truth.vouchers import Networks
from scanner.model import Endpoint, Place, Request, State
from scanner.scanning.certainty import evidence, sentences
from tests.engine.fakes import AF_INET, AF_INET6, START, Answer, FakeKernel, ListSource, Network, engine_for, finish

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
        self.numbers = evidence(schedule.paths.all(), self.engine.timeouts, lambda when: f"{when - START:.1f}")
        self.said = sentences(self.numbers)

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
    assert "200 timeouts are unverified: nobody of their own network could vouch for them" in found.said
    assert {row.attempts for row in found.rows if row.state is State.TIMEOUT} == {2}, "asking on tells no more"


def test_more_retries_than_twenty_are_made_and_leave_no_doubt() -> None:
    found = Outcome(lambda h, port, a, now: RST if port <= 40 else None, ["10.0.0.1"], range(1, 51), retries=30)
    assert found.doubts(State.TIMEOUT) == {"": 10}
    assert {row.attempts for row in found.rows if row.state is State.TIMEOUT} == {31}


def test_slow_answers_vouch_for_what_was_asked_with_them() -> None:
    """None of the first attempts is answered for 0.9 s; they count all the same."""
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
    """From 1.6 s on a firewall rejects what refused before, and drops the rest."""

    def network(host: str, port: int, attempt: int, now: float) -> Answer | None:
        if now < START + 1.6:
            return RST
        return PROHIBITED if port <= 480 else None

    found = Outcome(network, ["10.0.0.1"], range(1, 1001), rate=400.0)
    assert set(found.doubts(State.TIMEOUT)) == {"unverified"}
    assert any(line.startswith("known responders stopped answering at ") for line in found.said)
    assert not any("loss was seen" in line for line in found.said)


def test_hosts_that_are_asked_themselves_are_still_of_their_network() -> None:
    """The only ones that refuse have silent ports, too; from 2.1 s to 4.1 s their router rejects whatever it hears."""
    hosts, known = [f"10.0.0.{n}" for n in range(1, 51)], {f"10.0.0.{n}" for n in range(1, 5)}

    def network(host: str, port: int, attempt: int, now: float) -> Answer | None:
        if START + 2.1 <= now < START + 4.1:
            return PROHIBITED
        return RST if host in known and port <= 20 else None

    found = Outcome(network, hosts, range(1, 41), rate=500.0)
    assert found.doubts(State.UNREACHABLE)[""] == 0
    assert len(found.kernel.sent) < 8 * 2000


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
    assert not any("nothing ever answered" in line or "lost packets" in line for line in found.said)


@pytest.mark.parametrize("seconds", [0.1, 0.2, 0.4])
def test_a_single_attempt_during_a_short_outage_is_not_borne_out(seconds: float) -> None:
    """Ten hosts that refuse, but for a few ports. All that was asked was over before anybody watched."""
    hosts = [f"10.0.0.{n}" for n in range(1, 11)]

    def network(host: str, port: int, attempt: int, now: float) -> Answer | None:
        return None if port > 195 or START + 1.0 <= now < START + 1.0 + seconds else RST

    found = Outcome(network, hosts, range(1, 201), rate=1000.0, retries=0)
    false = found.doubts(State.TIMEOUT, lambda host, port: port <= 195)
    assert false["unverified"] > 900 * seconds - 50
    assert false[""] <= 40, "what left within a hundredth of a second of an answer"
    assert found.doubts(State.TIMEOUT, lambda host, port: port > 195)[""] >= 40 - 10 * seconds


def test_those_who_died_are_not_asked_for_ever_for_the_others() -> None:
    """Two networks share a way. The only port that refused is of a host that dies; in the other one an open port may
    be asked twice, and the silent wait for somebody who can tell."""
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


def test_those_who_died_are_no_loss_of_the_others() -> None:
    """10.0.1.x stops answering after a second; 10.0.0.x goes on, and its silent ports are as sure as before."""

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


class TestNetwork:
    """One network's memory of who answered, and when."""

    def test_what_left_before_it_was_heard_proves_nothing(self) -> None:
        network = Witnesses()
        assert network.silent_at(5.0)
        network.heard(10.0)
        network.heard(20.0, 15.0)
        assert [network.silent_at(sent) for sent in (9.0, 9.69, 9.71, 10.0, 30.0)] == [True, True, False, False, False]

    @pytest.mark.parametrize(("rtt", "first"), [(0.001, 9.999), (0.9, 9.1), (1.0, 10.0), (1.1, 10.0)])
    def test_who_answered_was_there_when_it_was_asked(self, rtt: float, first: float) -> None:
        """But what took a second may be the answer to a SYN that the kernel sent again."""
        network = Witnesses()
        network.heard(10.0, rtt)
        assert network.first == first

    def test_it_is_gone_after_a_dozen_misses_over_seconds_and_that_is_told_once(self) -> None:
        network = Witnesses()
        network.heard(0.0)
        for step in range(12):
            network.missed_one(step * 0.3)
            assert network.gone(step * 0.3 + 0.3) is (step == 11)
        assert network.stopped == 0.0
        assert not network.gone(9.0)

    @pytest.mark.parametrize("answer_at", [2, 5, 11])
    def test_an_answer_in_between_ends_the_row(self, answer_at: int) -> None:
        network = Witnesses()
        for step in range(13):
            if step == answer_at:
                network.heard(step * 0.3)
            network.missed_one(step * 0.3)
        assert not network.gone(12 * 0.3)

    def test_a_dozen_misses_at_once_are_a_burst_of_loss(self) -> None:
        network = Witnesses()
        for _ in range(60):
            network.missed_one(1.0)
        assert not network.gone(3.0)
        assert network.gone(3.5)

    def test_it_wants_to_hear_of_plain_answers_again_once_one_was_missed(self) -> None:
        network = Witnesses(most=1)
        network.responders.refuses(endpoint("10.0.0.1", 1))
        network.heard(1.0)
        assert not network.collecting
        network.missed_one(2.0)
        assert network.collecting

    def test_what_is_remembered_of_a_long_scan_is_bounded(self) -> None:
        """Twenty minutes of answers, and a host that has a say of its own since the first."""
        network = Witnesses(shared=True)
        alone = network.host(endpoint("10.0.0.1", 1))
        for step in range(20 * 60 * 64):
            network.beat(step / 64)
        assert len(network.beats) <= 8192
        assert alone.beats is network.beats
        assert [network.lively(sent, 0.0) for sent in (10.0, 1140.0, 1199.0)] == [False, True, True]

    @pytest.mark.parametrize(
        ("one", "other", "same"),
        [
            ("10.0.0.1", "10.0.0.254", True), ("10.0.0.1", "10.0.1.1", False), ("10.0.1.1", "10.0.11.1", False),
            ("2001:db8::1", "2001:db8:0:0:ffff::", True), ("2001:db8::1", "2001:db8:0:1::1", False),
        ],
    )  # fmt: skip
    def test_networks_are_a_24_and_a_64(self, one: str, other: str, same: bool) -> None:
        networks = Networks()
        assert (networks.of(endpoint(one, 1).place) is networks.of(endpoint(other, 1).place)) is same


def endpoint(host: str, port: int) -> Endpoint:
    return Endpoint(Place(host, AF_INET6 if ":" in host else AF_INET), port, (Request(timeout=1.0, retries=1),))


def opened(port: int, attempts: int = 1) -> OpenPort:
    trial = Trial(endpoint("10.0.0.1", port), None, 1.0)  # type: ignore[arg-type]
    trial.attempts = attempts
    return OpenPort(trial, now=0.0)


class TestWhatIsForgiven:
    """10.0.0.1 and 10.0.1.1, which share a pool: what the one lost while it was gone is no loss of the other."""

    def setup_method(self) -> None:
        networks = Networks()
        self.gone, self.other = endpoint("10.0.0.1", 1), endpoint("10.0.1.1", 1)
        for each in (self.gone, self.other):
            each.place.network = networks.of(each.place)
        self.path = Path(100)

    def is_gone(self, place: Place) -> bool:
        return place.network is self.gone.place.network

    def test_each_miss_is_taken_out_once(self) -> None:
        cohort = self.path.open_cohort(10.0)
        for _ in range(14):
            self.path.lose(cohort, self.gone)
        self.path.lose(cohort, self.other)
        assert self.path.forgive(self.is_gone, since=10.0) == 14
        part = self.path.split(self.is_gone)
        assert (self.path.lost, part.lost, cohort.lost) == (1, 0, 1)

    def test_what_was_lost_long_before_stays(self) -> None:
        early, late = self.path.open_cohort(10.0), self.path.open_cohort(20.0)
        self.path.lose(early, self.gone)
        self.path.lose(late, self.gone)
        assert self.path.forgive(self.is_gone, since=20.0) == 1
        assert (self.path.lost, early.lost, late.lost) == (1, 1, 0)


class TestResponders:
    def test_refused_ports_take_turns_and_are_never_used_up(self) -> None:
        responders = Responders(4)
        for port in (1, 2, 3):
            responders.refuses(endpoint("10.0.0.1", port))
        responders.opens(opened(80))
        asked = [responders.next(now=0.0) for _ in range(6)]
        assert sorted(each.port for each in asked if each) == [1, 1, 2, 2, 3, 3]

    def test_an_open_port_is_asked_twice_a_tenth_of_a_second_apart(self) -> None:
        responders = Responders(4)
        responders.opens(opened(80))
        asked = [(now, responders.next(now)) for now in (0.05, 0.1, 0.15, 0.2, 0.3, 9.0)]
        assert [now for now, each in asked if each] == [0.1, 0.2]
        assert not responders

    @pytest.mark.parametrize(("attempts", "asks"), [(1, 2), (2, 1), (3, 0)])
    def test_attempts_that_it_may_have_seen_count(self, attempts: int, asks: int) -> None:
        responders = Responders(4)
        responders.opens(opened(80, attempts))
        assert sum(responders.next(now) is not None for now in range(1, 9)) == asks

    def test_a_path_and_a_network_share_what_an_open_port_was_asked(self) -> None:
        path, network, port = Responders(64), Responders(4), opened(80)
        path.opens(port)
        network.opens(port)
        assert path.next(1.0)
        assert network.next(2.0)
        assert not path
        assert not network
        assert path.next(3.0) is None
        assert network.next(3.0) is None
