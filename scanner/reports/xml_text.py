"""Text in XML, for the formats that are XML: escaped, whole, and safe to show.

The markup characters are escaped as the standard library does it. Beyond that, what drives a terminal, ends lines or
reverses the direction of what follows (DEL, the C1 controls, direction marks, line ends in an attribute) becomes a
character reference, which readers turn back into that very character. What XML 1.0 cannot express at all, not even
as a reference (section 2.2: the other C0 controls, lone surrogates, U+FFFE and U+FFFF), is shown as a backslash
escape: `\\x1b`, `\\udcff`. A text that holds just those four or six characters looks the same.
"""

import re
from xml.sax.saxutils import escape

from scanner.reports.outlets.outlet import RecordEnd
from scanner.words.plain import plain

DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n'

#: What most texts are made of, and what needs no escaping.
_HARMLESS = re.compile(r"[A-Za-z0-9 .,:;()/_-]*\Z").match


def xml_text(text: str) -> str:
    """`text` for an attribute in double quotes, or between tags.

    >>> xml_text('a "b" <c>\\n')
    'a &quot;b&quot; &lt;c&gt;&#10;'
    """
    if _HARMLESS(text):
        return text
    escaped = escape(text, {'"': "&quot;"})
    if escaped.isprintable():
        return escaped
    return "".join(char if char.isprintable() else _reference(char) for char in escaped)


def _reference(char: str) -> str:
    code = ord(char)
    forbidden = (code < 0x20 and char not in "\t\n\r") or 0xD800 <= code < 0xE000 or code in (0xFFFE, 0xFFFF)
    return plain(char) if forbidden else f"&#{code};"


def end_after(*tags: bytes) -> RecordEnd:
    """What finds the end of the last of these tags that end a line: no text contains one, for its `<` is escaped."""

    def record_end(data: bytes) -> int:
        found = ((data.rfind(tag + b"\n"), len(tag) + 1) for tag in tags)
        return max((start + length for start, length in found if start >= 0), default=0)

    return record_end
