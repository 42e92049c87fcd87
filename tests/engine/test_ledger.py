"""SYNs on the wire: what a rate promises, including the kernel's repeats, in plain numbers and on the fake kernel."""

from collections import defaultdict
from itertools import pairwise

import pytest

from scanner.engine.brakes.host_rate import HostRate
from scanner.engine.brakes.ledger import Ledger
from scanner.engine.flight.probe import BareTrial, Probe
from scanner.engine.flight.verdict import REFUSED
from scanner.model import Endpoint, Place, Request, State
from tests.engine.fakes import AF_INET, Answer, FakeKernel, ListSource, play
from tests.engine.simulated.invariants import most_in_a_second
from tests.engine.simulated.play import REPEATS

OLD_KERNEL = tuple(1.01 * after for after in (1, 3, 7, 15))


def trial() -> BareTrial:
    return BareTrial(Endpoint(Place("10.0.0.1", AF_INET), 80, (Request(),)))


def waiting(one: BareTrial) -> Probe:
    """A probe of this trial, whose first attempt is in flight."""
    probe = Probe(FakeKernel(lambda *_: None).socket(AF_INET), AF_INET, [], None)
    probe.trial, probe.attempt = one, 1
    one.attempts, one.probes = 1, (probe,)
    return probe


def closed(probe: Probe, now: float) -> None:
    """Its socket was closed, after silence."""
    assert probe.trial is not None
    probe.trial.probes, probe.trial, probe.ended = (), None, now


def free_at(ledger: Ledger, times: list[float]) -> list[int]:
    """How many tokens there are at each of these times."""
    free = []
    for now in times:
        ledger.look(now)
        free.append(ledger.free())
    return free


def test_an_answered_attempt_holds_its_token_for_a_second() -> None:
    ledger, one = Ledger(2.0), trial()
    ledger.take(one, 0.0)
    one.attempts, one.verdict, one.rtt_ms = 1, REFUSED, 1.0
    ledger.launched(0.001)
    assert free_at(ledger, [0.0, 0.99, 1.0, 1.002]) == [1, 1, 1, 2]
    assert ledger.next_free() == float("inf")


def test_one_that_waits_holds_it_until_a_second_after_its_last_repeat() -> None:
    ledger, one = Ledger(1.0), trial()
    ledger.take(one, 0.0)
    probe = waiting(one)
    ledger.launched(0.0)
    assert free_at(ledger, [0.98, 1.5, 1.98, 2.5]) == [0] * 4
    closed(probe, 2.5)  # it sent SYNs at 0, 1 and 2
    assert free_at(ledger, [2.98, 3.0, 3.2]) == [0, 0, 1]


def test_a_look_that_comes_too_late_supposes_the_worst() -> None:
    """The process stood still for 5 s and could close the socket only then: until that moment the kernel sent on."""
    ledger, one = Ledger(1.0), trial()
    ledger.take(one, 0.0)
    probe = waiting(one)
    ledger.launched(0.0)
    closed(probe, 5.0)
    assert free_at(ledger, [5.1, 5.9, 6.0]) == [0, 0, 1]


def test_a_look_that_comes_too_late_is_no_harm_where_the_socket_was_closed_in_time() -> None:
    ledger, one = Ledger(1.0), trial()
    ledger.take(one, 0.0)
    probe = waiting(one)
    ledger.launched(0.0)
    closed(probe, 0.975)
    assert free_at(ledger, [1.2]) == [1]


def test_the_tokens_of_one_host_are_not_those_of_another() -> None:
    ledger = Ledger(1.0)
    ledger.take(trial(), 0.0, "10.0.0.1")
    assert (ledger.free("10.0.0.1"), ledger.free("10.0.0.2")) == (0, 1)
    assert ledger.look(1.0) == ["10.0.0.1"]


def silent_but(*ports: int) -> FakeKernel:
    return FakeKernel(lambda host, port, nth, now: Answer(0.002, "rst") if port in ports else None, repeats=REPEATS)


@pytest.mark.thinned(4)
@pytest.mark.parametrize("timeout", [0.3, 1.0, 1.3, 4.0, 10.0])
@pytest.mark.parametrize("retries", [0, 1, 3])
@pytest.mark.parametrize("responders", [0, 5])
def test_no_second_has_more_syns_than_the_rate(timeout: float, retries: int, responders: int) -> None:
    kernel = silent_but(*range(1, 1 + responders))
    source = ListSource([f"10.0.0.{n}" for n in range(1, 4)], range(1, 31), timeout=timeout, retries=retries)
    rows = play(kernel, source, rate=50.0)
    silent = [row for row in rows if row.state is State.TIMEOUT]
    assert len(silent) == 3 * (30 - responders)
    assert most_in_a_second(sorted(time for time, _, _ in kernel.wire)) <= 50
    if timeout <= 1.0:
        assert len(kernel.wire) == len(kernel.sent), "a repeat that nobody waited for"


@pytest.mark.thinned(4)
@pytest.mark.parametrize("repeats", [REPEATS, OLD_KERNEL])
@pytest.mark.parametrize("rate", [0.5, 1.0, 2.5, 5.0, 40.0])
@pytest.mark.parametrize("timeout", [0.3, 1.0, 4.0])
def test_no_second_of_a_host_has_more_than_its_rate(repeats: tuple[float, ...], rate: float, timeout: float) -> None:
    kernel = silent_but(1)
    kernel.repeats = repeats
    source = ListSource(["10.0.0.1", "10.0.0.2"], range(1, 9), timeout=timeout)
    play(kernel, source, host_rate=HostRate(rate), rate=60.0)
    by_host = defaultdict(list)
    for time, host, _ in sorted(kernel.wire):
        by_host[host].append(time)
    assert sorted(by_host) == ["10.0.0.1", "10.0.0.2"]
    for times in by_host.values():
        assert len(times) > 1
        if rate < 1.0:
            assert min(later - earlier for earlier, later in pairwise(times)) >= 1.0 / rate
        else:
            assert most_in_a_second(times) <= rate


@pytest.mark.parametrize(("timeout", "syns"), [(0.3, 1), (1.0, 1), (4.0, 4)])
def test_what_a_rate_allows_is_used_for_silence_too(timeout: float, syns: int) -> None:
    """300 silent ports take two attempts each, and each attempt takes as many SYNs as fit into its timeout."""
    kernel = silent_but()
    play(kernel, ListSource(["10.0.0.1"], range(1, 301), timeout=timeout), rate=50.0)
    assert len(kernel.wire) == 600 * syns
    assert kernel.now - 100.0 <= 1.15 * len(kernel.wire) / 50.0 + timeout


def test_answers_that_come_at_once_pay_for_nothing() -> None:
    kernel = silent_but(*range(1, 501))
    play(kernel, ListSource(["10.0.0.1"], range(1, 501), timeout=4.0), rate=100.0)
    assert kernel.now - 100.0 <= 5.2


def test_a_late_answer_after_a_repeat_still_counts() -> None:
    """A way via satellite: 1.3 s. The attempt waits for its whole timeout and pays for its repeats."""
    kernel = FakeKernel(lambda *_: Answer(1.3, "rst"), repeats=REPEATS)
    rows = play(kernel, ListSource(["10.0.0.1"], range(1, 101), timeout=4.0), rate=50.0)
    assert {(row.state, row.attempts) for row in rows} == {(State.REFUSED, 1)}
    assert most_in_a_second(sorted(time for time, _, _ in kernel.wire)) <= 50


@pytest.mark.parametrize("stall", [0.5, 1.5, 5.0])
@pytest.mark.parametrize("timeout", [0.3, 1.0, 4.0])
def test_a_process_that_stood_still_owes_what_the_kernel_sent_meanwhile(stall: float, timeout: float) -> None:
    kernel = silent_but()
    kernel.stall = (101.3, stall)
    play(kernel, ListSource(["10.0.0.1"], range(1, 201), timeout=timeout), rate=50.0)
    assert most_in_a_second(sorted(time for time, _, _ in kernel.wire)) <= 50


def test_without_a_rate_nothing_changes() -> None:
    """What is overdue goes on listening: a late answer counts too."""
    kernel = FakeKernel(lambda host, port, nth, now: Answer(1.9, "rst") if nth == 1 else None)
    (row,) = play(kernel, ListSource(["10.0.0.1"], [1], timeout=1.0))
    assert row.state is State.REFUSED
