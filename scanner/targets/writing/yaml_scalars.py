"""Texts as YAML's scalars: plain where every reader takes them for the same text, else in quotes.

Our own reader takes every scalar as it was typed. Others follow the core schema of YAML 1.2, or the older 1.1, where
`no` is false, `1e3` a float, `12:30` a number in base 60 and `2026-01-31` a date: whatever any of them would take for
something else than a text is quoted. Numbers that are meant as such (ports, retries) do not come through here.
"""

import re
from collections.abc import Iterable

#: A line may have so many columns before a list is broken.
WIDTH = 100
_INNER = r"[-+*/%=~.,;:!?@&$^|<>(){}\[\]'\"\\`#_ \w]*"
#: What may stand without quotes as far as its characters go; what it means is asked afterwards.
_PLAIN = re.compile(rf"[\w./]{_INNER}")
#: These have a meaning inside brackets; a colon had one there in older readers.
_FLOW = frozenset(",[]{}:")
_WORDS = frozenset(("", "~", "null", "true", "false", "yes", "no", "on", "off", "y", "n", "=", "<<"))
_NUMBER = re.compile(
    r"[-+]?(?:0b[01_]+|0o?[0-7_]+|0x[0-9a-f_]+|[0-9][0-9_,]*(?:\.[0-9_]*)?(?:e[-+]?[0-9]*)?|\.[0-9_]*(?:e[-+]?[0-9]*)?"
    r"|[0-9][0-9_]*(?::[0-9]+)+(?:\.[0-9_]*)?|\.(?:inf|nan))|[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}.*"
)


def scalar(text: str, *, flow: bool = False) -> str:
    """The text as a scalar on one line. `flow`: it stands between brackets."""
    return text if _is_plain(text, flow=flow) else _quoted(text)


def flow_list(items: Iterable[str], *, column: int) -> list[str]:
    """Scalars in brackets, as lines without their indentation: broken where a line that begins at this column would be
    too long."""
    lines = ["["]
    room = WIDTH - column
    for number, item in enumerate(items):
        if number:
            lines[-1] += ","
            if len(lines[-1]) + len(item) + 3 > room:
                lines.append(" ")
            else:
                lines[-1] += " "
        lines[-1] += item
    lines[-1] += "]"
    return lines


def _is_plain(text: str, *, flow: bool) -> bool:
    if not _PLAIN.fullmatch(text) or not text.isprintable() or text[-1] in " :":
        return False
    if ": " in text or " #" in text or "  " in text or "\\" in text:
        return False
    if flow and not _FLOW.isdisjoint(text):
        return False
    lower = text.lower()
    return lower not in _WORDS and not _NUMBER.fullmatch(lower)


def _quoted(text: str) -> str:
    """In single quotes, where nothing is escaped, if there is something to escape; else in double ones."""
    if ('"' in text or "\\" in text) and text.isprintable():
        doubled = text.replace("'", "''")
        return f"'{doubled}'"
    return '"' + "".join(_escaped(char) for char in text) + '"'


def _escaped(char: str) -> str:
    if char in '"\\':
        return "\\" + char
    if char.isprintable():
        return char
    code = ord(char)
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
