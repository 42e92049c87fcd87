"""JSON of any layout, value by value: a document of a million rows is never in memory as a whole.

Only two things are known of the document: it is an object, and one of its keys leads to an array whose items are
handed out one by one. All other values are read whole. (RFC 8259; the decoding of a single value is `json`'s.)
"""

import codecs
import json
import re
from collections.abc import Iterator
from typing import Any, BinaryIO

from scanner.reports.reading.text_lines import LONGEST

_CHUNK = 1 << 18
#: The largest single value: a report's `scan` part holds all warnings, and explanations of many targets.
_LARGEST = 64 * LONGEST
#: What is JSON, but more of it than is read. (The json module says how a program would raise its own bounds.)
TOO_MUCH = "nested too deeply, or a number of too many digits"
_SPACE = re.compile(r"[ \t\r\n]*")
_COMMA = re.compile(r"[ \t\r\n]*,[ \t\r\n]*")


def _no_constant(word: str) -> float:
    raise ValueError(f"{word} is not JSON")


_DECODER = json.JSONDecoder(parse_constant=_no_constant)


class JsonValues:
    """Reads a document from a binary file in UTF-8; `line` is about where it is. Raises ValueError without the
    place."""

    __slots__ = ("_at", "_decoder", "_ended", "_file", "_lines", "_pending", "_text")

    def __init__(self, file: BinaryIO, first: bytes = b"") -> None:
        self._file = file
        self._decoder = codecs.getincrementaldecoder("utf-8-sig")()
        self._text = ""
        self._at = 0
        self._lines = 1
        self._pending = first
        self._ended = False

    @property
    def line(self) -> int:
        """The number of the line that is being read, from 1."""
        return self._lines + self._text.count("\n", 0, self._at)

    def members(self, array: str) -> Iterator[tuple[str, Any]]:
        """The object's keys and values in their order; for the key `array`, one pair for each of its items."""
        self._expect("{", "a JSON object")
        if self._next_is("}"):
            return
        while True:
            key = self._value()
            if not isinstance(key, str):
                raise ValueError("expected a key in quotes")
            self._expect(":", f"a colon after {key!r}")
            if key == array:
                yield from ((key, item) for item in self._items())
            else:
                yield key, self._value()
            if not self._next_is(","):
                break
        self._expect("}", "the end of the object")
        if self._peek():
            raise ValueError("there is more after the end of the report")

    def _items(self) -> Iterator[Any]:
        self._expect("[", "an array")
        if self._next_is("]"):
            return
        while True:
            yield self._value()
            yield from self._items_at_hand()
            if not self._next_is(","):
                break
        self._expect("]", "a comma, or the end of the array")

    def _items_at_hand(self) -> Iterator[Any]:
        """Those of which all is in memory, and the comma before: nearly all. What is wrong is told by the other way."""
        text, at = self._text, self._at
        decode = _DECODER.raw_decode
        while (comma := _COMMA.match(text, at)) and comma.end() < len(text):
            try:
                value, at = decode(text, comma.end())
            except (ValueError, RecursionError):
                return
            if at == len(text):
                return
            self._at = at
            yield value

    def _value(self) -> Any:
        self._peek()
        while True:
            try:
                value, end = _DECODER.raw_decode(self._text, self._at)
            except json.JSONDecodeError as error:
                if self._ended or len(self._text) - self._at > _LARGEST or not self._more():
                    self._at = min(error.pos, len(self._text))
                    raise ValueError(self._told(error)) from None
                continue
            except (ValueError, RecursionError) as error:
                if isinstance(error, ValueError) and "digits" not in str(error):
                    raise  # our own: a constant that is not JSON
                raise ValueError(f"{TOO_MUCH}; expected a report") from None
            if end < len(self._text) or not self._more():  # a number that ends with the text may go on
                self._at = end
                return value

    def _told(self, error: json.JSONDecodeError) -> str:
        if self._ended and not self._text[error.pos :].strip():
            return "the report was cut off here"
        if len(self._text) - self._at > _LARGEST:
            return f"a value of more than {_LARGEST >> 20} MB; expected a report"
        return f"not JSON: {error.msg}"

    def _peek(self) -> str:
        """The next character that is no white space, or empty at the end."""
        while True:
            match = _SPACE.match(self._text, self._at)
            assert match is not None
            self._at = match.end()
            if self._at < len(self._text):
                return self._text[self._at]
            if not self._more():
                return ""

    def _next_is(self, sign: str) -> bool:
        if self._peek() != sign:
            return False
        self._at += 1
        return True

    def _expect(self, sign: str, what: str) -> None:
        if not self._next_is(sign):
            raise ValueError(f"expected {what}" if self._peek() else "the report was cut off here")

    def _more(self) -> bool:
        """Adds a piece of the file to what stands from here on, as large as that; whether there was any."""
        if self._ended:
            return False
        rest = self._text[self._at :]
        data = self._pending or self._file.read(max(_CHUNK, len(rest)))
        self._pending = b""
        self._ended = not data
        try:
            text = self._decoder.decode(data, final=self._ended)
        except UnicodeDecodeError:
            raise ValueError("not UTF-8; expected a report in UTF-8") from None
        self._lines += self._text.count("\n", 0, self._at)
        self._text, self._at = rest + text, 0
        return not self._ended
