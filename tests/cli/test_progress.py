"""The bar counts what it is told, draws at most ten times a second, and leaves nothing behind."""

import gc
import io
import sys
import types
from collections.abc import Callable
from typing import Any

import pytest

from scanner.cli import progress
from scanner.cli.bar_text import laid_out
from scanner.cli.progress import Bar, Silent, open_progress


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The bar's clock: its one number is now."""
    now = [100.0]
    monkeypatch.setattr(progress, "monotonic", lambda: now[0])
    return now


Screen = Callable[[], str]


@pytest.fixture
def screen(capsys: pytest.CaptureFixture[str]) -> Screen:
    """What stands on stderr since the last look."""
    return lambda: capsys.readouterr().err


def test_at_most_ten_a_second(clock: list[float], screen: Screen) -> None:
    bar = Bar(ascii=True)
    for done in range(1, 1001):
        clock[0] += 0.001
        bar.update(done, 2000, 7)
    drawn = screen()
    assert 9 <= drawn.count("ETA") <= 10
    assert "2,000" in drawn
    assert "7 open" in drawn
    bar.close()


def test_the_time_left_is_asked_for_only_when_it_is_shown(clock: list[float], screen: Screen) -> None:
    bar, asked = Bar(ascii=True), list[float]()

    def left() -> float | None:
        asked.append(clock[0])
        return None if len(asked) < 2 else 3723.4

    for _ in range(21):
        clock[0] += 0.0101
        bar.update(1, 1000, 0, left=left)
    drawn = screen()
    bar.close()
    assert len(asked) == 2
    assert "ETA ?, " in drawn
    assert "ETA 1:02:03, " in drawn.rpartition("\r")[2]


def test_total_may_grow(clock: list[float], screen: Screen) -> None:
    bar = Bar(ascii=True)
    for done, total in ((5, 10), (5, 40)):
        clock[0] += 1
        bar.update(done, total, 0)
    drawn = screen()
    assert "5/10" in drawn
    assert "5/40" in drawn
    bar.close()


def test_words_stand_on_a_line_of_their_own(clock: list[float], screen: Screen) -> None:
    bar = Bar(ascii=True)
    clock[0] += 1
    bar.update(1, 2, 0)
    bar.say("warning: slow")
    before, _, after = screen().partition("warning: slow\n")
    assert before.rstrip("\r").endswith("  ")
    assert after == ""
    bar.close()


def test_bar_that_was_never_drawn_leaves_no_trace(clock: list[float], screen: Screen) -> None:
    bar = Bar(ascii=True)
    bar.update(1, 2, 0)
    bar.close()
    assert screen().strip("\r ") == ""


def test_no_bar_where_none_is_wanted_or_stderr_is_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    assert isinstance(open_progress(False, ascii=True), Silent)
    monkeypatch.setattr(sys, "stderr", None)
    assert isinstance(open_progress(True, ascii=True), Silent)


def test_echoed_interrupts_are_erased_with_the_bar(
    clock: list[float], screen: Screen, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "100")
    bar = Bar(ascii=True)
    clock[0] += 1
    bar.update(50, 100, 0)
    drawn = screen().rpartition("\r")[2]
    assert len(drawn) + len("^C^C") < 100, "the echo stays in the bar's own line"
    bar.close()
    wiped = [line for line in screen().split("\r") if line]
    assert max(map(len, wiped)) >= len(drawn) + len("^C^C")
    assert not "".join(wiped).strip()


class Broken(Silent):
    """Fails from the first drawing on."""

    def __init__(self, *, ascii: bool) -> None:
        self.failures = 0

    def update(self, done: int, total: int, found_open: int, *_: Any, **__: Any) -> None:
        self.failures += 1
        raise TypeError("an argument")

    hide = close = lambda self: self.update(0, 0, 0)


@pytest.mark.parametrize("way", ["update", "hide", "say", "close"])
def test_a_bar_that_fails_becomes_none(way: str, screen: Screen, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(progress, "Bar", Broken)
    bar = open_progress(True, ascii=True)
    for _ in range(3):
        getattr(bar, way)(*{"update": (1, 2, 0), "say": ("warning: slow",)}.get(way, ()))
    bar.update(1, 2, 0)
    bar.say("still told")
    bar.close()
    assert screen() == "warning: slow\n" * (3 if way == "say" else 0) + "still told\n"


def test_a_bar_that_cannot_be_made_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(name: str) -> type:
        raise ValueError("could not convert string to float: '5s'")

    broken = types.ModuleType("tqdm.std")
    broken.__getattr__ = fail
    monkeypatch.setitem(sys.modules, "tqdm.std", broken)
    assert isinstance(open_progress(True, ascii=True), Silent)


@pytest.mark.parametrize("broken", ["write", "flush"])
def test_a_screen_that_fails_takes_the_bar_along(
    broken: str, clock: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever it raises, also when tqdm is tidied away."""

    def fail(*_: object) -> int:
        raise RuntimeError("no screen")

    monkeypatch.setattr(sys, "stderr", io.StringIO())
    bar = open_progress(True, ascii=True)
    clock[0] += 1
    bar.update(1, 3, 0)
    monkeypatch.setattr(sys.stderr, broken, fail)
    raised: list[object] = []
    monkeypatch.setattr(sys, "unraisablehook", raised.append)
    for done in (2, 3):
        clock[0] += 1
        bar.update(done, 3, 0)
        bar.hide()
    bar.close()
    del bar
    gc.collect()
    assert not raised


@pytest.mark.parametrize("columns", ["1", "5", "6", "9"])
def test_no_bar_where_there_is_no_room(
    columns: str, clock: list[float], screen: Screen, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", columns)
    bar = Bar(ascii=True)
    clock[0] += 1
    bar.update(50, 100, 3)
    bar.close()
    assert not screen().strip("\r ")


def test_narrow_window_shows_the_numbers(clock: list[float], screen: Screen, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "44")
    bar = Bar(ascii=True)
    clock[0] += 1
    bar.update(50, 100, 3)
    drawn = screen().rpartition("\r")[2]
    assert drawn.startswith("50/100, ETA")
    assert "3 open" in drawn
    assert len(drawn) < 44
    bar.close()


@pytest.mark.parametrize(("columns", "who", "bar"), [("80", True, False), ("110", True, True), ("66", False, True)])
def test_it_says_how_many_hosts_answer_before_it_shows_a_bar(
    columns: str, who: bool, bar: bool, clock: list[float], screen: Screen, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", columns)
    progress = Bar(ascii=True)
    clock[0] += 1
    progress.update(0, 254_000, 40, 20, 254)
    drawn = screen().rpartition("\r")[2]
    progress.close()
    assert ("40 open, 20 of 254 hosts answer" in drawn) is who
    assert ("|" in drawn) is bar
    assert len(drawn) <= int(columns) - 5


@pytest.mark.parametrize("hosts", [0, 1])
def test_of_a_single_host_or_where_nobody_counts_them_it_says_nothing(
    hosts: int, clock: list[float], screen: Screen
) -> None:
    bar = Bar(ascii=True)
    clock[0] += 1
    bar.update(1, 100, 3, hosts, hosts)
    drawn = screen()
    bar.close()
    assert "hosts" not in drawn
    assert "3 open" in drawn


def test_all_that_is_said_fits_also_while_there_are_hours_to_go() -> None:
    longest = "254,000/254,000, ETA 1:02:03, 123,456/s, 12,345 open, 20 of 254 hosts answer"
    format_, said = laid_out(len(longest), 254_000, "1:02:03", "12,345 open", "20 of 254 hosts answer")
    assert said == "12,345 open, 20 of 254 hosts answer"
    assert "{bar}" not in format_
    assert laid_out(len(longest) - 1, 254_000, "1:02:03", "12,345 open", "20 of 254 hosts answer")[1] == "12,345 open"
