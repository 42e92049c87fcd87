"""Names to addresses: what is asked for, what a name fails by, and what this machine's own limits do to it.

Lookups are functions of the test's own, the clock is a number, and the threads are real.
"""

import errno
import socket
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from scanner.targets.grammar.addresses import V4, V6
from scanner.targets.names import lookup_threads
from scanner.targets.names.pending_name import Outcome
from scanner.targets.names.resolv_conf import ResolverSchedule
from scanner.targets.names.resolve import Resolver

V4_INFO = (socket.AF_INET, socket.SOCK_STREAM, 6, "", ("10.0.0.1", 0))
V6_INFO = (socket.AF_INET6, socket.SOCK_STREAM, 6, "", ("2001:db8::1", 0, 0, 0))
A, AAAA = (V4, 0x0A000001, 0), (V6, 0x20010DB8 << 96 | 1, 0)
NO_NAME = socket.gaierror(socket.EAI_NONAME, "x")
AGAIN = socket.gaierror(socket.EAI_AGAIN, "x")
PATIENCE_S = 20.0


class Clock:
    """Seconds that pass when the test says so; never so many at once that it looks like a process that stood still."""

    def __init__(self, resolver: Callable[["Clock"], Resolver]) -> None:
        self.now = 100.0
        self.resolver = resolver(self)
        self.told: list[Outcome] = []

    def __call__(self) -> float:
        return self.now

    def submit(self, *names: str) -> "Clock":
        self.resolver.submit(names)
        return self

    def pass_by(self, seconds: float) -> "Clock":
        """Lets so many seconds pass, the caller looking every half a second."""
        end = self.now + seconds
        while self.now < end:
            self.now = min(end, self.now + 0.5)
            self.told += self.resolver.collect()
        return self

    def until(self, done: Callable[[], object]) -> "Clock":
        """Lets the threads run, a millisecond of the clock at a time, until it is so."""
        give_up = time.monotonic() + PATIENCE_S
        while not done():
            assert time.monotonic() < give_up
            time.sleep(0.001)
            self.now += 0.001
            self.told += self.resolver.collect()
        return self

    def play(self, looks: int) -> None:
        """Lets the threads run until all is told, a fiftieth of a second at a time, so many times at most."""
        for _ in range(looks):
            if not self.resolver.pending:
                break
            self.now += 0.02
            self.told += self.resolver.collect()
            time.sleep(0.001)

    def under_way(self, lookups: int) -> "Clock":
        """Waits until so many lookups have begun and are not over."""
        return self.until(lambda: len(self.resolver.under_way) == lookups)

    def all_told(self) -> list[tuple[str, list[Any], str]]:
        """What is told of the names, once all is."""
        self.until(lambda: not self.resolver.pending)
        return [(each.name, each.addresses, each.reason) for each in self.told]


def scene(lookup: Any, **more: Any) -> Clock:
    """A resolver with this lookup and a clock; one server, 5 s, twice, unless something else is said."""
    said = {"schedule": ResolverSchedule(), "listed": lambda names: set(), "lack": lambda: 0} | more
    return Clock(lambda clock: Resolver(lookup=lookup, clock=clock, **said))


def failing(error: BaseException) -> Any:
    def lookup(*_: object) -> list[Any]:
        raise error

    return lookup


@pytest.fixture
def gate() -> Iterator[threading.Event]:
    """Lookups that hang until the test is over."""
    event = threading.Event()
    yield event
    event.set()


class TestFamilies:
    @pytest.mark.parametrize(("family", "asked"), [(4, [V4]), (6, [V6]), (0, [V4, V6])])
    def test_only_what_is_wanted_is_asked_for(self, family: int, asked: list[int]) -> None:
        seen: list[int] = []
        scene(lambda name, port, of, kind: seen.append(of) or [], family=family).submit("n").all_told()
        assert sorted(seen) == asked

    def test_one_family_does_not_wait_for_the_silence_of_the_other(self, gate: threading.Event) -> None:
        it = scene(lambda name, port, of, kind: [V4_INFO] if of == V4 else gate.wait(PATIENCE_S) and [])
        it.submit("n").until(lambda: it.told).under_way(1)
        assert [(each.addresses, each.more, each.missed) for each in it.told] == [([A], True, 0)]
        it.pass_by(12.5)
        assert [(each.addresses, each.more, each.missed) for each in it.told[1:]] == [([], False, 6)]
        assert it.resolver.pending == 0

    def test_a_late_answer_of_the_other_family_is_told_when_it_comes(self, gate: threading.Event) -> None:
        it = scene(lambda name, port, of, kind: [V6_INFO] if of == V6 else gate.wait(PATIENCE_S) and [V4_INFO])
        it.submit("n").until(lambda: it.told).pass_by(5)
        gate.set()
        assert it.all_told() == [("n", [AAAA], ""), ("n", [A], "")]

    def test_no_address_for_one_and_silence_for_the_other_is_silence(self, gate: threading.Event) -> None:
        it = scene(lambda name, port, of, kind: [] if of == V4 else gate.wait(PATIENCE_S) and [])
        assert it.submit("n").under_way(1).pass_by(12.5).all_told() == [("n", [], "dns-timeout")]

    @pytest.mark.parametrize("family", [0, 4, 6])
    def test_a_name_of_the_hosts_file_is_one_lookup(self, family: int) -> None:
        """For one family, the C library would go past the file and ask the servers."""
        seen: list[tuple[str, int]] = []

        def lookup(name: str, port: None, of: int, kind: int) -> list[Any]:
            seen.append((name, of))
            return [V6_INFO, V4_INFO]

        it = scene(lookup, family=family, listed=lambda names: {"loop"})
        assert it.submit("Loop").all_told() == [("Loop", [AAAA, A], "")]
        assert seen == [("Loop", 0)]

    def test_localhost_by_the_real_resolver(self) -> None:
        it = Clock(lambda clock: Resolver(clock=clock)).submit("localhost")
        ((_, addresses, _),) = it.all_told()
        assert {(V4, 0x7F000001, 0), (V6, 1, 0)} & set(addresses)


class TestDeadlines:
    def test_the_default_outlives_the_schedule_of_the_c_library(self) -> None:
        assert scene(failing(AGAIN), schedule=ResolverSchedule(3)).resolver.deadline == 30
        assert scene(failing(AGAIN), schedule=ResolverSchedule(3), deadline=1.5).resolver.deadline == 1.5

    def test_it_counts_from_the_beginning_of_the_lookup(self, gate: threading.Event) -> None:
        """Of two names on one thread, the second begins when the first is over, and has as long as that one had."""

        def lookup(name: str, *_: object) -> list[Any]:
            if name == "second":
                gate.wait(PATIENCE_S)
            else:
                first.wait(PATIENCE_S)
            return [V4_INFO]

        first = threading.Event()
        it = scene(lookup, threads=1, family=4, deadline=5.0).submit("first", "second").under_way(1).pass_by(4.5)
        first.set()
        it.until(lambda: it.told).under_way(1).pass_by(4.5)
        assert [each.name for each in it.told] == ["first"]
        it.pass_by(0.5)
        assert [(each.name, each.reason) for each in it.told] == [("first", ""), ("second", "dns-timeout")]
        gate.set()
        assert it.pass_by(1).told[2:] == []  # what comes after the deadline is nobody's answer

    def test_a_process_that_stood_still_has_not_waited(self, gate: threading.Event) -> None:
        it = scene(lambda *_: gate.wait(PATIENCE_S) and [V4_INFO], family=4, deadline=5.0).submit("n")
        it.under_way(1).pass_by(1)
        it.now += 60
        assert it.pass_by(3.5).told == []
        gate.set()
        assert it.all_told() == [("n", [A], "")]

    def test_what_began_while_nobody_looked_has_not_stood_still_before_that(self, gate: threading.Event) -> None:
        """The second begins in the middle of a minute in which nobody looks; its five seconds count from that end."""
        first = threading.Event()
        it = scene(
            lambda name, *_: (first if name == "a" else gate).wait(PATIENCE_S) and [], family=4, threads=1, deadline=5.0
        )
        it.submit("a", "b").under_way(1).now += 30
        first.set()
        give_up = time.monotonic() + PATIENCE_S
        while it.resolver.under_way != ["b"]:
            assert time.monotonic() < give_up
            time.sleep(0.001)
        it.now += 30
        it.pass_by(5.5)
        assert [(each.name, each.reason) for each in it.told] == [("a", "no-address"), ("b", "dns-timeout")]

    @pytest.mark.parametrize(("seconds", "reason"), [(10, "dns-timeout"), (9, "dns-failed"), (0, "dns-failed")])
    def test_try_again_is_silence_where_it_took_as_long_as_silence_takes(
        self, seconds: float, reason: str, gate: threading.Event
    ) -> None:
        def lookup(*_: object) -> list[Any]:
            begun.set()
            gate.wait(PATIENCE_S)
            raise AGAIN

        begun = threading.Event()
        it = scene(lookup, family=4).submit("n").until(begun.is_set).pass_by(seconds)
        gate.set()
        assert it.all_told() == [("n", [], reason)]


class TestStuckThreads:
    """Some lookups hang. `threads`: how many may run."""

    def test_names_that_hang_hold_up_nobody(self, gate: threading.Event) -> None:
        """100 of them, first in line: 64 at once is not enough for them, let alone for who stands behind."""
        it = scene(lambda name, *_: gate.wait(PATIENCE_S) and [] if name[0] == "h" else [V4_INFO], family=4)
        it.submit(*(f"h{number}" for number in range(100)), *(f"n{number}" for number in range(900)))
        it.under_way(64).pass_by(1).until(lambda: len(it.told) == 900).under_way(100)
        assert {(each.name[0], each.reason) for each in it.told} == {("n", "")}
        it.pass_by(12)
        assert Counter((each.name[0], each.reason) for each in it.told) == {("n", ""): 900, ("h", "dns-timeout"): 100}

    def test_where_all_threads_are_taken_names_wait_and_do_not_fail(self, gate: threading.Event) -> None:
        it = scene(lambda name, *_: gate.wait(PATIENCE_S) and [] if name[0] == "h" else [V4_INFO], family=4, threads=3)
        it.submit("h1", "h2", "h3", "n1", "n2").under_way(3).pass_by(25)
        assert {(each.name, each.reason) for each in it.told} == {(f"h{n}", "dns-timeout") for n in (1, 2, 3)}
        gate.set()
        it.until(lambda: not it.resolver.pending)
        assert {(each.name, each.reason) for each in it.told[3:]} == {("n1", ""), ("n2", "")}

    @pytest.mark.parametrize("threads", [2, 8, 26])
    @pytest.mark.parametrize(
        ("place", "dead"),
        [
            ("first", "h{}.dead"), ("mixed", "h{}.dead"), ("last", "h{}.dead"), ("first", "h.dead{}"),
            ("last", "h.dead{}"),
        ],
    )  # fmt: skip
    def test_more_names_that_hang_than_threads_hold_up_nobody(
        self, threads: int, place: str, dead: str, gate: threading.Event
    ) -> None:
        """Where they are of one zone, or stand together: no lookup of theirs is over before the others' are."""
        silent = [dead.format(number) for number in range(50)]
        names = [f"n{number}.well" for number in range(200)]
        mixed = [name for number, each in enumerate(names) for name in (each, *silent[number // 4 : number // 4 + 1])]
        listed = {"first": silent + names, "last": names + silent, "mixed": list(dict.fromkeys(mixed))}[place]
        it = scene(lambda name, *_: gate.wait(PATIENCE_S) and [] if name[0] == "h" else [V4_INFO], threads=threads)
        it.submit(*listed).until(lambda: len([each for each in it.told if not each.more]) == 200)
        assert {(each.name[0], each.reason) for each in it.told} == {("n", "")}

    def test_in_the_end_a_scan_ends(self, gate: threading.Event) -> None:
        """No thread comes back, ever: the names that wait are given up half a minute after the last was."""
        it = scene(lambda *_: gate.wait(60) and [], family=4, threads=2).submit("h1", "h2", "n1", "n2")
        it.under_way(2).pass_by(41.5)
        assert len(it.told) == 2
        it.pass_by(2)
        assert [each.reason for each in it.told] == ["dns-timeout"] * 4
        assert it.resolver.warnings == ["2 lookups were never started: all 2 before them hang"]

    def test_there_are_no_more_threads_than_may_be(self) -> None:
        at_once: list[int] = []
        before = set(threading.enumerate())  # another test's may take a moment to end

        def lookup(name: str, *_: object) -> list[Any]:
            at_once.append(sum(thread.name == "resolver" for thread in set(threading.enumerate()) - before))
            return [V4_INFO]

        it = scene(lookup, threads=3)
        names = [f"n{number}" for number in range(100)]
        it.submit(*names[:60]).submit(*names[60:])
        assert Counter(name for name, _, _ in it.all_told()) == dict.fromkeys(names, 2)
        assert 1 <= max(at_once) <= 3

    def test_threads_come_again_after_a_pause(self) -> None:
        it = scene(lambda *_: [V4_INFO], family=4, threads=2)
        for name in ("a", "b", "c"):
            it.submit(name).until(lambda: not it.resolver.busy)
        assert [each.name for each in it.told] == ["a", "b", "c"]

    def test_nobody_is_looked_up_once_it_is_stopped(self, gate: threading.Event) -> None:
        seen: list[str] = []
        it = scene(lambda name, *_: seen.append(name) or (gate.wait(PATIENCE_S) and []), family=4, threads=2)
        it.submit("a", "b", "c").under_way(2).resolver.stop()
        gate.set()
        assert it.until(lambda: not it.resolver.threads)
        assert sorted(seen) == ["a", "b"]


class TestLimitsOfThisMachine:
    @pytest.mark.parametrize("error", [OSError(errno.EMFILE, "x"), NO_NAME, AGAIN])
    def test_a_lookup_that_was_short_is_asked_again(self, error: OSError) -> None:
        """Whatever the C library made of it: here the shortage is over at the third attempt."""
        attempts: list[str] = []

        def lookup(name: str, *_: object) -> list[Any]:
            attempts.append(name)
            if len(attempts) < 3:
                raise error
            return [V4_INFO]

        it = scene(lookup, family=4, lack=lambda: errno.EMFILE if len(attempts) < 3 else 0)
        assert it.submit("n").all_told() == [("n", [A], "")]
        assert len(attempts) == 3
        (warning,) = it.resolver.warnings
        assert "the answers are the same" in warning
        assert "raise `ulimit -n`" in warning

    def test_a_shortage_that_lasts_is_told_as_what_it_is(self) -> None:
        attempts: list[int] = []
        it = scene(lambda *_: attempts.append(1) or [], family=4, lack=lambda: errno.EMFILE).submit("n")
        while not it.told:
            before = len(attempts)
            it.pass_by(0.5).until(lambda before=before: it.told or len(attempts) > before)  # type: ignore[misc]
        assert it.all_told() == [("n", [], "EMFILE")]
        assert 130 < it.now < 140

    @pytest.mark.parametrize(
        ("descriptors", "servers", "names", "kept", "threads"),
        [(10_000, 1, 1500, 256, 256), (10_000, 3, 1500, 768, 256), (100, 1, 1500, 75, 75), (100, 3, 1500, 75, 64),
         (40, 2, 1500, 30, 29), (1, 1, 1500, 0, 1), (0, 3, 1500, 0, 1), (1000, 2, 3, 12, 256)],
    )  # fmt: skip
    def test_descriptors_are_kept_for_the_lookups(
        self, descriptors: int, servers: int, names: int, kept: int, threads: int, gate: threading.Event
    ) -> None:
        it = scene(lambda *_: gate.wait(PATIENCE_S) and [], schedule=ResolverSchedule(servers))
        assert it.resolver.fit(descriptors, names) == kept
        it.submit(*(f"n{number}" for number in range(names))).under_way(min(threads, 2 * names, 64))
        for _ in range(6):
            it.until(lambda: len(it.resolver.under_way) == it.resolver.threads).pass_by(0.5)
        assert it.resolver.threads == min(threads, 2 * names)

    @pytest.mark.parametrize("order", ["first", "mixed", "last"])
    def test_silent_servers_take_descriptors_that_others_want_and_nobody_fails_for_it(self, order: str) -> None:
        """A lookup holds a descriptor, and one more for each server after the first second and the second one; without
        one it ends as "no such name", and nobody tells that any was lacking. 30 names whose three servers are silent,
        each in a zone of its own, want three times as many as there are."""
        lock, free = threading.Lock(), [40]

        def descriptor() -> None:
            with lock:
                if not free[0]:
                    raise NO_NAME
                free[0] -= 1

        def lookup(name: str, *_: object) -> list[Any]:
            held, begun = 0, it.now
            try:
                for second in (1, 2, 3) if name[0] == "h" else (0,):
                    descriptor()
                    held += 1
                    while it.now < begun + second:
                        time.sleep(0.0005)
                if name[0] == "h":
                    raise AGAIN
                return [V4_INFO]
            finally:
                with lock:
                    free[0] += held

        it = scene(lookup, family=4, schedule=ResolverSchedule(3, 1, 1))
        it.resolver.fit(40, 330)
        dead, well = [f"h.dead{number}" for number in range(30)], [f"n.well{number}" for number in range(300)]
        mixed = [name for number, each in enumerate(dead) for name in (each, *well[number * 10 : number * 10 + 10])]
        it.submit(*{"first": dead + well, "mixed": mixed, "last": well + dead}[order])
        it.play(looks=20_000)
        reasons = [(each.name[0], each.reason) for each in it.told]
        assert Counter(reasons) == {("n", ""): 300, ("h", "dns-timeout"): 30}
        assert {name for name, _ in reasons[:300]} == {"n"}

    def test_one_alone_that_fails_slowly_has_failed_by_itself(self) -> None:
        """There is one descriptor, and its three servers might want three: nobody else is in its way."""
        asked = []

        def lookup(name: str, *_: object) -> list[Any]:
            asked.append(name)
            begun = it.now
            while it.now < begun + 1.0:
                time.sleep(0.0005)
            raise NO_NAME

        it = scene(lookup, family=4, schedule=ResolverSchedule(3))
        it.resolver.fit(2, 2)
        it.submit("a.example", "b.example")
        it.play(looks=2_000)
        names = ["a.example", "b.example"]
        assert [(each.name, each.reason) for each in it.told] == [(name, "no-address") for name in names]
        assert asked == names

    def test_without_a_thread_the_caller_looks_up_by_itself(self, monkeypatch: pytest.MonkeyPatch) -> None:
        def refuse(self: threading.Thread) -> None:
            raise RuntimeError("can't start new thread")

        monkeypatch.setattr(threading.Thread, "start", refuse)
        it = scene(lambda *_: [V4_INFO], family=4).submit("a", "b")
        assert it.all_told() == [("a", [A], ""), ("b", [A], "")]
        (warning,) = it.resolver.warnings
        assert "the scan waits for each lookup (the answers are the same): raise `ulimit -u` or pids.max" in warning

    def test_a_stop_waits_for_no_more_than_the_lookup_that_is_under_way(self, monkeypatch: pytest.MonkeyPatch) -> None:
        def refuse(self: threading.Thread) -> None:
            raise RuntimeError("can't start new thread")

        monkeypatch.setattr(threading.Thread, "start", refuse)
        seen: list[str] = []
        it = scene(lambda name, *_: seen.append(name) or it.resolver.stop() or [V4_INFO], family=4)
        it.submit("a", "b").pass_by(2)
        assert seen == ["a"]

    def test_with_some_threads_these_do_it_all(self, monkeypatch: pytest.MonkeyPatch) -> None:
        start, left = threading.Thread.start, [2]

        def scarce(self: threading.Thread) -> None:
            if not left[0]:
                raise RuntimeError("can't start new thread")
            left[0] -= 1
            start(self)

        monkeypatch.setattr(threading.Thread, "start", scarce)
        on: set[str] = set()

        def lookup(name: str, *_: object) -> list[Any]:
            on.add(threading.current_thread().name)
            time.sleep(0.001)
            return [V4_INFO]

        it = scene(lookup, family=4).submit(*(f"n{number}" for number in range(50)))
        assert len(it.all_told()) == 50
        assert "resolver" in on
        assert it.resolver.warnings


def test_the_numbers_in_the_readme() -> None:
    assert lookup_threads.MOST_THREADS == 256
