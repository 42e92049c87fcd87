"""The rows of a sheet's XML as elements, read from its stream.

A parser that announces every element as it ends takes three times as long as one that makes a tree of the same text,
and a tree of a whole sheet fills the memory. So the text is cut behind rows, and a tree is made of each piece, with
what stands before the first row put in front. A piece that may hold an end of a row which is none (in a comment, in
CDATA), what follows the last row, and sheets of other forms are read as announced. Pure.
"""

from collections.abc import Iterator
from typing import IO, Any
from xml.etree import ElementTree

#: Bytes that are read at a time: some thousand cells, whose tree has a megabyte.
_PIECE = 1 << 16
#: As many as a row of a full sheet may take.
_LONGEST_ROW = 1 << 20
_ROWS, _END_OF_ROW, _END = b"<sheetData>", b"</row>", b"</sheetData></worksheet>"
#: Comments, CDATA and instructions of XML.
_OTHERS = (b"<!", b"<?")
#: What a sheet has beside its rows, and may have a lot of: let go as soon as it was met.
_BESIDE_ROWS = frozenset(
    {
        "col", "conditionalFormatting", "customSheetViews", "dataValidations", "extLst", "hyperlinks", "mergeCells",
        "rowBreaks", "colBreaks", "scenarios", "tableParts",
    }
)  # fmt: skip


def row_elements(source: IO[bytes], row_tag: str) -> Iterator[ElementTree.Element]:
    """The elements of this tag, in their order; each may be changed once it was looked at. Errors: ParseError where the
    text is no XML."""
    text = source.read(_PIECE)
    head, _, text = text.rpartition(_ROWS) if text.count(_ROWS) == 1 else (b"", b"", text)
    if not _is_head(head):
        yield from _announced(source, head + _ROWS * bool(head) + text, row_tag)
        return
    head += _ROWS
    while more := source.read(_PIECE):
        text += more
        rows, end, rest = text.rpartition(_END_OF_ROW)
        if not end and len(text) < _LONGEST_ROW:
            continue
        if not end or any(other in rows for other in _OTHERS):
            break
        yield from ElementTree.fromstring(head + rows + end + _END)[-1].iterfind(row_tag)
        text = rest
    yield from _announced(source, head + text, row_tag)


def _is_head(head: bytes) -> bool:
    """Whether what stands before the rows is closed by the ends of a sheet, and so may stand before any of them."""
    behind = head.find(b"?>") + 2 if head.lstrip().startswith(b"<?xml") else 0
    if not head or any(other in head[behind:] for other in _OTHERS):
        return False
    try:
        ElementTree.fromstring(head + _ROWS + _END)
    except ElementTree.ParseError:
        return False
    return True


def _announced(source: IO[bytes], text: bytes, row_tag: str) -> Iterator[ElementTree.Element]:
    """The rows of this text and of what follows it."""
    parser: Any = ElementTree.XMLPullParser(("end",))
    while text:
        parser.feed(text)
        for _, element in parser.read_events():
            if element.tag == row_tag:
                yield element
                element.clear()
            elif element.tag.rpartition("}")[2] in _BESIDE_ROWS:
                element.clear()
        text = source.read(_PIECE)
    parser.close()
