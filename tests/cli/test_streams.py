"""What a stream can show: asked of each by itself."""

import io

import pytest

from scanner.cli.streams import is_terminal, look_of, may_decorate, may_paint, width_of


class Stream(io.StringIO):
    def __init__(self, *, tty: bool = True, encoding: str = "utf-8") -> None:
        super().__init__()
        self._tty = tty
        self._encoding = encoding

    def isatty(self) -> bool:
        return self._tty

    @property
    def encoding(self) -> str:  # type: ignore[override]
        return self._encoding


@pytest.fixture(autouse=True)
def _plain_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("NO_COLOR", "COLUMNS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TERM", "xterm")


def test_closed_and_missing_streams_are_no_terminals() -> None:
    closed = io.StringIO()
    closed.close()
    assert not is_terminal(closed)
    assert not is_terminal(None)
    assert width_of(None) == width_of(Stream(tty=False)) == 160


@pytest.mark.parametrize(
    ("name", "value", "welcome"),
    [("NO_COLOR", "1", False), ("NO_COLOR", "", True), ("TERM", "dumb", False), ("TERM", "", True)],
)
def test_who_says_no(name: str, value: str, welcome: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(name, value)
    assert may_decorate(Stream()) is welcome
    assert not may_decorate(Stream(tty=False))


@pytest.mark.parametrize(
    ("columns", "width"),
    [
        ("57", 57),
        ("0", 80),
        ("-3", 80),
        ("x", 80),
        ("²", 80),
        ("", 80),
        ("٣", 80),
        ("9" * 5000, 80),
        ("0" * 5000 + "57", 80),
        ("00057", 57),
    ],
)
def test_width(columns: str, width: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", columns)
    assert width_of(Stream()) == width  # it has no descriptor to ask: 80 is what terminals have


def test_characters() -> None:
    assert look_of(Stream(encoding="ascii")).ascii
    assert look_of(Stream(encoding="ISO-8859-1")).ascii
    assert not look_of(Stream(encoding="UTF-8")).ascii
    assert not look_of(Stream(tty=False, encoding="ascii")).ascii, "reports are UTF-8 whatever the locale"
    assert look_of(Stream(), verbose=True).verbose


@pytest.mark.parametrize(
    ("color", "env", "terminal", "painted"),
    [
        ("always", {"NO_COLOR": "1"}, False, True),
        ("never", {"FORCE_COLOR": "1"}, True, False),
        ("auto", {}, True, True),
        ("auto", {}, False, False),
        ("auto", {"FORCE_COLOR": "1"}, False, True),
        ("auto", {"FORCE_COLOR": "1", "NO_COLOR": "1"}, True, False),
        ("auto", {"FORCE_COLOR": ""}, False, False),
        ("auto", {"FORCE_COLOR": "1", "TERM": "dumb"}, True, True),
    ],
)
def test_what_was_typed_beats_no_color_which_beats_force_color(
    color: str, env: dict[str, str], terminal: bool, painted: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("NO_COLOR", "FORCE_COLOR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TERM", "xterm")
    for name, value in env.items():
        monkeypatch.setenv(name, value)
    stream = io.StringIO()
    monkeypatch.setattr(stream, "isatty", lambda: terminal)
    assert may_paint(stream, color) is painted
