"""Who leaves first of those who are due."""

import pytest

from scanner.engine.brakes.gates import Gates
from scanner.engine.due_trials import DueTrials
from scanner.engine.trial import Trial
from scanner.engine.truth.path import Path
from scanner.model import Endpoint, Place, Request
from tests.engine.fakes import AF_INET, located

PATH = Path(1)


def trial(port: int, *, answers: bool = False) -> Trial:
    made = Trial(Endpoint(Place("10.0.0.1", AF_INET), port, (Request(),)), located(PATH))
    made.location.verdicts = int(answers)
    return made


def granted(due: DueTrials, quota: int, *, unheard: bool, shown: bool = False) -> list[int]:
    """What is added to a batch of one, which there was before."""
    batch = [trial(0)]
    due.grant(batch, 0.0, quota + 1, unheard=unheard, shown=shown)
    assert batch.pop(0).endpoint.port == 0
    return [each.endpoint.port for each in batch]


@pytest.mark.parametrize("shown", [True, False])
def test_hosts_that_never_answered_come_last(shown: bool) -> None:
    due = DueTrials(Gates(None, None))
    assert not due
    for port in range(1, 7):
        due.again(trial(port, answers=port % 2 == 0))
    awaited = trial(7)
    awaited.is_awaited()
    due.again(awaited)
    due.add(trial(8))
    due.add_first([trial(9), trial(10)])
    assert granted(due, 3, unheard=False, shown=shown) == [9, 10, 2]
    assert granted(due, 9, unheard=False, shown=shown) == [4, 6, 7, 8]
    assert due
    assert granted(due, 2, unheard=True, shown=shown) == [1, 3]
    assert granted(due, 0, unheard=True, shown=shown) == []
    assert granted(due, 2, unheard=True, shown=shown) == [5]
    assert not due


def test_a_batch_that_has_more_than_its_quota_gets_no_more() -> None:
    due = DueTrials(Gates(None, None))
    due.add(trial(1))
    for shown in (True, False):
        batch = [trial(2), trial(3)]
        due.grant(batch, 0.0, 1, unheard=False, shown=shown)
        assert len(batch) == 2
    assert due


def test_a_gate_may_hold_one_back() -> None:
    gates = Gates(None, None)
    PATH.pace.law.be_careful(1.0, 0.0)
    gates.pace(PATH)
    due = DueTrials(gates)
    due.again(trial(1))
    assert granted(due, 9, unheard=True, shown=True) == []
    assert (bool(due), len(gates)) == (False, 1)
