"""Rows of CSV, and where their cells begin."""

import pytest

from scanner.errors import TargetError
from scanner.targets.file.problems import Problems
from scanner.targets.formats.table_rows import CsvRow, rows_from


def rows(text: str, delimiter: str = ",", *, numbers: bool = False) -> list[CsvRow]:
    return list(rows_from(text.split("\n"), 0, delimiter, Problems("t.csv"), numbers=numbers))


def places(row: CsvRow) -> list[tuple[int, int, str]]:
    cells = [row.cell(at) for at in range(len(row.texts))]
    return [(cell.line, cell.column, cell.text) for cell in cells]


def test_cells_begin_behind_their_delimiter() -> None:
    (row,) = rows("a,bc,,d")
    assert places(row) == [(1, 1, "a"), (1, 3, "bc"), (1, 6, ""), (1, 7, "d")]
    assert (row.text(9), row.cell(9).column) == ("", 1)


def test_blanks_around_cells_do_not_count() -> None:
    (row,) = rows(' a ; "b;c" ;d ', ";")
    assert places(row) == [(1, 2, "a"), (1, 6, "b;c"), (1, 13, "d")]


def test_a_cell_behind_a_quoted_line_end_stands_in_its_own_line() -> None:
    first, second = rows('1,"x\ny, ""z""",3\n4,"5",6')
    assert places(first) == [(1, 1, "1"), (1, 3, 'x\ny, "z"'), (2, 11, "3")]
    assert places(second) == [(3, 1, "4"), (3, 3, "5"), (3, 7, "6")]


def test_what_says_nothing_is_no_row() -> None:
    assert [row.line for row in rows("a,b\n\n , \n,,\n# c,d\n  # e\nf,#g\n")] == [1, 7]


def test_a_number_that_begins_like_a_comment() -> None:
    """A number in the first column is no comment; words are."""
    assert [row.texts[0] for row in rows("#4711,a\n#12 ,b\n#web1,b\n# gone,c\n#old rule,d", numbers=True)] == [
        "#4711",
        "#12",
    ]


def test_tabs_part_cells_and_blanks_do_not() -> None:
    (row,) = rows("a b\t c\t\td", "\t")
    assert places(row) == [(1, 1, "a b"), (1, 6, "c"), (1, 8, ""), (1, 9, "d")]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('a,b\n\n"c,d\ne,f', "t.csv:3:1: a quote is opened in this row and never closed"),
        (
            'a,b\n"c"d,e',
            't.csv:2:1: something other than , follows a closing quote; a quote within a cell is written ""',
        ),
        ("a," + "x" * 200_000, "t.csv:1:1: a cell is longer than any that names hosts or ports"),
    ],
)
def test_what_cannot_be_taken_apart(text: str, told: str) -> None:
    with pytest.raises(TargetError) as error:
        rows(text)
    assert str(error.value).startswith(told)
