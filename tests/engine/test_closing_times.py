"""Closing times alone: plain numbers, no kernel."""

from scanner.engine.flight.closing_times import ClosingTimes
from scanner.engine.flight.probe import FLYING, OVERDUE, BareTrial, Probe
from scanner.model import Endpoint, Place, Request
from tests.engine.fakes import AF_INET, FakeKernel, FakeSocket


def overdue() -> tuple[Probe, BareTrial]:
    """A silent probe, and whose it is."""
    kernel = FakeKernel(lambda host, port, attempt, now: None)
    probe = Probe(FakeSocket(kernel, AF_INET), AF_INET, [], None)
    trial = probe.trial = BareTrial(Endpoint(Place("192.0.2.1", AF_INET), 80, (Request(),)))
    probe.state = FLYING
    probe.state = OVERDUE
    return probe, trial


def test_the_earliest_is_next_and_none_is_never() -> None:
    times = ClosingTimes()
    assert (times.next, list(times.due(1e9))) == (float("inf"), [])
    first, second = overdue(), overdue()
    times.add(3.0, *second)
    times.add(2.0, *first)
    assert times.next == 2.0
    assert (list(times.due(1.9)), list(times.due(2.0)), times.next) == ([], [first], 3.0)
    assert list(times.due(9.0)) == [second]


def test_one_that_is_closed_or_carries_another_is_not_due() -> None:
    times = ClosingTimes()
    gone, other = overdue(), overdue()
    times.add(1.0, *gone)
    times.add(1.0, *other)
    gone[0].close()
    other[0].trial = overdue()[1]
    assert list(times.due(2.0)) == []
