"""Words on stderr never stop anybody."""

import io
import sys

import pytest

from scanner.cli.stderr import say


class Full(io.StringIO):
    def write(self, text: str) -> int:
        raise OSError(28, "No space left on device")


def test_lines(capsys: pytest.CaptureFixture[str]) -> None:
    say("one", "two")
    say()
    assert capsys.readouterr().err == "one\ntwo\n"


def test_each_stays_one_whatever_is_in_it(capsys: pytest.CaptureFixture[str]) -> None:
    say("no\nerror: x", "\x1b[2J\r\u202e\udcff", "\x1b[31mred\x1b[0m")
    assert capsys.readouterr().err == "no\\nerror: x\n\\x1b[2J\\r\\u202e\\udcff\n\\x1b[31mred\\x1b[0m\n"


def test_our_colours_stay_and_nothing_else(capsys: pytest.CaptureFixture[str]) -> None:
    say("\x1b[1;31m1 not met\x1b[0m, \x1b[2J\x1b]0;x\x07", painted=True)
    assert capsys.readouterr().err == "\x1b[1;31m1 not met\x1b[0m, \\x1b[2J\\x1b]0;x\\x07\n"


def test_on_a_terminal_a_long_line_is_folded_and_what_follows_looks_like_no_line_of_ours(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "30")
    long = 'warning: the name "漢字 error: x" of a list is in 10.0.0.1:22'
    say(long)
    assert capsys.readouterr().err == f"{long}\n"
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    say(long, "short")
    assert capsys.readouterr().err.splitlines() == [
        'warning: the name "漢字 error:',
        '  x" of a list is in',
        "  10.0.0.1:22",
        "short",
    ]


def test_an_encoding_without_the_characters_loses_no_message(monkeypatch: pytest.MonkeyPatch) -> None:
    taken = io.BytesIO()
    monkeypatch.setattr(sys, "stderr", io.TextIOWrapper(taken, "ascii", errors="strict"))
    say("b\u00fccher \u2717")
    assert taken.getvalue() == b"b\\xfccher \\u2717\n"


def test_no_place_to_complain(monkeypatch: pytest.MonkeyPatch) -> None:
    closed = io.StringIO()
    closed.close()
    for stream in (None, closed, Full()):
        monkeypatch.setattr(sys, "stderr", stream)
        say("lost")
