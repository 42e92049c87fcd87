"""How far the ports of one host are known, in plain numbers."""

import pytest

from scanner.model import Place
from scanner.scanning.phantoms.port_counts import PortCounts
from tests.scanning.hosts import place_with


def counts(ports: int, **judged: int) -> PortCounts:
    return PortCounts(place_with(ports, **judged))


@pytest.mark.parametrize(
    ("place", "overdue", "all_open"),
    [
        (place_with(100, opened=20), 0, True),
        (place_with(100, opened=19), 0, False),
        (place_with(100, opened=19, refused=1), 0, True),
        (place_with(100, opened=18, refused=2), 0, False),
        (place_with(100, opened=38), 2, True),
        (place_with(100, opened=38), 3, False),  # who is overdue counts as not open
    ],
)
def test_twenty_ports_and_95_in_100(place: Place, overdue: int, all_open: bool) -> None:
    ports = PortCounts(place)
    ports.note_silent([(port, 0.0) for port in range(overdue)])
    assert ports.all_open is all_open


@pytest.mark.parametrize(
    ("ports", "opened", "refused", "may_be"),
    [(19, 19, 0, False), (20, 5, 9, True), (30, 20, 0, True), (30, 9, 11, False)],
)
def test_fewer_than_twenty_say_nothing_yet(ports: int, opened: int, refused: int, may_be: bool) -> None:
    assert counts(ports, opened=opened, refused=refused).may_be_all_open is may_be


def test_a_refusal_that_nobody_saw_is_missed_once() -> None:
    place = place_with(100, refused=5)
    ports = PortCounts(place)
    assert ports.refusals_missed(2) == 3
    assert ports.refusals_missed(0) == 0
    place.note.verdicts += 4
    assert ports.refusals_missed(4) == 0


def test_a_refusal_of_several_rows_is_missed_by_nobody() -> None:
    assert counts(100, refused=1).refusals_missed(3) == 0


def test_a_refusal_beside_the_list_is_none_that_was_missed() -> None:
    place = place_with(100)
    ports = PortCounts(place)
    place.note.verdicts += 1
    ports.extra_done(refused=True)
    assert ports.refusals_missed(0) == 0
    assert ports.refused == 1


def test_probes_beside_the_list_are_no_targets() -> None:
    ports = counts(3, opened=3, refused=2)
    assert ports.done
    ports.extra_done(refused=True)
    ports.extra_done(refused=True)
    assert ports.done
    ports.extra_done(refused=False)
    assert not ports.done
    assert ports.may_answer


def test_who_is_overdue_will_not_answer() -> None:
    ports = counts(10, opened=2)
    assert ports.may_answer
    ports.note_silent([(port, 1.0) for port in range(8)])
    assert not ports.may_answer
    assert not ports.done
    ports.note_silent([])
    assert ports.known == 10, "it was seen once"


def test_a_silent_port_is_known_by_its_first_probe() -> None:
    ports = counts(10)
    ports.note_silent([(80, 1.0)])
    ports.note_silent([(80, 2.0), (81, 2.0)])
    assert ports.overdue == {80: 1.0, 81: 2.0}


def test_the_longest_round_trip_counts() -> None:
    ports = counts(10)
    for seconds in (0.1, 0.3, 0.2):
        ports.answered_after(seconds)
    assert ports.slowest == 0.3


@pytest.mark.parametrize(("refused", "mute", "mostly"), [(0, 4, True), (0, 3, False), (2, 8, True), (2, 7, False)])
def test_four_silent_for_each_that_refuses(refused: int, mute: int, mostly: bool) -> None:
    assert counts(100, refused=refused, mute=mute).mostly_silent is mostly


@pytest.mark.parametrize(("shut", "strange"), [(0, False), (1, True), (8, True), (9, False)])
def test_a_few_that_are_shut_are_strange(shut: int, strange: bool) -> None:
    assert counts(100, opened=10, refused=shut).is_strange is strange
    assert not counts(10 + shut, opened=10, refused=shut).is_strange, "there is nothing more to come"


def test_more_than_one_of_twenty_was_silent_at_first() -> None:
    ports = counts(100, opened=20)
    ports.note_silent([(1, 0.0)])
    assert not ports.were_silent
    ports.note_silent([(1, 0.0), (2, 0.0)])
    assert ports.were_silent
