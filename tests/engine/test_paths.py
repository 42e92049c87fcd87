"""One way and the evidence on it, in plain numbers: when sentinels are due, how fast it was sent to, what was lost."""

import pytest

from scanner.engine.trial import Trial
from scanner.engine.truth.paths import Path, Paths
from scanner.engine.truth.stands import Cohort, Era
from scanner.model import Endpoint, Place, Request
from tests.engine.fakes import AF_INET

REQUESTS = (Request(),)
CLEAN, HALF = 0.001, 0.5


def answering(*, refused: int = 100) -> Path:
    """A path on which so many ports refused."""
    path = Path(1000)
    for port in range(1, 1 + refused):
        path.responders.refuses(Endpoint(Place("10.0.0.1", AF_INET), port, REQUESTS))
    return path


def due(path: Path, now: float = 0.0, room: int = 100) -> int:
    """How many sentinels are, of which each leaves."""
    count = len(list(path.due_sentinels(now, room)))
    path.sentinels += count
    return count


def test_one_sentinel_for_every_four_probes_at_first_and_for_every_sixteen_later() -> None:
    path = answering()
    asked = []
    for _ in range(800):
        path.sent(1, 0.0)
        asked.append(due(path))
    assert [sum(asked[:count]) for count in (3, 4, 8, 240, 255, 256, 800)] == [0, 1, 2, 60, 60, 61, 60 + 560 // 16]


def test_never_a_burst_of_sentinels() -> None:
    """It would measure itself."""
    path = answering()
    path.sent(1000, 0.0)
    assert [due(path), due(path)] == [2, 0]


def test_sentinels_do_not_call_for_sentinels() -> None:
    path = answering()
    path.sent(1000, 0.0, sentinel=True)
    assert due(path) == 0


def test_no_more_sentinels_than_there_is_room_for_and_what_is_due_stays_due() -> None:
    path = answering()
    path.sent(8, 0.0)
    assert [due(path, room=1), due(path, room=0), due(path, room=9)] == [1, 0, 1]


@pytest.mark.parametrize(
    ("probes", "sentinels", "every", "rate"),
    [
        (100, 0, 0.01, 100.0),
        (100, 100, 0.01, 200.0),  # sentinels are sent as well
        (100, 0, 5.0, 50.0),  # of a pause 20 ms count: having little to send is not slowness
    ],
)
def test_the_rate_at_which_a_cohort_was_sent(probes: int, sentinels: int, every: float, rate: float) -> None:
    path = Path(1000)
    cohort = path.open_cohort(0.0)
    for number in range(1, 1 + probes):
        path.sent(1, number * every)
        if sentinels:
            path.sent(1, number * every, sentinel=True)
    path.close_cohort(cohort)
    assert cohort.rate == pytest.approx(rate)


@pytest.mark.parametrize(("targets", "sentinels"), [(1, 12), (10, 23), (40, 45), (1000, 60)])
def test_a_small_path_wants_fewer_sentinels(targets: int, sentinels: int) -> None:
    """As many as let two silent attempts stand."""
    assert Path(targets).open_cohort(0.0).target == sentinels


@pytest.mark.parametrize(
    ("round_trips", "patience"),
    [
        ([0.001], 0.3),  # never less
        ([0.1], 0.3),
        ([0.2], 0.6),  # of one alone half may be jitter (RFC 6298)
        ([0.2] * 20, 0.3),
        ([0.2, 0.4] * 20, 0.75),
        ([0.21], 0.65),  # on a grid of 50 ms, upwards
    ],
)
def test_how_long_an_attempt_waits_that_is_not_the_last(round_trips: list[float], patience: float) -> None:
    path = Path(1)
    for seconds in round_trips:
        path.measured(seconds)
    assert path.patience == pytest.approx(patience)


@pytest.mark.parametrize("seen", ["lost", "flipped", "resent"])
def test_each_sign_of_loss_counts(seen: str) -> None:
    """A sentinel unanswered, an answer to a later attempt, a SYN that the kernel had to repeat."""
    path = answering()
    assert not path.lossy
    setattr(path, seen, 1)
    assert path.lossy


def test_a_host_with_256_targets_is_a_path_of_its_own_and_smaller_ones_share() -> None:
    paths = Paths()
    ways = [
        paths.of(Place(f"10.0.0.{number}", AF_INET, ports=ports)) for number, ports in enumerate((1, 255, 256, 256))
    ]
    assert ways[0] is ways[1]
    assert len(set(ways)) == 3
    assert [way.shared for way in ways] == [True, True, False, False]


def test_a_host_with_a_path_of_its_own_has_that_paths_responders() -> None:
    paths = Paths()
    big, small = Place("10.0.0.1", AF_INET, ports=256), Place("10.0.0.2", AF_INET, ports=255)
    assert paths.of(big).responders is big.network.responders
    assert paths.of(small).responders is not small.network.responders


def judged(path: Path, era: Era, lost: int, n: int) -> Cohort:
    cohort = Cohort(era, 0.0, 60, 0, 0.0)
    cohort.count, cohort.lost = n, lost
    path.judged(cohort, 1.0)
    return cohort


def test_what_was_sent_at_another_rate_says_nothing_of_the_present_one() -> None:
    path = answering()
    before = path.era
    judged(path, before, 30, 60)
    assert path.era is not before, "evident loss changes the rate"
    assert path.law.bucket is not None
    allowed = path.law.bucket
    judged(path, before, 30, 60)  # its sentinels come back late
    assert path.law.bucket is allowed
    assert (before.lost, before.n, path.era.n) == (60, 120, 0)


def attempts(path: Path, *cohorts: Cohort, before: int = 0) -> Trial:
    """A trial with an attempt in each of these cohorts, and some that left before the path was watched."""
    trial = Trial(Endpoint(Place("10.0.0.1", AF_INET), 9, REQUESTS), path)
    trial.attempts, trial.cohorts = before + len(cohorts), list(cohorts) or None
    return trial


def test_what_each_attempt_met() -> None:
    """Those before the path was watched met the first era's loss; each later one that of its own cohort."""
    path = answering()
    assert path.losses(attempts(path, before=2)) == [HALF, HALF]
    clean = judged(path, path.era, 0, 60)
    assert path.losses(attempts(path, clean, before=1)) == [CLEAN, CLEAN]
    burst = judged(path, path.era, 20, 60)
    first, second, third = path.losses(attempts(path, clean, burst, before=1)) or []
    assert first == second < third
    assert round(third, 3) == 0.397


def test_nobody_tells_where_nobody_ever_answered() -> None:
    path = Path(1000)
    assert path.losses(attempts(path, before=2)) is None


def test_those_who_answered_later_tell_what_left_before_anybody_watched() -> None:
    """Ten of a hundred did: the sentinels that are clean since then say nothing of that time."""
    path = answering()
    judged(path, path.era, 0, 60)
    path.answers, path.flipped, path.resent = 100, 7, 3
    (before,) = path.losses(attempts(path, before=1)) or []
    assert round(before, 3) == 0.134
