"""The text of a target file as YAML's parsers get it: in pieces, with the few things changed that they cannot take.

1. JSON writes a character beyond U+FFFF as two escapes, `\\ud83d\\ude00` (RFC 8259, 7). libyaml refuses them, and the
   plain Python parser reads two halves. The pair is replaced by `\\U0001f600` and a padding escape, together of the
   same length, so that every place in the file stays where it is. The padding is removed from the value again; and
   where the pair stood outside double quotes, and so was plain text, the value gets back what was typed.
2. JSON may be indented with tabs. libyaml takes them between brackets; the plain Python parser does not.
3. libyaml compares each %TAG with all before it, in one call that nothing can interrupt: 4 MB of them take minutes.
"""

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from scanner.targets.file.problems import Problems

_HIGH, _LOW = r"\\u[dD][89abAB][0-9a-fA-F]{2}", r"\\u[dD][c-fC-F][0-9a-fA-F]{2}"
_PAIR = re.compile(_HIGH + _LOW)
_HALF = re.compile(f"{_HIGH}|{_LOW}")
#: Each costs a call; anybody with this many can write the characters themselves.
_MOST_PAIRS = 500_000
_SURROGATE = re.compile("[\ud800-\udfff]")
#: Two-character escapes that hardly any text contains, and what they stand for.
_PADS = {"\\0": "\0", "\\a": "\a", "\\v": "\v", "\\e": "\x1b"}
_DIRECTIVE = re.compile("[\n\r\x85\u2028\u2029]%")
_MOST_DIRECTIVES = 20
_BRACKETED = re.compile(r"\s*+[{\[]")
_INDENT = re.compile(r"(?m)^ *\t[ \t]*")


class Chunks:
    """A text as a stream. libyaml asks for 16 KB at a time, so the text is never copied as a whole; and because `read`
    is Python, a signal is answered even in the middle of one endless token."""

    name = "<text>"

    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0

    def read(self, size: int) -> str:
        """The next characters."""
        at = self._at
        self._at = at + size
        return self._text[at : at + size]


class Half(NamedTuple):
    """An escape that stands for half a character, and where it stands."""

    line: int
    column: int
    escape: str


class Escapes:
    """The surrogate pairs of one text. `joined` is the text with each pair as one escape, padded to the same length."""

    def __init__(self, text: str, problems: Problems) -> None:
        self._text = text
        if text.count("\\ud") + text.count("\\uD") > 2 * _MOST_PAIRS:
            told = f"the file holds more than {_MOST_PAIRS} pairs of \\u escapes; write the characters themselves"
            problems.fail(1, 1, told)
        self._pad = next((pad for pad in _PADS if pad not in text), "\\0")
        self.joined = _PAIR.sub(self._join, text)
        #: Whether there are any: without them no value needs a second look.
        self.any = self.joined is not text
        pad = _PADS[self._pad]
        self._padded = re.compile(f"([\U00010000-\U0010ffff]){re.escape(pad)}")
        self._typed = re.compile(r"\\U00(?:0[1-9a-f]|10)[0-9a-f]{4}" + re.escape(self._pad))

    def _join(self, match: re.Match[str]) -> str:
        pair = match[0]
        if _is_escaped(match):
            return pair
        code = 0x10000 + ((int(pair[2:6], 16) & 0x3FF) << 10) + (int(pair[8:], 16) & 0x3FF)
        return f"\\U{code:08x}{self._pad}"

    def restored(self, event: Any) -> str:
        """The value of a scalar's event as the file's author meant it."""
        text: str = event.value
        if event.style == '"':
            return self._padded.sub(r"\1", text)
        if not self._typed.search(text):
            return text
        pairs = self._typed_pairs(event)
        return self._typed.sub(lambda match: next(pairs, match[0]), text)

    def _typed_pairs(self, event: Any) -> Iterator[str]:
        """What was typed where the value of an event now has a joined pair, in order."""
        start, end = event.start_mark.index, event.end_mark.index
        return (self._text[match.start() : match.end()] for match in self._typed.finditer(self.joined, start, end))

    def half(self, event: Any) -> Half | None:
        """Half a character in a scalar's value, which only the plain Python parser lets through."""
        if event.value.isascii() or not _SURROGATE.search(event.value):
            return None
        start = event.start_mark
        for match in _HALF.finditer(self.joined, start.index, event.end_mark.index):
            if not _is_escaped(match):
                return self._placed(match, start.line + 1, start.column + 1, start.index)
        return Half(start.line + 1, start.column + 1, event.value[:1])

    def half_near(self, line: int, column: int, index: int) -> Half | None:
        """The same near the place where libyaml stopped, which is `index` characters from the start."""
        match = _HALF.search(self.joined, max(0, index - 2), index + 6)
        return self._placed(match, line, column, index) if match else None

    def _placed(self, match: re.Match[str], line: int, column: int, index: int) -> Half:
        """The match with its place; `line` and `column` are those of `index`, which is before it, or in its line."""
        at = match.start()
        lines = self._text.count("\n", index, at)
        if lines:
            return Half(line + lines, at - self._text.rfind("\n", 0, at), match[0])
        return Half(line, column + at - index, match[0])


def _is_escaped(match: re.Match[str]) -> bool:
    """Whether an escape's backslash is itself escaped: an odd number of backslashes precedes it."""
    text, at = match.string, match.start()
    before = at
    while before and text[before - 1] == "\\":
        before -= 1
    return (at - before) % 2 == 1


def check_directives(text: str, problems: Problems) -> None:
    """Fail where more lines begin with % than anybody could need."""
    for count, match in enumerate(_DIRECTIVE.finditer(text)):
        if count == _MOST_DIRECTIVES:
            line = text.count("\n", 0, match.end()) + 1
            problems.fail(line, 1, "too many lines begin with %, which makes them directives; a target list needs none")


def is_bracketed(text: str) -> bool:
    """Whether the whole file stands in brackets, as JSON does; then tabs may indent it."""
    return _BRACKETED.match(text) is not None


def without_tabs(text: str) -> str:
    """A bracketed file with the tabs that indent it replaced by spaces; columns stay the same."""
    return _INDENT.sub(lambda match: " " * len(match[0]), text) if is_bracketed(text) else text


def row_at(text: str, index: int) -> str:
    """The whole line that contains a character."""
    end = text.find("\n", index)
    return text[text.rfind("\n", 0, index) + 1 : end if end >= 0 else len(text)]


def syntax_hint(where: str) -> str:
    """What to write, judging by what the parsers say about a syntax error."""
    if "alias" in where:
        return 'put a string that begins with * in quotes, such as "*:25"'
    if "sequence entries" in where:
        return 'put a lone - in quotes, such as ports: "-", and begin the items of a list on lines of their own'
    if "flow" in where or "block collection" in where or "key" in where:
        return 'check indentation, commas and brackets; put strings with [ ] or ": " in quotes, such as "[::1]:80"'
    return "check indentation, quotes and brackets"
