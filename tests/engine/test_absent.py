"""Attached hosts through the whole engine: one probe to each that is not there, no row before the kernel's word."""

import ipaddress
import socket
from collections import Counter
from collections.abc import Callable

import pytest

from scanner.engine.brakes.neighbours import Neighbours
from scanner.machine.attached_networks import AttachedNetworks
from scanner.machine.neighbour_entries import NeighbourKey, Resolution
from scanner.model import Result, State
from tests.engine.fakes import START, Answer, FakeKernel, ListSource, engine_for, finish

NETWORK = ipaddress.ip_network("10.1.0.0/16")
KERNEL_S = 3.07  # so long it asks


class Link:
    """An attached network: `there(host, seconds)` says whether a host has its address by then. It answers as
    `port_says` has it, a RST by default. `tells`: the kernel says to the probe itself that nobody is there."""

    def __init__(
        self,
        there: Callable[[str, float], bool],
        port_says: Callable[[int], Answer | None] = lambda port: Answer(0.001, "rst"),
        *,
        tells: bool = True,
    ) -> None:
        self.there = there
        self.port_says = port_says
        self.tells = tells
        self.asked: dict[str, float] = {}
        self.syns: Counter[str] = Counter()
        self.most_at_once = 0
        self.kernel = FakeKernel(self.network)

    def network(self, host: str, port: int, attempt: int, now: float) -> Answer | None:
        self.syns[host] += 1
        if self.state(host) in (None, Resolution.FAILED):
            self.asked[host] = now
        asking = sum(self.state(each) is Resolution.RESOLVING for each in self.asked)
        self.most_at_once = max(self.most_at_once, asking)
        until = self.asked[host] + KERNEL_S
        for wait in range(64 if until > now else 1):  # the kernel keeps the SYN until the host is there
            if self.there(host, now + wait / 20 - START) and (wait == 0 or now + wait / 20 < until):
                answer = self.port_says(port)
                return answer and answer._replace(delay=answer.delay + wait / 20)
        return Answer(until - now, "own-unreach") if self.tells else None

    def state(self, host: str) -> Resolution | None:
        since, now = self.asked.get(host), self.kernel.now
        if since is None:
            return None
        if self.there(host, now - START):
            return Resolution.RESOLVED
        return Resolution.RESOLVING if now - since < KERNEL_S else Resolution.FAILED

    def entries(self, family: int) -> dict[NeighbourKey, Resolution]:
        states = {host: self.state(host) for host in self.asked}
        return {(socket.inet_aton(host), 0): said for host, said in states.items() if said is not None}

    def play(self, hosts: int, ports: int, *, table: int = 1024, **options: object) -> list[tuple[float, Result]]:
        """The rows of these hosts, each with the second in which it came."""
        of = {key: options.pop(key) for key in ("timeout", "retries", "typed_timeout") if key in options}
        source = ListSource([str(NETWORK[n]) for n in range(1, hosts + 1)], range(1, ports + 1), **of)  # type: ignore[arg-type]
        engine, _ = engine_for(
            self.kernel,
            source,
            attached=AttachedNetworks([NETWORK]),
            neighbours=Neighbours(table, self.entries),
            **options,
        )
        return finish(self.kernel, engine, most_seconds=4000.0)


def told(rows: list[tuple[float, Result]]) -> Counter[tuple[State, str, str, str]]:
    return Counter((row.state, row.reason, row.icmp_from, row.doubt) for _, row in rows)


ABSENT = (State.UNREACHABLE, "host-unreach", "", "")
CLOSED = (State.REFUSED, "conn-refused", "", "")


def live(host: str, seconds: float) -> bool:
    return host.endswith("7")


def test_one_probe_each_and_no_silence_before_the_kernels_word() -> None:
    link = Link(live)
    rows = link.play(100, 50)
    assert told(rows) == {ABSENT: 90 * 50, CLOSED: 10 * 50}
    assert {count for host, count in link.syns.items() if not live(host, 0.0)} == {1}
    assert max(second for second, _ in rows) < KERNEL_S + 0.5
    attempts = Counter(row.attempts for _, row in rows if row.state is State.UNREACHABLE)
    assert attempts == {1: 90, 0: 90 * 49}
    assert {row.rtt_ms for _, row in rows if row.state is State.UNREACHABLE} == {None}


def test_the_live_do_not_wait_for_the_dead() -> None:
    rows = Link(live).play(100, 50)
    assert max(second for second, row in rows if row.state is State.REFUSED) < 1.0


def test_whose_ports_are_silent_is_not_absent() -> None:
    rows = Link(live, lambda port: None).play(20, 5)
    assert {row.doubt for _, row in rows if row.state is State.TIMEOUT} == {"unverified"}
    states = Counter(row.state for _, row in rows)
    assert states == {State.UNREACHABLE: 18 * 5, State.TIMEOUT: 2 * 5}


@pytest.mark.parametrize("timeout", [0.3, 0.5, 2.0])
def test_a_typed_timeout_holds_and_says_what_is_pending(timeout: float) -> None:
    rows = Link(live).play(20, 1, timeout=timeout, typed_timeout=True, retries=0)
    assert told(rows) == {(State.TIMEOUT, "no-response", "", "neighbour-pending"): 18, CLOSED: 2}
    assert max(second for second, _ in rows) < timeout + 0.3


def test_the_other_ports_of_a_pending_host_wait_all_the_same() -> None:
    rows = Link(live).play(20, 3, timeout=0.5, typed_timeout=True, retries=0)
    assert told(rows) == {
        (State.TIMEOUT, "no-response", "", "neighbour-pending"): 18,
        ABSENT: 18 * 2,
        CLOSED: 2 * 3,
    }


@pytest.mark.parametrize("timeout", [5.0])
def test_a_longer_one_hears_the_kernel(timeout: float) -> None:
    rows = Link(live).play(20, 3, timeout=timeout, typed_timeout=True)
    assert told(rows) == {ABSENT: 18 * 3, CLOSED: 2 * 3}
    assert max(second for second, _ in rows) < KERNEL_S + 0.5


def test_more_hosts_than_the_table_has_room_for() -> None:
    link = Link(live)
    rows = link.play(200, 3, table=100)
    assert told(rows) == {ABSENT: 180 * 3, CLOSED: 20 * 3}
    assert link.most_at_once <= 60


def test_who_turns_up_is_probed_for_all_rows_that_are_still_to_come() -> None:
    """At 20 requests a second the live host's ports take fifty seconds; the other comes after twenty."""
    link = Link(lambda host, seconds: host.endswith(".1") or seconds > 20.0)
    rows = link.play(2, 1000, rate=20.0)
    second_host = [(second, row.state) for second, row in rows if row.address.endswith(".2")]
    assert len(rows) == 2000
    assert {state for second, state in second_host if second < 20.0} == {State.UNREACHABLE}
    assert {state for second, state in second_host if second > 35.0} == {State.REFUSED}
    assert {state for _, state in second_host} == {State.UNREACHABLE, State.REFUSED}


def test_who_leaves_in_mid_scan_is_absent_from_the_kernels_word_on() -> None:
    link = Link(lambda host, seconds: host.endswith(".1") or seconds < 10.0)
    rows = link.play(2, 1000, rate=20.0)
    second_host = [(second, row.state) for second, row in rows if row.address.endswith(".2")]
    assert {state for second, state in second_host if second < 10.0} == {State.REFUSED}
    assert {state for second, state in second_host if second > 20.0} == {State.UNREACHABLE}
    assert link.syns[str(NETWORK[2])] < 300


def test_a_rate_is_not_spent_on_who_is_not_there() -> None:
    link = Link(live)
    rows = link.play(50, 100, rate=100.0)
    assert told(rows) == {ABSENT: 45 * 100, CLOSED: 5 * 100}
    assert max(second for second, _ in rows) < 12.0


@pytest.mark.parametrize("arrives", [0.7, 1.5, 2.9])
@pytest.mark.parametrize("options", [{}, {"retries": 0}], ids=["", "-r 0"])
def test_who_comes_up_before_the_kernel_gives_up_is_there(arrives: float, options: dict[str, int]) -> None:
    """And however often its ports were silent until then, each has all its attempts."""
    link = Link(lambda host, seconds: seconds > arrives)
    assert told(link.play(1, 50, **options)) == {CLOSED: 50}
    silent = Link(lambda host, seconds: seconds > arrives, lambda port: None if port == 1 else Answer(0.3, "rst"))
    rows = silent.play(1, 50, **options)
    assert Counter(row.state for _, row in rows) == {State.REFUSED: 49, State.TIMEOUT: 1}
    (second,) = [second for second, row in rows if row.state is State.TIMEOUT]
    assert second > arrives + 1.0, "it is listened to from the time on that it may be answered"


@pytest.mark.parametrize("live_ports", [range(1, 300), range(1, 2)])
def test_this_hosts_own_firewall_makes_nobody_absent(live_ports: range) -> None:
    """It rejects one port with the kernel's own words; every other port of that host is refused."""
    link = Link(lambda host, seconds: True, lambda port: Answer(0.001, "own-unreach" if port == 25 else "rst"))
    rows = link.play(2, 299)
    states = {row.port: row.state for _, row in rows}
    assert Counter(states.values()) == {State.REFUSED: 298, State.UNREACHABLE: 1}
    assert states[25] is State.UNREACHABLE


def test_where_the_kernel_asks_for_nobody_nobody_waits() -> None:
    """Policy routing sends the packets elsewhere, where they are dropped."""
    link = Link(lambda host, seconds: False, tells=False)
    link.entries = lambda family: {}  # type: ignore[method-assign]
    rows = link.play(3, 20)
    assert {row.state for _, row in rows} == {State.TIMEOUT}
    assert {row.doubt for _, row in rows} == {"unverified"}
    assert max(second for second, _ in rows) < 4.0


def test_more_networks_than_the_table_has_room_for_are_not_asked_for_at_each_port() -> None:
    link = Link(live)
    rows = link.play(600, 20, table=100)
    assert told(rows) == {ABSENT: 541 * 20, CLOSED: 59 * 20}
    assert max(second for second, _ in rows) < 600 / 60 * KERNEL_S * 1.5


@pytest.mark.parametrize(("confirmed", "latest"), [(5.2, 5.6), (1000.0, 15.0)])
def test_a_silence_is_told_as_soon_as_the_kernel_has_checked_an_old_entry(confirmed: float, latest: float) -> None:
    """Nothing else happens meanwhile: no packet comes, and none leaves. A kernel that never ends is not awaited."""
    link = Link(lambda host, seconds: True, lambda port: None)

    def entries(family: int) -> dict[NeighbourKey, Resolution]:
        word = Resolution.CHECKING if link.kernel.now - START < confirmed else Resolution.RESOLVED
        return {(socket.inet_aton(host), 0): word for host in link.asked}

    link.entries = entries  # type: ignore[method-assign]
    rows = link.play(2, 3)
    assert {row.state for _, row in rows} == {State.TIMEOUT}
    assert len(rows) == 6
    assert 5.0 < max(second for second, _ in rows) < latest


@pytest.mark.parametrize("kind", ["open", "rst"])
def test_who_wakes_up_slowly_is_not_slow_for_that(kind: str) -> None:
    """The first packet waits until the kernel knows its address: what that took says nothing of its other ports."""
    link = Link(
        lambda host, seconds: host.endswith(".1") or seconds > 1.7,
        lambda port: Answer(0.001, kind) if port % 2 else None,
    )
    rows = link.play(2, 40)
    assert {row.doubt for _, row in rows if row.state is State.TIMEOUT} == {""}


def test_who_left_long_ago_is_absent_though_the_kernel_asks_anew_meanwhile() -> None:
    """It sends to the old address, checks it for eight seconds, and the next packet has it ask from the start."""
    link = Link(lambda host, seconds: host.endswith(".1"), lambda port: Answer(0.001, "rst"))
    link.network = lambda host, port, attempt, now: Answer(0.001, "rst") if host.endswith(".1") else None  # type: ignore[method-assign]
    link.kernel = FakeKernel(link.network)

    def entries(family: int) -> dict[NeighbourKey, Resolution]:
        seconds = link.kernel.now - START
        word = Resolution.CHECKING if seconds < 8.0 else Resolution.RESOLVING if seconds < 11.0 else Resolution.FAILED
        of = {"10.1.0.1": Resolution.RESOLVED, "10.1.0.2": word}
        return {(socket.inet_aton(host), 0): said for host, said in of.items()}

    link.entries = entries  # type: ignore[method-assign]
    rows = link.play(2, 200, rate=50.0)
    assert told([each for each in rows if each[1].address.endswith(".2")]) == {ABSENT: 200}
