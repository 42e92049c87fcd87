from hypothesis import given

from scanner.reports.painted import Look, columns, shorten, wrap
from scanner.words.plain import plain
from tests.reports.made import hostile


@given(hostile)
def test_nothing_drives_the_terminal(text: str) -> None:
    assert plain(text).isprintable()
    assert Look(ascii=True).text(text).isascii()


def test_escapes_are_readable() -> None:
    assert plain("a\x1b[2J\n\u202e\ud800é漢") == "a\\x1b[2J\\n\\u202e\\ud800é漢"


def test_widths() -> None:
    assert columns("abc") == 3
    assert columns("漢字") == 4
    assert columns("e\u0301") == 1
    assert columns(Look(colour=True).paint("open", "green")) == 4


def test_shorten() -> None:
    assert shorten("orders database", 9, Look()) == "orders d…"
    assert shorten("orders database", 9, Look(ascii=True)) == "orders..."
    assert shorten("漢字漢字", 5, Look()) == "漢字…"
    assert shorten("ok", 9, Look()) == "ok"


def test_wrap() -> None:
    assert wrap("one two three", 7) == ["one two", "three"]
    assert wrap("averylongword x", 5) == ["averylongword", "x"]
    assert wrap("", 5) == [""]
