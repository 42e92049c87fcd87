"""Lookups on real threads: how many at once, and where there are to be fewer."""

import threading
import time
from collections.abc import Callable, Iterator

import pytest

from scanner.targets.grammar.addresses import V4
from scanner.targets.names.crew import Crew
from scanner.targets.names.job import Job
from scanner.targets.names.lookup import Answer
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


def until(done: Callable[[], bool]) -> None:
    give_up = time.monotonic() + PATIENCE_S
    while not done():
        assert time.monotonic() < give_up
        time.sleep(0.001)


def test_every_job_is_done_once_and_then_the_threads_end() -> None:
    crew = Crew(lambda text, family: Answer([], text), lambda: 1.0, 3)
    crew.add(names(50))
    done: list[Job] = []

    def all_done() -> bool:
        done.extend(crew.look(1.0, 5.0, 5.0))
        return len(done) == 50 and not crew.threads

    until(all_done)
    assert sorted(job.answer.reason for job in done if job.answer) == sorted(name.asked for name in names(50))
    assert crew.complaints() == []


def test_fewer_and_more(gate: threading.Event) -> None:
    crew = Crew(lambda text, family: (gate.wait(PATIENCE_S) and Answer([])) or Answer([]), lambda: 1.0, 8)
    crew.add(names(20))
    crew.staff(1.0)
    until(lambda: len(crew.busy_with) == 8)
    crew.fewer()
    assert crew.most == 4
    crew.more(6)
    assert crew.most == 6
    gate.set()
    until(lambda: not crew.look(1.0, 5.0, 5.0) and not crew.threads)


def test_none_begins_once_it_is_stopped(gate: threading.Event) -> None:
    begun: list[str] = []
    crew = Crew(lambda text, family: begun.append(text) or (gate.wait(PATIENCE_S) and Answer([])), lambda: 1.0, 2)  # type: ignore[func-returns-value, arg-type, return-value]
    crew.add(names(5))
    crew.staff(1.0)
    until(lambda: len(crew.busy_with) == 2)
    crew.stop()
    gate.set()
    until(lambda: not crew.threads)
    assert len(begun) == 2


def test_what_hangs_is_given_up_and_in_the_end_what_waits_for_it(gate: threading.Event) -> None:
    now = [0.0]
    crew = Crew(lambda text, family: (gate.wait(PATIENCE_S) and Answer([])) or Answer([]), lambda: now[0], 1)
    crew.add(names(3))
    crew.staff(0.0)
    until(lambda: len(crew.busy_with) == 1)
    over: list[Job] = []
    for _ in range(100):
        now[0] += 0.5
        over += crew.look(now[0], 5.0, 5.0)
    assert [job.given_up for job in over] == [True, False, False]
    assert [job.answer for job in over] == [None] * 3
    assert crew.complaints() == ["2 lookups were never started: all 1 before them hang"]
    assert crew.complaints() == []
