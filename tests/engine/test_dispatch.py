"""How a batch leaves, of a scan (with a window) and of a trace (without): who waits, who goes on, what is an answer.
(What only a scan does: `test_launcher.py`.)"""

import errno
import sys
from collections.abc import Callable
from types import FrameType, ModuleType
from typing import Any

import pytest

from scanner.engine.dispatch import Dispatch
from scanner.engine.flight import lost_ways
from scanner.engine.flight.flight import Flight
from scanner.engine.flight.lost_ways import Ways
from scanner.engine.flight.probe import BareTrial
from scanner.engine.room import shortage
from scanner.engine.room.room import Room
from scanner.machine.route_table import RouteTable, Way
from tests.engine.fakes import AF_INET, START, FakeKernel
from tests.engine.turns import Turns, silence

ROUTES = RouteTable([Way(AF_INET, 192 << 24, 8, 0, gateway=True)])
SIXTH = "2001:db8::1"
BOTH = pytest.mark.parametrize("window", [True, False], ids=["scan", "trace"])


class Machine:
    """One that may be short of something: `fails` says at each connect() of what."""

    def __init__(
        self,
        fails: Callable[[tuple[Any, ...], float], int] | None = None,
        *,
        window: bool = True,
        descriptors: int = 1000,
    ) -> None:
        self.kernel = FakeKernel(silence, costs=0.0, fails=fails, descriptors=descriptors)
        self.ways: Ways[BareTrial] = Ways(ROUTES)
        self.flight: Flight[BareTrial] = Flight(self.kernel, ways=self.ways)  # type: ignore[arg-type]
        self.room = Room(1000, 1000)
        self.dispatch = Dispatch(self.flight, self.ways, self.room if window else None)

    def leave(self, batch: list[BareTrial], after: float = 0.0) -> tuple[int, list[BareTrial]]:
        self.kernel.connects = 0
        return self.dispatch.launch(batch, START + after)


def trials(*ports: int, host: str = "192.0.2.80") -> list[BareTrial]:
    return Turns(silence).trials(ports, host=host)


def short(*ports: int) -> Callable[[tuple[Any, ...], float], int]:
    """No local port is free to these."""
    return lambda address, now: errno.EADDRNOTAVAIL if address[1] in ports else 0


@BOTH
def test_all_leave_where_there_is_room(*, window: bool) -> None:
    machine = Machine(window=window)
    assert machine.leave(trials(*range(1, 6))) == (5, [])
    assert (machine.dispatch.attempts, machine.dispatch.any_aside, machine.dispatch.due(START)) == (5, False, [])
    assert machine.dispatch.delay(START) == float("inf")


def calls_beside_the_flights(machine: Machine, batch: list[BareTrial]) -> int:
    """How many calls of Python functions a launch takes, apart from what the flight does."""
    found = 0

    def count(frame: FrameType, event: str, arg: object) -> None:
        nonlocal found
        home = frame.f_code.co_filename
        found += event == "call" and "scanner/engine/" in home and "/flight/" not in home

    sys.setprofile(count)
    try:
        machine.leave(batch)
    finally:
        sys.setprofile(None)
    return found


@BOTH
def test_a_batch_that_leaves_whole_costs_no_call_for_each_of_it(*, window: bool) -> None:
    one, many = (calls_beside_the_flights(Machine(window=window), trials(*range(1, 1 + n))) for n in (1, 200))
    assert one == many < 6


class TestOneDestination:
    @BOTH
    @pytest.mark.parametrize("in_flight", [0, 5])
    def test_whoever_goes_there_waits_and_nobody_else(self, in_flight: int, *, window: bool) -> None:
        """Several go there: sentinels of one responder, the hops of one target. The first of them tells of all."""
        machine = Machine(short(7), window=window)
        machine.leave(trials(*range(100, 100 + in_flight)))
        batch = trials(7, 1, 7, 2, 7, 3)
        assert machine.leave(batch) == (3, [])
        assert machine.kernel.connects == 4
        assert machine.dispatch.delay(START) == pytest.approx(0.1)
        assert machine.dispatch.due(START + 0.1) == [trial for trial in batch if trial.endpoint.port == 7]
        assert machine.room.warnings == []

    @BOTH
    def test_others_never_wait_however_often_it_is_tried(self, *, window: bool) -> None:
        """Nobody left in between: all the others were in flight."""
        machine = Machine(short(7), window=window)
        batch = trials(100, 7)
        for moment in range(30):
            machine.leave(batch, 0.1 * moment)
            batch = machine.dispatch.due(START + 0.1 * moment + 0.1)
            assert [trial.endpoint.port for trial in batch] == [7]
        assert machine.leave([*batch, *trials(1, 2, 3)], 3.0) == (3, [])
        assert machine.room.warnings == []
        assert not machine.flight.has_news, "a limit of this machine is no answer while something is in flight"

    @BOTH
    def test_many_of_them_hold_up_others_for_a_moment_at_most_and_once(self, *, window: bool) -> None:
        """Eight in a row look like a shortage of all, until somebody leaves."""
        machine = Machine(short(*range(1, 21)), window=window)
        machine.leave(trials(100))
        line, connects = trials(*range(1, 21), 101, 102), []
        for turn in range(14):
            assert machine.flight.in_flight == 1
            _, back = machine.leave(line, 0.001 * turn)
            connects.append(machine.kernel.connects)
            line = [*back, *machine.dispatch.due(START + 0.001 * turn)]
        assert connects == [8, *[1] * 12, 2]
        assert machine.flight.in_flight == 3
        for moment in range(5):
            line = machine.dispatch.due(START + 1.0 + moment)
            assert len(line) == 20
            assert machine.leave([*line, *trials(200 + moment)], 1.0 + moment) == (1, [])

    @BOTH
    def test_each_that_leaves_shows_that_it_is_about_those_before(self, *, window: bool) -> None:
        machine = Machine(lambda address, now: errno.EADDRNOTAVAIL if address[1] % 8 else 0, window=window)
        assert machine.leave(trials(*range(1, 33))) == (4, [])
        assert machine.kernel.connects == 32

    @BOTH
    def test_what_is_about_no_single_one_is_not_asked_of_each(self, *, window: bool) -> None:
        """No local port at all, beside something in flight: a window shrinks, and who was tried goes to the end."""
        machine = Machine(window=window)
        machine.leave(trials(100))
        machine.kernel.fails = lambda address, now: errno.EADDRNOTAVAIL
        batch = trials(*range(1, 51))
        assert machine.leave(batch) == (0, batch[8:])
        assert machine.kernel.connects == 8
        assert machine.dispatch.due(START + 0.1) == batch[:8]
        assert [warning.split(": ")[1] for warning in machine.room.warnings] == ["no local port is free"] * window
        assert machine.room.for_more(1, 1, START) == (0 if window else 999)

    @BOTH
    def test_a_family_that_is_switched_off_waits_as_a_whole_and_is_an_error_in_the_end(self, *, window: bool) -> None:
        machine = Machine(lambda address, now: errno.EADDRNOTAVAIL if ":" in address[0] else 0, window=window)
        lost, others = trials(*range(1, 31), host=SIXTH), trials(1, 2, 3)
        assert machine.leave([*lost, *others]) == (3, [])
        assert machine.kernel.connects == 8 + 3
        at, judged = 0.0, list[BareTrial]()
        while len(judged) < 30:
            at += machine.dispatch.delay(START + at)
            assert machine.leave(machine.dispatch.due(START + at), at)[1] == []
            machine.kernel.now = START + at
            judged += machine.flight.wait(0.0).judged
            assert at < 1.2
        assert at >= 1.0
        assert {trial.verdict for trial in judged} == {("error", "EADDRNOTAVAIL", "")}
        assert set(judged) == set(lost)


class TestWhatAllDrawOn:
    def test_a_window_holds_them_back_in_their_order(self) -> None:
        machine = Machine(descriptors=3)
        batch = trials(*range(1, 6))
        assert machine.leave(batch) == (3, batch[3:])
        assert (machine.dispatch.any_aside, machine.dispatch.delay(START)) == (False, float("inf"))
        assert machine.room.for_more(3, 3, START) == 0

    def test_without_one_they_wait_a_moment(self) -> None:
        machine = Machine(descriptors=3, window=False)
        batch = trials(*range(1, 6))
        assert machine.leave(batch) == (3, [])
        assert machine.dispatch.due(START + 0.09) == []
        assert machine.dispatch.due(START + 0.1) == batch[3:]
        assert machine.room.warnings == []

    @BOTH
    def test_with_nothing_in_flight_they_wait_as_well(self, *, window: bool) -> None:
        machine = Machine(lambda address, now: errno.ENOBUFS, window=window)
        batch = trials(1, 2, 3)
        assert machine.leave(batch) == (0, [])
        assert machine.kernel.connects == 1
        assert machine.dispatch.due(START + 0.1) == batch

    @BOTH
    @pytest.mark.parametrize("somebody", [True, False])
    def test_two_passing_ones_are_not_a_lasting_one_if_somebody_left_in_between(
        self, somebody: bool, *, window: bool
    ) -> None:
        machine = Machine(lambda address, now: errno.ENOBUFS if address[1] == 7 else 0, window=window)
        batch = trials(7)
        machine.leave(batch)
        if somebody:
            other = trials(1)
            machine.leave(other, 0.5)
            machine.flight.close_for(other[0])
        machine.leave(batch, 1.0)
        assert machine.flight.has_news is not somebody

    @pytest.mark.parametrize(("code", "limits"), [(errno.ENOBUFS, shortage), (errno.ENETUNREACH, lost_ways)])
    def test_too_many_that_wait_are_told(self, code: int, limits: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(limits, "_MOST_ASIDE", 3)
        machine = Machine(lambda address, now: code)
        assert not machine.dispatch.too_many
        machine.leave(trials(1, 2, 3))
        assert machine.dispatch.too_many


class TestALostWay:
    @BOTH
    def test_one_finds_it_missing_for_all_that_would_go_by_it(self, *, window: bool) -> None:
        """Those of the other network have another way."""
        away = [True]
        machine = Machine(
            lambda address, now: errno.ENETUNREACH if away[0] and address[0].startswith("192.") else 0, window=window
        )
        lost, others = trials(*range(1, 21)), trials(1, 2, host="198.51.100.1")
        assert machine.leave([*lost, *others]) == (2, [])
        assert machine.kernel.connects == 3
        (told,) = machine.room.warnings if window else machine.ways.warnings
        assert "192.0.0.0/8 was lost" in told
        assert machine.dispatch.delay(START) == 0.25
        (first,) = machine.dispatch.due(START + 0.25)
        away[0] = False
        sent, back = machine.leave([first], 0.25)
        assert (sent, set(back)) == (1, set(lost) - {first})
        assert not machine.dispatch.any_aside

    @BOTH
    def test_it_is_back_also_where_the_next_of_the_batch_finds_no_room(self, *, window: bool) -> None:
        away = [True]
        machine = Machine(
            lambda address, now: errno.ENETUNREACH if away[0] else errno.ENOBUFS if address[1] == 7 else 0,
            window=window,
        )
        lost = trials(1, 2, 3)
        machine.leave(lost)
        away[0] = False
        last = trials(7)
        sent, back = machine.leave([*machine.dispatch.due(START + 0.25), *last], 0.25)
        assert (sent, back[:2]) == (1, lost[1:])
        assert [*back[2:], *machine.dispatch.due(START + 0.5)] == last
