"""Workers that fail, freeze, are busy, or lose what they say: their parts are probed by others, and people are told."""

import errno
from collections.abc import Callable

import pytest

from scanner.errors import UsageError
from scanner.model import State
from scanner.scanning.probing import Headway
from scanner.scanning.remote.part_queue import SharedList
from scanner.scanning.remote.remote_probing import RemoteProbing
from scanner.scanning.remote.worker_pool import BrokenRun, PartTask
from tests.scanning.remote.scripted_pool import ScriptedPool, finds, news, probed, rows

Script = Callable[[ScriptedPool, str, PartTask], None]
BUSY = (
    "worker fra has not begun yet: it is busy with something else, out of reach, or still getting the list; this scan "
    "waits for it"
)


def failing(error: Exception, *addresses: str) -> Script:
    """Those workers fail at once at whatever they get; the others find what they should, a turn later."""

    def script(pool: ScriptedPool, address: str, task: PartTask) -> None:
        if address in addresses:
            pool.say.append(news(task, 1, last=True, failure=error))
        else:
            finds(pool, address, task)

    return script


def test_one_that_fails_gets_nothing_more_and_another_probes_its_part() -> None:
    pool = ScriptedPool({"a": "fra", "b": "nyc"}, failing(UsageError("no such name: db"), "b"))
    probing, found = probed(pool, SharedList(b"", 7))
    assert probing.complete
    assert len(found) == 14
    assert [task.part for address, task in pool.submitted if address == "b"] == [2]
    assert probing.warnings == [
        "worker nyc failed at part 2 of 7, and gets nothing more of this scan: no such name: db"
    ]


@pytest.mark.parametrize(
    ("error", "text"),
    [
        (MemoryError(), "its machine has no memory left for the scan"),
        (OSError(errno.EIO, "Input/output error"), "Input/output error"),
        (KeyError("a slip"), "internal error: KeyError: 'a slip' (-v shows where)"),
    ],
)
def test_what_it_says_is_told_whatever_it_is(error: Exception, text: str) -> None:
    probing, _ = probed(ScriptedPool({"a": "fra", "b": "nyc"}, failing(error, "a")), SharedList(b"", 2))
    assert probing.warnings[0].endswith(f"nothing more of this scan: {text}")
    assert probing.details == (["fra: KeyError: 'a slip'"] if isinstance(error, KeyError) else [])


@pytest.mark.parametrize("names", [{"a": "fra"}, {"a": "fra", "b": "nyc", "c": "tok"}])
def test_what_nobody_can_probe_is_bad_usage_whoever_says_so_first(names: dict[str, str]) -> None:
    pool = ScriptedPool(names, failing(UsageError("no such poller"), *names))
    with pytest.raises(UsageError, match="no such poller"):
        probed(pool, SharedList(b"", 5))
    assert pool.closed == 1
    assert pool.now < 5, "nobody waits for another worker"


def test_where_anything_was_probed_it_is_a_scan_that_is_not_complete() -> None:
    lists = SharedList(b"", 1, worker="fra"), SharedList(b"", 1, worker="nyc")
    pool = ScriptedPool({"a": "fra", "b": "nyc"}, failing(UsageError("no such name"), "b"))
    probing, found = probed(pool, *lists)
    assert (probing.complete, found) == (False, [1, 101])
    assert probing.warnings == [
        "worker nyc failed at part 1 of 1 from nyc, and gets nothing more of this scan: no such name",
        "part 1 of 1 from nyc was given up: there is no worker nyc that could probe it",
    ]


def test_a_part_is_tried_three_times_by_three_workers() -> None:
    def script(pool: ScriptedPool, address: str, task: PartTask) -> None:
        failure = OSError(5, "broken") if task.part == 1 else None
        pool.say += [news(task, 1, rows(task.part)), news(task, 2, last=True, failure=failure)]

    pool = ScriptedPool({each: each for each in "abcde"}, script)
    probing, found = probed(pool, SharedList(b"", 6))
    assert (probing.complete, sorted(found)) == (False, [1, 2, 3, 4, 5, 6])
    assert len({address for address, task in pool.submitted if task.part == 1}) == 3
    assert probing.warnings[-1] == "part 1 of 6 was given up after 3 tries: broken"


def test_where_whatever_it_begins_breaks_the_worker_is_left_out() -> None:
    def script(pool: ScriptedPool, address: str, task: PartTask) -> None:
        if address == "b":
            pool.say.append(BrokenRun(task, "it failed on its worker: no module"))
        else:
            finds(pool, address, task)

    pool = ScriptedPool({"a": "fra", "b": "nyc"}, script)
    probing, found = probed(pool, SharedList(b"", 20))
    assert probing.complete
    assert len(found) == 40
    assert sum(address == "b" for address, _ in pool.submitted) == 3
    assert "worker nyc gets nothing more of this scan: what it begins breaks (it failed on its worker: no module)" in (
        probing.warnings
    )


@pytest.mark.parametrize("named", [True, False])
def test_a_worker_that_is_started_again_is_no_other_one(named: bool) -> None:
    """Its process dies of whatever it begins, and the next one has another address. The part goes to a worker that has
    more to do, and is free later."""
    late: list[PartTask] = []

    def script(pool: ScriptedPool, address: str, task: PartTask) -> None:
        if address.startswith("tcp://a:"):
            del pool.names[address]
            following = f"tcp://a:{len(pool.submitted)}"
            pool.names[following] = "fra" if named else following
        elif task.part == 2:
            late.append(task)
        else:
            finds(pool, address, task)

    pool = ScriptedPool({"tcp://a:0": "fra" if named else "tcp://a:0", "tcp://b:0": "nyc"}, script)
    probing = RemoteProbing([SharedList(b"", 2)], pool, clock=lambda: pool.now)
    for _ in probing.batches():
        if late and pool.now < 10:
            pool.say.append(news(late[0], int(pool.now * 2), last=pool.now == 9.5))
    assert probing.complete
    assert [(address[:7], task.part) for address, task in pool.submitted] == [
        ("tcp://a", 1),
        ("tcp://b", 2),
        ("tcp://b", 1),
    ]


def test_one_that_dies_of_whatever_it_begins_gets_nothing_more_though_it_is_started_again() -> None:
    def script(pool: ScriptedPool, address: str, task: PartTask) -> None:
        if address.startswith("tcp://a:"):
            del pool.names[address]
            pool.names[f"tcp://a:{len(pool.submitted)}"] = "fra"
        else:
            finds(pool, address, task)

    pool = ScriptedPool({"tcp://a:0": "fra", "tcp://b:0": "nyc"}, script)
    probing, found = probed(pool, SharedList(b"", 12))
    assert (probing.complete, len(found)) == (True, 24)
    assert sum(address.startswith("tcp://a:") for address, _ in pool.submitted) == 3
    assert "worker fra gets nothing more of this scan: what it begins breaks (worker fra is gone)" in probing.warnings


def test_one_that_freezes_is_taken_for_lost_and_its_late_words_do_no_harm() -> None:
    late: list[PartTask] = []

    def script(pool: ScriptedPool, address: str, task: PartTask) -> None:
        if address == "a" and task.part == 1:
            late.append(task)
            pool.say.append(news(task, 1, rows(1)))  # and nothing more
        else:
            pool.say += [news(task, 1, rows(1, 2), last=True)] if task.part == 1 else [news(task, 1, last=True)]
            if task.part == 1:
                pool.say.append(news(late[0], 2, rows(1, state=State.TIMEOUT), last=True))

    pool = ScriptedPool({"a": "fra", "b": "nyc"}, script)
    probing, found = probed(pool, SharedList(b"", 2))
    assert (probing.complete, found) == (True, [1, 2])
    assert 20 <= pool.now < 25
    assert pool.forgotten == late
    assert probing.warnings == ["part 1 of 2 is probed again: worker fra has said nothing for 20 s"]
    assert [address for address, task in pool.submitted if task.part == 1] == ["a", "b"]


def test_a_frozen_worker_gets_its_part_again_once_it_speaks() -> None:
    """Nobody else may have it: the list is pinned to it."""

    def script(pool: ScriptedPool, address: str, task: PartTask) -> None:
        if task.run == 1:
            pool.say.append(news(task, 1, rows(1)))
        else:
            assert pool.now >= 40
            pool.say.append(news(task, 1, rows(1, 2), last=True))

    pool = ScriptedPool({"a": "fra"}, script)
    probing = RemoteProbing([SharedList(b"", 1, worker="fra")], pool, clock=lambda: pool.now)
    found = []
    for batch in probing.batches():
        found += [row.port for row in batch]
        if pool.now == 40 and len(pool.submitted) == 1:
            pool.say.append(news(pool.submitted[0][1], 2, rows(), last=True, complete=False))
    assert (probing.complete, found, len(pool.submitted)) == (True, [1, 2], 2)
    assert probing.warnings == ["part 1 of 1 from fra is probed again: worker fra has said nothing for 20 s"]


def test_one_that_was_thought_lost_may_end_its_part_before_anybody_has_it_again() -> None:
    def script(pool: ScriptedPool, address: str, task: PartTask) -> None:
        pool.names.clear()
        pool.say.append(BrokenRun(task, "lost sight"))

    pool = ScriptedPool({"a": "fra"}, script)
    probing = RemoteProbing([SharedList(b"", 1)], pool, clock=lambda: pool.now)
    for _ in probing.batches():
        if pool.now == 10:
            pool.names["a"] = "fra"
            pool.say.append(news(pool.submitted[0][1], 1, rows(1), last=True))
    assert (probing.complete, len(pool.submitted)) == (True, 1)


def test_what_becomes_of_a_run_that_another_one_follows_is_no_matter() -> None:
    def script(pool: ScriptedPool, address: str, task: PartTask) -> None:
        pool.say.append(BrokenRun(task._replace(run=1), "gone"))
        if task.run == 2:
            pool.say.append(news(task, 1, rows(1), last=True))

    pool = ScriptedPool({"a": "fra"}, script)
    probing, found = probed(pool, SharedList(b"", 1))
    assert (probing.complete, found, len(pool.submitted)) == (True, [1], 2)


def test_who_was_stopped_meanwhile_blames_nobody() -> None:
    """Ctrl-Z for a minute, three times: no run is lost for it."""

    def script(pool: ScriptedPool, address: str, task: PartTask) -> None:
        pool.say.append(news(task, 1, rows(1)))

    pool = ScriptedPool({"a": "fra"}, script)
    probing = RemoteProbing([SharedList(b"", 1)], pool, clock=lambda: pool.now)
    for turn, _ in enumerate(probing.batches()):
        if turn in (2, 4, 6):
            pool.now += 60
        if turn == 8:
            pool.say.append(news(pool.submitted[0][1], 2, last=True))
    assert (probing.complete, probing.warnings, len(pool.submitted)) == (True, [], 1)


def test_a_scheduler_that_says_nothing_is_no_silence_of_the_workers() -> None:
    """It is frozen for 18 s, and some more pass before and after."""

    def script(pool: ScriptedPool, address: str, task: PartTask) -> None:
        pool.say.append(news(task, 1, rows(1)))

    pool = ScriptedPool({"a": "fra"}, script)
    probing = RemoteProbing([SharedList(b"", 1)], pool, clock=lambda: pool.now)
    for _ in probing.batches():
        pool.hears = not 2 <= pool.now < 20
        if pool.now == 30:
            pool.say.append(news(pool.submitted[0][1], 2, last=True))
    assert (probing.complete, probing.warnings, len(pool.submitted)) == (True, [], 1)


def test_runs_that_ended_because_nobody_was_heard_here_are_no_tries() -> None:
    def script(pool: ScriptedPool, address: str, task: PartTask) -> None:
        if task.run <= 7:
            pool.say += [news(task, 1, rows(task.run)), BrokenRun(task, "it had not heard of this scan", alone=True)]
        else:
            finds(pool, address, task)

    probing, found = probed(ScriptedPool({"a": "fra"}, script), SharedList(b"", 1))
    assert (probing.complete, found) == (True, [1, 2, 3, 4, 5, 6, 7, 101])
    assert probing.warnings == ["part 1 of 1 is probed again: it had not heard of this scan"]


def test_a_scan_that_waits_says_so_once() -> None:
    def script(pool: ScriptedPool, address: str, task: PartTask) -> None:
        pass  # somebody else's task is first

    pool = ScriptedPool({"a": "fra"}, script)
    probing = RemoteProbing([SharedList(b"", 1)], pool, clock=lambda: pool.now)
    told: list[float] = []
    for _ in probing.batches():
        if probing.warnings and not told:
            told.append(pool.now)
        if pool.now == 60:
            pool.say.append(news(pool.submitted[0][1], 1, rows(1), last=True))
    assert (probing.complete, probing.warnings, len(pool.submitted)) == (True, [BUSY], 1)
    assert 8 <= told[0] < 10


def test_a_part_that_is_not_begun_goes_to_whoever_is_free() -> None:
    def script(pool: ScriptedPool, address: str, task: PartTask) -> None:
        if address == "b":
            finds(pool, address, task)

    pool = ScriptedPool({"a": "fra", "b": "nyc"}, script)
    probing, found = probed(pool, SharedList(b"", 2))
    assert (probing.complete, sorted(found)) == (True, [1, 2, 101, 102])
    assert probing.warnings == [BUSY, "part 1 of 2 goes to a worker that is free: fra has not begun with it"]
    assert (pool.waiting, pool.forgotten) == ([PartTask(0, 1, 2, 1)], [])


def busy_and_then(pool: ScriptedPool, *, begins: bool) -> RemoteProbing:
    """fra is busy with something else, nyc has its part by now, and dies 40 s after the beginning. `begins`: fra was
    free before that."""
    probing = RemoteProbing([SharedList(b"", 2)], pool, clock=lambda: pool.now)
    for _ in probing.batches():
        if pool.now == 30 and begins:
            pool.say.append(news(pool.waiting[0], 1, last=True, complete=False))
        elif pool.now == 40:
            del pool.names["b"]
        elif pool.now == 100:
            begun = [task for address, task in pool.submitted if address == "a"]
            pool.say += [news(begun[0], 1, last=True, complete=False), news(begun[1], 1, rows(9), last=True)]
        assert pool.now < 200
    return probing


@pytest.mark.parametrize("begins", [True, False])
def test_one_that_was_too_busy_is_used_again(begins: bool) -> None:
    """Once it has said a word, as any other; before that, because nobody else is left."""

    def script(pool: ScriptedPool, address: str, task: PartTask) -> None:
        if (address == "b" and task.part == 2) or (address == "a" and begins and pool.now >= 30):
            finds(pool, address, task)
        elif address == "b":
            pool.say += [news(task, number, rows(number)) for number in range(1, 3)]  # it goes on and on

    pool = ScriptedPool({"a": "fra", "b": "nyc"}, script)
    probing = busy_and_then(pool, begins=begins)
    assert (probing.complete, [address for address, _ in pool.submitted]) == (True, ["a", "b", "b", "a"])
    assert probing.warnings[1:] == [
        "part 1 of 2 goes to a worker that is free: fra has not begun with it",
        "part 1 of 2 is probed again: worker nyc is gone",
    ]


def test_lost_words_are_noticed_and_the_part_is_probed_again() -> None:
    def script(pool: ScriptedPool, address: str, task: PartTask) -> None:
        if task.run == 1:
            pool.say += [news(task, 1, rows(1)), news(task, 5, rows(5), last=True)]
        else:
            pool.say.append(news(task, 1, rows(1, 2, 5), last=True))

    probing, found = probed(ScriptedPool({"a": "fra"}, script), SharedList(b"", 1))
    assert (probing.complete, found) == (True, [1, 2, 5])
    assert probing.warnings == ["part 1 of 1 is probed again: some of what its worker said was lost"]


def test_what_was_given_up_is_still_asked_for() -> None:
    """231 of 500 is no good news where 3,200 were asked for."""

    def script(pool: ScriptedPool, address: str, task: PartTask) -> None:
        pool.names.clear()
        pool.say += [news(task, 1, rows(1), last=True)]

    asked = Headway(total=12, to_probe=12, hosts=4)
    probing, found = probed(ScriptedPool({"a": "fra"}, script), SharedList(b"", 4), expected=asked)
    assert (probing.complete, found) == (False, [1])
    assert probing.headway == Headway(attempts=1, begun=1, total=12, to_probe=12, hosts=4)


def test_attempts_of_runs_that_broke_were_made_all_the_same() -> None:
    def script(pool: ScriptedPool, address: str, task: PartTask) -> None:
        pool.say.append(news(task, 1, rows(1, 2)))
        pool.say.append(BrokenRun(task, "gone") if task.run == 1 else news(task, 2, rows(3), last=True))

    probing, _ = probed(ScriptedPool({"a": "fra"}, script), SharedList(b"", 1))
    assert probing.headway.attempts == 2 + 1
    assert probing.unanswered == 14


def test_a_host_counts_once_from_however_many_places() -> None:
    lists = [SharedList(b"", 1, worker=name) for name in ("fra", "nyc")]
    pool = ScriptedPool({"a": "fra", "b": "nyc"}, finds)
    probing, _ = probed(pool, *lists, expected=Headway(total=6, to_probe=6, hosts=2))
    assert (probing.headway.hosts, probing.headway.answering, probing.headway.total) == (1, 1, 6)
