"""Which lookup is next: silent zones hold up no others. No threads, no clock."""

from collections.abc import Iterable

from scanner.targets.grammar.addresses import V4, V6
from scanner.targets.names.lookup import Answer
from scanner.targets.names.lookup_job import LookupJob
from scanner.targets.names.pending_name import PendingName
from scanner.targets.names.search_list import Step
from scanner.targets.names.waiting_lookups import WaitingLookups

MANY = 100


def name(text: str, *families: int) -> PendingName:
    return PendingName(text, lambda text: [Step(text, families or (V4,))])


def waiting_for(*texts: str) -> WaitingLookups:
    it = WaitingLookups()
    it.add(name(text) for text in texts)
    return it


def take(it: WaitingLookups, most: int = MANY) -> list[LookupJob]:
    """Those that may begin now, in order."""
    found = []
    while (job := it.next(most)) is not None:
        found.append(job)
    return found


def texts(jobs: Iterable[LookupJob]) -> list[str]:
    return [job.text for job in jobs]


def test_first_come_first_served_where_nothing_is_known() -> None:
    it = waiting_for("a.x", "b.y", "c.x")
    assert len(it) == 3
    assert texts(take(it)) == ["a.x", "b.y", "c.x"]
    assert not it


def test_second_families_come_behind_all_first_ones() -> None:
    it = WaitingLookups()
    it.add([name("a.x", V4, V6), name("b.y", V4, V6)])
    assert [(job.text, job.family) for job in take(it)] == [("a.x", V4), ("b.y", V4), ("a.x", V6), ("b.y", V6)]


def test_a_zone_that_is_silent_waits_behind_all_others() -> None:
    it = waiting_for("a.dead", "b.dead", "c.dead", "d.well")
    first = it.next(MANY)
    assert first is not None
    it.stuck(first)
    assert texts(take(it)) == ["d.well", "b.dead", "c.dead"]


def test_its_next_answer_brings_it_back() -> None:
    it = waiting_for("a.zone", "b.zone", "c.zone", "d.well", "e.well")
    first = it.next(MANY)
    assert first is not None
    it.stuck(first)
    assert texts(filter(None, [it.next(MANY)])) == ["d.well"]
    first.look_up(lambda text, family: Answer([], "no-address"))
    it.over(first, 0.5)
    assert texts(take(it)) == ["b.zone", "c.zone", "e.well"]


def test_the_last_quarter_of_the_threads_is_not_for_more_of_an_unknown_zone() -> None:
    """Of four threads three are taken by names of a zone nobody heard of yet: the fourth is for another one."""
    it = waiting_for("a.new", "b.new", "c.new", "d.other", "e.new", "f.new")
    assert texts(filter(None, [it.next(4) for _ in range(3)])) == ["a.new", "b.new", "c.new"]
    assert texts(filter(None, [it.next(4)])) == ["d.other"]


def test_but_for_one_that_is_known_to_answer() -> None:
    it = waiting_for("a.well", "b.new", "c.new", "d.new", "e.well", "f.other")
    first = it.next(4)
    assert first is not None
    first.look_up(lambda text, family: Answer([], "no-address"))
    it.over(first, 0.5)
    assert texts(filter(None, [it.next(4) for _ in range(3)])) == ["b.new", "c.new", "d.new"]
    assert texts(filter(None, [it.next(4)])) == ["e.well"]


def test_what_was_begun_before_goes_first_and_what_was_crowded_waits_for_room() -> None:
    it = waiting_for("n.x")
    it.put_back([LookupJob(name("again.x"), V4)])
    it.doubt(LookupJob(name("doubted.x"), V4, crowdings=1), waited=True)
    assert [job.text for job in (it.next(MANY, ample=False), it.next(MANY, ample=False)) if job] == ["again.x", "n.x"]
    assert it.next(MANY, ample=False) is None
    assert it.all_doubted
    assert texts(take(it)) == ["doubted.x"]


def test_all_of_them_at_the_end() -> None:
    it = waiting_for("a.dead", "b.dead", "c.well")
    first = it.next(MANY)
    assert first is not None
    it.stuck(first)
    it.next(MANY)
    it.put_back([LookupJob(name("again.x"), V4)])
    assert sorted(texts(it.drain())) == ["again.x", "b.dead"]
    assert len(it) == 0
