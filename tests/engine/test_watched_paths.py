"""The watched paths: each once, with as many targets as are known, and reported when they are slowed."""

from scanner.engine.brakes.gates import Gates
from scanner.engine.flight.verdict import TIMEOUT
from scanner.engine.trial import Trial
from scanner.engine.truth.location import Location
from scanner.engine.truth.network_evidence import Network
from scanner.engine.truth.path import Path
from scanner.engine.truth.pool import Pool
from scanner.engine.truth.watched_paths import WatchedPaths
from scanner.model import Endpoint, Place, Request
from tests.engine.fakes import AF_INET, part_of


def watched_paths(total: int = 1000) -> WatchedPaths:
    return WatchedPaths(Gates(None, None), lambda: total)


def trial(pool: Pool | None = None, path: Path | None = None, *, retries: int = 1) -> Trial:
    where = Location(path or (pool.path if pool else Path(1)), Network(), pool)
    return Trial(Endpoint(Place("10.9.3.1", AF_INET), 80, (Request(retries=retries),)), where)


def test_a_path_is_watched_once_and_knows_how_many_it_may_have() -> None:
    watched, own, shared = watched_paths(), Path(300), Path(1, shared=True)
    for path in (own, shared, own):
        watched.watch(path)
    assert watched.paths == [own, shared]
    assert (own.targets, shared.targets) == (300, 1000)


def test_one_that_is_held_back_is_told_once() -> None:
    watched, path = watched_paths(), Path(300)
    watched.slow(path)
    assert watched.take_slowed() == []
    path.pace.law.be_careful(100.0, 0.0)
    watched.slow(path)
    watched.slow(path)
    assert (watched.take_slowed(), watched.take_slowed()) == ([path], [])


def test_what_stands_is_told_once() -> None:
    watched, done = watched_paths(), trial()
    done.stands(TIMEOUT)
    watched.finish(done, "lossy")
    assert (watched.take_finished(), watched.take_finished()) == ([(done, "lossy")], [])


def test_a_trial_of_a_part_of_the_pool_begins_anew_there() -> None:
    watched, pool = watched_paths(), Pool()
    one = trial(pool)
    assert watched.path_of(one) == (pool.path, False)
    part = part_of(pool, "10.9.3.7")
    one.backed().leaves_with(pool.path.open_cohort(0.0), pool.path.cohorts.unseen, 0)
    assert watched.path_of(one) == (part, True)
    assert (one.path, one.cohort) == (part, None)
    assert watched.path_of(one) == (part, False), "it is there"
    single = trial(pool, retries=0)
    assert watched.path_of(single) == (part, False), "and of a single attempt nothing is asked again"


def test_a_trial_of_a_big_host_that_refused_since_begins_anew_on_its_own_path() -> None:
    watched, pool = watched_paths(), Pool()
    one = trial(pool)
    one.location.big = True
    one.backed().leaves_with(pool.path.open_cohort(0.0), pool.path.cohorts.unseen, 0)
    one.location.refused_first(one.endpoint, None, 1.0)
    assert watched.path_of(one) == (one.location.path, True)
    assert (one.path.shared, one.cohort) == (False, None)
    assert watched.path_of(one) == (one.path, False), "it is there"


def test_what_such_a_host_loses_is_its_own_matter() -> None:
    watched, pool = watched_paths(), Pool(attached=True)
    one = trial(pool)
    one.location.big = True
    pool.path.counts.answered(1)
    one.location.refused_first(one.endpoint, None, 1.0)
    own = watched.leave_pool(one, refused=True)
    assert own is one.location.path is one.path is not pool.path
    assert (pool.path.counts.answers, own.counts.answers) == (0, 1)


def test_who_left_a_pool_does_not_go_back() -> None:
    """Its host was found with the others; nobody has told it yet that its part of the pool is elsewhere."""
    watched, pool = watched_paths(), Pool()
    one = trial(pool)
    part = part_of(pool, "10.9.3.7")
    one.moves_to(part)
    assert watched.path_of(one) == (part, False)


def test_who_answers_late_may_leave_the_pool_with_its_count() -> None:
    watched, pool = watched_paths(), Pool()
    one = trial(pool)
    part = part_of(pool, "10.9.3.7")
    pool.path.counts.answered(1)
    assert watched.leave_pool(one, refused=True) is part
    assert (pool.path.counts.answers, part.counts.answers) == (0, 1)
    own = trial(path=Path(300))
    assert watched.leave_pool(own, refused=True) is own.path
