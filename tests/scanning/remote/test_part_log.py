"""What came of one part whose run a cluster begins a second time unasked: each row comes once all the same."""

import pytest

from scanner.scanning.packed_rows import PackError, RowUnpacker
from scanner.scanning.remote.part_log import PartLog
from scanner.scanning.remote.part_queue import SharedList
from scanner.scanning.remote.worker_pool import PartNews, PartTask
from tests.scanning.remote.scripted_pool import ScriptedPool, news, probed, rows

RUN = PartTask(0, 1, 1, 1)


@pytest.fixture
def log() -> PartLog:
    made = PartLog(())
    made.begins()
    return made


def said(number: int, *ports: int, by: str, last: bool = False, run: int = 1) -> PartNews:
    """What one execution says."""
    return news(RUN._replace(run=run), number, rows(*ports), last=last)._replace(execution=by)


def test_two_executions_of_one_run_break_it(log: PartLog) -> None:
    """Each numbers its words from 1, and finds in an order of its own."""
    unpacker = RowUnpacker(())
    assert len(log.rows(said(1, 1, by="first"), unpacker)) == 1
    with pytest.raises(PackError, match="its worker died, and another one at its address began with it anew"):
        log.rows(said(1, 2, by="second"), unpacker)
    assert log.is_torn(1)
    assert log.rows(said(2, 1, by="second", last=True), unpacker) == []


def test_the_next_run_has_another_one_and_rows_come_once(log: PartLog) -> None:
    log.rows(said(1, 1, 2, by="first"), RowUnpacker(()))
    assert log.begins() == 2
    found = log.rows(said(1, 2, 3, by="other", run=2), RowUnpacker(()))
    assert [row.port for row in found] == [3]


def test_one_of_which_nothing_was_heard_is_none(log: PartLog) -> None:
    """The first died before it said anything."""
    unpacker = RowUnpacker(())
    assert [len(log.rows(said(number, number, by="second"), unpacker)) for number in (1, 2)] == [1, 1]


def test_a_late_end_of_a_run_before_is_not_how_far_the_present_one_is(log: PartLog) -> None:
    log.rows(said(1, 1, 2, by="first"), RowUnpacker(()))
    log.begins()
    log.rows(said(1, 1, 2, 3, by="other", run=2), RowUnpacker(()))
    late = news(RUN, 2, last=True, complete=False)._replace(execution="first")
    log.rows(late, RowUnpacker(()))
    assert log.state.headway.begun == 3


def test_the_part_is_probed_again_and_each_row_comes_once() -> None:
    def script(pool: ScriptedPool, address: str, task: PartTask) -> None:
        if task.run == 1:
            pool.say += [said(1, 1, by="first"), said(1, 2, by="second"), said(2, 1, 3, by="second", last=True)]
        else:
            pool.say.append(said(1, 1, 2, 3, by="third", last=True, run=2))

    pool = ScriptedPool({"a": "fra"}, script)
    probing, found = probed(pool, SharedList(b"", 1))
    assert (probing.complete, found, pool.forgotten) == (True, [1, 2, 3], [RUN])
    assert probing.warnings == [
        "part 1 of 1 is probed again: its worker died, and another one at its address began with it anew"
    ]
