"""The rows of a sheet's XML as elements, read from its stream.

A parser that announces every element as it ends takes three times as long as one that makes a tree of the same text,
and a tree of a whole sheet fills the memory. So the text is cut behind rows, and a tree is made of each piece, with
what stands before the first row put in front. From the first piece on that is not made of rows alone (a comment may
hold the end of one, another element rows of its own), elements are taken one by one; so is what follows the last row.
"""

from collections.abc import Iterator
from typing import IO, Any
from xml.etree import ElementTree

#: Bytes that are read at a time: some thousand cells, whose tree has a megabyte.
_PIECE = 1 << 16
#: As many as a row of a full sheet may take.
_LONGEST_ROW = 1 << 20
#: A sheet cannot have more.
_MOST_COLUMNS = 16384
_ROWS, _END_OF_ROW, _END_OF_ROWS, _END = b"<sheetData>", b"</row>", b"</sheetData", b"</sheetData></worksheet>"
#: What a sheet has beside its rows, and may have a lot of: let go as soon as it was met.
_BESIDE_ROWS = frozenset(
    {
        "col", "conditionalFormatting", "customSheetViews", "dataValidations", "extLst", "hyperlinks", "mergeCells",
        "rowBreaks", "colBreaks", "scenarios", "tableParts",
    }
)  # fmt: skip


def row_elements(source: IO[bytes], row_tag: str) -> Iterator[ElementTree.Element]:
    """The elements of this tag, in their order; each may be changed once it was looked at. Errors: ParseError where the
    text is no XML; its place may be that of a piece. ValueError for a row of more cells than there are columns."""
    head, found, text = source.read(_PIECE).partition(_ROWS)
    head += found
    cuts = _is_head(head, row_tag)
    while cuts and (more := source.read(_PIECE)):
        text += more
        rows, end, rest = text.rpartition(_END_OF_ROW)
        if not end and len(text) < _LONGEST_ROW:
            continue
        piece = _piece(head, rows + end, row_tag) if end else None
        if piece is None:
            break
        yield from piece
        text = rest
    yield from _one_by_one(source, head + text, row_tag)


def _is_head(head: bytes, row_tag: str) -> bool:
    """Whether what stands before the rows is closed by the ends of a sheet, and so may stand before any of them."""
    sheet = _parsed(head + _END)
    return sheet is not None and next(sheet.iter(row_tag), None) is None


def _piece(head: bytes, rows: bytes, row_tag: str) -> ElementTree.Element | None:
    """An element of nothing but these rows; None where they are not that alone, or not whole."""
    sheet = None if _END_OF_ROWS in rows else _parsed(head + rows + _END)
    return sheet[-1] if sheet is not None and all(each.tag == row_tag for each in sheet[-1]) else None


def _parsed(text: bytes) -> ElementTree.Element | None:
    try:
        return ElementTree.fromstring(text)
    except ElementTree.ParseError:
        return None


def _one_by_one(source: IO[bytes], text: bytes, row_tag: str) -> Iterator[ElementTree.Element]:
    """The rows of this text and of what follows it."""
    cell_tag, cells = row_tag.removesuffix("row") + "c", 0
    for element in _ended(source, text):
        if element.tag == cell_tag:
            cells += 1
            if cells > _MOST_COLUMNS:  # millions of them may be a few bytes of a ZIP file
                raise ValueError(f"more than {_MOST_COLUMNS} cells in a row")
        elif element.tag == row_tag:
            yield element
            element.clear()
            cells = 0
        elif element.tag.rpartition("}")[2] in _BESIDE_ROWS:
            element.clear()


def _ended(source: IO[bytes], text: bytes) -> Iterator[ElementTree.Element]:
    """Every element of this text and of what follows it, as it ends."""
    parser: Any = ElementTree.XMLPullParser(("end",))
    while text:
        parser.feed(text)
        for _, element in parser.read_events():
            yield element
        text = source.read(_PIECE)
    parser.close()
    for _, element in parser.read_events():  # expat may hold back what it was fed last
        yield element
