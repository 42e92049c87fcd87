"""Which row of a table is the one of heads, and what is said where none is. Pure.

Real exports have titles, dates and blank lines above it, so it is looked for among the first rows, by its heads alone:
the rows below say nothing about delimiters that a comma in a comment would not say otherwise.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from scanner.targets.file.problems import Problems
from scanner.targets.formats.table_guesses import missing_heads
from scanner.targets.formats.table_heads import ROLES, TableColumns, columns_of, place_of, places_of, role_of
from scanner.targets.formats.table_sides import DoubtfulHead
from scanner.targets.formats.two_head_rows import groups_of, joined_heads
from scanner.words.shown_text import did_you_mean, shown

#: Rows above the heads are titles and the like; there are never more.
HIGHEST = 40
_MOST_NAMED = 30
_MOST_GUESSED = 300
_SIMPLE = re.compile(r"\w[\w .,()/#-]{0,39}")
Wished = Sequence[tuple[str, str]]


class HeadRow(NamedTuple):
    """A row of heads: the `line` it stands in, and its columns. `delimiter` parts them where the table is text."""

    line: int
    columns: TableColumns
    delimiter: str = ""


def best_heads(
    rows: Iterable[tuple[int, str, Sequence[str]]], wished: Wished, *, alone: bool = False
) -> HeadRow | None:
    """The row of heads among these, each with its line and delimiter; None where none is. With `wished` it is the one
    that has all of those. `alone`: hosts may be the only column that is known. Where heads stand in two rows, it is the
    lower of them, with what the upper one says."""
    found: HeadRow | None = None
    first = 0
    listed = list(rows)
    for place, (line, _, heads) in enumerate(listed):
        if found is not None and line != first:
            break  # the first row; of its delimiters the one that knows most
        for candidate in _candidates(listed, place, wished):
            columns = candidate.columns
            if wished:
                fits = all(place_of(head, columns.heads) >= 0 for _, head in wished) and "host" in columns.places
            else:
                fits = columns.is_table or (alone and "host" in columns.places and len(set(heads) - {""}) < 3)
            if fits:
                if found is None or len(columns.places) > len(found.columns.places):
                    found, first = candidate, line
                break
    return found


def _candidates(rows: Sequence[tuple[int, str, Sequence[str]]], place: int, wished: Wished) -> Iterator[HeadRow]:
    """What the row there may be: the upper of two rows of heads, or the only one."""
    line, delimiter, heads = rows[place]
    if groups := groups_of(heads):
        below = next((row for row in rows[place + 1 :] if row[0] > line and row[1] == delimiter and any(row[2])), None)
        if below is not None and (joined := joined_heads(heads, groups, below[2])):
            above, names = zip(*joined, strict=True)
            yield HeadRow(below[0], columns_of(names, wished, above), delimiter)
    yield HeadRow(line, columns_of(heads, wished), delimiter)


def heads_are_clear(heads: HeadRow, wished: Wished, problems: Problems) -> bool:
    """Whether each head that matters names one column; those that name two are noted."""
    names = heads.columns.heads
    doubts = [heads.columns.doubt] if heads.columns.doubt else []
    for _, head in wished:
        if len(at := places_of(head, names)) > 1:
            told = f"--columns: columns {at[0] + 1} and {at[1] + 1} are both called {shown(names[at[0]])}"
            doubts = [DoubtfulHead(at[1], f"{told}; rename the one that is not meant")]
            break
    for doubt in doubts:
        problems.add(heads.line, 1 if heads.delimiter else doubt.at + 1, doubt.told)
    return not doubts


def no_heads(rows: Iterable[tuple[int, str, Sequence[str]]], wished: Wished, problems: Problems) -> None:
    """Raise what is to be said of a table whose heads do not name its hosts."""
    listed = list(rows)
    _fail_headless(listed, problems)
    line, heads = 1, []
    best = (-1, 0, 0)
    for at, _, cells in listed:
        known = sum(place_of(head, cells) >= 0 for _, head in wished) + sum(bool(role_of(cell)) for cell in cells)
        filled = len([cell for cell in cells if cell])
        if (known, min(filled, 2), -at) > best:
            best, line, heads = (known, min(filled, 2), -at), at, [cell for cell in cells if cell]
    if not heads:
        problems.fail(1, 1, "the table has no heads; write a first line such as host,port,protocol")
    seen = ", ".join(map(shown, heads[:_MOST_NAMED])) + " and more" * (len(heads) > _MOST_NAMED)
    for _, head in wished:
        if place_of(head, heads) < 0:
            guess = _guess(head, heads[:_MOST_GUESSED])
            problems.add(
                line, 1, f"--columns: no column is called {shown(head)};{guess} write one of its heads: {seen}"
            )
    if not problems.count:
        problems.add(line, 1, f"{_unknown_columns(heads)}; its heads: {seen}")
    problems.check()


def _unknown_columns(heads: Sequence[str]) -> str:
    """What is to be said of these heads, of which at most that of the hosts is known."""
    host = next((head for head in heads if role_of(head) == "host"), "")
    port = next((head for head in heads if role_of(head) == "port"), "")
    others = [head for head in heads if head not in (host, port) and not role_of(head)]
    such = f"--columns host={_spelled(host or next(iter(others), heads[0]))}"
    such += "".join(f",port={_spelled(port or head)}" for head in ([port] if port else others[not host :])[:1])
    if host:
        return f"no column but {shown(host)} is known; say which are the hosts and the ports, such as {such}"
    return f"no column is known to hold hosts; say which does, such as {such}"


def _fail_headless(rows: Iterable[tuple[int, str, Sequence[str]]], problems: Problems) -> None:
    """Raise where the first row is a rule already."""
    by_delimiter: dict[str, list[tuple[int, Sequence[str]]]] = {}
    for line, delimiter, cells in rows:
        by_delimiter.setdefault(delimiter, []).append((line, cells))
    for delimiter, found in by_delimiter.items():
        if names := missing_heads([cells for _, cells in found]):
            such = (delimiter if delimiter == ";" else ",").join(names)
            what = f"line such as {such}" if delimiter else f"row of them, such as {such}"
            problems.fail(found[0][0], 1, f"the table has no heads; write a first {what}")


def check_wished(wished: Wished, problems: Problems) -> None:
    """Raise for what `--columns` cannot mean: an unknown role, or one that is named twice."""
    seen: dict[str, str] = {}
    for role, head in wished:
        if role not in ROLES:
            problems.add(1, 1, f"--columns: {unknown_role(role)}")
        elif role in seen:
            told = f"is both {shown(seen[role])} and {shown(head)}; write one"
            problems.add(1, 1, f"--columns: {role} {told}")
        seen[role] = head
    problems.check()


def unknown_role(role: str) -> str:
    """What to say about a word that is none of ROLES."""
    return f"no column can be {shown(role)};{did_you_mean(role, ROLES)} write one of {', '.join(ROLES)}"


def _guess(head: str, heads: Sequence[str]) -> str:
    """The head that was meant, in its own case."""
    guess = did_you_mean(head, [each.lower() for each in heads])
    return next((guess.replace(shown(each.lower()), shown(each)) for each in heads if shown(each.lower()) in guess), "")


def _spelled(head: str) -> str:
    """A head as `--columns` takes it; one that is odd or long is not repeated."""
    if not _SIMPLE.fullmatch(head):
        return "HEAD"
    return f"'{head}'" if "," in head else head
