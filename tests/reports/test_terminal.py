from hypothesis import given

from scanner.reports.layout import Columns, Row
from scanner.reports.terminal import Look, columns, plain, shorten, wrap

from .made import hostile


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


def test_shorten() -> None:
    assert shorten("orders database", 9, Look()) == "orders d…"
    assert shorten("orders database", 9, Look(ascii=True)) == "orders..."
    assert shorten("漢字漢字", 5, Look()) == "漢字…"
    assert shorten("ok", 9, Look()) == "ok"


def test_wrap() -> None:
    assert wrap("one two three", 7) == ["one two", "three"]
    assert wrap("averylongword x", 5) == ["averylongword", "x"]
    assert wrap("", 5) == [""]


def test_columns_line_up() -> None:
    rows = [Row(("a", "", "1"), "first"), Row(("bbb", "", "22"), "second"), Row(("c",), "a remark across all")]
    table = Columns(rows, Look(), right=frozenset({2}))
    assert [line for row in rows for line in table.lines(row)] == [
        "a     1  first",
        "bbb  22  second",
        "c    a remark across all",
    ]


def test_a_narrow_window_puts_the_flow_below() -> None:
    row = Row(("a name of some length", "10.0.0.1"), "a flow that is long enough to wrap")
    assert Columns([row], Look(width=30), cut=0).lines(row) == [
        "a name of some le…  10.0.0.1",
        "    a flow that is long enough",
        "    to wrap",
    ]


def test_cells_too_wide_for_the_window_fill_lines_one_after_the_other() -> None:
    row = Row(("2001:db8:1234:5678::1", "22", "unreachable"), "a reason")
    below = Row(("", "80", "open"), "another")
    table = Columns([row, below], Look(width=30), head=Row(("HOST", "PORT", "STATE"), "REASON"))
    assert table.head() == []
    assert table.lines(row) == ["2001:db8:1234:5678::1  22", "    unreachable", "    a reason"]
    assert table.lines(below) == ["    80  open", "    another"]


def test_headings_only_stand_over_columns_with_text() -> None:
    head = Row(("NAME", "HOST", "PORT"), "REASON")
    assert Columns([Row(("", "h", "1"), "why")], Look(), head=head).head() == ["HOST  PORT  REASON"]
