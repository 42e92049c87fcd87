"""What a schedule says is done: whoever is not there among it, once, and with the sockets that are to be closed."""

import ipaddress
from types import SimpleNamespace

from scanner.engine.brakes.neighbours import Neighbours
from scanner.engine.flight.found import Found
from scanner.engine.flight.probe import OVERDUE, Denial
from scanner.engine.flight.verdict import NOBODY_THERE, OPEN, REFUSED
from scanner.engine.schedule import Schedule
from scanner.engine.trial import Trial
from scanner.machine.attached_networks import AttachedNetworks
from scanner.machine.neighbour_entries import NeighbourKey, Resolution
from tests.engine.fakes import ListSource

HOST: NeighbourKey = (bytes([10, 1, 0, 1]), 0)


def of_one_host(said: dict[NeighbourKey, Resolution]) -> tuple[Schedule, Trial]:
    """Four ports of an attached host, of which the kernel's table says that; the first has left."""
    schedule = Schedule(
        ListSource(["10.1.0.1"], range(1, 5)),
        now=0.0,
        attached=AttachedNetworks([ipaddress.IPv4Network("10.1.0.0/24")]),
        neighbours=Neighbours(entries=lambda family: said),
    )
    (opener,) = schedule.grant(0.0, 100)
    opener.attempts = 1
    opener.probes = (SimpleNamespace(state=OVERDUE),)  # type: ignore[assignment]
    return schedule, opener


def in_a_turn(**lists: list[Trial]) -> Found[Trial]:
    found: Found[Trial] = Found()
    for name, trials in lists.items():
        getattr(found, name).extend(trials)
    return found


def test_a_no_of_the_kernels_own_makes_all_of_its_ports_absent_at_once() -> None:
    said: dict[NeighbourKey, Resolution] = {}
    schedule, opener = of_one_host(said)
    said[HOST] = Resolution.FAILED
    opener.denials = (Denial(1, NOBODY_THERE, 3070.0, 1.0),)
    settled = schedule.settle(in_a_turn(denied=[opener]), 3.07)
    assert [trial.endpoint.port for trial in settled.absent] == [1]
    assert [trial.endpoint.port for trial in schedule.settle(Found(), 3.08).absent] == [2, 3, 4]
    assert schedule.done


def test_who_was_answered_in_the_same_turn_is_not_absent() -> None:
    """An answer to one attempt, while another met a "no", or the table had just said that nobody is there."""
    said: dict[NeighbourKey, Resolution] = {}
    schedule, opener = of_one_host(said)
    said[HOST] = Resolution.FAILED
    opener.denials = (Denial(1, NOBODY_THERE, 3070.0, 1.0),)
    opener.verdict = OPEN
    assert schedule.settle(in_a_turn(judged=[opener], denied=[opener]), 3.07).absent == []
    assert opener.verdict is OPEN
    schedule, opener = of_one_host(said)
    schedule.settle(in_a_turn(silent=[opener]), 1.0)
    schedule.grant(3.1, 100)
    opener.verdict = REFUSED
    settled = schedule.settle(in_a_turn(refused=[opener]), 3.1)
    assert opener not in settled.absent
    assert opener.verdict is REFUSED


def test_absent_hosts_come_once_those_whose_sockets_wait_are_closed() -> None:
    said: dict[NeighbourKey, Resolution] = {}
    schedule, opener = of_one_host(said)
    quiet = schedule.settle(in_a_turn(silent=[opener]), 1.0)
    assert (quiet.finished, quiet.absent, quiet.to_close) == ([], [], [])
    assert not schedule.done
    said[HOST] = Resolution.FAILED
    assert schedule.grant(3.1, 100) == []
    assert schedule.any_finished
    settled = schedule.settle(Found(), 3.1)
    assert [(trial.endpoint.port, trial.verdict, trial.attempts) for trial in settled.absent] == [
        (1, NOBODY_THERE, 1), (2, NOBODY_THERE, 0), (3, NOBODY_THERE, 0), (4, NOBODY_THERE, 0),
    ]  # fmt: skip
    assert settled.to_close == [opener]
    assert schedule.done
    again = schedule.settle(Found(), 3.2)
    assert (again.finished, again.absent, again.to_close) == ([], [], [])
