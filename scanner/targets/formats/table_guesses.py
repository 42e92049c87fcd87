"""Whether lines are a table although nobody can tell which column holds its hosts: its heads are unknown, or lacking.

No list of targets looks so, and read as one it would be told off word by word. Only what is sure is called a table.
"""

import re
from collections.abc import Sequence
from itertools import zip_longest

from scanner.targets.formats.rule_words import expectation_in, protocol_in
from scanner.targets.formats.table_heads import role_of
from scanner.targets.formats.table_rows import DELIMITERS, head_at
from scanner.targets.grammar.addresses import v4_number, v6_number
from scanner.targets.grammar.ports import is_ports

_PLAIN_HEAD = re.compile(r"[^\W\d][^\d.:/@=\\]*")
#: What heads of programs may look like besides: `@uuid`, `No.`, `#`, `L7/Application`.
_ODD_HEAD = re.compile(r"[@#]?(?:[^\W\d][^:@=\\]*)?")
_NUMBERS = re.compile(r"[0-9]{1,5}(?:\.0|\s*[-,]\s*[0-9]{1,5})*")
_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_-]*(?:\.[A-Za-z0-9_-]+)*")
_FEWEST_HEADS = 3
_MANY_HEADS = 4
_GENERIC = ("host", "port", "protocol", "name")


def has_unknown_heads(lines: Sequence[str]) -> bool:
    """Whether a table begins these lines whose heads say nothing here, or not what its hosts are."""
    for delimiter in DELIMITERS:
        rows = [[cell.strip() for cell in line.split(delimiter)] for line in lines]
        if len(rows) < 2 or len(rows[0]) < 2:
            continue
        head, *rest = rows
        plain = all(_PLAIN_HEAD.fullmatch(cell) for cell in head) and not any(map(is_ports, head[1:]))
        same = all(len(row) == len(head) for row in rest)
        if (plain and same and all(any(map(_is_value, row)) for row in rest)) or _is_wide(lines, delimiter):
            return True
    return False


def _is_wide(lines: Sequence[str], delimiter: str) -> bool:
    """Whether the first line is one of many heads, some of which are known, and the lines below are mostly its rows."""
    head = head_at(lines, 0, delimiter)
    known = sum(1 for cell in head if role_of(cell))
    filled = [cell for cell in head if cell]
    if len(filled) < _FEWEST_HEADS or not known or (known < 2 and len(filled) < _MANY_HEADS):
        return False
    if not all(_ODD_HEAD.fullmatch(cell) for cell in filled) or any(map(_is_value, filled)):
        return False
    rows = [head_at(lines, at, delimiter) for at in range(1, len(lines))]
    fitting = sum(1 for row in rows if len(row) == len(head) and any(map(_is_value, row)))
    return fitting * 2 >= len(rows)


def is_headless(lines: Sequence[str]) -> bool:
    """Whether these lines are a table that begins without heads, and has more in it than hosts and ports."""
    return any(
        len(missing_heads([head_at(lines, at, delimiter) for at in range(len(lines))])) >= _FEWEST_HEADS
        for delimiter in DELIMITERS
    )


def missing_heads(rows: Sequence[Sequence[str]]) -> tuple[str, ...]:
    """The heads that a table of these rows lacks: hosts, ports and, where there are more columns, words. None where the
    rows are no such table, or begin with heads."""
    if not rows or not all(2 <= len(row) <= len(rows[0]) for row in rows):
        return ()
    kinds = [_kind_of([cell for cell in column if cell]) for column in zip_longest(*rows, fillvalue="")]
    if "host" not in kinds or "port" not in kinds:
        return ()
    words = {"protocol", "action", "name"} if kinds.count("port") == 1 else {"protocol", "action"}
    if len(kinds) > 2 and words.isdisjoint(kinds):
        return ()
    if kinds.count("host") > 1 or kinds.count("port") > 1:
        return _GENERIC
    return tuple("comment" if kind == "name" and "name" in kinds[:at] else kind for at, kind in enumerate(kinds))


def _kind_of(cells: Sequence[str]) -> str:
    """What a column is headed that has these cells."""
    if not cells:
        return "comment"
    if all(map(_NUMBERS.fullmatch, cells)):
        return "port"
    if all(map(protocol_in, cells)):
        return "protocol"
    if all(map(expectation_in, cells)):
        return "action"
    sure = sum(1 for cell in cells if _is_address(cell) or "." in cell)
    is_host = sure * 2 >= len(cells) and all(_is_address(cell) or _NAME.fullmatch(cell) for cell in cells)
    return "host" if is_host else "name"


def _is_address(cell: str) -> bool:
    text = cell.partition("/")[0]
    return v4_number(text) is not None or v6_number(text) is not None


def _is_value(cell: str) -> bool:
    """Whether it is an address or ports, and so no head."""
    return _NUMBERS.fullmatch(cell) is not None or v4_number(cell.partition("/")[0]) is not None
