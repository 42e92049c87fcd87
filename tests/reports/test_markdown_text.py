"""Any text as code: what GitHub's flavour of Markdown makes of it is that text, and nothing else."""

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from scanner.reports.markdown_text import MarkdownTable, block, code
from scanner.words.plain import plain
from tests.reports.made import hostile
from tests.reports.rendered import rendered

LIVELY = (
    "a|b", "\\|", "\\\\|", "|", "`", "``|`", " a ", " ` ", "  ", "\\", "\\`", "<b>x</b>", "<script>", "<!-- x", "&amp;",
    "&#64;", "http://example.net/", "www.example.net", "a@example.net", "<http://example.net>", "@somebody", "#12",
    "[x](http://e.net)", "![x](http://e.net)", "[^1]", "~~x~~", "**x**", "__x__", "# x", "- x", "1. x", "> x", "```",
    "~~~", "---", "a\nb", "a\r\n\r\n# b", "\x00", "\u202e", "\ud800", ":tada:", "$x$",
)  # fmt: skip
lively = st.text(st.sampled_from("|`\\ <>&@#[]()!*_~\nab:/.w-é"), max_size=10) | hostile


@settings(max_examples=50)
@given(text=lively)
@pytest.mark.parametrize("place", ["{}", "{} x {}", "- no list {}"])
def test_in_a_paragraph(place: str, text: str) -> None:
    said = code(text)
    (paragraph,) = rendered(f"x {place.format(said, said)} x").paragraphs
    assert paragraph == f"x {place.format(plain(text), plain(text))} x"


@pytest.mark.parametrize("text", LIVELY)
def test_what_is_lively_elsewhere(text: str) -> None:
    (table,) = rendered(MarkdownTable(["one", "two"], [[code(text), code(text)]]).head + _line(text)).tables
    assert table == [{"one": plain(text), "two": plain(text)}]
    (found,) = rendered(block([text, "x"])).code
    assert found == f"{plain(text)}\nx\n"


def _line(text: str) -> str:
    return MarkdownTable(["one", "two"], [[code(text), code(text)]]).line([code(text), code(text)])


@settings(max_examples=50)
@given(texts=st.lists(lively, min_size=2, max_size=4))
@example(texts=["a\\", "|b"])
def test_in_a_table(texts: list[str]) -> None:
    names = [f"c{index}" for index, text in enumerate(texts)]
    row = [code(text) for text in texts]
    table = MarkdownTable(names, [row])
    found = rendered(f"{table.head}{table.line(row)}").tables
    kept = {name: plain(text) for name, text in zip(names, texts, strict=True) if text}
    assert found == ([[kept]] if kept else [])


@settings(max_examples=50)
@given(lines=st.lists(lively, min_size=1, max_size=3))
def test_in_a_block(lines: list[str]) -> None:
    assert rendered(f"x\n\n{block(lines)}\nx").code == ["".join(f"{plain(line)}\n" for line in lines)]


def test_a_bar_stands_between_two_spans() -> None:
    assert code("a\\|b`c") == "`a\\`&#124;``b`c``"


def test_it_may_be_cut() -> None:
    assert code("a" * 9, 8) == "`aaaaaaa…`"
    assert code("a" * 8, 8) == "`aaaaaaaa`"


def test_a_table_reads_well_as_plain_text() -> None:
    rows = [["`10.0.0.1`", "22", ""], ["`10.0.0.10`", "8000-8100", ""]]
    table = MarkdownTable(["host", "ports", "name"], rows)
    assert (table.head + "".join(map(table.line, rows))).splitlines() == [
        "| host        | ports     |",
        "| ----------- | --------- |",
        "| `10.0.0.1`  | 22        |",
        "| `10.0.0.10` | 8000-8100 |",
    ]
