"""The documentation as tests read it: the README and the pages of `docs/`, their sections, tables and code."""

import re
import shlex
from pathlib import Path

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
#: The reference pages by name, `options` being docs/options.md.
DOCS = {path.stem: path.read_text(encoding="utf-8") for path in sorted((ROOT / "docs").glob("*.md"))}


def section(title: str, page: str) -> str:
    """A section of a page, without its heading."""
    return page.split(f"\n## {title}\n")[1].split("\n## ")[0]


def rows(table_head: str, page: str) -> list[list[str]]:
    """The cells of each row of the table whose first heading is so."""
    (table,) = re.findall(rf"^\| {re.escape(table_head)} \|.*\n\| ---.*\n((?:\|.*\n)+)", page, re.MULTILINE)
    return [[cell.strip() for cell in re.split(r"(?<!\\)\| *", row)[1:-1]] for row in table.splitlines()]


def first_cells(table_head: str, page: str) -> list[str]:
    """The first cells of such a table."""
    return [cells[0] for cells in rows(table_head, page)]


def named(table_head: str, page: str) -> list[str]:
    """What such a table is about: the words in code of its first cells."""
    return [word for cell in first_cells(table_head, page) for word in code_of(cell)]


def code_of(text: str) -> list[str]:
    """What stands in code."""
    return re.findall(r"`([^`]+)`", text)


def prose(page: str) -> str:
    """A page without its blocks of code."""
    return re.sub(r"```.*?```", "", page, flags=re.DOTALL)


def blocks(kind: str, page: str) -> list[str]:
    """The page's blocks of code of a kind."""
    return re.findall(rf"```{kind}\n(.*?)```", page, re.DOTALL)


def commands(page: str) -> list[list[str]]:
    """Every command line of ours in the page's shell blocks, in words, without `scanner` itself and a redirection."""
    lines = [part.strip() for block in blocks("sh", page) for line in block.splitlines()
             for part in re.split(r" [|&]+ ", line)]  # fmt: skip
    ours = [line for line in lines if re.match(r"(\.venv/bin/)?scanner ", line)]
    return [shlex.split(re.split(r" >>? ", line)[0], comments=True)[1:] for line in ours]
