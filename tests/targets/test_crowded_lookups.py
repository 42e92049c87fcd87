"""More lookups than descriptors for them: what fails in a crowd is asked again, and every name comes to an end.

The lookups are the test's own, on real threads; the clock is a number.
"""

import errno
import threading
import time
from collections import Counter
from typing import Any

import pytest

from scanner.targets.grammar.addresses import V4
from scanner.targets.names.resolv_conf import ResolverSchedule
from scanner.targets.names.search_list import Search
from tests.targets.test_resolve import AGAIN, NO_NAME, PATIENCE_S, V4_INFO, A, Clock, gate, scene

__all__ = ["gate"]  # a fixture
_ASKED_AT_MOST = 4


class Slow:
    """Lookups that fail (the second family's: only those) after so many seconds, and how often each was asked."""

    def __init__(self, seconds: float, error: BaseException, *, good: int = -1) -> None:
        self.seconds, self.error, self.good = seconds, error, good
        self.asked: Counter[tuple[str, int]] = Counter()
        self._lock = threading.Lock()
        self.clock: Clock | None = None

    def __call__(self, name: str, port: None, family: int, kind: int) -> list[Any]:
        assert self.clock is not None
        with self._lock:
            self.asked[name, family] += 1
        begun = self.clock.now
        while self.clock.now < begun + self.seconds:
            time.sleep(0.0005)
        if family == self.good:
            return [V4_INFO]
        raise self.error


class TestManySlowFailures:
    """They all begin while each holds one descriptor, and come to want one for each server together."""

    @pytest.mark.parametrize(
        ("descriptors", "servers", "names", "seconds", "error", "reason"),
        [(12, 3, 10, 0.7, NO_NAME, "no-address"), (100, 3, 60, 0.7, NO_NAME, "no-address"),
         (40, 2, 50, 0.7, NO_NAME, "no-address"), (100, 3, 60, 3.0, AGAIN, "dns-failed")],
    )  # fmt: skip
    def test_each_is_told(
        self, descriptors: int, servers: int, names: int, seconds: float, error: BaseException, reason: str
    ) -> None:
        lookup = Slow(seconds, error)
        it = lookup.clock = scene(lookup, family=4, schedule=ResolverSchedule(servers))
        it.resolver.fit(descriptors, names)
        it.submit(*(f"n{number}.example" for number in range(names)))
        it.play(looks=4_000)
        assert Counter(each.reason for each in it.told) == {reason: names}
        assert max(lookup.asked.values()) <= _ASKED_AT_MOST

    def test_healthy_names_that_have_one_family_only(self) -> None:
        lookup = Slow(0.7, NO_NAME, good=V4)
        it = lookup.clock = scene(lookup, schedule=ResolverSchedule(3))
        it.resolver.fit(60, 40)
        it.submit(*(f"n{number}.example" for number in range(40)))
        it.play(looks=4_000)
        assert Counter((tuple(each.addresses), each.more) for each in it.told) == {((A,), True): 40, ((), False): 40}
        assert max(lookup.asked.values()) <= _ASKED_AT_MOST

    def test_one_that_is_crowded_again_and_again_has_the_room_to_itself_in_the_end(self) -> None:
        """Others come all the time, and each makes it a crowd: their feed ends long after it should be known."""
        slow = Slow(1.0, NO_NAME)

        def lookup(name: str, *more: Any) -> list[Any]:
            if name == "slow.example":
                return slow(name, *more)
            begun = it.now
            while it.now < begun + 0.1:
                time.sleep(0.0005)
            return [V4_INFO]

        it = slow.clock = scene(lookup, family=4, schedule=ResolverSchedule(3))
        it.resolver.fit(4, 100)
        it.submit("slow.example")
        for number in range(1_500):
            if any(each.name == "slow.example" for each in it.told):
                break
            if it.resolver.pending < 3:
                it.submit(f"n{number}.well")
            it.play(looks=1)
        assert [each.reason for each in it.told if each.name == "slow.example"] == ["no-address"]
        assert 2 <= slow.asked["slow.example", V4] <= _ASKED_AT_MOST


class TestLookupsThatHang:
    @pytest.mark.parametrize("zone", ["n{}.dead", "n.z{}.dead"])
    def test_a_scan_ends_where_descriptors_and_not_threads_are_all_taken(
        self, zone: str, gate: threading.Event
    ) -> None:
        it = scene(lambda *_: gate.wait(60) and [], family=4, schedule=ResolverSchedule(3, 1, 1))
        it.resolver.fit(100, 100)
        it.submit(*(zone.format(number) for number in range(100)))
        for _ in range(250):
            it.pass_by(0.5)
            time.sleep(0.001)
        assert Counter(each.reason for each in it.told) == {"dns-timeout": 100}
        hung = it.resolver.threads
        assert it.resolver.warnings == [f"{100 - hung} lookups were never started: all {hung} before them hang"]


def test_what_is_short_in_a_crowd_is_so_since_it_was_first() -> None:
    """A shortage that lasts is told as what it is, however often a crowd came in between."""
    slow = Slow(1.0, NO_NAME)
    it = slow.clock = scene(slow, family=4, schedule=ResolverSchedule(3), lack=lambda: errno.EMFILE)
    it.resolver.fit(4, 2)
    began = it.submit("a.example", "b.example").now
    it.play(looks=4_000)
    assert Counter(each.reason for each in it.told) == {"EMFILE": 2}
    assert it.now - began < 45


def test_a_lookup_that_was_given_up_took_its_time(gate: threading.Event) -> None:
    """The deadline is for all steps of a search list: one whose IPv4 was silent has used it up, though the answer for
    IPv6, which began later, comes in time. The next step would hang as long again."""
    first, second = threading.Event(), threading.Event()

    def lookup(name: str, port: None, family: int, kind: int) -> list[Any]:
        seen.append(name)
        if name == "other.":
            first.wait(PATIENCE_S)
            return [V4_INFO]
        if family == V4 or name == "n.":
            gate.wait(PATIENCE_S)
        second.wait(PATIENCE_S)
        raise NO_NAME

    seen: list[str] = []
    schedule = ResolverSchedule(1, 2, 1, 2, Search(("a.example",), 1))
    it = scene(lookup, deadline=5.0, threads=2, schedule=schedule).submit("n", "other.").under_way(2).pass_by(4.5)
    first.set()
    it.until(lambda: len(it.told) == 2).under_way(2).pass_by(1.0)
    second.set()
    it.pass_by(0.5).until(lambda: len(it.told) == 3 or "n." in seen)
    assert [(each.name, each.reason) for each in it.told] == [("other.", ""), ("other.", ""), ("n", "dns-timeout")]
    assert "n." not in seen
