"""CSV and TSV of firewall rules: found by their heads, read row by row.

The delimiter is the one under which the line of heads has heads: `,` `;` or a tab, or what Excel's `sep=` says. A list
without heads is plain text, or a mistake; a table whose heads are unknown is a mistake that names them.
"""

import re
from collections.abc import Iterator, Sequence

from scanner.model import FIELDS
from scanner.targets.file.target_file import InputWish, TargetFile
from scanner.targets.formats.input_text import InputText
from scanner.targets.formats.listing import Listing
from scanner.targets.formats.rule_rows import RuleReader
from scanner.targets.formats.table_head_rows import (
    HIGHEST,
    HeadRow,
    best_heads,
    check_wished,
    heads_are_clear,
    no_heads,
)
from scanner.targets.formats.table_heads import is_numbering
from scanner.targets.formats.table_rows import DELIMITERS, head_at, rows_from
from scanner.targets.grammar.addresses import v4_number
from scanner.targets.grammar.ports import is_ports
from scanner.words.no_collection import no_collection

_SEPARATOR = re.compile(r'"?sep=([^\n"])"?', re.IGNORECASE)
_LONGEST = 16 * 1024
#: What begins so is no table, whatever stands further down.
_STRUCTURED = ("{", "[", "<", "---", "%YAML")
_PLAIN_HEAD = re.compile(r"[^\W\d][^\d.:/@=\\]*")
_NUMBERS = re.compile(r"[0-9]{1,5}(?:\.0|\s*[-,]\s*[0-9]{1,5})*")
HeadRows = Iterator[tuple[int, str, Sequence[str]]]


def looks_like_csv(source: InputText) -> bool:
    """Whether one of its first lines has the heads of such a table, or the first is one of heads that are unknown."""
    if source.beginning.startswith(_STRUCTURED):
        return False
    lines = source.text[: _LONGEST * 4].split("\n")
    found = best_heads(_head_rows(lines), ())
    return not _is_report(found.columns.heads) if found else _has_unknown_heads(source.lines)


def read_csv(source: InputText, wish: InputWish) -> TargetFile:
    """Its targets. Errors: TargetError with every mistake."""
    problems = source.problems
    lines = source.text.split("\n")
    check_wished(wish.columns, problems)
    found = best_heads(_head_rows(lines), wish.columns) or best_heads(_head_rows(lines), wish.columns, alone=True)
    if found is None:
        no_heads(_head_rows(lines), wish.columns, problems)
        raise AssertionError("no_heads raises")
    if not heads_are_clear(found, wish.columns, problems):
        problems.check()
    listing = Listing(problems, wish)
    with no_collection():
        _read_rows(lines, found, listing, source)
    return listing.finish("write a row for each rule below the heads")


def _read_rows(lines: Sequence[str], found: HeadRow, listing: Listing, source: InputText) -> None:
    columns, at = found.columns, found.line - 1
    rules = RuleReader(listing)
    rows = rows_from(lines, at, found.delimiter, source.problems, numbers=is_numbering(columns.heads[0]))
    rules.begin(found)
    for row in rows:
        if row.line != found.line:
            rules.read(row)
    rules.finish()


def _head_rows(lines: Sequence[str]) -> HeadRows:
    """The first lines as heads, under each delimiter that there may be."""
    delimiters: tuple[str, ...] = DELIMITERS
    seen = 0
    for at, line in enumerate(lines):
        if not line.strip() or len(line) > _LONGEST:
            continue
        if not seen and (match := _SEPARATOR.fullmatch(line.strip(" "))):
            delimiters = (match[1],)
            continue
        seen += 1
        if seen > HIGHEST:
            return
        for delimiter in delimiters:
            if delimiter in line or len(delimiters) == 1 or delimiter == ",":
                heads = head_at(lines, at, delimiter)
                if heads[:1] == ["#"] or not line.lstrip().startswith("#"):
                    yield at + 1, delimiter, heads


def _is_report(heads: Sequence[str]) -> bool:
    """Whether these are the heads of a report of ours."""
    return "state" in heads and all(head in FIELDS for head in heads)


def _has_unknown_heads(lines: Sequence[str]) -> bool:
    """Whether there is a table whose heads are words that say nothing here: no host list begins like that."""
    for delimiter in DELIMITERS:
        rows = [[cell.strip() for cell in line.split(delimiter)] for line in lines]
        if len(rows) < 2 or len(rows[0]) < 2 or any(len(row) != len(rows[0]) for row in rows):
            continue
        head, *rest = rows
        plain = all(_PLAIN_HEAD.fullmatch(cell) for cell in head) and not any(map(is_ports, head[1:]))
        if plain and all(any(map(_is_value, row)) for row in rest):
            return True
    return False


def _is_value(cell: str) -> bool:
    """Whether it is an address or ports, and so no head."""
    return _NUMBERS.fullmatch(cell) is not None or v4_number(cell.partition("/")[0]) is not None
