"""One lookup: when it is slow, when nobody waits for it any longer, and what it keeps when it is asked again."""

from scanner.targets.grammar.addresses import V4
from scanner.targets.names.lookup import Answer
from scanner.targets.names.lookup_job import LookupJob, zone_of
from scanner.targets.names.pending_name import PendingName
from scanner.targets.names.search_list import Step, hosts_file


def job(text: str = "db.a.example", **more: float) -> LookupJob:
    return LookupJob(PendingName(text, lambda text: [Step(text, (V4,))]), V4, **more)


def test_it_turns_slow_once() -> None:
    it = job()
    it.begin(10.0, 0)
    assert [it.turns_slow(now, 0.5) for now in (10.4, 10.5, 10.6)] == [False, True, False]


def test_it_outlives_its_deadline_once_and_what_was_spent_before_counts() -> None:
    it = job()
    it.spent = 2.0
    it.begin(10.0, 0)
    assert [it.outlives(now, 5.0) for now in (12.9, 13.0, 14.0)] == [False, True, False]
    assert it.given_up


def test_time_that_stood_still_is_not_its_own_nor_more_than_there_was() -> None:
    it = job()
    it.begin(10.0, 0)
    it.stand_still(60.0, 71.0)
    assert it.since == 70.0
    it.stand_still(60.0, 72.0)
    assert it.since == 72.0


def test_it_failed_in_a_crowd_if_there_was_one_meanwhile_but_not_the_last_time() -> None:
    it = job()
    for crowdings in range(4):
        it.begin(0.0, 7)
        it.end(1.5, 8)
        assert it.took == 1.5
        assert it.crowded is (crowdings < 3)
        assert it.last_time is (crowdings == 3)
        it = it.again(None, doubted=2.0)
    it = job()
    it.begin(0.0, 7)
    it.end(1.0, 7)
    assert not it.crowded
    assert it.again(None).crowdings == 0


def test_to_wait_for_room_is_not_to_be_short() -> None:
    """It was short for ten seconds when the crowd sent it back, and is so still when it begins forty seconds later."""
    it = job().again(10.0, doubted=20.0)
    it.begin(60.0, 0)
    assert (it.since, it.short_since) == (60.0, 50.0)


def test_it_looks_up_what_its_name_asks_for() -> None:
    it, asked = job(), []
    it.look_up(lambda text, family: asked.append((text, family)) or Answer([]))  # type: ignore[func-returns-value]
    assert asked == [("db.a.example", V4)]
    assert it.answer == Answer([])


def test_zones() -> None:
    assert zone_of(job("db.A.example.").name) == "a.example"
    assert zone_of(job("db").name) == ""
    assert zone_of(PendingName("db.a.example", hosts_file)) == "/"
