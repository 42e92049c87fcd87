"""What a scan is told of a scheduler, by a scheduler that is made up: late, lost, or with workers that are not fit."""

import threading
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

import pytest

from scanner.api.machines.dask_courier import ALONE_S
from scanner.api.machines.dask_pool import DaskPool
from scanner.api.machines.fit_workers import FitWorkers
from scanner.scanning.remote.worker_pool import (
    BrokenRun,
    LostCluster,
    PartNews,
    PartTask,
    PoolNotice,
    PoolWord,
    Responder,
)
from tests.cli.process import PATIENCE_S
from tests.workers import until

ONE, TWO = PartTask(0, 1, 2, 1), PartTask(0, 2, 2, 1)


class FakeCalls:
    """Does what it is set to; `fails`: so many of the next calls of these names raise."""

    def __init__(self) -> None:
        self.lost = False
        self.there = {"tcp://a:1": "fra"}
        self.box: list[PartNews] = []
        self.over: dict[PartTask, str] = {}
        self.orders: list[tuple[bool, bool, int]] = []
        self.told: list[Responder] = []
        self.submitted: list[PartTask] = []
        self.forgotten: list[PartTask] = []
        self.cancelled: list[PartTask] = []
        self.fails: Counter[str] = Counter()
        self.holds, self.closed = threading.Event(), threading.Event()
        self.was_over = False

    def _may_fail(self, name: str) -> None:
        if self.fails[name]:
            self.fails[name] -= 1
            raise OSError("out of reach")

    def workers(self) -> dict[str, str]:
        return dict(self.there)

    def submit(self, address: str, task: PartTask, work: bytes, sharers: int) -> None:
        self._may_fail("submit")
        self.submitted.append(task)

    def forget(self, task: PartTask) -> None:
        self.cancelled.append(task)

    def ended(self) -> dict[PartTask, str]:
        over, self.over = self.over, {}
        return over

    def news(self) -> list[PartNews]:
        if self.lost:
            raise OSError("torn")
        self._may_fail("news")
        box, self.box = self.box, []
        return box

    def order(self, beat: int, *, stop: bool, hold: bool, told: int, over: Sequence[PartTask]) -> None:
        self.orders.append((stop, hold, told))
        if hold:
            self.holds.set()
        self.forgotten = list(over)

    def tell(self, responders: Sequence[Responder]) -> None:
        self.told = list(responders)

    def close(self, *, over: bool) -> None:
        self.was_over = over
        self.closed.set()


@pytest.fixture
def calls() -> FakeCalls:
    return FakeCalls()


@pytest.fixture
def pool(calls: FakeCalls) -> Iterator[DaskPool]:
    there = calls.workers()
    pool = DaskPool(calls, there, FitWorkers(there, lambda new: {each: "unfit" * (each[6] == "u") for each in new}))
    yield pool
    pool.close()
    assert calls.closed.wait(PATIENCE_S)


def heard(pool: DaskPool, count: int = 1) -> list[PoolWord]:
    said: list[PoolWord] = []
    while len(said) < count:
        said += pool.take(PATIENCE_S)
    return said


def test_news_come_in_their_order(pool: DaskPool, calls: FakeCalls) -> None:
    pool.submit("tcp://a:1", ONE, b"", 1)
    news = [PartNews(ONE, number, b"", b"", last=number == 3) for number in (1, 2, 3)]
    calls.box = list(news)
    assert heard(pool, 3) == news
    pool.close()
    assert calls.was_over


def test_a_task_that_ends_without_a_last_word_is_broken(pool: DaskPool, calls: FakeCalls) -> None:
    pool.submit("tcp://a:1", ONE, b"", 1)
    pool.submit("tcp://a:1", TWO, b"", 1)
    last = PartNews(ONE, 1, b"", b"", last=True)
    calls.box, calls.over = [last], {ONE: "", TWO: ""}
    assert set(heard(pool, 2)) == {last, BrokenRun(TWO, "its worker had not heard of this scan for 20 s", alone=True)}


def test_a_call_that_fails_is_made_again(pool: DaskPool, calls: FakeCalls) -> None:
    calls.fails["submit"] = 2
    pool.submit("tcp://a:1", ONE, b"", 1)
    while not calls.submitted:
        pool.take(0.1)
    assert calls.submitted == [ONE]


def test_what_has_ended_is_told_though_the_next_call_fails(pool: DaskPool, calls: FakeCalls) -> None:
    pool.submit("tcp://a:1", ONE, b"", 1)
    calls.fails["news"] = 2
    calls.over = {ONE: "it failed on its worker: no memory"}
    assert heard(pool) == [BrokenRun(ONE, "it failed on its worker: no memory")]


def test_a_run_that_nobody_waits_for_is_told_until_it_has_ended(pool: DaskPool, calls: FakeCalls) -> None:
    pool.submit("tcp://a:1", ONE, b"", 1)
    pool.forget(ONE)
    while not calls.forgotten:
        pool.take(0.1)
    assert calls.forgotten == [ONE]
    calls.box = [PartNews(ONE, 1, b"", b"", last=True)]
    while calls.forgotten:
        pool.take(0.1)


def test_a_run_that_keeps_its_place_is_told_to_end_once_it_begins(pool: DaskPool, calls: FakeCalls) -> None:
    for task in (ONE, TWO):
        pool.submit("tcp://a:1", task, b"", 1)
        pool.forget(task, waits=task == ONE)
    while len(calls.forgotten) < 2:
        pool.take(0.1)
    assert (calls.forgotten, calls.cancelled) == ([ONE, TWO], [TWO])
    word = PartNews(ONE, 1, b"", b"")
    calls.box = [word]
    assert heard(pool) == [word]


def test_runs_that_are_left_are_told_to_stop(calls: FakeCalls) -> None:
    there = calls.workers()
    pool = DaskPool(calls, there, FitWorkers(there, lambda new: dict.fromkeys(new, "")))
    pool.submit("tcp://a:1", ONE, b"", 1)
    while not calls.submitted:
        pool.take(0.1)
    pool.close()
    assert calls.closed.wait(PATIENCE_S)
    assert (calls.orders[-1][0], calls.was_over) == (True, False)


def test_one_that_comes_and_does_not_answer_keeps_nobody_waiting(calls: FakeCalls) -> None:
    asked, let_go = threading.Event(), threading.Event()

    def ask(new: Mapping[str, str]) -> Mapping[str, str]:
        asked.set()
        let_go.wait(PATIENCE_S)
        return dict.fromkeys(new, "")

    there = calls.workers()
    pool = DaskPool(calls, there, FitWorkers(there, ask))
    calls.there["tcp://b:1"] = "nyc"
    assert asked.wait(PATIENCE_S)
    calls.box = [PartNews(ONE, 1, b"", b"")]
    assert heard(pool) == [PartNews(ONE, 1, b"", b"")]
    pool.stop()
    while not calls.orders[-1][0]:
        pool.take(0.1)
    assert pool.workers() == {"tcp://a:1": "fra"}
    let_go.set()
    while len(pool.workers()) < 2:
        pool.take(0.1)
    pool.close()


@pytest.mark.slow
def test_workers_that_join_help_if_they_are_fit(pool: DaskPool, calls: FakeCalls) -> None:
    calls.there = {"tcp://a:1": "fra", "tcp://b:1": "nyc", "tcp://unfit:1": "old"}
    assert heard(pool) == [PoolNotice("a worker that has joined is left out: unfit")]
    while len(pool.workers()) < 2:
        pool.take(0.1)
    assert pool.workers() == {"tcp://a:1": "fra", "tcp://b:1": "nyc"}
    calls.there = {"tcp://b:1": "nyc"}
    while len(pool.workers()) > 1:
        pool.take(0.1)
    assert pool.workers() == {"tcp://b:1": "nyc"}


def test_runs_are_told_who_answered_and_when_to_stop(pool: DaskPool, calls: FakeCalls) -> None:
    somebody: Responder = (0, 1, "10.0.0.1", 2, 0, 80)
    pool.tell([somebody])
    while not calls.told:
        pool.take(0.1)
    assert calls.told == [somebody]
    pool.stop()
    while not calls.orders[-1][0]:
        pool.take(0.1)
    assert calls.orders[-1] == (True, False, 1)


def test_a_silent_scheduler_is_waited_for_as_long_as_its_workers_wait(calls: FakeCalls) -> None:
    now, there = [0.0], calls.workers()
    pool = DaskPool(calls, there, FitWorkers(there, lambda new: {}), clock=lambda: now[0])
    until(lambda: pool.hears, "it answers")
    calls.fails["news"] = left = 1 << 30
    now[0] = ALONE_S - 1
    until(lambda: calls.fails["news"] < left - 2, "it is asked again")
    assert (pool.hears, pool.take(0)) == (False, [])
    calls.fails["news"] = 0
    until(lambda: pool.hears, "it answers again")
    calls.fails["news"] = left
    said: list[PoolWord] = []
    while not said:
        now[0] += ALONE_S
        said = pool.take(0.1)
    assert said == [LostCluster("the Dask scheduler has not answered for 20 s")]
    pool.close()


def test_a_lost_scheduler_is_told_once(pool: DaskPool, calls: FakeCalls) -> None:
    calls.lost = True
    assert heard(pool) == [LostCluster("the connection to the Dask scheduler has broken")]
    assert calls.closed.wait(PATIENCE_S)
    assert pool.take(0) == []


@pytest.mark.slow
def test_workers_wait_where_some_megabytes_are_yet_to_be_heard(pool: DaskPool, calls: FakeCalls) -> None:
    """However many words these are: few large ones of a worker, or a thousand small ones of many."""
    calls.box = [PartNews(ONE, number, b"", bytes(100)) for number in range(1000)]
    said = heard(pool, 1000)
    before = len(calls.orders)
    while len(calls.orders) < before + 2:
        said += pool.take(0.1)
    assert (len(said), calls.holds.is_set()) == (1000, False)
    calls.box = [PartNews(ONE, number, bytes(1_000_000), b"") for number in (1000, 1001)]
    assert calls.holds.wait(PATIENCE_S)
    calls.box = [PartNews(ONE, 1002, b"", b"")]
    assert len(heard(pool, 2)) == 2, "the third is not asked for as long as it has nowhere to go"
    assert heard(pool) == [PartNews(ONE, 1002, b"", b"")]
