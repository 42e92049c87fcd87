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
    `port_says` has it, a RST by default."""

    def __init__(
        self,
        there: Callable[[str, float], bool],
        port_says: Callable[[int], Answer | None] = lambda port: Answer(0.001, "rst"),
    ) -> None:
        self.there = there
        self.port_says = port_says
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
        return self.port_says(port) if self.there(host, now - START) else None

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
    """At 20 requests a second the sweep takes a minute and a half; the host comes after ten seconds."""
    link = Link(lambda host, seconds: seconds > 10.0)
    rows = link.play(2, 1000, rate=20.0)
    early = [row.state for second, row in rows if second < 10.0]
    late = Counter(row.state for second, row in rows if second > 25.0)
    assert State.REFUSED not in early
    assert State.UNREACHABLE not in late
    assert sum(late.values()) + sum(second <= 25.0 for second, _ in rows) == 2000


def test_a_rate_is_not_spent_on_who_is_not_there() -> None:
    link = Link(live)
    rows = link.play(50, 100, rate=100.0)
    assert told(rows) == {ABSENT: 45 * 100, CLOSED: 5 * 100}
    assert max(second for second, _ in rows) < 12.0


def test_a_late_answer_beats_the_kernels_word() -> None:
    """It came up just before the kernel gave up on it."""
    link = Link(lambda host, seconds: seconds > 2.9)
    rows = link.play(1, 5)
    assert told(rows) == {CLOSED: 5} or told(rows)[ABSENT] == 0
