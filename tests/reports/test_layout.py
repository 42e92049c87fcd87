"""Aligned columns, wide and narrow, as literal text."""

from scanner.reports.layout import Columns, Row
from scanner.reports.painted import Look


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
        "a name of some leng…  10.0.0.1",
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


NAMED = [
    Row(("a long name that tells a story", "10.0.0.1:22", "refused"), "conn-refused, expected open"),
    Row(("short", "10.0.0.1:80", "open"), "syn-ack"),
]


def test_a_flow_goes_below_before_a_name_is_cut() -> None:
    table = Columns(NAMED, Look(width=71), cut=0)
    assert [line for row in NAMED for line in table.lines(row)] == [
        "a long name that tells a story  10.0.0.1:22  refused",
        "    conn-refused, expected open",
        "short                           10.0.0.1:80  open     syn-ack",
    ]


def test_names_are_cut_where_the_cells_alone_do_not_fit() -> None:
    table = Columns(NAMED, Look(width=45), cut=0)
    assert [line for row in NAMED for line in table.lines(row)] == [
        "a long name that tells…  10.0.0.1:22  refused",
        "    conn-refused, expected open",
        "short                    10.0.0.1:80  open",
        "    syn-ack",
    ]


def test_a_spare_flow_takes_no_line_of_its_own() -> None:
    row = Row(("127.0.0.1", "44917", "open", "0.01 ms"), "syn-ack", spare=True)
    for width, said in ((40, "127.0.0.1  44917  open  0.01 ms  syn-ack"), (39, "127.0.0.1  44917  open  0.01 ms")):
        assert Columns([row], Look(width=width)).lines(row) == [said]
    assert Columns([row], Look(width=20)).lines(row) == ["127.0.0.1  44917", "    open  0.01 ms"]


def test_a_word_that_is_wider_than_its_room_goes_below() -> None:
    row = Row(("127.0.0.1", "44917", "open", "0.01 ms"), "syn-ack")
    assert Columns([row], Look(width=40)).lines(row) == ["127.0.0.1  44917  open  0.01 ms  syn-ack"]
    assert Columns([row], Look(width=39)).lines(row) == ["127.0.0.1  44917  open  0.01 ms", "    syn-ack"]


def test_colour_takes_no_room() -> None:
    row = Row(("a", "open"), "fine", ("bold", "green"), "dim")
    [line] = Columns([row, Row(("abc", "timeout"))], Look(colour=True)).lines(row)
    assert line == "\x1b[1ma\x1b[0m    \x1b[32mopen\x1b[0m     \x1b[2mfine\x1b[0m"
