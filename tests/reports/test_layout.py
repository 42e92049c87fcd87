"""Aligned columns, wide and narrow, as literal text."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

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


def said(rows: list[Row], width: int, **more: Any) -> list[str]:
    table = Columns(rows, Look(width=width), **more)
    return [*table.head(), *(line for row in rows for line in table.lines(row))]


def test_what_follows_a_cell_that_is_too_wide_stands_under_its_heading_in_the_next_line() -> None:
    rows = [Row(("2001:db8:1234:5678::1", "22", "unreachable"), "a reason"), Row(("", "80", "open"), "another")]
    assert said(rows, 30, head=Row(("HOST", "PORT", "STATE"), "REASON")) == [
        "HOST  PORT  STATE  REASON",
        "2001:db8:1234:5678::1",
        "      22    unreachable",
        "    a reason",
        "      80    open   another",
    ]


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


def test_a_name_that_would_cost_its_row_a_line_is_cut_unless_little_were_left_of_it() -> None:
    names = [Row((f"a long name that tells story {index}", *row.cells[1:])) for index, row in enumerate(NAMED)]
    assert said(names, 45, cut=0) == [
        "a long name that tells…  10.0.0.1:22  refused",
        "a long name that tells…  10.0.0.1:80  open",
    ]
    assert said(names, 40, cut=0)[:2] == ["a long name that tells story 0", "      10.0.0.1:22  refused"]


def test_a_name_wider_than_the_window_is_cut_to_it() -> None:
    assert said([Row(("name " * 9, "10.0.0.1:22"))], 30, cut=0) == [
        "name name name name name name…",
        "      10.0.0.1:22",
    ]


#: What a list has where one host has a long name.
ORDERS = "orders-database-primary.internal.example.net:5432"
LIST = [
    Row(("orders", ORDERS, "10.0.0.7", "refused", "0.05 ms"), "conn-refused", brief=""),
    Row(("", "10.0.0.1:22", "", "refused", "0.16 ms"), "conn-refused, not expected", brief="not expected"),
    Row(
        ("front end of the old shop in hall three", "10.0.0.2:443", "", "refused", "0.08 ms"), "conn-refused", brief=""
    ),
    Row(("many", "10.0.0.9"), "1-40,60-70,80,90: 53 refused"),
]
LIST_HEAD = Row(("NAME", "TARGET", "ADDRESS", "STATE", "RTT"), "REASON")


def list_said(width: int) -> list[str]:
    return said(LIST, width, head=LIST_HEAD, cut=0, right=frozenset({4}), blank="-")


def test_one_wide_cell_leaves_the_other_rows_in_their_columns() -> None:
    assert list_said(80) == [
        "NAME    TARGET        ADDRESS   STATE        RTT  REASON",
        f"orders  {ORDERS}",
        "                      10.0.0.7  refused  0.05 ms  conn-refused",
        "        10.0.0.1:22             refused  0.16 ms  conn-refused, not expected",
        "front end of the old shop in hall three  10.0.0.2:443  refused  0.08 ms",
        "many    10.0.0.9      1-40,60-70,80,90: 53 refused",
    ]
    assert list_said(100)[1] == f"orders  {ORDERS}  10.0.0.7  refused  0.05 ms  conn-refused"


def test_where_a_name_has_a_line_of_its_own_a_row_without_one_is_not_taken_for_the_rest_of_it() -> None:
    assert list_said(40) == [
        "NAME  TARGET  ADDRESS   STATE        RTT",
        "orders",
        ORDERS,
        "              10.0.0.7  refused  0.05 ms",
        "-     10.0.0.1:22       refused  0.16 ms",
        "    not expected",
        "front end of the old shop in hall three",
        "      10.0.0.2:443      refused  0.08 ms",
        "many  10.0.0.9",
        "    1-40,60-70,80,90: 53 refused",
    ]


@pytest.mark.parametrize("width", [20, 40, 60, 80, 100, 200])
def test_nothing_of_a_row_is_lost_and_only_long_words_are_wider_than_the_window(width: int) -> None:
    lines = list_said(width)
    words = [cell for row in LIST for cell in row.cells[1:]]
    assert [word for word in words if word not in "\n".join(lines)] == []
    assert [line for line in lines if len(line) > max(width, 22) and ORDERS not in line] == []


def test_headings_make_room_where_it_is_they_that_are_too_wide() -> None:
    rows = [
        Row(("10.0.0.1", port, "open", service, "0.75 ms"), "syn-ack", brief="")
        for port, service in [("22", "ssh"), ("80", "http")]
    ]
    head = Row(("HOST", "PORT", "STATE", "SERVICE", "RTT"), "REASON")
    assert said(rows, 36, head=head) == ["10.0.0.1  22  open  ssh   0.75 ms", "10.0.0.1  80  open  http  0.75 ms"]
    assert said(rows, 39, head=head)[0] == "HOST      PORT  STATE  SERVICE  RTT"


def test_wide_characters_count_twice() -> None:
    rows = [Row(("漢字の名前", "10.0.0.1"), "a flow"), Row(("short", "10.0.0.2"), "a flow")]
    assert said(rows, 40) == ["漢字の名前  10.0.0.1  a flow", "short       10.0.0.2  a flow"]


def test_few_words_stand_for_a_flow_that_would_take_a_line_of_its_own() -> None:
    row = Row(("127.0.0.1", "44917", "open", "0.01 ms"), "syn-ack", brief="")
    for width, line in ((40, "127.0.0.1  44917  open  0.01 ms  syn-ack"), (39, "127.0.0.1  44917  open  0.01 ms")):
        assert said([row], width) == [line]
    unmet = Row(("10.0.0.1:22", "refused"), "conn-refused, ✗ expected open", brief="✗ expected open")
    assert said([unmet], 40) == ["10.0.0.1:22  refused  ✗ expected open"]
    assert said([unmet], 30) == ["10.0.0.1:22  refused", "    ✗ expected open"]


def test_a_mark_stays_with_its_words() -> None:
    row = Row(("10.0.0.80",), "80,443,8000-8100: 1 refused, 102 timeout, ✗ 1 not as expected (blocked)")
    assert said([row], 55) == [
        "10.0.0.80  80,443,8000-8100: 1 refused, 102 timeout,",
        "           ✗ 1 not as expected (blocked)",
    ]


def test_a_word_that_is_wider_than_its_room_goes_below() -> None:
    row = Row(("127.0.0.1", "44917", "open", "0.01 ms"), "syn-ack")
    assert Columns([row], Look(width=40)).lines(row) == ["127.0.0.1  44917  open  0.01 ms  syn-ack"]
    assert Columns([row], Look(width=39)).lines(row) == ["127.0.0.1  44917  open  0.01 ms", "    syn-ack"]


def test_colour_takes_no_room() -> None:
    row = Row(("a", "open"), "fine", ("bold", "green"), "dim")
    [line] = Columns([row, Row(("abc", "timeout"))], Look(colour=True)).lines(row)
    assert line == "\x1b[1ma\x1b[0m    \x1b[32mopen\x1b[0m     \x1b[2mfine\x1b[0m"


def test_a_mark_stays_with_an_address_that_is_wider_than_the_window() -> None:
    rows = [Row(("✗", f"{ORDERS} (10.0.0.7)"), "refused, expected open"), Row(("✗", "10.0.0.1:22"), "timeout")]
    assert said(rows, 60) == [f"✗  {ORDERS} (10.0.0.7)", "    refused, expected open", "✗  10.0.0.1:22  timeout"]


def test_after_a_break_the_rest_of_a_row_is_one_line_where_it_has_room() -> None:
    rows = [Row((ORDERS, "10.0.0.7", "unreachable", "0.05 ms"))]
    rows += [Row((f"10.0.0.{number}:22", "", "timeout", "0.16 ms"), "no-response") for number in range(4)]
    assert said(rows, 54) == [
        ORDERS,
        "             10.0.0.7  unreachable  0.05 ms",
        *(f"10.0.0.{number}:22            timeout  0.16 ms  no-response" for number in range(4)),
    ]


@given(
    st.lists(st.lists(st.text("ab漢", max_size=30), min_size=1, max_size=5), min_size=1, max_size=6),
    st.sampled_from((20, 40, 60, 80)),
)
def test_no_cell_is_lost_or_cut_in_any_window(cells: list[list[str]], width: int) -> None:
    rows = [Row(tuple(row), "why") for row in cells]
    table = Columns(rows, Look(width=width), head=LIST_HEAD, right=frozenset({4}))
    for row in rows:
        lines = table.lines(row)
        words = [word for line in lines for word in line.split()]
        assert words == [*filter(None, row.cells), "why"]
