"""One way and the evidence on it, in plain numbers: when sentinels are due, what is lost, and what follows from it."""

import pytest

from scanner.engine.truth.cohorts import Era
from scanner.engine.truth.path import Path
from scanner.model import Endpoint, Place, Request
from tests.engine.fakes import AF_INET

REQUESTS = (Request(),)


def answering(*, refused: int = 100) -> Path:
    """A path on which this many ports refused."""
    path = Path(1000)
    for port in range(1, 1 + refused):
        path.responders.refuses(Endpoint(Place("10.0.0.1", AF_INET), port, REQUESTS))
    return path


def due(path: Path, now: float = 0.0, room: int = 100) -> int:
    """How many sentinels are due; each of them leaves."""
    count = len(list(path.due_sentinels(now, room)))
    path.counts.asked(count)
    return count


def test_one_sentinel_for_every_four_probes_at_first_and_for_every_sixteen_later() -> None:
    path = answering()
    asked = []
    for _ in range(800):
        path.sends(1, 0.0)
        asked.append(due(path))
    assert [sum(asked[:count]) for count in (3, 4, 8, 240, 255, 256, 800)] == [0, 1, 2, 60, 60, 61, 60 + 560 // 16]


def test_never_a_burst_of_sentinels() -> None:
    """A burst would only measure itself."""
    path = answering()
    path.sends(1000, 0.0)
    assert [due(path), due(path)] == [2, 0]


def test_sentinels_do_not_call_for_sentinels() -> None:
    path = answering()
    path.sends(1000, 0.0, sentinels=True)
    assert due(path) == 0


def test_no_more_sentinels_than_there_is_room_for_and_what_is_due_stays_due() -> None:
    path = answering()
    path.sends(8, 0.0)
    assert [due(path, room=1), due(path, room=0), due(path, room=9)] == [1, 0, 1]


@pytest.mark.parametrize(("targets", "sentinels"), [(1, 12), (10, 23), (40, 45), (1000, 60)])
def test_a_small_path_wants_fewer_sentinels(targets: int, sentinels: int) -> None:
    """As many as it takes to let two silent attempts stand."""
    assert Path(targets).open_cohort(0.0).target == sentinels


@pytest.mark.parametrize("seen", ["lost", "flipped", "resent"])
def test_each_sign_of_loss_counts(seen: str) -> None:
    """An unanswered sentinel, an answer to a later attempt, a SYN that the kernel had to repeat."""
    path = answering()
    assert not path.lossy
    setattr(path.counts, seen, 1)
    assert path.lossy


@pytest.mark.parametrize(
    ("known", "nth", "spent"), [(6, 2, True), (6, 1, False), (5, 2, False), (5, 3, False), (5, 4, True)]
)
def test_asking_on_tells_nothing_more_once_all_attempts_were_made_at_a_rate_that_loses_nothing(
    known: int, nth: int, spent: bool
) -> None:
    """Of two that its user wants; two more where hardly an answer tells that nothing is lost."""
    path = answering(refused=0)
    path.pace.law.be_careful(200.0, 0.0)
    for _ in range(known):
        path.cohorts.era.later.hit(1)
    assert path.spent(path.cohorts.era, nth, 2) is spent
    assert not path.spent(Era(), nth, 2), "its attempts were made at another rate"


def test_asking_on_tells_more_where_something_is_lost_or_somebody_left_or_the_rate_free() -> None:
    held = answering(refused=0)
    held.pace.law.be_careful(200.0, 0.0)
    assert held.spent(held.cohorts.era, 9, 2)
    held.cohorts.era.later.hit(2)
    assert not held.spent(held.cohorts.era, 9, 2), "an answer to a later attempt"
    held.braking.new_era()
    held.cohorts.era.counts(lost=1, n=60)
    assert not held.spent(held.cohorts.era, 9, 2), "a sentinel unanswered"
    free, asked = answering(refused=0), answering(refused=1)
    asked.pace.law.be_careful(200.0, 0.0)
    assert not free.spent(free.cohorts.era, 9, 2)
    assert not asked.spent(asked.cohorts.era, 9, 2)
