"""What people are told of a scan: each warning once, in its order; the last words; details only who asked for them."""

import sys
from typing import Any

import pytest

from scanner.cli.narration import Narration
from scanner.cli.scan_record import ScanRecord
from scanner.model import Request
from tests.cli.made import NOTHING_CHOSEN, Explained, FakeScan, only
from tests.reports.made import result


def test_each_warning_once_as_it_comes() -> None:
    scan, said = FakeScan(), list[str]()
    narration = Narration(scan.as_scan(), said.append, verbose=False)
    scan.warnings.append("slow")
    scan.details.append("no epoll here")
    narration.catch_up()
    narration.catch_up()
    scan.warnings += ["lossy", "slow again"]
    narration.catch_up()
    assert said == ["warning: slow", "warning: lossy", "warning: slow again"]


@pytest.mark.parametrize(("quiet", "told"), [(False, ["warning: flows", "warning: slow"]), (True, ["warning: slow"])])
def test_what_is_about_others_is_not_told_to_who_wants_it_quiet(quiet: bool, told: list[str]) -> None:
    scan, said = FakeScan(), list[str]()
    narration = Narration(scan.as_scan(), said.append, verbose=False, quiet=quiet)
    scan.warnings, scan.advice = ["flows", "slow"], ["flows"]
    narration.catch_up()
    narration.catch_up()
    assert said == told


def test_what_the_system_lacks_is_told_to_who_asks() -> None:
    scan, said = FakeScan(), list[str]()
    narration = Narration(scan.as_scan(), said.append, verbose=True)
    scan.details.append("no epoll here")
    narration.catch_up()
    scan.details.append("no conntrack here")
    narration.catch_up()
    assert said == ["note: no epoll here", "note: no conntrack here"]


@pytest.mark.parametrize("explained", [True, False])
def test_the_last_words(explained: bool, capsys: pytest.CaptureFixture[str]) -> None:
    scan = FakeScan(attempts=3, told=["skipped: 2 addresses"])
    record = ScanRecord(scan.as_scan(), NOTHING_CHOSEN, "here", Explained().as_explanation())
    record.add([result("10.0.0.1", 80, "timeout")])
    record.probed()
    Narration(scan.as_scan(), print, verbose=False).summarise(record, explained=explained)
    first, second, *rest = capsys.readouterr().err.splitlines()
    assert first.startswith("stopped after 1 target: 1 timeout in ")
    assert second == "skipped: 2 addresses"
    assert rest == (["Where it stops:", "1 target: silent after 10.1.0.1 (hop 3)"] if explained else [])


def test_the_last_words_say_how_many_hosts_answer(capsys: pytest.CaptureFixture[str]) -> None:
    scan = FakeScan()
    scan.hosts, scan.answering, scan.complete = 254, 20, True
    record = ScanRecord(scan.as_scan(), NOTHING_CHOSEN, "here", None)
    Narration(scan.as_scan(), print, verbose=False).summarise(record, explained=False)
    assert capsys.readouterr().err.splitlines()[1] == "20 of 254 hosts answer"


def test_errors_that_only_hides_say_why(capsys: pytest.CaptureFixture[str]) -> None:
    for choices, told in ((NOTHING_CHOSEN, 0), (only("open"), 1)):
        record = ScanRecord(FakeScan().as_scan(), choices, "here", None)
        record.add([result("", 80, "error", "no-address")])
        Narration(FakeScan().as_scan(), print, verbose=False).summarise(record, explained=False)
        assert capsys.readouterr().err.count("errors: 1 no-address; --only error says where") == told


def test_in_a_window_the_last_words_are_folded(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    monkeypatch.setenv("COLUMNS", "40")
    scan: Any = FakeScan(told=["a sentence that is longer than such a window is wide"])
    record = ScanRecord(scan, NOTHING_CHOSEN, "here", None)
    Narration(scan, print, verbose=False).summarise(record, explained=True)
    *_, first, second = capsys.readouterr().err.splitlines()
    assert len(first) <= 40
    assert first + second.replace("  ", " ", 1) == "a sentence that is longer than such a window is wide"


@pytest.mark.parametrize(("state", "tells"), [("open", False), ("timeout", True)])
def test_for_cron_warnings_wait_until_there_is_something_to_tell(
    state: str, tells: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    scan, said = FakeScan(), list[str]()
    scan.complete = True
    scan.warnings.append("slow")
    narration = Narration(scan.as_scan(), said.append, verbose=False, terse=True)
    narration.warn("a hard link")
    narration.catch_up()
    record = ScanRecord(scan.as_scan(), NOTHING_CHOSEN, "here", None)
    record.add([result("10.0.0.1", 80, state, request=Request(expect="open"))])
    assert said == []
    assert narration.summarise(record, explained=False) is tells
    assert said == (["warning: a hard link", "warning: slow"] if tells else [])
    assert bool(capsys.readouterr().err) is tells
