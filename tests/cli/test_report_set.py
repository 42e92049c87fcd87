"""Which reports `-o`, `-f` and `-q` ask for, and that one's failure is not the others'."""

from collections.abc import Callable
from typing import Any

import pytest

from scanner.cli.asked_outputs import wanted_outputs
from scanner.cli.choices import Choices
from scanner.cli.report_set import Outputs
from scanner.cli.scan_command import scan
from scanner.errors import ReportError, UsageError
from scanner.reports import Look, ScanInfo, StopRequest


def choices(**given: Any) -> Choices:
    """What the command line would come to, with some options given."""
    nothing = scan.make_context("scan", ["x:1"]).params
    return Choices("scan", ["x:1"], nothing | given)


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        ({}, [("table", "-")]),
        ({"quiet": True}, []),
        ({"fmt": "csv"}, [("csv", "-")]),
        ({"fmt": "csv", "quiet": True}, [("csv", "-")]),
        ({"output": ("a.csv",)}, [("table", "-"), ("csv", "a.csv")]),
        ({"output": ("a.csv",), "quiet": True}, [("csv", "a.csv")]),
        ({"output": ("json:-",)}, [("json", "-")]),
        ({"output": ("-",), "fmt": "json"}, [("json", "-")]),
        ({"output": ("a.txt",), "fmt": "csv"}, [("csv", "-"), ("csv", "a.txt")]),
        ({"output": ("jsonl:a.txt", "b.ndjson")}, [("table", "-"), ("jsonl", "a.txt"), ("jsonl", "b.ndjson")]),
    ],
)
def test_wanted(given: dict[str, Any], wanted: list[tuple[str, str]]) -> None:
    assert wanted_outputs(choices(**given)) == wanted


def test_unknown_ending_without_a_format() -> None:
    with pytest.raises(UsageError, match=r"csv:a\.txt"):
        wanted_outputs(choices(output=("a.txt",)))


class FakeReport:
    """Raises what it is told to at its first write; its own outlet, too."""

    left = ""
    waiting = full = False

    def __init__(self, error: Exception | None = None) -> None:
        self.error = error
        self.calls: list[str] = []

    def begin(self) -> None:
        self.calls.append("begin")

    def write(self, results: list[Any]) -> None:
        self.calls.append("write")
        if self.error:
            raise self.error

    def flush(self) -> None: ...

    def finish(self, info: ScanInfo) -> None:
        self.calls.append("finish")

    def abandon(self, info: ScanInfo | None = None) -> None:
        self.calls.append("abandon")

    def withdraw(self) -> None:
        self.calls.append("withdraw")

    def push(self) -> None: ...


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> Callable[..., tuple[Outputs, list[str]]]:
    def open_them(*reports: FakeReport) -> tuple[Outputs, list[str]]:
        waiting = iter(reports)
        monkeypatch.setattr("scanner.reports.open_outlet_for", lambda fmt, path, stop: next(waiting))
        monkeypatch.setattr("scanner.reports.make_report", lambda fmt, outlet, path, **more: outlet)
        said: list[str] = []
        outputs = Outputs(said.append, StopRequest(), ScanInfo)
        wanted = [("csv", "-" if isinstance(each.error, OSError) else f"{at}.csv") for at, each in enumerate(reports)]
        outputs.open(wanted, Look(), "scan", None)
        return outputs, said

    return open_them


def test_a_failed_report_is_dropped_and_told_once(opened: Any) -> None:
    bad, good = FakeReport(ReportError("0.csv: full")), FakeReport()
    bad.left = "0.csv.partial"
    outputs, said = opened(bad, good)
    outputs.begin()
    outputs.write([])
    outputs.write([])
    outputs.finish()
    assert said == ["error: 0.csv: full (the rows so far are in 0.csv.partial)"]
    assert bad.calls == ["begin", "write", "abandon"]
    assert good.calls == ["begin", "write", "write", "finish"]
    assert not outputs.all_lost


def test_lost_reader_is_told_to_nobody(opened: Any) -> None:
    outputs, said = opened(FakeReport(BrokenPipeError()))
    outputs.write([])
    assert (said, outputs.all_lost, outputs.nobody_listens, outputs.hung_up) == ([], True, True, True)


def test_no_reports_at_all_is_no_loss() -> None:
    assert not Outputs(print, StopRequest(), ScanInfo).all_lost


class Stuck(FakeReport):
    """Its reader has stopped, and reads on when somebody waits for him."""

    waiting = full = True

    def push(self) -> None:
        self.calls.append("push")
        self.waiting = self.full = False


def test_the_scan_waits_for_readers_only_where_nobody_else_takes_its_rows(opened: Any) -> None:
    alone = Stuck()
    outputs, _ = opened(alone)
    outputs.write([])
    assert alone.calls == ["write", "push"]
    stuck, other = Stuck(), FakeReport()
    outputs, _ = opened(stuck, other)
    outputs.write([])
    assert stuck.calls == other.calls == ["write"]
    outputs.finish()
    assert stuck.calls == ["write", "finish", "push"]
    assert other.calls == ["write", "finish"]
