"""What to probe next, tested alone: how much at once, in what order, and when there is nothing left to do."""

from collections.abc import Sequence

import pytest

from scanner.engine import schedule as module
from scanner.engine.brakes.host_rate import HostRate
from scanner.engine.flight.found import Found
from scanner.engine.flight.verdict import OPEN, REFUSED
from scanner.engine.schedule import Schedule
from scanner.engine.trial import Trial
from tests.engine.fakes import ListSource

ROOM = 10_000


def schedule(ports: int, *, rate: float | None = None, timeout: float = 1.0, retries: int = 1) -> Schedule:
    """A schedule for this many ports of one host."""
    return Schedule(ListSource(["10.0.0.1"], range(1, 1 + ports), timeout=timeout, retries=retries), now=0.0, rate=rate)


def found(*, silent: Sequence[Trial] = (), judged: Sequence[Trial] = ()) -> Found[Trial]:
    turn: Found[Trial] = Found()
    turn.silent += silent
    turn.judged += judged
    return turn


def ports(trials: list[Trial]) -> list[int]:
    return [trial.endpoint.port for trial in trials]


def test_the_first_turns_are_small() -> None:
    """While a next hop is still being asked for, it queues few packets and drops the others."""
    asked = schedule(2000)
    assert [len(asked.grant(0.0, ROOM)) for _ in range(7)] == [16, 32, 64, 128, 256, 256, 256]


def test_no_turn_is_larger_than_the_room_there_is() -> None:
    asked = schedule(100)
    assert [len(asked.grant(0.0, room)) for room in (0, 3, -2, 5)] == [0, 3, 0, 5]


def test_no_turn_is_larger_than_the_rate_allows() -> None:
    """At 1000 a second 20 may leave at once."""
    asked = schedule(200, rate=1000.0)
    asked.grant(0.0, 2)
    assert [len(asked.grant(now, ROOM)) for now in (0.0, 0.0, 0.0052)] == [18, 0, 5]
    assert 0 < asked.delay(0.0052) <= 0.001


def test_nothing_new_is_taken_on_while_too_many_are_held(monkeypatch: pytest.MonkeyPatch) -> None:
    """Memory does not grow with the scan: a slow host holds up the source instead."""
    monkeypatch.setattr(module, "_MOST_HELD", 50)
    source = ListSource(["10.0.0.1"], range(1, 5001))
    asked = Schedule(source, now=0.0, host_rate=HostRate(1.0))
    left = [len(asked.grant(0.0, ROOM)) for _ in range(20)]
    assert left == [1] + [0] * 19
    assert source.taken == 16 + 32 + 64


def test_what_did_not_leave_goes_first_and_in_its_order() -> None:
    asked = schedule(100)
    first = asked.grant(0.0, 5)
    asked.put_back(first[2:])
    assert ports(asked.grant(0.0, 6)) == [3, 4, 5, 6, 7, 8]


def test_what_did_not_leave_is_evidence_of_nothing() -> None:
    """A silent trial finds no room five times: it made two attempts, and left in two cohorts, finally in the last."""
    asked = schedule(4)
    first = asked.grant(0.0, 4)
    for trial in first:
        trial.attempts = 1
    first[0].verdict, first[0].rtt_ms = REFUSED, 1.0
    where = first[0].location
    where.path.heard(first[0].endpoint, where.network, refused=True, attempts=1, rtt_ms=1.0, now=0.001)
    asked.settle(found(silent=[first[1]]), 1.0)
    for turn in range(5):
        asked.put_back([trial for trial in asked.grant(1.0 + 1.3 * turn, ROOM) if not trial.sentinel])
    (again,) = (trial for trial in asked.grant(8.0, ROOM) if not trial.sentinel)
    again.attempts += 1
    backing = again.backed()
    assert (again, backing.nth) == (first[1], 2)
    assert backing.cohorts == [again.path.cohorts.unseen, again.cohort]
    assert again.cohort is not None
    assert again.cohort.opened == 8.0


def test_the_silent_go_before_new_ones() -> None:
    asked = schedule(100)
    first = asked.grant(0.0, 3)
    assert ports(first) == [1, 2, 3]
    for trial in first:
        trial.attempts = 1
    assert asked.settle(found(silent=list(first)), 1.0).to_close == []
    again = asked.grant(1.0, 6)
    assert sorted(ports(again)[:3]) == [1, 2, 3]
    assert ports(again)[3:] == [4, 5, 6]


def test_it_is_done_when_nobody_is_left_or_waits() -> None:
    asked = schedule(2)
    assert not asked.done
    trials = asked.grant(0.0, ROOM)
    assert asked.done  # what is in flight is the multiplexer's business
    asked.put_back(trials[:1])
    assert not asked.done
    assert asked.delay(0.0) == 0.0
    assert asked.grant(0.0, ROOM) == trials[:1]
    assert asked.done
    assert asked.delay(0.0) == 0.05


def test_a_first_attempt_is_cut_short_only_where_another_one_may_follow() -> None:
    """The round trip is known: 10 ms."""
    for retries, wait in ((1, 0.3), (0, 4.0)):
        asked = schedule(40, timeout=4.0, retries=retries)
        (one,) = asked.grant(0.0, 1)
        assert one.patience == 4.0  # nothing is known yet
        one.attempts, one.rtt_ms = 1, 10.0
        one.verdict = OPEN
        asked.settle(found(judged=[one]), 0.01)
        (other,) = asked.grant(0.0, 1)
        assert other.patience == pytest.approx(wait)


def test_the_answers_of_a_host_on_its_own_path_are_heard_of_its_network_too() -> None:
    """Its neighbours need that: with `-r 0` their silence is borne out by what was heard at that very time."""
    asked = schedule(1000)
    *_, one = asked.grant(0.0, ROOM)
    one.location.refused_first(one.endpoint, 1.0, 0.0)
    neighbours = one.network.parent
    assert neighbours is not None
    before = neighbours.beats.count(0, 10 * 64)
    one.stands(REFUSED)
    turn = found()
    turn.refused.append(one)
    asked.settle(turn, 5.0)
    assert 5 * 64 in one.network.beats
    assert 5 * 64 in neighbours.beats
    assert neighbours.beats.count(0, 10 * 64) == before + 1
