"""The rows of a sheet's XML are cut apart for speed; a tree of the whole has the same rows, whatever stands around."""

import io
from collections.abc import Iterable
from xml.etree import ElementTree

import pytest

from scanner.targets.formats.sheet_xml import row_elements
from tests.targets.table_lists import MAIN

TAG = f"{{{MAIN}}}row"
ROWS = "".join(f'<row r="{at}"><c t="str"><v>{at:0200}</v></c><c><v>{at}</v></c></row>' for at in range(1, 500))
#: What may stand in front of the rows, between them and behind them, and what else is possible.
FORMS = [
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<worksheet %s><sheetData>%s</sheetData></worksheet>',
    "<worksheet %s><cols><col/></cols><sheetData>%s</sheetData><mergeCells/><extLst><ext/></extLst></worksheet>",
    "<worksheet %s><sheetData>%s</sheetData><extLst><ext><row>5</row></ext></extLst></worksheet>",
    '<worksheet %s><sheetData>%s</sheetData><from xmlns="x"><row>5</row></from></worksheet>',
    "<worksheet %s><sheetData>%s</sheetData><sheetData><row/><row></row></sheetData></worksheet>",
    "<worksheet %s><sheetData><row/><sheetData>%s</sheetData></sheetData></worksheet>",
    "<worksheet %s><sheetData><x>%s</x></sheetData></worksheet>",
    "<worksheet %s><sheetData><x><row></row></x>%s</sheetData></worksheet>",
    '<worksheet %s><cols><row r="1"/></cols><sheetData>%s</sheetData></worksheet>',
    "<worksheet %s><!-- <sheetData> --><sheetData>%s</sheetData></worksheet>",
    "<worksheet %s><!-- a --><sheetData>%s</sheetData></worksheet>",
    "<worksheet %s><sheetData>%s<!-- </row> --></sheetData></worksheet>",
    "<worksheet %s><sheetData><!-- </row> -->%s</sheetData></worksheet>",
    "<worksheet %s><sheetData>%s<?odd </row>?></sheetData></worksheet>",
    "<worksheet %s><sheetData><row><c><v><![CDATA[</row>]]></v></c></row>%s</sheetData></worksheet>",
    '<worksheet %s><sheetData>%s<row r="9999"/></sheetData></worksheet>',
    "<worksheet %s><sheetData >%s</sheetData></worksheet>",
    "<worksheet %s><sheetData>%s</worksheet>",
    "<worksheet %s><sheetData>%s</sheetData>",
    "<worksheet %s><sheetData>%s</sheetData></worksheet><more/>",
    "<worksheet %s><sheetData>%s<row><c></row></sheetData></worksheet>",
    "<worksheet %s><sheetData><row><c></row>%s</sheetData></worksheet>",
    "<odd><worksheet %s><sheetData>%s</sheetData></worksheet></odd>",
]


def texts(rows: Iterable[ElementTree.Element]) -> list[bytes]:
    return [ElementTree.tostring(row) for row in rows]


def read(data: bytes) -> list[bytes] | None:
    try:
        return texts(row_elements(io.BytesIO(data), TAG))
    except ElementTree.ParseError:
        return None


def read_as_one(data: bytes) -> list[bytes] | None:
    try:
        return texts(ElementTree.fromstring(data).iter(TAG))
    except ElementTree.ParseError:
        return None


@pytest.mark.parametrize("coding", ["utf-8", "utf-16"])
@pytest.mark.parametrize("form", FORMS)
def test_a_sheet_has_the_same_rows_in_pieces_as_in_one(form: str, coding: str) -> None:
    for rows in (ROWS, ROWS[:300], ""):
        data = (form % (f'xmlns="{MAIN}"', rows)).replace("UTF-8", coding).encode(coding)
        assert read(data) == read_as_one(data)


def test_the_end_of_a_row_may_come_in_parts() -> None:
    data = (FORMS[0] % (f'xmlns="{MAIN}"', ROWS)).encode()
    expected = read_as_one(data)
    for blanks in range(1, 300, len("</row>") - 1):  # one of them parts each end that there is between two pieces
        assert read(data.replace(b"<worksheet ", b"<worksheet" + b" " * blanks)) == expected


def test_rows_of_any_length(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("scanner.targets.formats.sheet_xml._LONGEST_ROW", 1 << 17)
    cells = "<c><v>1</v></c>" * 16384  # more bytes than a row is waited for
    data = (FORMS[0] % (f'xmlns="{MAIN}"', f"{ROWS}<row>{cells}</row><row>{cells}</row>{ROWS}")).encode()
    assert read(data) == read_as_one(data)


def test_a_row_of_millions_of_cells_is_read_no_further_than_there_are_columns() -> None:
    data = io.BytesIO((FORMS[0] % (f'xmlns="{MAIN}"', f"{ROWS}<row>{'<c/>' * 1_000_000}</row>")).encode())
    with pytest.raises(ValueError, match="more than 16384 cells in a row"):
        texts(row_elements(data, TAG))
    assert data.tell() < 2_000_000


def test_what_is_no_xml_has_no_rows() -> None:
    for data in (b"", b"\0" * 200_000, b"<sheetData>" * 20_000, b"x<sheetData>" + ROWS.encode()):
        assert read(data) is None
