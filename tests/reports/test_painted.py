from hypothesis import given
from hypothesis import strategies as st

from scanner.reports.painted import Look, columns, folded, shorten, wrap
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


def test_a_sentence_is_folded_at_words_and_what_follows_never_begins_a_line() -> None:
    assert folded("short enough", 12) == ["short enough"]
    assert folded("one two three four", 9) == ["one two", "  three", "  four"]
    assert folded("  as far in", 8, hang="    ") == ["  as far", "      in"]
    assert folded("漢字 漢字 漢字", 9) == ["漢字 漢字", "  漢字"]
    assert folded("at 192.168.100.200:65535 it", 8) == ["at", "  192.168.100.200:65535", "  it"]
    assert folded("silent at hop 3, alas", 15) == ["silent at", "  hop 3, alas"]
    assert folded("x y z", 8, lead="└─ a: ", hang="   ") == ["└─ a: x", "   y z"]
    assert Look(width=20).folded("as long as it is, for who reads a pipe") == ["as long as it is, for who reads a pipe"]


@given(st.lists(st.text("ab漢", min_size=1), min_size=1), st.integers(1, 30))
def test_folding_loses_and_breaks_no_word(words: list[str], width: int) -> None:
    lines = folded(" ".join(words), width)
    assert [word for line in lines for word in line.split()] == words
    assert all(columns(line) <= width or len(line.split()) == 1 for line in lines)


def test_wrap() -> None:
    assert wrap("one two three", 7) == ["one two", "three"]
    assert wrap("averylongword x", 5) == ["averylongword", "x"]
    assert wrap("", 5) == [""]
