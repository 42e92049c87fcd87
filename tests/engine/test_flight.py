"""The probes in flight as a whole: what there is, what is missing, and what is reported."""

import errno

from scanner.engine.flight.flight import Flight
from scanner.engine.flight.lost_ways import Lost, Ways
from scanner.engine.flight.probe import BareTrial
from scanner.engine.flight.verdict import local_error
from scanner.model import State
from tests.engine.fakes import AF_INET, AF_INET6, START, FakeKernel
from tests.engine.turns import Turns, answers, silence


def test_a_turn_from_launch_to_answer() -> None:
    flight = Turns(answers("rst", 0.25))
    (trial,) = flight.launch()
    assert (flight.mux.in_flight, flight.mux.in_flight_of(AF_INET), flight.mux.in_flight_of(AF_INET6)) == (1, 1, 0)
    assert not flight.mux.has_news
    assert [(endpoint.port, sent) for endpoint, sent in flight.mux.waiting()] == [(80, START)]
    found = flight.mux.wait(1.0)
    assert (found.refused, found.judged, found.answers) == ([trial], [], 1)
    assert (flight.mux.in_flight, flight.mux.answers_at) == (0, START + 0.25)


def test_a_plain_refusal_is_a_first_attempts() -> None:
    flight = Turns(lambda host, port, attempt, now: None if attempt == 1 else answers("rst")(host, port, attempt, now))
    (trial,) = flight.launch(timeout=0.5)
    assert not flight.mux.wait(0.6), "it was not due when that poll began"
    assert flight.mux.wait(0.0).silent == [trial]
    flight.mux.launch([trial])
    found = flight.mux.wait(0.1)
    assert (found.refused, found.judged) == ([], [trial])


def test_what_connect_itself_said_is_news_at_once() -> None:
    flight = Turns(silence, errors=[errno.ENETUNREACH])
    (trial,) = flight.launch()
    assert flight.mux.has_news
    found = flight.mux.wait(0.0)
    assert (found.judged, found.answers) == ([trial], 0)
    assert trial.verdict == local_error(errno.ENETUNREACH)


def test_what_failed_in_between_can_still_be_taken() -> None:
    flight = Turns(silence, errors=[errno.ENETUNREACH])
    (trial,) = flight.launch()
    assert flight.mux.take().judged == [trial]
    assert not flight.mux.has_news


def test_what_is_missing_is_a_way_or_room() -> None:
    gone = [True]
    kernel = FakeKernel(silence, fails=lambda address, now: errno.EADDRNOTAVAIL, gone=lambda now: gone[0])
    flight: Flight[BareTrial] = Flight(kernel, ways=Ways(source="192.0.2.2"))  # type: ignore[arg-type]
    (trial,) = Turns(silence).trials([80])
    assert flight.launch([trial]) == [trial]
    assert (flight.shortage, flight.missing(trial)) == (errno.EADDRNOTAVAIL, Lost.SOURCE)
    gone[0] = False
    assert flight.missing(trial) is None


def test_who_is_given_up_is_judged() -> None:
    flight = Turns(silence)
    (trial,) = flight.launch()
    flight.mux.give_up(trial, local_error(errno.EMFILE))
    found = flight.mux.wait(0.0)
    assert [(each.verdict, each.attempts) for each in found.judged] == [((State.ERROR, "EMFILE", ""), 2)]
    assert not flight.kernel.open_sockets
