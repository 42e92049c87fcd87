"""A worker's end of the line against a mailbox that fails, holds, or is nobody's any more."""

import threading
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pytest

from scanner.api.machines.dask_courier import ALONE_S, DaskCourier
from scanner.scanning.remote.worker_pool import PartNews, PartTask, Responder
from tests.cli.process import PATIENCE_S

TASK = PartTask(0, 1, 1, 1)


class FakeMailbox:
    """`beats`: whether somebody scans; `fails`: how many of the next puts fail, `most`: how many words get through in
    one. Whatever is done sets `turned`."""

    def __init__(self) -> None:
        self.came: list[int] = []
        self.beats = True
        self.fails = 0
        self.most = 100
        self.tried: list[int] = []
        self.stop = self.hold = False
        self.everybody: list[Responder] = []
        self.over: list[list[int]] = []
        self.looks = 0
        self.turned = threading.Condition()

    def put(self, news: Sequence[PartNews]) -> None:
        with self.turned:
            self.turned.notify_all()
            self.tried.append(len(news))
            if self.fails or len(news) > self.most:
                self.fails -= self.fails > 0
                raise OSError("out of reach")
            self.came += [each.number for each in news]

    def orders(self) -> Mapping[str, Any]:
        with self.turned:
            self.looks += 1
            self.turned.notify_all()
        beat = self.looks if self.beats else 0
        return {"beat": beat, "stop": self.stop, "hold": self.hold, "told": len(self.everybody), "over": self.over}

    def responders(self) -> Sequence[Responder]:
        return list(self.everybody)

    def until(self, true: Callable[[], bool]) -> None:
        with self.turned:
            assert self.turned.wait_for(true, PATIENCE_S)


@pytest.fixture
def box() -> FakeMailbox:
    return FakeMailbox()


def news(number: int) -> PartNews:
    return PartNews(TASK, number, b"", b"")


def test_all_that_is_said_comes_in_its_order_though_calls_fail(box: FakeMailbox) -> None:
    box.fails = 2
    courier = DaskCourier(box, TASK)
    for number in range(1, 6):
        courier.send(news(number))
    courier.close()
    assert box.came == [1, 2, 3, 4, 5]
    assert not courier.alone


def test_over_a_slow_line_fewer_words_travel_together(box: FakeMailbox) -> None:
    box.most = 3
    courier = DaskCourier(box, TASK, clock=lambda: 2.0 * len(box.tried))  # each put takes two seconds
    courier.send(*map(news, range(1, 21)))
    courier.close()
    assert box.came == [*range(1, 21)]
    assert box.tried == [8, 4, *[2] * 10]


def test_and_as_many_as_before_once_it_is_quick(box: FakeMailbox) -> None:
    box.fails = 3
    courier = DaskCourier(box, TASK)
    courier.send(*map(news, range(1, 21)))
    courier.close()
    assert box.came == [*range(1, 21)]
    assert box.tried == [8, 4, 2, 1, 2, 4, 8, 5]


def test_a_stop_and_who_answered_are_heard(box: FakeMailbox) -> None:
    courier = DaskCourier(box, TASK)
    box.until(lambda: box.looks > 0)
    assert not courier.stopped
    somebody: Responder = (0, 2, "10.0.0.1", 2, 0, 80)
    box.everybody, box.stop, seen = [somebody], True, box.looks
    box.until(lambda: box.looks > seen + 1)
    assert courier.stopped
    assert courier.heard() == [somebody]
    assert courier.heard() == []
    courier.close()


def test_what_is_held_waits(box: FakeMailbox) -> None:
    box.hold = True
    courier = DaskCourier(box, TASK)
    box.until(lambda: box.looks > 0)
    courier.send(news(1))
    seen = box.looks
    box.until(lambda: box.looks > seen + 1)
    assert (box.came, courier.waiting) == ([], 1)
    box.hold = False
    courier.close()
    assert box.came == [1]


def test_a_run_that_nobody_waits_for_ends(box: FakeMailbox) -> None:
    box.beats = False
    now = [0.0]
    courier = DaskCourier(box, TASK, clock=lambda: now[0])
    box.until(lambda: box.looks > 0)
    box.fails = 1 << 30
    courier.send(news(1))
    now[0] = ALONE_S + 1
    courier.close()
    assert courier.stopped
    assert courier.alone
    assert box.came == []


def test_a_run_that_another_one_follows_ends(box: FakeMailbox) -> None:
    box.over = [[0, 2, 2, 1]]
    courier = DaskCourier(box, TASK)
    box.until(lambda: box.looks > 0)
    assert not courier.stopped
    box.over, seen = [[0, 2, 2, 1], list(TASK)], box.looks
    box.until(lambda: box.looks > seen + 1)
    assert courier.stopped
    courier.close()


@pytest.mark.slow
def test_the_latest_that_answered_are_told_once(box: FakeMailbox) -> None:
    """However many there were: the mailbox has only some."""
    courier = DaskCourier(box, TASK)
    one, two, three = ((0, 2, f"10.0.0.{last}", 2, 0, 80) for last in (1, 2, 3))
    for latest, new in (([one, two], [one, two]), ([one, two, three], [three])):
        box.everybody, seen = latest, box.looks
        box.until(lambda seen=seen: box.looks > seen + 1)  # type: ignore[misc]
        assert courier.heard() == new
    courier.close()
