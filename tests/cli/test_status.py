"""Each ending has its status, and says one thing."""

from collections.abc import Callable

import pytest

from scanner.cli.status import Stopped, guarded
from scanner.cli.stdout import ReaderGoneError
from scanner.errors import ReportError, ScannerError, TargetError, UsageError


def ending(error: BaseException) -> Callable[[], int]:
    def work() -> int:
        raise error

    return work


@pytest.mark.parametrize(
    ("error", "status", "said"),
    [
        (UsageError("no -p"), 2, "error: no -p\n"),
        (UsageError("no -p", "no\nHOST"), 2, "error: no -p\nerror: no\\nHOST\n"),
        (
            TargetError("t.yaml:3:5: bad", "t.yaml:4:5: b", "t.yaml: and at least 7 more"),
            2,
            "t.yaml:3:5: bad\nt.yaml:4:5: b\nt.yaml: and at least 7 more\nat least 9 mistakes; nothing probed\n",
        ),
        (
            TargetError("t.yaml:3:5: bad", "t.yaml:4:5: worse"),
            2,
            "t.yaml:3:5: bad\nt.yaml:4:5: worse\n2 mistakes; nothing probed\n",
        ),
        (TargetError('"x" names no port'), 2, 'error: "x" names no port\n'),
        (ReportError("o.csv: disk full"), 3, "error: o.csv: disk full\n"),
        (ScannerError("no descriptors"), 3, "error: no descriptors\n"),
        (OSError(5, "Input/output error"), 3, "error: [Errno 5] Input/output error\n"),
        (MemoryError(), 3, "error: this machine has no memory left for the scan\n"),
        (BrokenPipeError(), 141, ""),
        (ReaderGoneError(), 141, ""),
        (Stopped(2), 130, ""),
        (Stopped(15), 143, ""),
        (Stopped(1), 129, ""),
    ],
)
def test_status_and_words(error: BaseException, status: int, said: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert guarded(ending(error)) == status
    assert capsys.readouterr() == ("", said)


def test_the_unexpected_is_one_line_unless_asked(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SCANNER_DEBUG", raising=False)
    assert guarded(ending(KeyError("who"))) == 3
    said = capsys.readouterr().err
    assert "KeyError: 'who'" in said
    assert "Traceback" not in said
    monkeypatch.setenv("SCANNER_DEBUG", "1")
    assert guarded(ending(KeyError("who\x1b[2J"))) == 3
    said = capsys.readouterr().err
    assert said.startswith("Traceback")
    assert "KeyError: 'who\\x1b[2J'" in said


def test_status_of_the_work_is_passed_on() -> None:
    assert [guarded(lambda status=status: status) for status in (0, 1, 3)] == [0, 1, 3]
