"""A worker whose words nobody deals with: it launches nothing more, so that little is lost if all are killed then.

Its words go over a real socket here, on a clock that is set by hand.
"""

from collections.abc import Iterator
from contextlib import closing

import pytest

from scanner.machine.fresh_process import socket_pair
from scanner.scanning.options import ScanOptions
from scanner.scanning.parts.worker_state import WorkerState
from scanner.scanning.processes.frame_socket import FrameSocket
from scanner.scanning.processes.frames import Topic
from scanner.scanning.processes.worker import Worker, WorkerTask
from tests.scanning.processes.parts import LoopbackPart


class HandClock:
    """Goes on when it is told to."""

    now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
def pair(clock: HandClock) -> Iterator[tuple[Worker, FrameSocket]]:
    """A worker that has not begun, and the other end of its line."""
    ours, theirs = socket_pair()
    with closing(ours), closing(theirs):
        task = WorkerTask(LoopbackPart(1, [1]), ScanOptions(), [], 2)
        yield Worker(FrameSocket(theirs), task, clock), FrameSocket(ours)


def say(worker: Worker) -> None:
    worker.say([], WorkerState(), last=False)


def test_its_way_is_full_once_the_oldest_word_is_half_a_second_old(
    clock: HandClock, pair: tuple[Worker, FrameSocket]
) -> None:
    worker, _ = pair
    say(worker)
    assert worker.filled < 0.01
    clock.now += 0.3
    say(worker)
    assert 0.5 < worker.filled < 1.0
    clock.now += 0.3
    assert worker.filled > 1.0


def test_what_is_dealt_with_is_late_no_more(clock: HandClock, pair: tuple[Worker, FrameSocket]) -> None:
    worker, other = pair
    for _ in range(3):
        say(worker)
        clock.now += 0.3
    other.send(Topic.TAKEN, b"2")
    worker.listen()
    assert 0.5 < worker.filled < 1.0
    other.send(Topic.TAKEN, b"1")
    worker.listen()
    assert worker.filled < 0.01
