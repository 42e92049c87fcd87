"""Firewall rules in Excel's workbooks: every visible sheet whose heads say that it is a table of them.

Rows that a filter hides are read: they are rules too, and it is said. Hidden sheets are not: nobody sees what is asked
of the network there. Needs openpyxl (`xlsx_sheets.py`).
"""

from collections.abc import Iterator, Sequence
from itertools import chain, islice

from scanner.targets.file.read_text import file_label
from scanner.targets.file.target_file import InputWish, TargetFile
from scanner.targets.formats.input_text import InputText
from scanner.targets.formats.listing import Listing
from scanner.targets.formats.rule_rows import RuleReader
from scanner.targets.formats.sheet_rows import MergedCells, SheetProblems, SheetRow, line_in
from scanner.targets.formats.table_head_rows import (
    HIGHEST,
    HeadRow,
    best_heads,
    check_wished,
    heads_are_clear,
    no_heads,
)
from scanner.targets.formats.xlsx_archive import SheetFacts, facts_of, fail_as_broken, is_book, opened
from scanner.targets.formats.xlsx_sheets import BookSheet, BrokenBookError, sheets_of, unwarned
from scanner.words.no_collection import no_collection
from scanner.words.shown_text import many, shown

_MOST_TITLES = 5


def looks_like_xlsx(source: InputText) -> bool:
    """Whether it is a workbook, of whatever kind."""
    return is_book(source.data)


def read_xlsx(source: InputText, wish: InputWish) -> TargetFile:
    """Its targets. Errors: TargetError with every mistake."""
    problems = SheetProblems(file_label(source.path))
    check_wished(wish.columns, problems)
    with opened(source.data, problems) as archive:
        facts = facts_of(archive)
    book = _Book(facts, Listing(problems, wish), problems, wish)
    try:
        with no_collection(), unwarned():
            for sheet in sheets_of(source.data, problems.path):
                book.read(sheet)
    except BrokenBookError as error:
        fail_as_broken(error, problems)
    return book.finish()


class _Book:
    """Reads sheet after sheet into one listing."""

    def __init__(
        self, facts: dict[str, SheetFacts], listing: Listing, problems: SheetProblems, wish: InputWish
    ) -> None:
        self._facts = facts
        self._listing = listing
        self._rules = RuleReader(listing)
        self._problems = problems
        self._wished = wish.columns
        self._passed: list[str] = []
        self._hidden: list[str] = []
        self._first_rows: list[SheetRow] = []
        self._found = False

    def read(self, sheet: BookSheet) -> None:
        """One sheet, if it is seen and has the heads of rules."""
        at = self._problems.next_sheet(sheet.title)
        if sheet.is_hidden:
            self._hidden.append(sheet.title)
            return
        facts = self._facts.get(sheet.title)
        if facts is None:
            raise BrokenBookError(f"the part of the sheet {sheet.title} cannot be found")
        merged = MergedCells(facts.merged, sheet.spend)
        rows = _table_rows(sheet, at, facts, merged)
        first = list(islice(rows, HIGHEST))
        heads = best_heads(_head_rows(first), self._wished) or best_heads(_head_rows(first), self._wished, alone=True)
        if heads is None:
            self._first_rows = self._first_rows or first
            if first:
                self._passed.append(sheet.title)
            return
        self._found = True
        if not heads_are_clear(heads, self._wished, self._problems):
            return
        merged.limit({at + 1 for places in heads.columns.places.values() for at in places})
        self._read_rows(chain(first, rows), heads)
        if facts.hidden_rows:
            told = f"{many(facts.hidden_rows, 'hidden row')} of the sheet {shown(sheet.title)} read like the others"
            self._listing.warn(told)

    def _read_rows(self, rows: Iterator[SheetRow], heads: HeadRow) -> None:
        self._rules.begin(heads)
        for row in rows:
            if row.line > heads.line:
                self._rules.read(row)

    def finish(self) -> TargetFile:
        """All there was; TargetError where that was nothing."""
        if not self._found:
            if not self._first_rows and self._hidden:
                told = f"every sheet with anything in it is hidden: {_listed(self._hidden)}; unhide what is meant"
                self._problems.fail(1, 1, told)
            no_heads(_head_rows(self._first_rows), self._wished, self._problems)
        self._rules.finish()
        if self._passed:
            self._listing.warn(f"sheets without heads that name hosts passed over: {_listed(self._passed)}")
        if self._hidden:
            self._listing.warn(f"hidden sheets passed over: {_listed(self._hidden)}")
        return self._listing.finish("write a row for each rule below the heads")


def _table_rows(sheet: BookSheet, at: int, facts: SheetFacts, merged: MergedCells) -> Iterator[SheetRow]:
    """The rows of a sheet that say anything."""
    unvalued: dict[int, set[int]] = {}
    for row, column in facts.unvalued:
        unvalued.setdefault(row, set()).add(column - 1)
    for number, values in sheet.rows:
        if facts.merged:
            merged.fill(number, values)
        found = SheetRow(line_in(at, number), values, frozenset(unvalued.get(number, ())))
        if any(found.texts) or number in unvalued:
            yield found


def _head_rows(rows: Sequence[SheetRow]) -> Iterator[tuple[int, str, Sequence[str]]]:
    for row in rows:
        yield row.line, "", row.texts


def _listed(titles: Sequence[str]) -> str:
    return ", ".join(map(shown, titles[:_MOST_TITLES])) + " and more" * (len(titles) > _MOST_TITLES)
