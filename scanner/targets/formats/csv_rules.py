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
from scanner.targets.formats.table_guesses import has_unknown_heads, is_headless
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
from scanner.words.no_collection import no_collection

_SEPARATOR = re.compile(r'"?sep=([^\n"])"?', re.IGNORECASE)
_LONGEST = 16 * 1024
#: What begins so is no table, whatever stands further down.
_STRUCTURED = ("{", "[", "<", "---", "%YAML")
HeadRows = Iterator[tuple[int, str, Sequence[str]]]


def looks_like_csv(source: InputText) -> bool:
    """Whether one of its first lines has the heads of such a table, or the first is one of heads that are unknown."""
    if source.beginning.startswith(_STRUCTURED):
        return False
    lines = source.text[: _LONGEST * 4].split("\n")
    found = best_heads(_head_rows(lines), ())
    if found:
        return not _is_report(found.columns.heads)
    return has_unknown_heads(source.lines) or is_headless(source.lines)


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
