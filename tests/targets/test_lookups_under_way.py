"""Whether there are descriptors for one more lookup: plain numbers, no threads."""

import pytest

from scanner.targets.grammar.addresses import V4
from scanner.targets.names.lookup_job import LookupJob
from scanner.targets.names.lookups_under_way import LookupsUnderWay
from scanner.targets.names.pending_name import PendingName
from scanner.targets.names.search_list import Step
from scanner.targets.names.waiting_lookups import WaitingLookups


def name(text: str) -> PendingName:
    return PendingName(text, lambda text: [Step(text, (V4,))])


def begun(lookups: int, room: float, each: int = 1, *, slow: int = 0) -> tuple[LookupsUnderWay, list[LookupJob]]:
    """So many lookups under way, of which so many are slow, at second 1."""
    it = LookupsUnderWay()
    it.provide(room, each)
    jobs = [LookupJob(name(f"n{number}.example"), V4) for number in range(lookups)]
    for job in jobs[:slow]:
        it.begin(job, 0.0)
    assert set(it.turned_slow(1.0, 0.5)) == set(jobs[:slow])
    for job in jobs[slow:]:
        it.begin(job, 1.0)
    return it, jobs


@pytest.mark.parametrize(
    ("lookups", "slow", "room", "roomy", "ample", "admits"),
    [
        (0, 0, 0, True, True, True),  # one alone has all there is
        (4, 0, 12, True, False, True),  # 4 now, 15 if all five become slow
        (3, 0, 12, True, True, True),
        (4, 4, 12, False, False, True),  # 12 of 12 are wanted, but one of a quarter of them may begin
        (5, 3, 12, False, False, True),  # 11 wanted
        (7, 5, 12, False, False, True),  # more than there are, but a quarter of them for those that are no slow ones
        (8, 5, 12, False, False, False),
    ],
)
def test_room_for_one_more_of_three_servers(
    lookups: int, slow: int, room: int, roomy: bool, ample: bool, admits: bool
) -> None:
    it, _ = begun(lookups, room, 3, slow=slow)
    assert (len(it), it.slow) == (lookups, slow)
    assert (it.roomy(), it.ample(), it.admits()) == (roomy, ample, admits)


def test_what_ends_leaves_its_room() -> None:
    it, jobs = begun(4, 12, 3, slow=4)
    it.end(jobs[0], 2.0)
    assert (len(it), it.slow, it.roomy()) == (3, 3, True)


def test_a_crowd_is_told_to_those_that_were_in_it_only() -> None:
    it, jobs = begun(4, 5, 3)
    late = LookupJob(name("late.example"), V4)
    it.end(jobs[0], 1.1)
    assert set(it.turned_slow(1.5, 0.5)) == set(jobs[1:])  # 9 wanted of 5
    it.end(jobs[1], 1.6)
    for job in jobs[2:]:
        it.end(job, 1.7)
    it.begin(late, 1.8)
    it.end(late, 1.9)
    assert [job.crowded for job in (*jobs, late)] == [False, True, True, True, False]


def test_beside_one_that_is_asked_for_the_last_time_there_is_room_for_all_or_nobody_begins() -> None:
    it, _ = begun(1, 6, 3)
    last = LookupJob(name("last.example"), V4, crowdings=3)
    it.begin(last, 1.0)
    assert (it.roomy(), it.ample(), it.admits()) == (True, False, False)
    it.end(last, 2.0)
    assert it.admits()


def test_all_given_up() -> None:
    it, jobs = begun(2, 100)
    assert not LookupsUnderWay().all_given_up
    assert jobs[0].outlives(10.0, 5.0)
    assert not it.all_given_up
    assert jobs[1].outlives(10.0, 5.0)
    assert it.all_given_up


def test_who_waits_for_room_is_blocked_without_it() -> None:
    it, jobs = begun(4, 16, 3, slow=4)
    waiting = WaitingLookups()
    waiting.add([name("well.example")])
    assert not it.blocks(waiting)
    doubted = WaitingLookups()
    doubted.doubt(jobs[0].again(None, doubted=1.0), waited=True)
    assert it.blocks(doubted) is not it.ample()
    assert not it.blocks(doubted)
    assert begun(5, 16, 3, slow=4)[0].blocks(doubted)
