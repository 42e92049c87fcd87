"""Markdown as GitHub's flavour is read: what of it is text, code or a table, and that nothing is anything else."""

import re
from typing import NamedTuple

from markdown_it import MarkdownIt
from markdown_it.token import Token

#: Tables and links of bare addresses are on, as on GitHub, and so is HTML.
_READER = MarkdownIt("gfm-like")
_HARMLESS = {
    "heading_open", "heading_close", "paragraph_open", "paragraph_close", "inline", "fence", "text", "code_inline",
    "softbreak", "strong_open", "strong_close", "table_open", "table_close", "thead_open", "thead_close", "tbody_open",
    "tbody_close", "tr_open", "tr_close", "th_open", "th_close", "td_open", "td_close",
}  # fmt: skip
#: Outside of code there are our own words and a `|` of others: nothing that becomes a link when the page is finished.
_OUR_WORDS = re.compile(r"[A-Za-z0-9 ,.:;()|…-]*")


class Rendered(NamedTuple):
    """`headings` with their levels, `code`: the blocks, `tables`: of each its rows by the names of the columns."""

    headings: list[tuple[str, str]]
    paragraphs: list[str]
    code: list[str]
    tables: list[list[dict[str, str]]]


def rendered(text: str) -> Rendered:
    """Fails where anything is not a heading, a paragraph, a table, or code."""
    found = Rendered([], [], [], [])
    tokens = _READER.parse(text)
    names: list[str] = []
    cells: list[str] = []
    for before, token in zip([Token("", "", 0), *tokens], tokens, strict=False):
        assert token.type in _HARMLESS, token
        if token.type == "fence":
            found.code.append(token.content)
        elif token.type == "inline":
            said = _text(token)
            if before.type == "heading_open":
                found.headings.append((before.tag, said))
            elif before.type == "paragraph_open":
                found.paragraphs.append(said)
            else:
                cells.append(said)
        elif token.type == "table_open":
            found.tables.append([])
        elif token.type == "thead_close":
            names, cells = cells, []
        elif token.type == "tr_close" and names:
            found.tables[-1].append(dict(zip(names, cells, strict=True)))
            cells = []
        elif token.type == "table_close":
            names = []
    return found


def _text(token: Token) -> str:
    said = ""
    for child in token.children or []:
        assert child.type in _HARMLESS, child
        if child.type == "text":
            assert _OUR_WORDS.fullmatch(child.content), child.content
        said += "\n" if child.type == "softbreak" else child.content
    return said
