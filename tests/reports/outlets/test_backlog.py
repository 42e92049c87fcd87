"""What waits for a reader: in order, in little memory."""

import tracemalloc

import pytest

from scanner.reports.outlets import backlog
from scanner.reports.outlets.backlog import Backlog


def test_a_backlog_is_a_queue_whatever_its_size(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(backlog, "_IN_MEMORY", 100)
    monkeypatch.setattr(backlog, "_PIECE", 64)
    queue, added, got = Backlog(), b"", b""
    for number in range(400):
        data = (b"%d," % number) * (number % 17)
        queue.add(data)
        added += data
        if number % 5 == 0:
            piece = bytes(queue.first()[:50])
            queue.drop(len(piece))
            got += piece
        assert len(queue) == len(added) - len(got)
    while queue:
        piece = bytes(queue.first())
        queue.drop(len(piece))
        got += piece
    assert got == added


def test_much_that_waits_does_not_wait_in_memory() -> None:
    queue, piece = Backlog(), b"x" * 100_000
    tracemalloc.start()
    try:
        for _ in range(100):
            queue.add(piece)
        kept = tracemalloc.get_traced_memory()[0]
    finally:
        tracemalloc.stop()
    assert len(queue) == 10_000_000
    assert 1_000_000 < kept < 3_000_000
    queue.clear()
    assert len(queue) == 0
