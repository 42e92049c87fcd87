"""A user's file (or stdin) as text: read whole up to a limit, UTF-8, without control characters.

Whatever is wrong with the file as such is reported here, before anything parses it.
"""

import os
import re
import sys
from functools import cache

from scanner.errors import TargetError
from scanner.machine.closing import closing
from scanner.targets.file.line_ends import place_behind, unified
from scanner.targets.file.problems import Problems
from scanner.words.shown_text import shown
from scanner.words.user_info import hidden

#: Far above any real target list (300,000 entries in full), far below what hurts.
MOST_BYTES = 32 * 1024 * 1024
#: A file, of any kind, may list this many hosts; more are better written as networks and ranges.
MOST_HOSTS = 1_000_000
_PIECE = 1 << 18
#: Of an input, to tell how it is encoded; a multiple of four.
_JUDGED = 4096
#: The share of a text's characters that are not as almost all are.
_FEW = 0.1


@cache
def _forbidden() -> re.Pattern[str]:
    """Everything that YAML forbids too: control characters, surrogates and the like. (Slow to compile, and most sweeps
    read no file.)"""
    return re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]")


def file_label(path: str) -> str:
    """The name of an input in messages: `-` becomes `<stdin>`, and an empty path `""`."""
    return "<stdin>" if path == "-" else path or '""'


def read_text(path: str, problems: Problems, *, instead: str = "HOST:PORTS", listed: str = "targets") -> str:
    """The whole text of a file, or of stdin for `-`, with LF line ends (`line_ends.py`). Forbidden characters are
    noted and replaced. `instead`: what else to write if there is no such file; `listed`: what one lists.

    Errors: TargetError for a file that is missing, unreadable, a directory, too big, binary, empty or not UTF-8.
    """
    return text_of_bytes(read_bytes(path, problems, instead=instead), problems, listed=listed)


def text_of_bytes(data: bytes, problems: Problems, *, listed: str = "targets") -> str:
    """The text of a whole input. Errors: TargetError for one that is too big, binary, empty or not UTF-8."""
    if len(data) > MOST_BYTES:
        problems.fail(1, 1, f"the file is bigger than {MOST_BYTES >> 20} MB; split it, or name networks and ranges")
    if wide := _wide_encoding(data):
        problems.fail(1, 1, f"the file is {wide}; save it as UTF-8")
    if b"\0" in data:
        problems.fail(
            *place_behind(data[: data.index(b"\0")]), "the file is binary (it holds a NUL byte); name a text file"
        )
    text = unified(decoded(data, problems), problems)
    if not text.strip():
        problems.fail(1, 1, f"the file is empty; write a list of {listed}")
    return cleaned(text, problems)


def read_bytes(path: str, problems: Problems, *, instead: str = "HOST:PORTS") -> bytes:
    """The first `MOST_BYTES` of a file, or of stdin for `-`, and one more where it has that many.

    Errors: TargetError for a file that is missing, unreadable or a directory."""
    try:
        if path == "-":
            if sys.stdin is None:
                raise TargetError("<stdin>: there is no standard input; name a file")
            return sys.stdin.buffer.read(MOST_BYTES + 1)
        if os.path.isdir(path):
            raise TargetError(f"{problems.path}: is a directory; name a file in it")
        with closing(open(path, "rb")) as file:
            return file.read(MOST_BYTES + 1)
    except FileNotFoundError:
        raise TargetError(
            f"{hidden(problems.path)}: there is no such file; check the name, or write {instead}"
        ) from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise TargetError(f"{problems.path}: cannot be read ({reason}); name a file that can") from None


def _wide_encoding(data: bytes) -> str:
    """UTF-16 or UTF-32 where this is one of them: it has a byte order mark, or begins as a text of mostly ASCII does
    without one, with a NUL at every other place, or at three of four. Empty for anything else, and for what is little
    to judge by."""
    if data[:4] in (b"\xff\xfe\0\0", b"\0\0\xfe\xff"):
        return "UTF-32"
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return "UTF-16"
    for name, width in (("UTF-32", 4), ("UTF-16", 2)):
        nul = [_share_of_nul(data[at:_JUDGED:width]) for at in range(width)]
        for text, *rest in (nul, nul[::-1]):  # the low byte first, or last
            if text <= _FEW and min(rest) >= 1 - _FEW:
                return name
    return ""


def _share_of_nul(places: bytes) -> float:
    """How many of these bytes are NUL, as a share; half where there are hardly any bytes."""
    return places.count(0) / len(places) if len(places) > 1 else 0.5


def decoded(data: bytes, problems: Problems) -> str:
    """The decoded text, without a byte order mark. Errors: TargetError with the place of what is not UTF-8."""
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        bad = error.object  # without the byte order mark, if there was one
        byte = f"0x{bad[error.start]:02x}"
        problems.fail(*place_behind(bad[: error.start]), f"the file is not UTF-8 (byte {byte}); save it as UTF-8")


def cleaned(text: str, problems: Problems) -> str:
    """Note the first forbidden character of each line and replace all of them with a harmless one, so that other
    mistakes are found too. Every character is looked at once, however many are forbidden and however long the line."""
    line, counted, forbidden = 1, 0, _forbidden()
    match = forbidden.search(text)
    while match is not None:
        at = match.start()
        line += text.count("\n", counted, at)
        column = at - text.rfind("\n", 0, at)
        problems.add(line, column, f"the file holds the control character {shown(match[0])}; remove it")
        problems.silence(line)
        counted = text.find("\n", at)
        match = forbidden.search(text, counted) if counted >= 0 else None
    return _harmless(text) if problems.count else text


def _harmless(text: str) -> str:
    """The text with every forbidden character replaced. Done in pieces, so that signals are answered in between."""
    forbidden = _forbidden()
    table = {code: "\ufffd" for code in range(0x10000) if forbidden.match(chr(code))}
    return "".join([text[at : at + _PIECE].translate(table) for at in range(0, len(text), _PIECE)])
