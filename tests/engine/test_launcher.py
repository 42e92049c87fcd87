"""A batch leaves, as far as there is room and a way: what waits, what goes back in line, what counts as an answer."""

import errno
from collections.abc import Callable
from typing import Any

from scanner.engine.flight.flight import Flight
from scanner.engine.flight.lost_ways import Ways
from scanner.engine.flight.probe import BareTrial
from scanner.engine.launcher import Launcher
from scanner.engine.room.room import Room
from scanner.machine.kernel_routes import Way
from scanner.machine.route_table import RouteTable
from tests.engine.fakes import AF_INET, START, FakeKernel
from tests.engine.turns import Turns, silence

ROUTES = RouteTable([Way(AF_INET, 192 << 24, 8, 0, gateway=True)])


class Machine:
    """A machine that may be short of something: at each connect() `fails` says of what."""

    def __init__(self, fails: Callable[[tuple[Any, ...], float], int] | None = None, *, descriptors: int = 100) -> None:
        self.kernel = FakeKernel(silence, costs=0.0, fails=fails, descriptors=descriptors)
        ways: Ways[BareTrial] = Ways(ROUTES)
        self.flight: Flight[BareTrial] = Flight(self.kernel, ways=ways)  # type: ignore[arg-type]
        self.room = Room(1000, 1000)
        self.launcher = Launcher(self.flight, self.room, ways)

    def trials(self, count: int, host: str = "192.0.2.80") -> list[BareTrial]:
        return Turns(silence).trials(range(1, 1 + count), host=host)


def test_all_leave_where_there_is_room() -> None:
    machine = Machine()
    assert machine.launcher.launch(machine.trials(5), START) == (5, [])
    assert (machine.launcher.attempts, machine.launcher.any_aside, machine.launcher.due(START)) == (5, False, [])
    assert machine.launcher.may_launch(START) == 995


def test_what_finds_no_descriptor_goes_back_in_line_and_the_window_shrinks() -> None:
    machine = Machine(descriptors=3)
    trials = machine.trials(5)
    assert machine.launcher.launch(trials, START) == (3, trials[3:])
    assert machine.room.for_more(3, 0, START + 0.4) == 0
    assert "ulimit" in machine.room.warnings[0]


def test_a_lost_way_is_awaited_and_others_leave_meanwhile() -> None:
    """The route to 192.0.0.0/8 is gone for a moment; the targets in 192.0.2 wait together, and one of them tries."""
    away = [True]
    machine = Machine(lambda address, now: errno.ENETUNREACH if away[0] and address[0].startswith("192.") else 0)
    lost, others = machine.trials(3), machine.trials(2, "198.51.100.1")
    sent, back = machine.launcher.launch([*lost, *others], START)
    assert (sent, back) == (2, []), "those of the other network: each has its token of a rate"
    assert machine.launcher.attempts == 2
    assert "192.0.0.0/8 was lost" in machine.room.warnings[0]
    assert machine.launcher.any_aside
    assert machine.launcher.delay(START) == 0.25
    (first,) = machine.launcher.due(START + 0.25)
    away[0] = False
    sent, back = machine.launcher.launch([first], START + 0.25)
    assert (sent, set(back)) == (1, set(lost) - {first})
    assert not machine.launcher.any_aside


def test_a_family_that_is_switched_off_is_an_error_in_the_end() -> None:
    machine = Machine(lambda address, now: errno.EADDRNOTAVAIL if ":" in address[0] else 0)
    (trial,) = machine.trials(1, "2001:db8::1")
    at = START
    for _ in range(40):
        machine.launcher.launch([trial], at)
        if machine.flight.has_news:
            break
        at += machine.launcher.delay(at)
        (trial,) = machine.launcher.due(at)
    (judged,) = machine.flight.wait(0.0).judged
    assert judged.verdict == ("error", "EADDRNOTAVAIL", "")
    assert 1.0 <= at - START < 3.0
