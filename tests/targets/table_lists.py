"""Tables of firewall rules read from a text, and workbooks made part by part: what the tests of both ask of them."""

import io
import zipfile
from collections.abc import Mapping
from ipaddress import ip_address
from pathlib import Path
from typing import NamedTuple

from scanner.errors import TargetError
from scanner.targets.entry import Entry
from scanner.targets.file.target_file import InputWish, TargetFile
from scanner.targets.formats.opened_list import read_targets
from scanner.targets.grammar.host_values import Host, HostName

SKIPPING = InputWish(skip_unsupported=True)
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"


class Asked(NamedTuple):
    """What an entry asks for, its hosts as text."""

    hosts: str
    ports: tuple[int, ...] | None
    expect: str | None = None
    name: str = ""
    tags: tuple[str, ...] | None = None


def asked_by(file: TargetFile) -> list[Asked]:
    """What each of its entries asks for."""
    return [_asked(entry) for entry in file.entries]


def _asked(entry: Entry) -> Asked:
    return Asked(" ".join(map(_text, entry.hosts)), entry.ports, entry.stated.expect, entry.name, entry.stated.tags)


def _text(host: Host) -> str:
    if isinstance(host, HostName):
        return host.text
    first, last = ip_address(host.first), ip_address(host.last)
    return str(first) if first == last else f"{first}-{last}"


def problems_of(path: Path, wish: InputWish = InputWish()) -> list[str]:  # noqa: B008 (it never changes)
    """What is said of a file, each without its path; nothing where it can be read."""
    try:
        read_targets(str(path), wish)
    except TargetError as error:
        return [problem.removeprefix(f"{path}:").strip() for problem in error.problems]
    return []


def write_book(path: Path, sheets: Mapping[str, str], *, hidden: str = "", strings: str = "", **parts: bytes) -> Path:
    """A workbook whose sheets have these rows (XML: `<row>...`), and what follows them. `hidden`: a sheet's title;
    `strings`: the shared ones, as XML; `parts`: of another content than usual (`styles`, `rels`)."""
    marks = [
        f'<sheet name="{title}" sheetId="{at}" r:id="r{at}"{" state=" * (title == hidden)}{chr(34) * (title == hidden)}'
        f"{'hidden' * (title == hidden)}{chr(34) * (title == hidden)}/>"
        for at, title in enumerate(sheets, 1)
    ]
    overrides = "".join(
        f'<Override PartName="/xl/worksheets/sheet{at}.xml" ContentType="{_TYPE}.worksheet+xml"/>'
        for at in range(1, len(sheets) + 1)
    )
    relations = "".join(
        f'<Relationship Id="r{at}" Type="{_OFFICE}/worksheet" Target="worksheets/sheet{at}.xml"/>'
        for at in range(1, len(sheets) + 1)
    )
    written = {
        "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types"><Default Extension="xml" ContentType='
        f'"application/xml"/><Override PartName="/xl/workbook.xml" ContentType="{_TYPE}.sheet.main+xml"/>'
        f'<Override PartName="/xl/sharedStrings.xml" ContentType="{_TYPE}.sharedStrings+xml"/>{overrides}</Types>',
        "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{_OFFICE}"><sheets>{"".join(marks)}</sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">{relations}</Relationships>',
        "xl/sharedStrings.xml": f'<sst xmlns="{MAIN}">{strings}</sst>',
        "xl/styles.xml": f'<styleSheet xmlns="{MAIN}"><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs>'
        "</styleSheet>",
    }
    for at, (_, rows) in enumerate(sheets.items(), 1):
        data, _, tail = rows.partition("|")
        written[f"xl/worksheets/sheet{at}.xml"] = (
            f'<worksheet xmlns="{MAIN}"><sheetData>{data}</sheetData>{tail}</worksheet>'
        )
    names = {"styles": "xl/styles.xml", "rels": "xl/_rels/workbook.xml.rels", "sheet": "xl/worksheets/sheet1.xml",
             "strings_part": "xl/sharedStrings.xml"}  # fmt: skip
    raw = {name: text.encode() for name, text in written.items()} | {names[key]: part for key, part in parts.items()}
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in raw.items():
            archive.writestr(name, content)
    path.write_bytes(packed.getvalue())
    return path


def row_xml(number: int, *texts: str, more: str = "", attributes: str = "") -> str:
    """A row of inline strings from column A on; `more`: cells behind them, as XML."""
    cells = "".join(
        f'<c r="{chr(65 + at)}{number}" t="inlineStr"><is><t>{text}</t></is></c>'
        for at, text in enumerate(texts)
        if text
    )
    return f'<row r="{number}"{attributes}>{cells}{more}</row>'
