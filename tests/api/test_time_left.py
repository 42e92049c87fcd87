"""The time left is told right within a fifth from a tenth of the course on, whatever holds a steady scan back."""

from math import ceil, inf

import pytest

from scanner.api.time_left import Course, SpeedLimits, TimeLeft
from tests.api.steady_scan import Network, steady
from tests.reports.made import place, result

ALL_ANSWER = Network(64, 40)
ALL_SILENT = Network(64, 24, dark=1)
HALF_DARK = Network(64, 30, dark=2)
HALF_OF_THE_PORTS = Network(16, 100, silent=2)
FEW_DARK = Network(64, 40, dark=16)
ONE_HOST = Network(1, 1000, silent=3)
NETWORKS = [ALL_ANSWER, ALL_SILENT, HALF_DARK, HALF_OF_THE_PORTS, FEW_DARK, ONE_HOST]


def limits(retries: int, timeout: float, *, rate: float | None = None, window: int = 20_000) -> SpeedLimits:
    return SpeedLimits(retries + 1, timeout, max(1, ceil(timeout)) if rate else 1, rate=rate, window=window)


def misses(network: Network, allowed: SpeedLimits) -> list[tuple[float, float | None, float]]:
    """When it was wrong: at which second, what it said, what was true. The last wait is nobody's to know: it may be as
    wrong as that. So may a single look in a hundred be, in the moment in which many waits are over together."""
    left, course = TimeLeft(allowed, 0.0), []
    for number, moment in enumerate(steady(network, allowed)):
        left.add(moment.rows)
        if number % 5 == 0:
            course.append((moment.now, left.seconds(moment.course, moment.now)))
    end = moment.now
    known = max(end / 10, 1.0, allowed.timeout + 0.1)
    wrong = [
        (now, said, end - now)
        for now, said in course
        if now >= known and abs((inf if said is None else said) - (end - now)) > max(0.2 * (end - now), allowed.timeout)
    ]
    return wrong if len(wrong) > max(3, len(course) / 100) else []


@pytest.mark.parametrize("retries", [0, 1, 3])
@pytest.mark.parametrize("network", NETWORKS)
def test_under_a_rate(network: Network, retries: int) -> None:
    assert not misses(network, limits(retries, 1.0, rate=100))


@pytest.mark.parametrize("retries", [0, 1, 3])
@pytest.mark.parametrize("network", NETWORKS)
def test_with_few_sockets(network: Network, retries: int) -> None:
    assert not misses(network, limits(retries, 1.0, window=50))


@pytest.mark.parametrize("network", NETWORKS)
def test_as_fast_as_it_goes(network: Network) -> None:
    assert not misses(network._replace(ports=network.ports * 20), limits(1, 0.3))


@pytest.mark.parametrize("network", [ALL_SILENT, HALF_DARK])
def test_where_the_kernel_repeats_each_syn_within_the_timeout(network: Network) -> None:
    """Four of them take four times as much of the rate, and a scan begins with a burst that holds it all."""
    assert not misses(network, limits(1, 4.0, rate=200))


@pytest.mark.parametrize(("allowed", "seconds"), [(limits(1, 4.0), 8.0), (limits(1, 1.0, rate=100), 2.0)])
def test_a_small_list(allowed: SpeedLimits, seconds: float) -> None:
    """All of it leaves at once, and is silent."""
    left = TimeLeft(allowed, 0.0)
    course = Course(0, 20, 20, 20, hosts=20)
    assert left.seconds(course, 0.0) is None
    assert left.seconds(course, 0.5) is None
    later = allowed.timeout + 0.2
    assert left.seconds(course._replace(attempts=40), later) == pytest.approx(seconds - later, abs=0.3)


def test_nothing_is_told_before_there_is_anything_to_tell_it_by() -> None:
    left = TimeLeft(limits(1, 2.0), 0.0)
    assert left.seconds(Course(0, 100, 0, 0), 5.0) is None
    left = TimeLeft(limits(1, 2.0), 0.0)
    assert left.seconds(Course(0, 100, 50, 50, hosts=100), 1.9) is None
    left.add([result("10.0.0.1", 22, "refused", rtt_ms=1.0)])
    assert left.seconds(Course(1, 100, 50, 50, hosts=100, answering=1), 0.9) is None
    assert left.seconds(Course(1, 100, 50, 50, hosts=100, answering=1), 1.9) is not None


def test_what_silent_targets_really_take_counts_once_it_is_known() -> None:
    """Ten attempts each, where two were asked for: loss."""
    asked, took = (TimeLeft(limits(1, 1.0, rate=100), 0.0) for _ in range(2))
    dark = place("10.0.0.1", 2000)
    asked.add([result(dark, port, "timeout", attempts=2) for port in range(1, 201)])
    took.add([result(dark, port, "timeout", attempts=10) for port in range(1, 201)])
    few = asked.seconds(Course(200, 2000, 200, 400, hosts=1), 4.0)
    many = took.seconds(Course(200, 2000, 200, 2000, hosts=1), 20.0)
    assert few is not None
    assert many is not None
    assert 3 < many / few < 6


def test_what_goes_out_beside_the_targets_takes_its_time() -> None:
    plain, beside = (TimeLeft(limits(1, 1.0, rate=100), 0.0) for _ in range(2))
    at = place("10.0.0.1", 2000)
    at.note.verdicts = 1
    for left in (plain, beside):
        left.add([result(at, port, "refused", rtt_ms=1.0) for port in range(1, 201)])
    course = Course(200, 2000, 200, 200, hosts=1, answering=1)
    assert plain.seconds(course, 2.0) == pytest.approx(18.0, rel=0.02)
    assert beside.seconds(course._replace(attempts=400, beside=200), 4.0) == pytest.approx(36.0, rel=0.02)


def test_hosts_of_which_the_kernel_says_that_they_are_not_there_are_not_silent() -> None:
    left = TimeLeft(limits(1, 1.0, rate=100), 0.0)
    left.add([result(f"10.0.0.{number}", 22, "unreachable", "host-unreach", attempts=0) for number in range(1, 200)])
    left.add([result("10.0.0.200", 22, "refused", rtt_ms=1.0)])
    seconds = left.seconds(Course(200, 2000, 200, 200, hosts=200, answering=1), 2.0)
    assert seconds is not None
    assert seconds < 25


def test_several_rows_for_a_target_are_one_attempt() -> None:
    left = TimeLeft(limits(0, 1.0, rate=100)._replace(targets=0.5), 0.0)
    at = place("10.0.0.1", 200)
    at.note.verdicts = 1
    left.add([result(at, port, "refused", rtt_ms=1.0) for port in range(1, 201) for _ in range(2)])
    assert left.seconds(Course(400, 2000, 200, 200, hosts=1, answering=1), 2.0) == pytest.approx(8.0, rel=0.02)


def test_who_is_passed_over_has_no_row_and_was_silent_all_the_same() -> None:
    """Half of what left has a row, the other half took twice as much."""
    asked_first = TimeLeft(limits(1, 1.0, rate=100)._replace(asked_first=True), 0.0)
    asked_first.seconds(Course(0, 2000, 200, 300, hosts=200, answering=30), 2.0)
    at = place("10.0.0.1", 200)
    at.note.verdicts = 1
    asked_first.add([result(at, port, "refused", rtt_ms=1.0) for port in range(1, 101)])
    seconds = asked_first.seconds(Course(100, 2000, 200, 300, hosts=200, answering=30), 3.0)
    assert seconds == pytest.approx(28.0, abs=1.5)


def test_where_answers_take_several_attempts_nobody_knows() -> None:
    left, course = TimeLeft(limits(1, 1.0), 0.0), Course(200, 1000, 200, 210, answering=1, hosts=1)
    rows = [result(place("10.0.0.1"), port, "refused", rtt_ms=1.0, attempts=1) for port in range(1, 200)]
    left.add(rows)
    assert left.seconds(course, 10.0) is not None
    left.add([result(place("10.0.0.1"), port, "refused", rtt_ms=1.0, attempts=2) for port in range(200, 205)])
    assert left.seconds(course, 10.0) is None
