"""What single answers to hop limits say of one way: who stands where, and what cannot be known. (Whole ways:
`test_route.py`.)"""

import pytest

from scanner.engine.flight.verdict import OPEN, REFUSED, Verdict, local_error
from scanner.model import Hop, State
from scanner.tracing.hop_answers import FULL, Answers

TARGET = "192.0.2.99"
_R1, _R2, _R3 = "192.0.2.1", "192.0.2.2", "192.0.2.3"


def expired(address: str) -> Verdict:
    return Verdict(State.UNREACHABLE, "time-exceeded", address)


def rejected(address: str) -> Verdict:
    return Verdict(State.UNREACHABLE, "admin-prohibited", address)


def heard(answers: dict[int, Verdict]) -> Answers:
    all_of_them = Answers(TARGET)
    for hop, verdict in answers.items():
        all_of_them.hear(hop, verdict, 10.0 * hop)
    return all_of_them


def test_the_verdict_is_that_of_the_probe_without_a_limit() -> None:
    answers = heard({FULL: OPEN, 3: REFUSED, 4: REFUSED})
    assert answers.verdict() == OPEN
    assert answers.answered
    assert heard({}).verdict() is None


@pytest.mark.parametrize(
    ("verdict", "local"),
    [
        (local_error(101), True),
        (Verdict(State.UNREACHABLE, "host-unreach"), True),
        (rejected(_R1), False),
        (OPEN, False),
    ],
)
def test_what_this_host_itself_says(verdict: Verdict, local: bool) -> None:
    assert heard({FULL: verdict}).local is local
    assert heard({2: verdict}).local is False, "to a limit it tells nothing"


@pytest.mark.parametrize(
    ("answers", "silent", "lowest"),
    [
        ({1: expired(_R1), 2: REFUSED, 3: REFUSED}, (), 2),
        ({1: expired(_R1), 2: REFUSED}, (), 0),  # nothing bears it out
        ({2: REFUSED, 3: expired(_R3), 4: REFUSED, 5: REFUSED}, (), 4),  # something went past the first one
        ({2: REFUSED, 3: REFUSED}, (4, 5), 0),  # more stayed silent than reached it
        ({2: REFUSED, 3: OPEN, 4: OPEN}, (), 3),  # as the largest limit was answered
    ],
)
def test_what_may_stand_in_for_it(answers: dict[int, Verdict], silent: tuple[int, ...], lowest: int) -> None:
    assert heard(answers).stand_in(silent) == lowest


@pytest.mark.parametrize(
    ("answers", "sender", "place"),
    [
        ({1: expired(_R1), 2: expired(_R2), 3: rejected(_R2)}, _R2, 2),
        ({1: expired(_R1), 2: expired(_R2), 3: expired(_R3)}, _R2, 0),  # something expired beyond
        ({1: expired(_R1), 2: expired(_R2), 3: expired(_R2)}, _R2, 0),  # it stands at two
        ({1: expired(_R1), 2: rejected(TARGET)}, TARGET, 2),
        ({2: rejected(TARGET)}, TARGET, 0),  # the hop before it is not known
        ({1: expired(_R1), 2: rejected(_R2)}, _R2, 0),  # it expired nothing
    ],
)
def test_where_the_sender_of_a_reject_stands(answers: dict[int, Verdict], sender: str, place: int) -> None:
    assert heard(answers).place_of(sender) == place


def test_where_the_target_stands() -> None:
    answers = heard({FULL: OPEN, 1: expired(_R1), 2: OPEN, 3: OPEN})
    assert answers.place_of_target(OPEN, ()) == 2
    assert answers.place_of_target(OPEN, (1,)) == 2
    assert answers.place_of_target(OPEN, (4,)) == 0, "that one should have met it"
    assert answers.at_target(2) == Hop(2, TARGET, rtt_ms=20.0)


def test_circles_only_where_the_probe_without_a_limit_expired_too() -> None:
    hops = {1: expired(_R1), 2: expired(_R2), 3: expired(_R1)}
    assert heard({FULL: expired(_R2), **hops}).circle() == 3
    assert heard(hops).circle() == 0
    assert heard({FULL: OPEN, **hops}).circle() == 0


def test_a_router_that_expires_all_that_comes() -> None:
    answers = heard({1: expired(_R1), 2: expired(_R2), 3: expired(_R2), 5: expired(_R2)})
    assert (answers.repeated(), answers.repeats()) == (2, 3)
    assert heard({1: expired(_R1), 2: expired(_R2)}).repeats() == 0


def test_the_longest_round_trip_to_a_router() -> None:
    answers = heard({FULL: OPEN, 1: expired(_R1), 3: expired(_R3), 9: OPEN})
    assert answers.slowest_ms == 30.0
    assert (answers.farthest, answers.anybody) == (9, True)
    assert heard({}).slowest_ms is None
    assert (heard({}).farthest, heard({}).anybody) == (0, False)


def test_hops_that_others_saw_never_displace_its_own() -> None:
    answers = heard({2: expired(_R2)})
    answers.take({1: _R1, 2: "192.0.2.77"})
    assert answers.stations() == {1: Hop(1, _R1), 2: Hop(2, _R2, rtt_ms=20.0)}
    assert answers.seen() == {2: _R2}
