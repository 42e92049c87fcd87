"""Lookups on real threads: how many at once, and where there are to be fewer."""

import threading
import time
from collections.abc import Callable, Iterator

import pytest

from scanner.targets.grammar.addresses import V4
from scanner.targets.names.lookup import Answer
from scanner.targets.names.lookup_job import LookupJob
from scanner.targets.names.lookup_threads import LookupThreads
from scanner.targets.names.pending_name import PendingName
from scanner.targets.names.search_list import Step

PATIENCE_S = 20.0


@pytest.fixture
def gate() -> Iterator[threading.Event]:
    """Lookups that hang until the test is over."""
    event = threading.Event()
    yield event
    event.set()


def names(count: int) -> list[PendingName]:
    return [PendingName(f"n{number}.x{number}", lambda text: [Step(text, (V4,))]) for number in range(count)]


def hanging(gate: threading.Event, begun: list[str] | None = None) -> Callable[[str, int], Answer]:
    """Lookups that end with the gate; `begun` takes their texts."""

    def ask(text: str, family: int) -> Answer:
        if begun is not None:
            begun.append(text)
        gate.wait(PATIENCE_S)
        return Answer([])

    return ask


def until(done: Callable[[], bool]) -> None:
    give_up = time.monotonic() + PATIENCE_S
    while not done():
        assert time.monotonic() < give_up
        time.sleep(0.001)


def test_every_job_is_done_once_and_then_the_threads_end() -> None:
    workers = LookupThreads(lambda text, family: Answer([], text), lambda: 1.0, 3)
    workers.add(names(50))
    done: list[LookupJob] = []

    def all_done() -> bool:
        done.extend(workers.look(1.0, 5.0, 5.0))
        return len(done) == 50 and not workers.threads

    until(all_done)
    assert sorted(job.answer.reason for job in done if job.answer) == sorted(name.asked for name in names(50))
    assert workers.complaints() == []


def test_fewer_and_more(gate: threading.Event) -> None:
    workers = LookupThreads(hanging(gate), lambda: 1.0, 8)
    workers.add(names(20))
    workers.staff(1.0)
    until(lambda: len(workers.busy_with) == 8)
    workers.fewer()
    assert workers.most == 4
    workers.more(6)
    assert workers.most == 6
    gate.set()
    until(lambda: not workers.look(1.0, 5.0, 5.0) and not workers.threads)


def test_none_begins_once_it_is_stopped(gate: threading.Event) -> None:
    begun: list[str] = []
    workers = LookupThreads(hanging(gate, begun), lambda: 1.0, 2)
    workers.add(names(5))
    workers.staff(1.0)
    until(lambda: len(workers.busy_with) == 2)
    workers.stop()
    gate.set()
    until(lambda: not workers.threads)
    assert len(begun) == 2


def test_what_hangs_is_given_up_and_in_the_end_what_waits_for_it(gate: threading.Event) -> None:
    now = [0.0]
    workers = LookupThreads(hanging(gate), lambda: now[0], 1)
    workers.add(names(3))
    workers.staff(0.0)
    until(lambda: len(workers.busy_with) == 1)
    over: list[LookupJob] = []
    for _ in range(100):
        now[0] += 0.5
        over += workers.look(now[0], 5.0, 5.0)
    assert [job.given_up for job in over] == [True, False, False]
    assert [job.answer for job in over] == [None] * 3
    assert workers.complaints() == ["2 lookups were never started: all 1 before them hang"]
    assert workers.complaints() == []
