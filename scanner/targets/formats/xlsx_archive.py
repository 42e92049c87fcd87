"""An Excel workbook as the bytes that it is: a ZIP file of XML parts, which somebody else may have made to hurt.

Before a library unpacks anything, its sizes are bounded and entities are refused here. What that library does not tell
when it streams a sheet is found in the sheet's own text: hidden rows, merged cells, formulas without a value. Pure.
"""

import io
import posixpath
import re
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import NamedTuple, NoReturn
from xml.etree import ElementTree

from scanner.targets.file.problems import Problems
from scanner.targets.file.read_text import MOST_BYTES
from scanner.words.shown_text import shown

_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_BOOK, _BINARY_BOOK = b"xl/workbook.xml", b"xl/workbook.bin"
_OPEN_DOCUMENT = b"application/vnd.oasis.opendocument.spreadsheet"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_OLD_BOOKS = ("Workbook".encode("utf-16-le"), "Book".encode("utf-16-le"))
#: Not read by anybody here.
_UNREAD = ("xl/media/", "xl/embeddings/", "xl/drawings/", "xl/printerSettings/", "customXml/", "docProps/thumbnail")
#: Bytes of all parts that are read, unpacked, and tags of one: a tag may cost a library a kilobyte.
_MOST_UNPACKED = 192 * 1024 * 1024
_MOST_PARTS = 5000
_MOST_TAGS = {"xl/worksheets/": 16_000_000, "xl/sharedStrings": 6_000_000, "": 500_000}
_DECLARED = [
    text.encode(coding) for text in ("<!DOCTYPE", "<!ENTITY") for coding in ("utf-8", "utf-16-le", "utf-16-be")
]
_MOST_MERGED = 100_000
_HIDDEN_ROW = re.compile(rb"<(?:\w+:)?row\s([^<>]*)>")
_HIDDEN = re.compile(rb'\shidden="(?:1|true)"')
_MERGED = re.compile(rb'<(?:\w+:)?mergeCell\s+ref="([A-Z]{1,3})([0-9]{1,7}):([A-Z]{1,3})([0-9]{1,7})"')
_NO_VALUE = re.compile(
    rb'<(?:\w+:)?c\s[^<>]*?\br="([A-Z]{1,3})([0-9]{1,7})"[^<>]*>\s*<(?:\w+:)?f\b(?:[^<>]*/>|[^<>]*>[^<]*</(?:\w+:)?f>)\s*'
    rb"(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v>\s*</(?:\w+:)?v>)?\s*</(?:\w+:)?c>"
)
_RELATED = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"


class SheetFacts(NamedTuple):
    """What a sheet's own text says. Rows and columns count from 1. `merged`: where cells are merged downwards, the last
    row, by first row and column; `unvalued`: where a formula has no value."""

    hidden_rows: int = 0
    merged: Mapping[int, list[tuple[int, int]]] = MappingProxyType({})
    unvalued: frozenset[tuple[int, int]] = frozenset()


def is_book(data: bytes) -> bool:
    """Whether these are the bytes of a workbook, also of one that cannot be read here."""
    if data.startswith(_ZIP):
        return _BOOK in data or _BINARY_BOOK in data or _OPEN_DOCUMENT in data[:200]
    return data.startswith(_OLE) and (_ENCRYPTED in data or any(name in data for name in _OLD_BOOKS))


def opened(data: bytes, problems: Problems) -> zipfile.ZipFile:
    """The workbook's archive, its parts seen to be harmless. Errors: TargetError for what is none, or not harmless."""
    if other := _other_kind(data):
        problems.fail(1, 1, other)
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
        _check_parts(archive, problems)
    except (zipfile.BadZipFile, zlib.error, OSError, ValueError, EOFError, NotImplementedError, RuntimeError) as error:
        fail_as_broken(error, problems)
    return archive


def fail_as_broken(error: Exception, problems: Problems) -> NoReturn:
    """Say that a workbook cannot be read, and why, as far as a library tells."""
    reason = str(error).split("\n")[0][:100] or type(error).__name__
    problems.fail(1, 1, f"the workbook is damaged ({shown(reason)}); open and save it again, or save it as CSV")


def facts_of(archive: zipfile.ZipFile) -> dict[str, SheetFacts]:
    """By the names of its sheets. Sheets that cannot be found have none: what is hidden or merged there is unknown."""
    try:
        return {name: _facts(archive.read(part)) for name, part in _sheet_parts(archive)}
    except (KeyError, ValueError, ElementTree.ParseError):
        return {}


def column_number(letters: str) -> int:
    """1 for A, 27 for AA."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number


def column_letters(number: int) -> str:
    """A for 1, AA for 27."""
    letters = ""
    while number > 0:
        number, letter = divmod(number - 1, 26)
        letters = chr(65 + letter) + letters
    return letters


def _other_kind(data: bytes) -> str:
    """What to say to what is no .xlsx, or too big; else empty."""
    if len(data) > MOST_BYTES:
        return f"the file is bigger than {MOST_BYTES >> 20} MB; split it, or save the sheet as CSV"
    if data.startswith(_OLE):
        if _ENCRYPTED in data:
            return "the workbook is protected by a password; save it without one, or save the sheet as CSV"
        return "this is an old workbook (.xls); save it as .xlsx, or the sheet as CSV"
    if data.startswith(_ZIP) and _BOOK not in data:
        if _OPEN_DOCUMENT in data[:200]:
            return "this is an OpenDocument spreadsheet (.ods); save it as .xlsx, or the sheet as CSV"
        if _BINARY_BOOK in data:
            return "this is a binary workbook (.xlsb); save it as .xlsx, or the sheet as CSV"
    return "" if data.startswith(_ZIP) else "this is not an Excel workbook (.xlsx); name one, or a CSV file"


def _check_parts(archive: zipfile.ZipFile, problems: Problems) -> None:
    """Declared sizes bound what is unpacked: zipfile reads no further."""
    parts = [info for info in archive.infolist() if not info.filename.startswith(_UNREAD)]
    if len(parts) > _MOST_PARTS or sum(info.file_size for info in parts) > _MOST_UNPACKED:
        problems.fail(1, 1, f"the workbook unpacks to more than {_MOST_UNPACKED >> 20} MB; split it, or save it as CSV")
    for info in parts:
        text = archive.read(info)
        if any(mark in text for mark in _DECLARED):
            told = f"the part {shown(info.filename)} declares XML entities or a document type, which are refused"
            problems.fail(1, 1, f"{told}; save the workbook again with a spreadsheet program")
        most = next(most for start, most in _MOST_TAGS.items() if info.filename.startswith(start))
        if text.count(b"<") > most:
            problems.fail(1, 1, f"the part {shown(info.filename)} is too large to be read; save the sheet as CSV")


def _sheet_parts(archive: zipfile.ZipFile) -> Iterator[tuple[str, str]]:
    """The name of each sheet and of its part."""
    related = ElementTree.fromstring(archive.read("xl/_rels/workbook.xml.rels"))
    targets = {each.get("Id"): each.get("Target", "") for each in related}
    for sheet in ElementTree.fromstring(archive.read("xl/workbook.xml")).iter():
        if sheet.tag.endswith("}sheet") and (target := targets.get(sheet.get(_RELATED))):
            part = posixpath.normpath(posixpath.join("/xl", target)).lstrip("/")
            if part in archive.namelist():
                yield sheet.get("name", ""), part


def _facts(text: bytes) -> SheetFacts:
    merged: dict[int, list[tuple[int, int]]] = {}
    merges = _MERGED.finditer(text) if b"mergeCell" in text else iter(())
    for match, _ in zip(merges, range(_MOST_MERGED), strict=False):
        first, last = int(match[2]), int(match[4])
        if last > first:
            merged.setdefault(first, []).append((column_number(match[1].decode()), last))
    hidden = (
        sum(_HIDDEN.search(match[0]) is not None for match in _HIDDEN_ROW.finditer(text)) if b"hidden" in text else 0
    )
    unvalued = _NO_VALUE.finditer(text) if b"<f" in text or b":f" in text else ()
    return SheetFacts(
        hidden, merged, frozenset((int(match[2]), column_number(match[1].decode())) for match in unvalued)
    )
