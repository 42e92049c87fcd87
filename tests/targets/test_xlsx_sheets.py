"""The rows of a workbook are walked through here for speed; openpyxl, which reads the odd ones among the cells, must
have found the same in all of them."""

import io
from pathlib import Path

import openpyxl
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from scanner.errors import TargetError
from scanner.targets.formats.xlsx_sheets import BrokenBookError, sheets_of, unwarned
from tests.targets.table_lists import write_book

STRINGS = "<si><t>one</t></si><si><r><t>t</t></r><r><t>wo</t></r></si><si><t/></si>"
#: What a cell holds, as spreadsheets and others write it; the style 1 is a date's.
KINDS = [
    '<c%s t="s"><v>0</v></c>', '<c%s t="s"><v>1</v></c>', '<c%s t="s"><v>2</v></c>', '<c%s t="s"><v/></c>',
    '<c%s t="s"><v>9</v></c>', '<c%s t="s"><v>x</v></c>', "<c%s/>", "<c%s><v>443</v></c>", "<c%s><v>443.0</v></c>",
    "<c%s><v>-1E3</v></c>", "<c%s><v>4 43</v></c>", '<c%s t="n" s="0"><v>7</v></c>', '<c%s s="1"><v>46366</v></c>',
    '<c%s s="1"><v>9999999999</v></c>', '<c%s s="x"><v>1</v></c>', '<c%s t="b"><v>1</v></c>',
    '<c%s t="e"><v>#N/A</v></c>', '<c%s t="str"><f>A1</f><v>text</v></c>', "<c%s><f>A1</f></c>",
    "<c%s><f>A1</f><v>5</v></c>", '<c%s t="d"><v>2026-01-02</v></c>', '<c%s t="inlineStr"><is><t>in</t></is></c>',
    '<c%s t="inlineStr"><is><t/></is></c>', '<c%s t="inlineStr"><is/></c>', '<c%s t="inlineStr"/>',
    '<c%s t="inlineStr"><is><r><t>ri</t></r><r><t>ch</t></r></is></c>', '<c%s t="inlineStr"><v>3</v></c>',
    '<c%s t="inlineStr"><is><t>a</t><rPh sb="0" eb="1"><t>b</t></rPh></is></c>', '<c%s t="odd"><v>1</v></c>',
]  # fmt: skip
PLACES = ["", *(f' r="{place}"' for place in ("A1", "B1", "D1", "AB7", "b2", "XFD1", "1", "A", "ÄB1"))]
NUMBERS = ["", *(f' r="{number}"' for number in ("1", "2", "3", "9", "0", "-1", "x", "1048577"))]
CELLS = st.builds(lambda kind, place: kind.replace("%s", place), st.sampled_from(KINDS), st.sampled_from(PLACES[:4]))
ROWS = st.builds(
    lambda number, cells: f"<row{number}>{''.join(cells)}</row>",
    st.sampled_from(NUMBERS[:5]),
    st.lists(CELLS, max_size=4),
)

Rows = list[tuple[int, tuple[object, ...]]]


def read_here(data: bytes) -> Rows | None:
    try:
        return [(number, tuple(row)) for sheet in sheets_of(data, "r.xlsx") for number, row in sheet.rows]
    except BrokenBookError:
        return None


def read_by_openpyxl(data: bytes) -> Rows | None:
    try:
        (sheet,) = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True).worksheets
        sheet.reset_dimensions()  # type: ignore[union-attr]
        rows = [*zip(range(1, 1_048_577), sheet.iter_rows(values_only=True), strict=False)]
    except Exception:
        return None
    return [(number, row) for number, row in rows if row]


def same(folder: Path, rows: str) -> None:
    data = write_book(folder / "r.xlsx", {"Rules": rows}, strings=STRINGS).read_bytes()
    with unwarned():
        found, expected = read_here(data), read_by_openpyxl(data)
    assert found == expected
    if found and expected:
        assert [[*map(type, row)] for _, row in found] == [[*map(type, row)] for _, row in expected]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("books")


def test_every_kind_of_cell_at_every_place(folder: Path) -> None:
    for place in PLACES[:3]:
        for kind in KINDS:
            same(folder, f"<row>{kind.replace('%s', place)}</row>")
    for place in PLACES:
        same(folder, f"<row>{KINDS[0].replace('%s', PLACES[1])}{KINDS[0].replace('%s', place)}</row>")


def test_every_number_of_a_row(folder: Path) -> None:
    for number in NUMBERS[:-1]:
        for cells in ("", KINDS[0].replace("%s", "")):
            same(folder, f'<row r="2">{cells}</row><row{number}>{cells}</row><row>{cells}</row>')


@pytest.mark.slow
@example(rows=['<row r="1"></row>', "<row><c/></row>"])
@given(rows=st.lists(ROWS, max_size=5))
def test_any_rows(rows: list[str], folder: Path) -> None:
    same(folder, "".join(rows))


def test_cells_that_are_made_for_a_column_far_out_count(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = "".join(f'<row r="{at}"><c r="XFD{at}"/><c r="A{at}"><v>1</v></c></row>' for at in range(1, 4))
    data = write_book(folder / "wide.xlsx", {"Rules": rows}).read_bytes()
    with unwarned():
        assert read_here(data) == [(at, (1,)) for at in range(1, 4)]
    monkeypatch.setattr("scanner.targets.formats.xlsx_sheets._MOST_CELLS", 40_000)
    with unwarned(), pytest.raises(TargetError, match="more than 40000 cells"):
        read_here(data)
