"""What an importer may make a cell of never begins a formula, and every text comes back."""

import csv
import io
from unicodedata import category

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from scanner.words.formulas import neutralise, restore
from tests.reports.made import hostile

SEPARATORS = [";", ",", "\t", "|", ":", "\n", "\r", "\r\n", "\x0b", "\x0c", "\x85", "\u2028", "\u2029"]
STARTS = ["=1+1", "+1", "-1", "@SUM(A1)", "＝1", "＋1", "－1", "＠A", "﹦1", "﹢1", "﹣1", "﹫A", "−1"]  # noqa: RUF001
UNSEEN = [" ", "\u00a0", "\u3000", "\0", "\x1b", "\x7f", "\ufeff", "\u200b", "\u2060", "\u202e", '"', '""', "'", " '"]


@pytest.mark.parametrize("start", STARTS)
def test_what_a_spreadsheet_would_run_becomes_text(start: str) -> None:
    assert neutralise(start) == "'" + start
    for unseen in UNSEEN:
        told = "'" + unseen.replace(" ", " '") + start  # a space is a separator, too
        assert neutralise(unseen + start) == told
        assert restore(told) == unseen + start


@pytest.mark.parametrize("separator", SEPARATORS)
def test_so_does_what_follows_a_separator(separator: str) -> None:
    for start in STARTS:
        assert neutralise(f"x{separator}{start}{separator}y") == f"x{separator}'{start}{separator}y"
        for unseen in UNSEEN:
            text = f"x{separator}{unseen}{start}"
            assert neutralise(text) == f"x{separator}'{unseen.replace(' ', chr(32) + chr(39))}{start}"
            assert restore(neutralise(text)) == text


@pytest.mark.parametrize("start", STARTS)
def test_behind_a_space_a_formula_counts_that_is_one_as_it_stands(start: str) -> None:
    for text in (f"x {start}", f"x y {start} z", f"x  {start}"):
        assert neutralise(text) == text.replace(f" {start}", f" '{start}")
        assert restore(neutralise(text)) == text
        assert not any(begins_a_formula(cell) for cell in neutralise(text).split(" "))


@pytest.mark.parametrize("text", ["\tx", "\rx", "\nx", "x;\ty", "x\n\ny"])
def test_white_space_that_an_import_drops_is_kept_by_an_apostrophe(text: str) -> None:
    """A part that begins with it is neutralised whatever follows."""
    assert neutralise(text) != text
    assert restore(neutralise(text)) == text


@pytest.mark.parametrize(
    "text",
    [
        "", "web tier", "web - old", "a -> b", "a -- b", "x = y", "'quoted'", "a=1", "10.0.0.1", "'", "''", "x;y",
        "prod;t-1", "a, b", ";", "é=1",
    ],
)  # fmt: skip
def test_harmless_text_stays(text: str) -> None:
    assert neutralise(text) == text
    assert restore(text) == text


@given(hostile)
@example("'=1")
@example("''' @")
@example("x;'=1")
@example("\n'=\n''=")
def test_restore_undoes_neutralise(text: str) -> None:
    assert restore(neutralise(text)) == text


@given(st.lists(hostile.map(lambda tag: tag.replace(";", ","))))
def test_joined_texts_may_be_split_before_they_are_restored_or_after(tags: list[str]) -> None:
    joined = neutralise(";".join(tags))
    assert restore(joined).split(";") == (tags or [""])
    assert [restore(part) for part in joined.split(";")] == (tags or [""])


def begins_a_formula(cell: str) -> bool:
    """Whether the first thing in it that somebody sees is a sign that begins one."""
    hidden = ("Cc", "Cf", "Zs", "Zl", "Zp")
    seen = next((char for char in cell if category(char) not in hidden and char not in "\"'\u034f\u3164\ufe0f"), "")
    return seen != "" and seen in "=+-@＝＋－＠" and "'" not in cell.partition(seen)[0]  # noqa: RUF001


@given(hostile)
@example('x;"=1+1"')
@example('";\n=1')
def test_no_importer_finds_a_formula(text: str) -> None:
    """Whatever it splits at, and whether it knows about quotes or not."""
    written = io.StringIO(newline="")
    csv.writer(written, lineterminator="\n").writerows([["a", neutralise(text), "b"], [neutralise(text), "a", "b"]])
    for delimiter in ",;\t|:":
        for quoting in (csv.QUOTE_MINIMAL, csv.QUOTE_NONE):
            rows = csv.reader(io.StringIO(written.getvalue(), newline=""), delimiter=delimiter, quoting=quoting)
            cells = [cell for row in rows for cell in row]
            assert cells
            assert not [cell for cell in cells if begins_a_formula(cell)]
    for delimiter in ",;\t|:":
        cells = [cell for line in written.getvalue().splitlines() for cell in line.split(delimiter)]
        assert not [cell for cell in cells if begins_a_formula(cell)]
