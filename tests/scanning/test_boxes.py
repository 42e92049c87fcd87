"""Boxes that answer everything, but leave out some ports, or stop: refusals behind a run prove nothing."""

import errno
import random
from collections import Counter
from collections.abc import Container

import pytest

from scanner.engine.brakes.host_rate import HostRate
from scanner.model import Doubt, State
from tests.engine.fakes import START, Answer, Network
from tests.scanning.phantoms import RST, Box, Sweep, sweep
from tests.scanning.test_phantoms import held

HOST = "10.0.0.1"
REAL = frozenset({22, 80, 700, 900})
WINDOWS = frozenset({135, 136, 137, 138, 139, 445})
RATES = [None, 200.0]


def scan(box: Box, rate: float | None, *, canary: bool = False, ports: range = range(1, 1001)) -> Sweep:
    return sweep(box, [HOST], ports, canary=canary, **({"rate": rate} if rate else {}))  # type: ignore[arg-type]


def told_apart(outcome: Sweep, box: Box, *, late: int = 0) -> None:
    """Phantoms are in doubt, up to `late` of them; and what was really open before the box began, or after its end,
    is not."""
    left: dict[int, float] = {}
    for at, _, port in outcome.sent:
        left.setdefault(port, at)
    began, ended = box.began[HOST], box.ended.get(HOST, 1e9)
    phantoms = [row for _, row in outcome.rows if row.state is State.OPEN and began <= left[row.port] < ended]
    assert phantoms
    assert len([row for row in phantoms if not row.doubt]) <= late
    real = [row for _, row in outcome.rows if row.state is State.OPEN and not began <= left[row.port] < ended]
    assert {row.port for row in real} <= REAL
    assert not [row.port for row in real if row.doubt]


# Some ports always refuse

EVERY_TENTH = range(0, 2000, 10)
EVERY_30TH = range(0, 2000, 30)


@pytest.mark.thinned(3)
@pytest.mark.parametrize("rate", RATES)
@pytest.mark.parametrize(
    "never", [{500}, WINDOWS, EVERY_30TH, EVERY_TENTH, range(500, 600)], ids=["one", "windows", "30th", "tenth", "wide"]
)
@pytest.mark.parametrize("after", [200, *(pytest.param(after, marks=pytest.mark.slow) for after in (150, 400))])
@pytest.mark.parametrize("delay", [0.02, pytest.param(0.0002, marks=pytest.mark.slow)])
def test_a_box_that_leaves_out_some_ports(after: int, never: Container[int], rate: float | None, delay: float) -> None:
    box = Box(after, REAL, never=never, delay=delay)
    outcome = scan(box, rate)
    held(outcome, box)
    assert len(outcome.ports(Doubt.ACCEPTS_EVERYTHING)) > 600 - after
    assert len(outcome.sent) <= 1000 + 6


@pytest.mark.parametrize("rate", RATES)
def test_a_box_from_the_start_that_leaves_out_some_ports(rate: float | None) -> None:
    for never in ({500}, WINDOWS, EVERY_30TH):
        assert not scan(Box(0, never=never, delay=0.02), rate).ports("")


def test_what_only_the_canary_tells() -> None:
    """Nine of ten from the start: a host with as many open ports looks the same."""
    assert not scan(Box(0, never=EVERY_TENTH, delay=0.02), None, canary=True).ports("")


# A box that stops


@pytest.mark.thinned(3)
@pytest.mark.parametrize("canary", [False, True], ids=["", "canary"])
@pytest.mark.parametrize("rate", RATES)
@pytest.mark.parametrize("delay", [0.05, pytest.param(0.0002, marks=pytest.mark.slow)])
@pytest.mark.parametrize(("after", "until"), [(0, 300), (100, 500), (40, 65), (300, 320), (300, 860)])
def test_a_box_that_stops(after: int, until: int, delay: float, rate: float | None, canary: bool) -> None:
    box = Box(after, REAL, until=until, delay=delay)
    outcome = scan(box, rate, canary=canary)
    told_apart(outcome, box)
    assert outcome.ports(Doubt.ACCEPTS_EVERYTHING)
    assert len(outcome.sent) <= 1000 + 8, "two witnesses, two of its own, two canaries, and two when it was over"


def test_its_own_ports_are_asked_within_the_hosts_rate() -> None:
    box = Box(100, REAL, until=200, delay=0.02)
    outcome = sweep(box, [HOST], range(1, 401), host_rate=HostRate(50))
    assert outcome.ports("") == {22, 80}
    times = [at for at, _, _ in outcome.sent]
    assert len(times) >= 400 + 2
    assert all(sum(start <= at < start + 1 for at in times) <= 50 for start in times)


def test_no_port_is_asked_more_than_twice() -> None:
    box = Box(100, REAL, until=500, delay=0.02)
    outcome = scan(box, 200.0)
    asked = [port for _, _, port in outcome.sent]
    assert max(asked.count(port) for port in asked) == 2
    assert len(outcome.rows) == 1000


@pytest.mark.parametrize("rate", [100.0, 300.0])
@pytest.mark.parametrize(("begins", "ends"), [(1.0, 2.0), (0.0, 3.0), (0.5, 1.2), (2.0, 2.3)])
def test_real_ports_after_the_end(begins: float, ends: float, rate: float) -> None:
    """A mark ends with the box: two ports that it had opened are asked again, when the next one is open."""
    sent: dict[int, float] = {}

    def network(host: str, port: int, attempt: int, now: float) -> Answer:
        sent.setdefault(port, now - START)
        return Answer(0.02, "open" if begins <= now - START < ends or port in REAL else RST)

    outcome = sweep(network, [HOST], range(1, 1001), rate=rate)
    undoubted = outcome.ports("")
    assert undoubted == {port for port in REAL if not begins <= sent[port] < ends}


def test_a_box_that_begins_again() -> None:
    """The ports that it had opened the first time are witnesses."""
    sent: dict[int, float] = {}

    def network(host: str, port: int, attempt: int, now: float) -> Answer:
        sent.setdefault(port, now - START)
        at_work = 0.5 <= now - START < 1.0 or now - START >= 2.0
        return Answer(0.02, "open" if at_work or port in REAL else RST)

    outcome = sweep(network, [HOST], range(1, 1001), rate=300.0)
    assert not outcome.ports("") - REAL
    assert 700 not in outcome.ports("")
    assert {22, 80} <= outcome.ports("")
    assert len(outcome.ports(Doubt.ACCEPTS_EVERYTHING)) > 400


def test_the_far_end_may_answer_late() -> None:
    """Its probes waited for their turn, or their answers did: from then on all is in doubt that is still open."""

    def network(host: str, port: int, attempt: int, now: float) -> Answer:
        return Answer(0.95 if port > 998 else 0.001, "open")

    outcome = sweep(network, [HOST], range(1, 1001), rate=200.0)
    assert 100 < len(outcome.ports("")) <= 250, "a second's worth"


# Who must not be marked


@pytest.mark.parametrize("rate", [60.0, 200.0, None])
@pytest.mark.parametrize("opened", [25, 40])
def test_a_host_whose_list_begins_with_its_open_ports(opened: int, rate: float | None) -> None:
    """One port from the far end of the list tells, before the first 20 make a mark."""
    real = set(range(2200, 2200 + opened))

    def network(host: str, port: int, attempt: int, now: float) -> Answer:
        return Answer(0.001, "open" if port in real else RST)

    outcome = sweep(network, [HOST], range(2200, 2300), **({"rate": rate} if rate else {}))  # type: ignore[arg-type]
    assert outcome.ports("") == real


@pytest.mark.parametrize("shut", [RST, None])
def test_twenty_ports_and_95_in_100_at_the_end(shut: str | None) -> None:
    """Whatever the far end said: so it is at the end of the scan."""

    def network(host: str, port: int, attempt: int, now: float) -> Answer | None:
        return Answer(0.001, "open") if port < 40 else shut and Answer(0.001, shut)  # type: ignore[return-value]

    assert sweep(network, [HOST], range(1, 41)).ports(Doubt.ACCEPTS_EVERYTHING) == set(range(1, 40))


@pytest.mark.parametrize("rate", RATES)
@pytest.mark.parametrize("seed", range(3))
def test_open_ports_here_and_there_cost_nothing(seed: int, rate: float | None) -> None:
    real = set(random.Random(seed).sample(range(1, 1001), 30))

    def network(host: str, port: int, attempt: int, now: float) -> Answer:
        return Answer(0.02, "open" if port in real else RST)

    outcome = sweep(network, [HOST], range(1, 1001), **({"rate": rate} if rate else {}))  # type: ignore[arg-type]
    assert outcome.ports("") == real
    assert len(outcome.sent) <= 1000 + 2 * 5, "two witnesses for two of them side by side, or three"


@pytest.mark.parametrize("lost_in", [1000, 20, 5])
@pytest.mark.parametrize("rate", RATES)
def test_runs_of_a_real_host_under_loss(rate: float | None, lost_in: int) -> None:
    rolls = random.Random(lost_in)
    real = {port for port in range(1, 1001) if port // 40 % 3 == 1 or port % 100 == 7}

    def network(host: str, port: int, attempt: int, now: float) -> Answer | None:
        if rolls.random() < 1 / lost_in:
            return None
        return Answer(0.02, "open" if port in real else RST)

    outcome = sweep(network, [HOST], range(1, 1001), **({"rate": rate} if rate else {}))  # type: ignore[arg-type]
    assert not outcome.ports(Doubt.ACCEPTS_EVERYTHING)


def test_rows_are_kept_for_three_seconds_at_most_whatever_is_asked() -> None:
    """A host with runs of open ports that answers slowly, and never what it is asked a second time: nobody vouches."""
    left: dict[int, float] = {}

    def network(host: str, port: int, attempt: int, now: float) -> Answer | None:
        if port in left:
            return None
        left[port] = now - START
        return Answer(0.15, "open" if port // 20 % 4 == 0 else RST)

    outcome = sweep(network, [HOST], range(1, 1001), rate=200.0)
    assert max(at - left[row.port] for at, row in outcome.rows if row.state is State.OPEN) < 0.15 + 3.1
    assert outcome.ports(Doubt.ACCEPTS_EVERYTHING)


# Silent hosts


def silent_host(box: Box, refusing: Container[int]) -> Network:
    """Of which some ports refuse, whatever the box does."""

    def network(host: str, port: int, attempt: int, now: float) -> Answer | None:
        answer = box(host, port, attempt, now)
        return Answer(0.0002, RST) if port in refusing else answer

    return network


@pytest.mark.thinned(5)
@pytest.mark.parametrize("canary", [False, True], ids=["", "canary"])
@pytest.mark.parametrize("rate", [200.0, 500.0, None])
@pytest.mark.parametrize("refusing", [(), {445}, WINDOWS], ids=["none", "one", "windows"])
def test_a_silent_host_of_which_only_a_few_ports_refuse(
    refusing: Container[int], rate: float | None, canary: bool
) -> None:
    """What refuses is what the box leaves out. The silent ports tell; what was open before stays what it was."""
    box = Box(200, {22, 80}, shut=None)
    options = {"rate": rate} if rate else {}
    outcome = sweep(silent_host(box, refusing), [HOST], range(1, 1001), canary=canary, **options)  # type: ignore[arg-type]
    assert outcome.ports("") <= {22, 80}
    if rate:  # else the box is at work before any silent port is known to be silent
        assert outcome.ports("") == {22, 80}


@pytest.mark.parametrize("real", [{505, 900}, {505, 506, 900}, {505, 507, 700, 900}])
@pytest.mark.parametrize("rate", [200.0, 500.0])
def test_real_ports_right_behind_the_end(real: set[int], rate: float) -> None:
    """They are asked again no more than the others: it is the phantoms that refuse then. Those side by side with the
    end stay in doubt."""
    outcome = scan(Box(100, real, until=500, delay=0.0002), rate)
    assert {port for port in real if port > 600} <= outcome.ports("")
    assert outcome.ports("") <= real


def test_a_question_that_cannot_leave_ends() -> None:
    """This host's own firewall forbids to ask any port again, from a moment on."""
    seen: Counter[int] = Counter()

    def fails(address: tuple[str, int], now: float) -> int:
        seen[address[1]] += 1
        return errno.EACCES if seen[address[1]] > 1 else 0

    def network(host: str, port: int, attempt: int, now: float) -> Answer:
        return Answer(0.02, "open" if 200 <= port < 240 or port > 2500 else RST)

    outcome = sweep(network, [HOST], range(1, 3001), canary=True, rate=500.0, fails=fails)
    left = {port: at for at, _, port in reversed(outcome.sent)}
    assert max(at - left[row.port] for at, row in outcome.rows if row.state is State.OPEN) < 3.2
    assert not {port for port in outcome.ports("") if port > 2600}


@pytest.mark.parametrize("at", [0.9, 1.0, 3.95])
@pytest.mark.parametrize("timeout", [1.0, 4.0])
def test_a_late_name_brings_more_ports_of_a_host_that_was_done(timeout: float, at: float) -> None:
    """While witnesses of it are still out, which do not answer: no row is lost."""
    seen: Counter[int] = Counter()

    def network(host: str, port: int, attempt: int, now: float) -> Answer | None:
        seen[port] += 1
        if port <= 5:
            return Answer(0.01, RST) if seen[port] == 1 else None
        return Answer(0.01, "open") if port < 104 else None

    sweep(network, [HOST], range(1, 31), late=(at, range(101, 141)), patience=timeout)
