"""A scan that goes on: what has its rows is never handed out again, and nothing else is left out."""

import pickle
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.model import Result, State
from scanner.targets.feed import Feed
from scanner.targets.space.discovery_lanes import Discovery
from scanner.targets.space.done_targets import DoneTargets
from tests.targets.made import entry
from tests.targets.test_feed import ADDRESSES, HOSTS, NAMES, Script, World, feed_of, keys, verdicts, wanted_rows


def row_key(row: Result) -> tuple[int, str, str, int]:
    return row.request.order, row.host.lower(), row.address, row.port


def resumed(hosts: str, ports: str, rows: list[Result], script: Script | None = None) -> Feed:
    done = DoneTargets(NAMES)
    done.add(rows)
    return feed_of([entry(hosts, ports)], script=script, done=done)


def test_what_is_done_is_not_handed_out_again_whatever_the_order_was() -> None:
    first = feed_of([entry("10.0.0.0/30 10.7.0.1 fd00::1", "1-3")])
    endpoints = first.take(99)
    assert len(endpoints) == 18
    for count in (0, 1, 7, 17, 18):
        rows = verdicts(endpoints[::-1][:count])
        feed = resumed("10.0.0.0/30 10.7.0.1 fd00::1", "1-3", rows)
        left = feed.take(99)
        assert sorted(keys(left)) == sorted(keys(endpoints[::-1][count:]))
        assert feed.exhausted
        assert feed.total == 18


def test_nobody_waits_for_all_that_is_passed_over() -> None:
    (whole,) = (feed_of([entry("10.0.0.0/17", "1")]).take(1 << 15),)
    feed = resumed("10.0.0.0/17", "1", verdicts(whole[:-1]))
    assert feed.take(64) == []
    assert not feed.exhausted
    assert keys(feed.take(64)) == keys(whole[-1:])


def test_it_may_be_told_to_another_process() -> None:
    endpoints = feed_of([entry("10.0.0.0/30", "1")]).take(99)
    done = DoneTargets(NAMES)
    done.add(verdicts(endpoints[:2]))
    again: DoneTargets = pickle.loads(pickle.dumps(done))
    assert keys(again.rest(endpoints)) == keys(endpoints[2:])


def test_a_name_that_was_led_nowhere_stays_so() -> None:
    script = Script()
    first = feed_of([entry("a", "1,2")], script=script)
    first.take(9)
    script.answer("a", reason="dns-timeout")
    first.take(9)
    rows = first.rows()
    assert [row.state for row in rows] == [State.ERROR] * 2
    script = Script()
    feed = resumed("a", "1,2", rows[:1], script)
    feed.take(9)
    script.answer("a", "10.0.0.1")
    assert keys(feed.take(9)) == ["10.0.0.1:2"]
    assert feed.rows() == []


def test_a_name_that_led_somewhere_needs_no_error_when_it_does_so_no_longer() -> None:
    script = Script()
    first = feed_of([entry("a", "1,2")], script=script)
    first.take(9)
    script.answer("a", "10.0.0.1")
    rows = verdicts(first.take(9))
    script = Script()
    feed = resumed("a", "1,2", rows[:1], script)
    feed.take(9)
    script.answer("a", reason="dns-failed")
    assert feed.take(9) == []
    assert [row.port for row in feed.rows()] == [2]


@pytest.mark.slow
@settings(deadline=None, max_examples=500)
@given(
    asked=st.lists(st.tuples(st.sampled_from(HOSTS), st.sampled_from(["1", "1,2", "2,3,1", "1-5"])), max_size=6),
    leads_to=st.fixed_dictionaries({name: st.lists(st.sampled_from(ADDRESSES), unique=True) for name in NAMES}),
    excludes=st.lists(st.sampled_from(["10.0.0.2", "10.0.0.1:2", "*:3", "b", "c:1"]), max_size=2),
    steps=st.lists(st.tuples(st.sampled_from(["take", "settle", "answer"]), st.integers(1, 5)), max_size=40),
    more=st.lists(st.tuples(st.sampled_from(["take", "settle", "answer"]), st.integers(1, 5)), max_size=40),
)
def test_wherever_it_breaks_off_each_row_comes_once(
    asked: list[tuple[str, str]],
    leads_to: dict[str, list[str]],
    excludes: list[str],
    steps: list[tuple[str, int]],
    more: list[tuple[str, int]],
) -> None:
    entries = [entry(host, ports) for host, ports in asked]
    script = Script()
    broken = World(feed_of(entries, *excludes, script=script), script, leads_to)
    for what, n in steps:
        broken.step(what, n)
    done, script = DoneTargets(NAMES), Script()
    feed = feed_of(entries, *excludes, script=script, done=done)
    done.add(broken.rows)
    world = World(feed, script, leads_to)
    for what, n in more:
        world.step(what, n)
    world.finish()
    rows = Counter(map(row_key, [*broken.rows, *world.rows]))
    assert rows == Counter(wanted_rows(asked, leads_to, excludes))
    judged = {f"{row.address}:{row.port}" for row in broken.rows if row.address}
    assert judged.isdisjoint(world.probed)


# Where hosts are asked first whether they are there

_FIRST = Discovery((80, 22), frozenset({80}))


def test_hosts_that_were_passed_over_are_asked_nothing_and_those_found_only_the_rest() -> None:
    first = feed_of([entry("10.0.0.1-4", "80,22,1")], discovery=_FIRST)
    asked = first.take(99)
    assert len(asked) == 8
    found = [each for each in asked if each.place.address == "10.0.0.2" and each.port == 22]
    done = DoneTargets()
    feed = feed_of([entry("10.0.0.1-4", "80,22,1")], discovery=_FIRST, done=done)
    done.add(verdicts(found))
    done.are_silent([(4, 0, 0x0A000003), (4, 0, 0x0A000003)])
    left = feed.take(99) + feed.take(99, ahead=True)
    assert sorted(keys(left)) == ["10.0.0.1:22", "10.0.0.1:80", "10.0.0.2:1", "10.0.0.4:22", "10.0.0.4:80"]
    assert feed.discovery is not None
    assert list(feed.discovery.silent.ranges()) == ["10.0.0.3"]
    assert (feed.discovery.found, feed.discovery.rows) == (1, 2)
    for place in {each.place for each in left} - {found[0].place}:
        if feed.discovery.asked(place):
            feed.discovery.pass_over(place)
    assert feed.exhausted
    assert feed.discovery.silent.count == 3
