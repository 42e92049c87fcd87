"""What a schedule says is done: whoever is not there among it, once, and with the sockets that are to be closed."""

import ipaddress
from types import SimpleNamespace

from scanner.engine.brakes.neighbours import Neighbours
from scanner.engine.flight.found import Found
from scanner.engine.flight.probe import OVERDUE
from scanner.engine.flight.verdict import NOBODY_THERE
from scanner.engine.schedule import Schedule
from scanner.engine.trial import Trial
from scanner.machine.attached_networks import AttachedNetworks
from scanner.machine.neighbour_entries import NeighbourKey, Resolution
from tests.engine.fakes import ListSource


def test_absent_hosts_come_once_those_whose_sockets_wait_are_closed() -> None:
    said: dict[NeighbourKey, Resolution] = {}
    schedule = Schedule(
        ListSource(["10.1.0.1"], range(1, 5)),
        now=0.0,
        attached=AttachedNetworks([ipaddress.IPv4Network("10.1.0.0/24")]),
        neighbours=Neighbours(entries=lambda family: said),
    )
    (opener,) = schedule.grant(0.0, 100)
    opener.attempts = 1
    opener.probes = (SimpleNamespace(state=OVERDUE),)  # type: ignore[assignment]
    found: Found[Trial] = Found()
    found.silent.append(opener)
    quiet = schedule.settle(found, 1.0)
    assert (quiet.finished, quiet.absent, quiet.to_close) == ([], [], [])
    assert not schedule.done
    said[bytes([10, 1, 0, 1]), 0] = Resolution.FAILED
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
