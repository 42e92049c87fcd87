"""The promise to each host: no second has more attempts than allowed, and nobody waits for another host."""

import gc
import itertools
import socket
from collections import Counter, defaultdict
from math import floor
from weakref import ref as weakref

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from scanner.engine.brakes import host_rate as hostrate
from scanner.engine.brakes.host_rate import HostRate
from scanner.engine.trial import Trial
from scanner.engine.truth.path import Path
from scanner.model import Endpoint, Place, Request
from tests.engine.fakes import located
from tests.engine.simulated.invariants import most_in_a_second

PATH, REQUESTS = Path(1), (Request(),)


def host(number: int) -> Place:
    return Place(f"10.0.{number >> 8}.{number & 255}", int(socket.AF_INET))


def trial(place: Place, port: int = 1) -> Trial:
    return Trial(Endpoint(place, port, REQUESTS), located(PATH))


def ports(trials: list[Trial]) -> list[int]:
    return [each.endpoint.port for each in trials]


def test_the_first_leaves_at_once_and_the_rest_wait_their_turn() -> None:
    gate, place = HostRate(10.0), host(1)
    assert [gate.hold(trial(place, port), 5.0) for port in (1, 2, 3)] == [False, True, True]
    assert len(gate) == 2
    assert gate.release(5.0, 10) == []
    assert gate.delay(5.0) == pytest.approx(0.1, rel=0.02)
    assert ports(gate.release(5.0 + gate.delay(5.0), 10)) == [2]
    assert ports(gate.release(9.0, 10)) == [3]
    assert len(gate) == 0
    assert gate.delay(9.0) == float("inf")


def test_who_had_to_wait_makes_the_next_one_wait_as_well() -> None:
    gate, place = HostRate(10.0), host(1)
    assert [gate.hold(trial(place, port), 0.0) for port in (1, 2)] == [False, True]
    assert ports(gate.release(0.15, 10)) == [2]
    assert gate.hold(trial(place, 3), 0.2)
    assert gate.release(0.24, 10) == []
    assert ports(gate.release(0.26, 10)) == [3]


def test_hosts_whose_turn_comes_at_once_are_not_served_in_the_same_order_each_time() -> None:
    gate, places = HostRate(10.0), [host(number) for number in range(50)]
    for port in (1, 2, 3):
        for place in places:
            gate.hold(trial(place, port), 0.0)
    first, second = ([each.endpoint.place for each in gate.release(now, 100)] for now in (0.11, 0.22))
    assert set(first) == set(second) == set(places)
    assert first != second


def test_time_alone_frees_a_host_that_nobody_waits_for() -> None:
    gate, place = HostRate(2.0), host(1)
    assert not gate.hold(trial(place), 0.0)
    assert not gate.hold(trial(place), 0.6)
    assert gate.hold(trial(place), 0.7)


def test_a_long_pause_is_no_credit() -> None:
    gate, place = HostRate(5.0), host(1)
    gate.hold(trial(place), 0.0)
    assert [gate.hold(trial(place), 3600.0) for _ in range(3)] == [False, True, True]
    assert len(gate.release(7200.0, 10)) == 1


def test_hosts_do_not_wait_for_each_other() -> None:
    gate, slow = HostRate(1.0), host(1)
    for port in range(500):
        gate.hold(trial(slow, port), 0.0)
    assert not any(gate.hold(trial(host(number)), 0.0) for number in range(2, 300))


def test_a_host_with_several_places_is_one_host() -> None:
    gate = HostRate(1.0)
    assert [gate.hold(trial(host(1)), 0.0) for _ in range(3)] == [False, True, True]
    assert len(gate.release(1.5, 10)) == 1


def test_room_is_kept_and_nobody_is_passed_over() -> None:
    gate, places = HostRate(1.0), [host(number) for number in range(10)]
    for place in places:
        gate.hold(trial(place, 1), 0.0)
        gate.hold(trial(place, 2), 0.0)
    first, second = gate.release(1.5, 4), gate.release(1.5, 100)
    assert len(first) == 4
    assert len(second) == 6
    assert {each.endpoint.place for each in first + second} == set(places)


RATES = st.one_of(st.sampled_from([0.2, 1.0, 1.5, 2.5, 5.0, 100.0]), st.floats(0.1, 500.0))
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("try"), st.integers(0, 2)),
        st.tuples(st.just("pause"), st.floats(0.0, 2.0)),
        st.tuples(st.just("room"), st.integers(0, 5)),
    ),
    max_size=80,
)


@settings(deadline=None)
@given(rate=RATES, steps=STEPS)
@example(rate=1.5, steps=[("try", 0), ("try", 0)])
@example(rate=0.5, steps=[("try", 0), ("try", 1), ("try", 0)])
def test_every_host_is_spared_and_nobody_is_lost(rate: float, steps: list[tuple[str, float]]) -> None:
    gate, places, now = HostRate(rate), [host(number) for number in range(3)], 1000.0
    asked: Counter[int] = Counter()
    left: defaultdict[Place, list[float]] = defaultdict(list)
    gone: list[tuple[Place, int]] = []

    def leaves(each: Trial) -> None:
        left[each.endpoint.place].append(now)
        gone.append((each.endpoint.place, each.endpoint.port))

    for what, much in steps:
        if what == "try":
            number = int(much)
            asked[number] += 1
            each = trial(places[number], asked[number])
            if not gate.hold(each, now):
                leaves(each)
        elif what == "pause":
            now += much
        else:
            for each in gate.release(now, int(much)):
                leaves(each)
    for _ in range(1000):
        if not len(gate):
            break
        now += gate.delay(now) + 1e-6
        released = gate.release(now, 100)
        assert released, "delay() was too short"
        for each in released:
            leaves(each)
    assert len(gate) == 0
    for number, place in enumerate(places):
        assert [port for where, port in gone if where is place] == list(range(1, asked[number] + 1))
        times = left[place]
        if rate < 1.0:
            assert all(later - earlier > 1.0 / rate for earlier, later in itertools.pairwise(times))
        elif times:
            assert most_in_a_second(times) <= floor(rate)


class CountedText(str):
    """Counts how often any such text is looked up."""

    __slots__ = ("__weakref__",)
    looked_up = 0

    def __hash__(self) -> int:
        CountedText.looked_up += 1
        return super().__hash__()


def test_many_slow_hosts_are_not_walked_again_and_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """None of 5000 hosts may be forgotten yet; that must not be found out again for each."""
    monkeypatch.setattr(hostrate, "_MOST_IDLE", 100)
    monkeypatch.setattr(CountedText, "looked_up", 0)
    gate = HostRate(0.01)
    for number in range(5000):
        gate.hold(trial(Place(CountedText(number), int(socket.AF_INET))), 0.0)
    assert 5000 <= CountedText.looked_up < 20 * 5000


def test_idle_hosts_are_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hostrate, "_MOST_IDLE", 100)
    gate = HostRate(10.0)
    known: list[weakref[CountedText]] = []
    for number in range(5000):
        address = CountedText(number)
        known.append(weakref(address))
        gate.hold(trial(Place(address, int(socket.AF_INET))), number * 0.01)
        del address
    gate.release(50.0, 0)
    gc.collect()
    assert 50 <= sum(each() is not None for each in known) <= 202
