"""Names to addresses: outcomes, deadlines by the caller's clock, threads that hang."""

import socket
import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest

from scanner.targets.address import V4, V6
from scanner.targets.resolve import Outcome, Resolver, look_up

STREAM = socket.SOCK_STREAM
V4_INFO = (socket.AF_INET, STREAM, 6, "", ("10.0.0.1", 0))
V6_INFO = (socket.AF_INET6, STREAM, 6, "", ("2001:db8::1", 0, 0, 0))


def answer(*infos: Any) -> Any:
    return lambda name, port, type: list(infos)


def failing(error: BaseException) -> Any:
    def lookup(name: str, port: None, type: int) -> list[Any]:
        raise error

    return lookup


def wait(resolver: Resolver, now: float = 0.0) -> list[Outcome]:
    """Collect until nothing is pending, at one and the same instant of the caller's clock."""
    out: list[Outcome] = []
    give_up = time.monotonic() + 10
    while resolver.pending and time.monotonic() < give_up:
        out += resolver.collect(now)
        time.sleep(0.001)
    return out


@pytest.fixture
def gate() -> Iterator[threading.Event]:
    """Lookups that hang until the test is over."""
    event = threading.Event()
    yield event
    event.set()


def test_addresses_in_order_and_unique() -> None:
    outcome = look_up("n", answer(V6_INFO, V4_INFO, V6_INFO, V4_INFO))
    assert (outcome.addresses, outcome.reason) == ([(V6, 0x20010DB8 << 96 | 1, 0), (V4, 0x0A000001, 0)], "")


def test_asks_for_streams_once() -> None:
    asked: list[tuple[Any, ...]] = []
    look_up("n", lambda *given, **named: asked.append((given, named)) or [])
    assert asked == [(("n", None), {"type": socket.SOCK_STREAM})]


def test_odd_answers() -> None:
    scoped = (socket.AF_INET6, STREAM, 6, "", ("fe80::1%lo", 0, 0, 1))
    mapped = (socket.AF_INET6, STREAM, 6, "", ("::ffff:10.0.0.1", 0, 0, 0))
    global_scoped = (socket.AF_INET6, STREAM, 6, "", ("::1", 0, 0, 3))
    other = (12345, STREAM, 6, "", ("x", 0))
    found = look_up("n", answer(scoped, mapped, global_scoped, other, V4_INFO)).addresses
    assert found == [(V6, 0xFE80 << 112 | 1, 1), (V4, 0x0A000001, 0), (V6, 1, 0)]


@pytest.mark.parametrize(
    ("lookup", "reason"),
    [
        (failing(socket.gaierror(socket.EAI_NONAME, "x")), "no-address"),
        (failing(socket.gaierror(getattr(socket, "EAI_NODATA", socket.EAI_NONAME), "x")), "no-address"),
        (failing(socket.gaierror(socket.EAI_AGAIN, "x")), "dns-failed"),
        (failing(socket.gaierror(socket.EAI_FAIL, "x")), "dns-failed"),
        (failing(UnicodeEncodeError("idna", "x", 0, 1, "label too long")), "no-address"),
        (failing(OSError("x")), "dns-failed"),
        (failing(RuntimeError("x")), "dns-failed"),
        (answer(), "no-address"),
    ],
)
def test_failures(lookup: Any, reason: str) -> None:
    resolver = Resolver(lookup=lookup)
    resolver.submit(["n"])
    (outcome,) = wait(resolver)
    assert (outcome.name, outcome.addresses, outcome.reason) == ("n", [], reason)


def test_localhost_by_the_real_resolver() -> None:
    resolver = Resolver()
    resolver.submit(["localhost"])
    (outcome,) = wait(resolver)
    assert {(V4, 0x7F000001, 0), (V6, 1, 0)} & set(outcome.addresses)


def test_more_names_than_threads_each_once() -> None:
    asked: list[str] = []
    at_once: list[int] = []

    def lookup(name: str, port: None, type: int) -> list[Any]:
        asked.append(name)
        at_once.append(sum(thread.name == "resolver" for thread in threading.enumerate()))
        return [V4_INFO]

    resolver = Resolver(lookup=lookup, threads=3)
    names = [f"n{number}" for number in range(200)]
    resolver.submit(names[:150])
    resolver.submit(names[150:])
    assert sorted(each.name for each in wait(resolver)) == sorted(names) == sorted(asked)
    assert 1 <= max(at_once) <= 3


def test_threads_come_again_after_a_pause() -> None:
    resolver = Resolver(lookup=answer(V4_INFO), threads=2)
    for name in ("a", "b", "c"):
        resolver.submit([name])
        assert [each.name for each in wait(resolver)] == [name]
    assert resolver.collect(0.0) == []


def test_a_deadline_counts_from_the_beginning_of_the_lookup(gate: threading.Event) -> None:
    begun = threading.Event()

    def lookup(name: str, port: None, type: int) -> list[Any]:
        begun.set()
        gate.wait(10)
        return [V4_INFO]

    resolver = Resolver(lookup=lookup, deadline=5.0)
    resolver.submit(["n"])
    assert begun.wait(10)
    assert resolver.collect(100.0) == []
    assert resolver.collect(104.9) == []
    (outcome,) = resolver.collect(105.0)
    assert (outcome.name, outcome.reason, resolver.pending) == ("n", "dns-timeout", 0)
    gate.set()
    assert wait(resolver, 106.0) == []  # what comes after the deadline is nobody's answer


def test_a_dead_resolver_fails_all_names_after_one_deadline(gate: threading.Event) -> None:
    resolver = Resolver(lookup=lambda *a, **b: gate.wait(10) and [], threads=2, deadline=5.0)
    resolver.submit([f"n{number}" for number in range(50)])
    assert resolver.collect(0.0) == []
    assert resolver.collect(4.9) == []
    give_up = time.monotonic() + 10
    found = resolver.collect(5.0)
    while resolver.pending and time.monotonic() < give_up:  # a thread may not have begun at 0.0
        found += resolver.collect(20.0)
    assert len(found) == 50
    assert {each.reason for each in found} == {"dns-timeout"}


def test_a_slow_resolver_is_not_a_dead_one() -> None:
    """One name a second by the caller's clock: the last waits much longer than the deadline, and is answered."""
    turn = threading.Semaphore(0)

    def lookup(name: str, port: None, type: int) -> list[Any]:
        assert turn.acquire(timeout=10)
        return [V4_INFO]

    resolver = Resolver(lookup=lookup, threads=1, deadline=5.0)
    resolver.submit([f"n{number}" for number in range(20)])
    found: list[Outcome] = []
    for now in range(20):
        turn.release()
        before, give_up = len(found), time.monotonic() + 10
        while len(found) == before and time.monotonic() < give_up:
            found += resolver.collect(float(now))
    assert [each.reason for each in found] == [""] * 20


def test_no_threads_to_be_had(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(self: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(threading.Thread, "start", refuse)
    resolver = Resolver(deadline=5.0)
    resolver.submit(["n"])
    assert resolver.collect(0.0) == []
    assert [each.reason for each in resolver.collect(5.0)] == ["dns-timeout"]
