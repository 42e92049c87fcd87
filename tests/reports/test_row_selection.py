import pytest

from scanner.errors import UsageError
from scanner.model import Request
from scanner.reports import ScanInfo, SelectiveReport, parse_only
from scanner.reports.row_selection import EXPECTING
from tests.reports.made import result

WANTED = Request(expect="open")
ROWS = {
    "open": result("10.0.0.1", 1, "open", request=WANTED),
    "refused": result("10.0.0.1", 2, "refused"),
    "timeout": result("10.0.0.1", 3, "timeout", request=WANTED),
    "unreachable": result("10.0.0.1", 4, "unreachable", "host-unreach"),
    "error": result("10.0.0.1", 5, "error", "no-address"),
}


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("open", ["open"]),
        (" Open , error", ["open", "error"]),
        ("blocked", ["timeout", "unreachable"]),
        ("reachable", ["open", "refused"]),
        ("unmet", ["timeout"]),
        ("unmet,refused", ["refused", "timeout"]),
    ],
)
def test_selections(text: str, shown: list[str]) -> None:
    assert [row.state for row in parse_only(text).filter(list(ROWS.values()))] == shown


@pytest.mark.parametrize(
    ("text", "says"),
    [("opne", "did you mean open"), ("closed", "refused"), ("filtered", "blocked"), ("", "empty"), ("open,", "empty")],
)
def test_wrong_words(text: str, says: str) -> None:
    with pytest.raises(UsageError, match=says):
        parse_only(text)


def test_the_rows_that_have_an_expectation() -> None:
    assert [row.state for row in EXPECTING.filter(list(ROWS.values()))] == ["open", "timeout"]
    assert not EXPECTING.only_unmet


def test_every_wrong_word_is_named() -> None:
    with pytest.raises(UsageError, match=r"'up'.*\n.*'xyz'"):
        parse_only("up,open,xyz,up")


def test_only_passes_on_what_is_selected() -> None:
    calls: list[object] = []

    class Spy:
        def write(self, results: list[object]) -> None:
            calls.append([str(row.state) for row in results])  # type: ignore[attr-defined]

        def flush(self) -> None:
            calls.append("flush")

        def finish(self, info: ScanInfo) -> None:
            calls.append("finish")

        def abandon(self, info: ScanInfo) -> None:
            calls.append("abandon")

    only = SelectiveReport(Spy(), parse_only("open"))  # type: ignore[arg-type]
    only.write(list(ROWS.values()))
    only.flush()
    only.finish(ScanInfo())
    only.abandon(ScanInfo())
    assert calls == [["open"], "flush", "finish", "abandon"]
