"""Runs of open ports, the questions about them, and what ends a mark: each rule by plain numbers."""

import pytest

from scanner.model import State
from scanner.scanning.phantoms.far_end import End, FarEnd
from scanner.scanning.phantoms.inquiry import Inquiry, Said
from scanner.scanning.phantoms.open_runs import Probe, Runs

RARE = 0.01


def probes(*ports: int) -> list[Probe]:
    """Each was probed at the second of its number."""
    return [Probe(float(port), port) for port in ports]


def after(opened: list[Probe], refused: list[Probe], *, share: float = RARE, missed: int = 0) -> tuple[Runs, float]:
    runs = Runs()
    return runs, runs.end_round(opened, refused, missed, 0.0, share)


# Runs


@pytest.mark.parametrize(
    ("opened", "refused", "beyond"),
    [
        (range(1, 4), [4], 4.0),
        (range(1, 5), [5], 5.0),
        (range(1, 6), [6], 0.0),
        (range(1, 6), [6, 7], 7.0),
        (range(1, 10), [10, 11, 12], 12.0),
        ([*range(1, 5), *range(6, 10)], [5, 10], 10.0),
    ],
    ids=["three", "four", "five-last", "five", "nine", "every-fifth"],
)
def test_a_short_run_that_is_over_is_beyond_doubt(opened: list[int], refused: list[int], beyond: float) -> None:
    runs, settled = after(probes(*opened), probes(*refused))
    assert settled == beyond
    assert not runs.case


def test_of_a_long_run_refusals_prove_nothing() -> None:
    runs, settled = after(probes(*range(1, 11)), probes(11, 12, 13, 14))
    assert settled == 0.0
    assert [port for _, port in runs.case] == list(range(1, 11))
    assert runs.refused == {11, 12, 13, 14}


def test_a_long_run_that_is_likely_is_none() -> None:
    runs, settled = after(probes(*range(1, 11)), probes(11, 12, 13), share=0.9)
    assert settled == 13.0
    assert not runs.case


def test_a_run_of_thousands_is_over_as_soon_as_one_of_twenty() -> None:
    runs, _ = after(probes(*range(1, 2001)), probes(2001, 2002, 2003, 2004))
    assert not runs.case
    runs, _ = after(probes(*range(1, 2001)), probes(2001, 2002, 2003, 2004, 2005))
    assert runs.case


def test_what_is_open_among_the_refusals_behind_it_is_no_part_of_it() -> None:
    runs, _ = after(probes(*range(1, 21), 23), probes(21, 22, 24, 25, 26, 27))
    assert [port for _, port in runs.case] == list(range(1, 21))


def test_every_tenth_refuses() -> None:
    runs, settled = after(probes(*[port for port in range(1, 100) if port % 10]), probes(*range(10, 100, 10)))
    assert settled == 0.0
    assert runs.suspicious(RARE)
    assert runs.is_long(RARE)


def test_refusals_that_nobody_looked_at() -> None:
    runs, _ = after(probes(1, 2, 3), [])
    assert runs.end_round(probes(9), [], 1, 9.0, RARE) == pytest.approx(9.0)
    assert runs.open == 1


def test_a_case_that_came_after_the_question_waits_for_the_next() -> None:
    runs, _ = after(probes(*range(1, 11)), probes(11, 12, 13, 14))
    runs.end_round(probes(*range(20, 40)), probes(*range(40, 46)), 0, 20.0, RARE)
    assert runs.settle(10, 30.0) == pytest.approx(20.0)
    assert [port for _, port in runs.case] == list(range(20, 40))
    assert runs.settle(20, 50.0) == 50.0
    assert not runs.case


# Questions

OPEN, REFUSED, TIMEOUT = State.OPEN, State.REFUSED, State.TIMEOUT


@pytest.mark.parametrize(
    ("answers", "said"),
    [
        ([OPEN, OPEN], Said.EVERYTHING),
        ([REFUSED, REFUSED], Said.NOTHING),
        ([OPEN], None),
        ([REFUSED], None),
        ([OPEN, REFUSED, OPEN, OPEN], Said.EVERYTHING),
        ([OPEN, REFUSED, OPEN, REFUSED], Said.NOTHING),
        ([REFUSED, OPEN, REFUSED], Said.NOTHING),
        ([OPEN, REFUSED, OPEN], None),
        ([TIMEOUT, REFUSED], Said.NOTHING),
        ([TIMEOUT, TIMEOUT, TIMEOUT, TIMEOUT], Said.UNKNOWN),  # all refused before: what is silent now is lost
        ([TIMEOUT, TIMEOUT, REFUSED, TIMEOUT], Said.NOTHING),
        ([OPEN, TIMEOUT, TIMEOUT, TIMEOUT], Said.UNKNOWN),
        ([OPEN, TIMEOUT, OPEN, OPEN], Said.EVERYTHING),
    ],
)
def test_witnesses(answers: list[State], said: Said | None) -> None:
    asked = Inquiry()
    asked.refusing = list(range(1, 33))
    ports = asked.ask(1.0)
    assert len(ports) == 2
    for state in answers:
        asked.heard(ports.pop(0), state)
        ports += asked.ask_more(1.1, overdue=False)
    assert asked.says(overdue=False) is said


def test_witnesses_that_waited_for_their_turn_are_heard_all_the_same() -> None:
    """Few sockets, and silent targets that hold them: the question ended long ago, and yet both are open."""
    asked = Inquiry()
    asked.refusing = list(range(1, 33))
    first, second = asked.ask(1.0)
    assert asked.says(overdue=True) is Said.UNKNOWN
    asked.end(Said.UNKNOWN)
    asked.heard(first, OPEN)
    assert not asked.turned_late
    asked.heard(second, OPEN)
    assert asked.turned_late


def test_silence_does_not_begin_before_they_have_left() -> None:
    asked = Inquiry()
    asked.refusing = [1, 2]
    asked.ask(1.0)
    asked.not_left(1.5)
    assert not asked.overdue(1.6, slowest=0.01)
    assert asked.overdue(1.8, slowest=0.01)


def test_what_is_open_now_counts_on_where_the_rest_is_lost() -> None:
    """Each time one of four is open, and the others are silent: two that refused before are open now."""
    asked = Inquiry()
    asked.refusing = list(range(1, 33))
    for said in (Said.UNKNOWN, Said.EVERYTHING):
        ports = asked.ask(1.0)
        asked.heard(ports[0], OPEN)
        ports += asked.ask_more(2.0, overdue=True)
        assert asked.says(overdue=True) is said
        asked.end(said)
        assert not asked.turned_late, "by one of them alone"


def test_the_only_witness_may_have_been_a_lost_packet() -> None:
    asked = Inquiry()
    asked.silent = [7]
    asked.heard(*asked.ask(1.0), OPEN)
    assert asked.says(overdue=True) is Said.UNKNOWN


def test_what_came_to_nothing_is_asked_again_ever_later() -> None:
    asked = Inquiry()
    asked.refusing = list(range(1, 33))
    now, pauses = 1.0, []
    for _ in range(4):
        asked.ask(now)
        asked.end(Said.UNKNOWN)
        start = now
        while not asked.ready(now, done=True):
            now += 0.1
        pauses.append(pytest.approx(now - start, abs=0.11))
    assert pauses == [0.3, 0.6, 1.2, 2.4]


def test_witnesses_do_not_lie_side_by_side() -> None:
    asked = Inquiry()
    asked.refusing = list(range(1, 33))
    assert [*asked.ask(1.0), *asked._some_witnesses()[2:]] == [32, 1, 25, 14]


@pytest.mark.parametrize(
    ("states", "overdue", "said"),
    [
        ([REFUSED, REFUSED], False, Said.STOPPED),
        ([OPEN, REFUSED], False, Said.REAL),
        ([REFUSED, TIMEOUT], False, Said.REAL),
        ([REFUSED], False, None),
        ([REFUSED], True, Said.REAL),
        ([], True, Said.REAL),
    ],
)
def test_a_runs_own_ports(states: list[State], overdue: bool, said: Said | None) -> None:
    asked = Inquiry()
    own = asked.ask(1.0, probes(*range(1, 13)))
    assert own == [5, 9]
    for port, state in zip(own, states, strict=False):
        asked.heard(port, state)
    assert asked.says(overdue=overdue) is said
    asked.end(Said.REAL)
    assert not set(asked.ask(2.0, probes(*range(1, 13)))) & {5, 9}, "never again"


# What bears out a mark, and what ends it


@pytest.mark.parametrize(
    ("states", "said"),
    [([OPEN], True), ([REFUSED], False), ([State.UNREACHABLE], False), ([TIMEOUT, OPEN], True),
     ([TIMEOUT, TIMEOUT], False), ([], None)],
)  # fmt: skip
def test_the_far_end(states: list[State], said: bool | None) -> None:
    far, listed = FarEnd(), range(1, 101)
    port = far.ask(listed, 1.0, 0.01)
    assert port == 100
    for state in states:
        far.heard(port, state)
        port = far.ask(listed, 1.1, 0.01)
    assert far.says(1.1, 0.01) is said


@pytest.mark.parametrize(("refused", "waits"), [(7, False), (8, True)])
def test_eight_refusals_in_a_row_and_then_an_open_port(refused: int, waits: bool) -> None:
    end = End([1, 2, 3])
    end.end_round(probes(30), probes(*range(10, 10 + refused)), 0)
    assert (end.since == 30.0) is waits
    assert end.ask(1.0) == ([2, 3] if waits else [])


@pytest.mark.parametrize(
    ("states", "over"), [([REFUSED, REFUSED], True), ([OPEN, REFUSED], True), ([OPEN], False), ([TIMEOUT] * 2, False)]
)
def test_a_port_that_the_box_had_opened_tells_whether_it_is_over(states: list[State], over: bool) -> None:
    end = End([1, 2])
    end.end_round(probes(30), [], 100)
    for port, state in zip(end.ask(1.0), states, strict=False):
        end.heard(port, state)
    assert end.says(1.01 if len(states) > 1 else 9.0, 0.01) is over
