"""The three gates in their order: what one lets go is shown to the next, and nothing piles up behind the last."""

from scanner.engine.brakes.gates import Gates
from scanner.engine.brakes.host_rate import HostRate
from scanner.engine.brakes.neighbours import Neighbours
from scanner.engine.flight.probe import Denial
from scanner.engine.flight.verdict import Verdict
from scanner.engine.trial import Trial
from scanner.engine.truth.path import Path
from scanner.machine.neighbour_entries import Resolution
from scanner.model import Endpoint, Place, Reason, Request, State
from tests.engine.fakes import AF_INET, located

INFINITY = float("inf")


def trial(path: Path, host: str = "10.0.0.1", port: int = 80) -> Trial:
    return Trial(Endpoint(Place(host, AF_INET), port, (Request(),)), located(path))


def slow(path: Path, rate: float) -> Path:
    """The path, at a rate that allows one probe at a time, and the next one after the first interval."""
    path.pace.law.be_careful(rate, 0.0)
    return path


def neighbours() -> Neighbours:
    """A table with room for asking for 16 addresses at a time."""
    return Neighbours(table=16)


def released(gates: Gates, now: float, quota: int = 100) -> list[Trial]:
    batch: list[Trial] = []
    gates.release(batch, now, quota)
    return batch


def test_open_gates_hold_nothing() -> None:
    gates, batch, one = Gates(None, None), [], trial(Path(1))
    gates.admit(one, batch, 0.0)
    assert (batch, len(gates), gates.rated, gates.delay(0.0)) == ([one], 0, False, INFINITY)


def test_a_slow_path_parks_what_comes_and_lets_it_go_at_its_rate() -> None:
    gates, batch, path = Gates(None, None), [], slow(Path(1), 100.0)
    assert gates.pace(path)
    assert not gates.pace(path)  # known
    trials = [trial(path, port=port) for port in (1, 2, 3)]
    for each in trials:
        gates.admit(each, batch, 0.0)
    assert (batch, len(gates), gates.rated) == ([], 3, True)
    assert released(gates, 0.005) == []
    assert released(gates, 0.01) == trials[:1]
    assert round(gates.delay(0.01), 6) == 0.01
    assert released(gates, 0.02, quota=0) == []
    assert released(gates, 0.02) == trials[1:2]
    path.pace.forget()  # nothing needs to be held back any more
    assert released(gates, 0.02) == trials[2:]
    assert (len(gates), gates.rated) == (0, False)


def test_nobody_overtakes_those_who_are_parked() -> None:
    """The path no longer needs holding back, but three still wait there, and the caller has room for two."""
    gates, batch, path = Gates(None, None), [], slow(Path(1), 100.0)
    gates.pace(path)
    parked = [trial(path, port=port) for port in (1, 2, 3)]
    for each in parked:
        gates.admit(each, batch, 0.0)
    path.pace.forget()
    assert released(gates, 0.1, quota=2) == parked[:2]
    late, batch = trial(path, port=4), []
    gates.admit(late, batch, 0.1)
    assert (batch, len(gates), gates.rated) == ([], 2, True)
    assert released(gates, 0.1) == [parked[2], late]
    assert (len(gates), gates.rated) == (0, False)
    gates.admit(trial(path, port=5), batch, 0.1)
    assert len(batch) == 1


def test_from_the_table_to_the_path_to_the_host() -> None:
    """Held three times over, it leaves when the last of them lets it go (tenths of a second)."""
    near = slow(Path(1, attached=True), 100.0)
    gates = Gates(neighbours(), HostRate(1.0))
    gates.pace(near)
    batch: list[Trial] = []
    for number in range(16):  # fill the table
        gates.admit(trial(near, f"10.0.1.{number}"), batch, 0.0)
    one = trial(near, "10.0.2.1", 1)
    gates.admit(one, batch, 0.0)
    assert (batch, len(gates)) == ([], 17)
    gone = [(step, each) for step in range(1, 41) for each in released(gates, step * 0.1)]
    assert len(gone) == 17
    assert gone[-1] == (33, one)  # room in the table after 3.2 s, then one turn of its path
    again = trial(near, "10.0.2.1", 2)
    gates.to_host(again, batch, 4.0)
    assert (batch, len(gates)) == ([], 1), "the promise to the host holds for whatever passed the other gates"
    assert round(gates.delay(4.0), 2) == 0.31
    assert released(gates, 4.3) == []
    assert released(gates, 4.4) == [again]


def test_a_no_makes_a_host_absent_only_where_it_is_the_kernels_own() -> None:
    """A router may say so of a host of this very network, and be wrong; its own word shows that it is there."""
    said = {(bytes([10, 0, 0, 1]), 0): Resolution.FAILED}
    gates = Gates(Neighbours(table=16, entries=lambda family: said), None)
    one = trial(Path(1, attached=True))
    for sender, absent in (("10.0.0.254", False), ("10.0.0.1", False), ("", True)):
        one.denials = (Denial(1, Verdict(State.UNREACHABLE, Reason.HOST_UNREACH, sender), 3.0),)
        assert gates.denied(one, 1.0) is absent
    far = trial(Path(1))
    far.denials = one.denials
    assert not gates.denied(far, 1.0)
