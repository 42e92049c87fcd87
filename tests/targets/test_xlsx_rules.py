"""Firewall rules in Excel's workbooks: which sheets and rows are read, what spreadsheets did to them, hostile files."""

import io
import sys
import zipfile
from pathlib import Path

import openpyxl
import pytest
from openpyxl.chart import BarChart, Reference

from scanner.targets.file.target_file import InputWish
from scanner.targets.formats.opened_list import read_targets
from tests.targets.table_lists import MAIN, SKIPPING, Asked, asked_by, problems_of, row_xml, write_book

SAMPLE = Path(__file__).parent / "samples" / "xlsx-rules.xlsx"
HEADS = row_xml(1, "Host", "Port", "Action", "Enabled")
RULE = row_xml(2, "web1", "443")


def test_the_sample_is_read_sheet_by_sheet() -> None:
    file = read_targets(str(SAMPLE), SKIPPING)
    assert [(each.hosts, len(each.ports or ()), each.expect) for each in asked_by(file)] == [
        ("192.0.2.10", 1, "open"), ("192.0.2.10", 1, "open"), ("db1.example.net", 1, "open"),
        ("192.0.2.16-192.0.2.19", 12, "open"), ("192.0.2.12", 1, "blocked"), ("partner.example.org", 1, None),
        ("203.0.113.9", 1, None),
    ]  # fmt: skip
    places = [entry.where.removeprefix(f"{SAMPLE}:") for entry in file.entries]
    assert places == ["Rules!D5", "Rules!D6", "Rules!D7", "Rules!D8", "Rules!D9", "Partners!A2", "Partners!A3"]
    assert [entry.line for entry in file.entries] == [5, 6, 7, 8, 9, 2, 3]
    told = "\n".join(file.warnings).replace(str(SAMPLE), "")
    assert '1 hidden row of the sheet "Rules" read like the others' in told
    assert "1 disabled rule left out; the first is at :Rules!A11" in told
    assert 'sheets without heads that name hosts passed over: "Read me"' in told
    assert 'hidden sheets passed over: "2025"' in told
    assert "2 items that TCP cannot verify left out; the first is udp port 123 at :Rules!F10" in told


def test_numbers_and_shared_strings_and_merged_cells(tmp_path: Path) -> None:
    rows = (
        '<row r="3"><c r="B3" t="s"><v>0</v></c><c r="C3" t="s"><v>1</v></c></row>'
        '<row r="4"><c r="B4" t="s"><v>2</v></c><c r="C4"><v>443.0</v></c></row>'
        '<row r="5"><c r="C5"><v>2309</v></c></row>|<mergeCells><mergeCell ref="B4:B5"/></mergeCells>'
    )
    strings = "<si><t>Zieladresse</t></si><si><r><t>Po</t></r><r><t>rt</t></r></si><si><t>192.0.2.1</t></si>"
    path = write_book(tmp_path / "r.xlsx", {"Rules": rows}, strings=strings)
    assert asked_by(read_targets(str(path))) == [Asked("192.0.2.1", (443,)), Asked("192.0.2.1", (2309,))]


@pytest.mark.parametrize(
    ("cell", "told"),
    [
        (
            '<c r="B2" s="1"><v>46366</v></c>',
            "B2: the spreadsheet took this for a date or time (2026-12-10); write it as",
        ),
        (
            '<c r="B2"><f>A1+1</f></c>',
            "B2: the formula has no value; open and save the workbook in a spreadsheet program",
        ),
        ('<c r="B2"><f t="shared" si="0"/><v></v></c>', "B2: the formula has no value; open and save the workbook"),
        (
            '<c r="B2" t="e"><v>#REF!</v></c>',
            "B2: the cell holds the error #REF!; mend its formula, or write the value",
        ),
        ('<c r="B2" t="b"><v>1</v></c>', "B2: the cell is true, a truth value; write it as text"),
        ('<c r="B2"><v>80443</v></c>', 'B2: "80443" is no port; if it was a list such as 80,443, write it as text'),
        ('<c r="B2"><v>80.443</v></c>', 'B2: "80.443" is no port; if it was a list such as 80,443, write it as text'),
        ("", "A2: the target names no port; write one, or use -p PORTS"),
    ],
)
def test_what_spreadsheets_do_to_ports(cell: str, told: str, tmp_path: Path) -> None:
    path = write_book(tmp_path / "r.xlsx", {"DMZ rules": HEADS + row_xml(2, "web1", more=cell)})
    (found,) = problems_of(path)
    assert found.startswith(f"'DMZ rules'!{told}")


def test_a_formula_with_a_value_is_its_value(tmp_path: Path) -> None:
    more = '<c r="B2"><f>440+3</f><v>443</v></c><c r="D2" t="b"><v>1</v></c><c r="F2"><f>A1</f></c>'
    path = write_book(tmp_path / "r.xlsx", {"Rules": HEADS + row_xml(2, "web1", more=more)})
    assert asked_by(read_targets(str(path))) == [Asked("web1", (443,))]


def test_mistakes_of_all_sheets_in_their_order(tmp_path: Path) -> None:
    bad = HEADS + row_xml(2, "web1", "0") + row_xml(10, "web1", "22", "maybe")
    found = problems_of(write_book(tmp_path / "r.xlsx", {"B": bad, "A": bad}))
    assert [line.partition(": ")[0] for line in found] == ["B!B2", "B!C10", "A!B2", "A!C10"]


def test_columns_of_a_workbook(tmp_path: Path) -> None:
    path = write_book(tmp_path / "r.xlsx", {"Rules": row_xml(1, "Kiste", "Loch") + RULE})
    assert problems_of(path) == [
        "Rules!A1: no column is known to hold hosts; say which does, such as --columns host=Kiste,port=Loch; its "
        'heads: "Kiste", "Loch"'
    ]
    wish = InputWish(columns=(("host", "kiste"), ("port", "Loch")))
    assert asked_by(read_targets(str(path), wish)) == [Asked("web1", (443,))]


def test_nothing_but_hidden_sheets(tmp_path: Path) -> None:
    path = write_book(tmp_path / "r.xlsx", {"Old": HEADS + RULE}, hidden="Old")
    assert problems_of(path) == ['every sheet with anything in it is hidden: "Old"; unhide what is meant']


def test_without_openpyxl(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "openpyxl.reader.excel", None)
    assert problems_of(SAMPLE) == [
        "reading .xlsx needs openpyxl; run pip install 'openpyxl>=3.1', or save the sheet as CSV"
    ]


OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(500)
OTHERS = {
    "an old workbook": (
        OLE + "Workbook".encode("utf-16-le"),
        "this is an old workbook (.xls); save it as .xlsx, or the",
    ),
    "a password": (OLE + "EncryptedPackage".encode("utf-16-le"), "the workbook is protected by a password; save it"),
    "OpenDocument": (
        b"PK\x03\x04" + bytes(26) + b"mimetypeapplication/vnd.oasis.opendocument.spreadsheet",
        "this is an OpenDocument spreadsheet (.ods); save it as .xlsx, or the sheet as CSV",
    ),
    "a binary workbook": (
        b"PK\x03\x04" + bytes(26) + b"xl/workbook.bin",
        "this is a binary workbook (.xlsb); save it as",
    ),
    "half a workbook": (SAMPLE.read_bytes()[:-400], "the workbook is damaged ("),
    "a document": (OLE, "1:7: the file is binary (it holds a NUL byte); name a text file"),
}


@pytest.mark.parametrize(("data", "told"), OTHERS.values(), ids=OTHERS)
def test_what_is_no_workbook_is_named(data: bytes, told: str, tmp_path: Path) -> None:
    (tmp_path / "r.xlsx").write_bytes(data)
    (found,) = problems_of(tmp_path / "r.xlsx")
    assert found.startswith(told)


ENTITIES = f'<!DOCTYPE s [<!ENTITY a SYSTEM "file:///etc/hostname">]><sst xmlns="{MAIN}"><si><t>&a;</t></si></sst>'
SHEET = f'<worksheet xmlns="{MAIN}"><sheetData>%s</sheetData></worksheet>'
HOSTILE = {
    "entities": (
        {"strings_part": ENTITIES.encode()},
        'the part "xl/sharedStrings.xml" declares XML entities or a document type, which are refused; save',
    ),
    "entities in UTF-16": (
        {"strings_part": ENTITIES.encode("utf-16")},
        'the part "xl/sharedStrings.xml" declares XML entities or a document type, which are refused; save',
    ),
    "styles": (
        {"styles": b"<a/>" * 500_001},
        'the part "xl/styles.xml" is too large to be read; save the sheet as CSV',
    ),
    "a far column": ({"sheet": (SHEET % '<row><c r="ZZZZ1"><v>1</v></c></row>').encode()}, "the workbook is damaged ("),
    "no sheets": ({"rels": b"<x/>"}, "the workbook is damaged ("),
    "no XML": ({"sheet": b"\0\xff<"}, "the workbook is damaged ("),
}


@pytest.mark.parametrize(("parts", "told"), HOSTILE.values(), ids=HOSTILE)
def test_hostile_workbooks(parts: dict[str, bytes], told: str, tmp_path: Path) -> None:
    (found,) = problems_of(write_book(tmp_path / "r.xlsx", {"Rules": HEADS + RULE}, **parts))
    assert found.startswith(told)


def test_a_bomb_is_not_unpacked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("scanner.targets.formats.xlsx_archive._MOST_UNPACKED", 1 << 20)
    path = write_book(tmp_path / "r.xlsx", {"Rules": HEADS + RULE}, styles=b" " * (1 << 20))
    assert problems_of(path) == ["the workbook unpacks to more than 1 MB; split it, or save it as CSV"]


def test_many_cells_that_hold_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("scanner.targets.formats.xlsx_sheets._MOST_CELLS", 100_000)
    wide = '<row><c r="XFD1"><v>1</v></c></row>' * 7
    path = write_book(tmp_path / "r.xlsx", {"Rules": HEADS + RULE + wide})
    assert problems_of(path) == ["the workbook holds more than 100000 cells; save a sheet as CSV"]


def test_a_row_far_below_costs_nothing(tmp_path: Path) -> None:
    path = write_book(tmp_path / "r.xlsx", {"Rules": HEADS + RULE + row_xml(200_000, "web2", "80")})
    assert [entry.where.rpartition(":")[2] for entry in read_targets(str(path)).entries] == [
        "Rules!A2",
        "Rules!A200000",
    ]


def test_a_workbook_from_stdin_is_told_by_its_bytes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Stdin:
        buffer = io.BytesIO(SAMPLE.read_bytes())

    monkeypatch.setattr(sys, "stdin", Stdin)
    assert read_targets("-", SKIPPING).entries[0].where == "<stdin>:Rules!D5"


def test_any_other_archive_is_none(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("rules.csv", "host,port\na,1\n")
    (found,) = problems_of(tmp_path / "a.zip")
    assert "the file is binary" in found


RELATED = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="'
    'http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="%s"/></Relationships>'
)


@pytest.mark.parametrize(
    "target", ["./worksheets/sheet1.xml", "/xl/worksheets/sheet1.xml", "../xl/worksheets/sheet1.xml"]
)
def test_what_a_sheet_says_of_itself_is_found(target: str, tmp_path: Path) -> None:
    more = '<c r="B2"><f>A1+1</f></c>'
    rows = {"Rules": HEADS + row_xml(2, "web1", more=more)}
    (found,) = problems_of(write_book(tmp_path / "r.xlsx", rows, rels=(RELATED % target).encode()))
    assert found.startswith("Rules!B2: the formula has no value")


def test_a_sheet_whose_text_is_not_found_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("scanner.targets.formats.xlsx_rules.facts_of", lambda archive: {})
    (found,) = problems_of(write_book(tmp_path / "r.xlsx", {"Rules": HEADS + RULE}))
    assert found.startswith('the workbook is damaged ("the part of the sheet Rules cannot be found")')


def test_merged_cells_are_filled_where_they_are_read_and_counted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("scanner.targets.formats.xlsx_sheets._MOST_CELLS", 3000)
    rows = HEADS + row_xml(2, "web1", "443", "", "", *"x" * 16)
    rows += "".join(row_xml(at, "", str(at)) for at in range(3, 300))
    unread = "".join(f'<mergeCell ref="{chr(69 + at)}2:{chr(69 + at)}299"/>' for at in range(15))
    ends = f'|<mergeCells><mergeCell ref="A2:A299"/>{unread}</mergeCells>'
    path = write_book(tmp_path / "r.xlsx", {"Rules": rows + ends})
    assert len(read_targets(str(path)).entries) == 298
    monkeypatch.setattr("scanner.targets.formats.xlsx_sheets._MOST_CELLS", 750)
    assert problems_of(path) == ["the workbook holds more than 750 cells; save a sheet as CSV"]


@pytest.mark.slow
def test_a_hundred_thousand_rows(tmp_path: Path) -> None:
    rows = "".join(row_xml(at, f"10.{at >> 16}.{at >> 8 & 255}.{at & 255}", "443", "allow") for at in range(2, 100_002))
    file = read_targets(str(write_book(tmp_path / "r.xlsx", {"Rules": HEADS + rows})))
    assert len(file.entries) == 100_000
    assert file.entries[-1].where == f"{tmp_path}/r.xlsx:Rules!A100001"


def test_sheets_of_charts_are_passed_over(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.append(["host", "port"])
    sheet.append(["web1", 443])
    chart = BarChart()
    chart.add_data(Reference(sheet, min_col=2, min_row=1, max_row=2), titles_from_data=True)
    book.create_chartsheet("Chart", 0).add_chart(chart)
    book.save(tmp_path / "r.xlsx")
    (entry,) = read_targets(str(tmp_path / "r.xlsx")).entries
    assert entry.where == f"{tmp_path / 'r.xlsx'}:Sheet!A2"


def test_what_is_no_xml_behind_thousands_of_rows(tmp_path: Path) -> None:
    rows = "".join(row_xml(at, f"web{at}", "443") for at in range(2, 3000))
    path = write_book(tmp_path / "r.xlsx", {"Rules": HEADS + rows + "<row><c></row>"})
    (found,) = problems_of(path)
    assert found.startswith('the workbook is damaged ("mismatched tag");')
