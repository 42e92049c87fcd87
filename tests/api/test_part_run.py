"""What runs on a worker, here: its rows, who answered elsewhere, a stop, and errors, all said over its line."""

import zlib
from collections.abc import Sequence

import pytest

from scanner.api.plans import plan_of_text
from scanner.api.wanted import Wanted
from scanner.scanning.options import ScanOptions
from scanner.scanning.packed_rows import RowUnpacker
from scanner.scanning.parts.failures import failure_of
from scanner.scanning.parts.worker_state import unpacked_state
from scanner.scanning.remote.part_run import packed_work, run_part
from scanner.scanning.remote.worker_pool import PartNews, PartTask, Responder


class ListLine:
    """A line that keeps what is said."""

    def __init__(self, *, stopped: bool = False) -> None:
        self.stopped = stopped
        self.waiting = 0
        self.said: list[PartNews] = []

    def send(self, *news: PartNews) -> None:
        self.said += news

    def heard(self) -> Sequence[Responder]:
        return [(0, 2, "127.0.0.9", 2, 0, 1)]


def ran(text: str, task: PartTask, line: ListLine, options: ScanOptions | None = None) -> list[str]:
    """Addresses of the rows; the last word is the last."""
    plan = plan_of_text(text, Wanted(timeout=0.3, vantage="lab"))
    run_part(packed_work(plan, options or ScanOptions()), task, line)
    assert [news.number for news in line.said] == list(range(1, len(line.said) + 1))
    assert [news.last for news in line.said] == [False] * (len(line.said) - 1) + [True]
    unpacker = RowUnpacker(plan.needs)
    return [row.address for news in line.said if news.rows for row in unpacker.unpack(zlib.decompress(news.rows))]


def test_a_part_is_every_so_manieth_host() -> None:
    line = ListLine()
    assert sorted(ran("127.0.0.1-4:1", PartTask(0, 2, 2, 1), line)) == ["127.0.0.2", "127.0.0.4"]
    state = unpacked_state(line.said[-1].state)
    assert state.complete
    assert (state.headway.total, state.headway.begun) == (2, 2)
    assert state.evidence["timeouts"] == 0


def test_many_rows_are_several_words() -> None:
    """A line may be so slow that a large one never gets through."""
    line = ListLine()
    found = ran("127.0.0.0/20:1", PartTask(0, 1, 1, 1), line)
    assert len(found) == len(set(found)) == 4096
    unpacker = RowUnpacker(())
    counts = [len(unpacker.unpack(zlib.decompress(news.rows))) for news in line.said if news.rows]
    assert max(counts) <= 2048
    assert sum(counts) == 4096


def test_a_stopped_run_says_so() -> None:
    line = ListLine(stopped=True)
    ran("127.0.0.1-4:1", PartTask(0, 1, 1, 1), line, ScanOptions(rate=1))
    assert not unpacked_state(line.said[-1].state).complete


def test_each_execution_of_a_run_says_which_one_it_is() -> None:
    lines = [ListLine(), ListLine()]
    for line in lines:
        ran("127.0.0.1-4:1", PartTask(0, 1, 1, 1), line)
    told = [{news.execution for news in line.said} for line in lines]
    assert [len(each) for each in told] == [1, 1]
    assert told[0] != told[1]


def test_an_error_is_said() -> None:
    line = ListLine()
    assert ran("127.0.0.1:1", PartTask(0, 1, 1, 1), line, ScanOptions(poller="none")) == []
    with pytest.raises(Exception, match="none"):
        raise failure_of(line.said[-1].failure)
