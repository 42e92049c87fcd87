"""Deadlines alone: plain numbers, no kernel."""

from scanner.engine.flight.deadlines import LONG_AGO, Deadlines
from scanner.engine.flight.probe import BareTrial, Probe
from scanner.model import Endpoint, Place, Request
from tests.engine.fakes import AF_INET, FakeKernel, FakeSocket

HOME: list[Probe] = []


class Flights:
    """Launches and answers, noted as the multiplexer does."""

    def __init__(self) -> None:
        self.deadlines = Deadlines()
        self.kernel = FakeKernel(lambda host, port, attempt, now: None)

    def launch(self, wait: float, now: float) -> Probe:
        probe = Probe(FakeSocket(self.kernel, AF_INET), AF_INET, HOME, None)
        probe.trial = BareTrial(Endpoint(Place("192.0.2.1", AF_INET), 80, (Request(),)), wait)
        lane = self.deadlines.lanes.get(wait) or self.deadlines.empty_lane(wait, now)
        lane[probe] = now + wait
        probe.sent, probe.lane = now, lane
        return probe

    def answer(self, probe: Probe) -> None:
        assert probe.lane is not None
        del probe.lane[probe]
        probe.trial = probe.lane = None

    def due(self, before: float) -> list[Probe]:
        found = []
        for probe in self.deadlines.due(before):
            found.append(probe)
            self.answer(probe)
        return found


def test_nothing_is_due_where_nothing_flies() -> None:
    flights = Flights()
    assert (len(flights.deadlines), flights.deadlines.next, flights.due(1e9)) == (0, float("inf"), [])


def test_due_at_the_deadline_and_not_before() -> None:
    flights = Flights()
    first, second, quick = flights.launch(2.0, 0.0), flights.launch(2.0, 0.5), flights.launch(0.25, 0.5)
    assert (len(flights.deadlines), flights.deadlines.next) == (3, 0.75)
    assert flights.due(0.74) == []
    assert flights.due(0.75) == [quick]
    assert flights.deadlines.next == 2.0
    assert flights.due(2.25) == [first]
    assert flights.deadlines.next == 2.5
    assert flights.due(2.5) == [second]
    assert flights.deadlines.next == float("inf")


def test_an_answered_first_leaves_the_next_deadline_too_early_never_too_late() -> None:
    flights = Flights()
    first, second = flights.launch(1.0, 0.0), flights.launch(1.0, 0.5)
    flights.answer(first)
    assert flights.deadlines.next == 1.0
    assert flights.due(1.0) == []
    assert flights.deadlines.next == 1.5
    assert flights.due(1.5) == [second]


def test_the_next_of_a_lane_is_due_next_however_many_come_after_it() -> None:
    flights = Flights()
    first, second, third = (flights.launch(1.0, now) for now in (0.0, 0.25, 0.5))
    assert flights.due(1.0) == [first]
    assert flights.deadlines.next == 1.25
    assert flights.due(1.25) == [second]
    assert flights.deadlines.next == 1.5
    assert flights.due(9.0) == [third]


def test_a_lane_that_was_empty_begins_anew() -> None:
    flights = Flights()
    flights.answer(flights.launch(1.0, 0.0))
    later = flights.launch(1.0, 7.0)
    assert flights.deadlines.next == 8.0
    assert flights.due(7.9) == []
    assert flights.due(8.0) == [later]


def test_what_is_settled_along_with_another_is_not_due() -> None:
    flights = Flights()
    one, other = flights.launch(1.0, 0.0), flights.launch(1.0, 0.0)
    walk = flights.deadlines.due(1.0)
    assert next(walk) is one
    flights.answer(other)
    assert list(walk) == []


def test_what_was_moved_to_another_lane_meanwhile_is_not_due() -> None:
    """While the first is dealt with, the other is moved to the overdue, whose time is no longer counted."""
    flights = Flights()
    one, other = flights.launch(1.0, 0.0), flights.launch(1.0, 0.0)
    overdue: dict[Probe, float] = {}
    walk = flights.deadlines.due(1.0)
    assert next(walk) is one
    assert other.lane is not None
    del other.lane[other]
    other.lane = overdue
    assert list(walk) == []
    assert other.trial is not None


def test_who_is_in_flight_and_since_when() -> None:
    """A later attempt counts as sent long ago; sentinels are nobody's target."""
    flights = Flights()
    old, new, again, sentinel = (flights.launch(9.0, now) for now in (1.0, 2.0, 2.0, 1.0))
    for port, (probe, sent) in enumerate([(old, 1.0), (new, 2.0), (again, 2.0), (sentinel, 1.0)]):
        assert probe.trial is not None
        probe.trial.endpoint, probe.trial.attempts = Endpoint(Place("192.0.2.7", AF_INET), port, (Request(),)), 1
        probe.sent = sent
    again.trial.attempts, sentinel.trial.sentinel = 2, True  # type: ignore[union-attr]
    assert [(endpoint.port, sent) for endpoint, sent in flights.deadlines.waiting()] == [
        (0, 1.0), (1, 2.0), (2, LONG_AGO),
    ]  # fmt: skip


def test_where_probes_are_at_home() -> None:
    flights = Flights()
    flights.launch(1.0, 0.0)
    flights.launch(3.0, 0.0)
    assert (flights.deadlines.of_home(HOME), flights.deadlines.of_home([])) == (2, 0)


def test_sentinels_do_not_count_there() -> None:
    """They say nothing of what targets may hope for."""
    flights = Flights()
    probes = [flights.launch(1.0, 0.0) for _ in range(3)]
    probes[1].trial.sentinel = True  # type: ignore[union-attr]
    assert flights.deadlines.of_home(HOME) == 2
