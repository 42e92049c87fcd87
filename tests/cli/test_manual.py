"""The manual's pages: in step with the commands, whole, and as groff and mandoc want them."""

import re
import subprocess
import tomllib
from pathlib import Path

import click
import pytest

from scanner.cli.app import COMMANDS
from scanner.cli.app import scanner as program
from scanner.cli.manual import pages, write_pages
from scanner.cli.manual_words import STATUSES, VARIABLES
from tests import needs
from tests.pages import DOCS, README, ROOT, code_of, first_cells, section

PAGES = pages()
NAMES = ["scanner", *COMMANDS]
_MADE = "python -m scanner.cli.manual man"


def page(name: str) -> str:
    return PAGES["scanner.1" if name == "scanner" else f"scanner-{name}.1"]


def command(name: str) -> click.Command:
    found = program if name == "scanner" else program.get_command(click.Context(program), name)
    assert found is not None
    return found


def words(roff: str) -> str:
    """The text of a page without what is meant for roff, in one line."""
    plain = re.sub(r"\\f[BIR]|\\&", "", roff).replace("\\-", "-").replace("\\e", "\\")
    return " ".join(re.sub(r"^\.(?:TP|PP|EX|EE)$", "", plain, flags=re.MULTILINE).split())


def test_the_pages_in_the_tree_are_those_of_the_commands() -> None:
    there = {path.name: path.read_text(encoding="ascii") for path in (ROOT / "man").iterdir()}
    assert there == PAGES, f"{_MADE} makes them anew"


def test_pages_of_commands_that_are_no_more_go(tmp_path: Path) -> None:
    for name in ("scanner-gone.1", "scanner.1", "other.1"):
        (tmp_path / name).write_text("old")
    write_pages(tmp_path)
    assert {path.name for path in tmp_path.iterdir()} == {*PAGES, "other.1"}
    assert (tmp_path / "scanner.1").read_text() == PAGES["scanner.1"]


@pytest.mark.parametrize("name", NAMES)
def test_every_option_stands_there_with_its_help(name: str) -> None:
    text = words(page(name))
    for param in command(name).params:
        if isinstance(param, click.Option):
            for spelling in (*param.opts, *param.secondary_opts):
                bold = spelling.replace("-", "\\-")
                assert f"\\fB{bold}\\fR" in page(name)
            assert " ".join((param.help or "").split()) in text


@pytest.mark.parametrize("name", NAMES)
def test_every_part_is_there_in_its_order(name: str) -> None:
    titles = re.findall(r"^\.SH (.*)$", page(name), re.MULTILINE)
    order = ["NAME", "SYNOPSIS", "DESCRIPTION", "COMMANDS", "OPTIONS", "EXAMPLES", "EXIT STATUS", "FILES",
             "ENVIRONMENT", "SEE ALSO"]  # fmt: skip
    assert titles == [title for title in order if title in titles]
    assert {"NAME", "SYNOPSIS", "DESCRIPTION", "OPTIONS", "EXIT STATUS", "SEE ALSO"} <= set(titles)
    assert ("EXAMPLES" in titles) == ("Examples:" in (command(name).epilog or ""))
    for heading in {getattr(param, "section", "Options") for param in command(name).params} - {"Options"}:
        assert f'.SS "{heading}"' in page(name)
    assert page(name).isascii()


def test_statuses_and_variables_are_those_of_the_documentation() -> None:
    said = {number for cell in first_cells("status", README) for number in re.findall(r"\d+", cell)}
    assert set(re.findall(r"\d+", " ".join(STATUSES))) == said
    told = " ".join(section("The environment", DOCS["options"]).split())
    names = [name for names in VARIABLES for name in names.split(", ")]
    assert set(re.findall(r"\b[A-Z]+_?[A-Z]{4,}\b", " ".join(code_of(told)))) | {"TERM"} == set(names)
    assert "TERM" in told
    assert words(PAGES["scanner-scan.1"]).count("0 All expectations met. 1 Some not met. 2 Bad usage") == 1
    assert "1 Something moved between open, refused, blocked and error, " in words(PAGES["scanner-diff.1"])


@pytest.mark.parametrize("name", NAMES)
def test_mandoc_has_nothing_to_say_against_it_but_that_it_has_no_date(name: str, tmp_path: Path) -> None:
    """A date would be another one each day that somebody makes the pages."""
    needs.require("mandoc")
    path = tmp_path / "page.1"
    path.write_text(page(name))
    done = subprocess.run(["mandoc", "-T", "lint", path], capture_output=True, text=True, timeout=30, check=False)
    said = (done.stdout + done.stderr).strip().splitlines()
    assert [line for line in said if not line.endswith('WARNING: missing date, using "": TH')] == []
    shown = subprocess.run(["mandoc", "-T", "ascii", path], capture_output=True, text=True, timeout=30, check=True)
    assert f"scanner-{name}" in shown.stdout or name == "scanner"


def test_what_is_installed_is_where_man_looks() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    (pattern,) = project["tool"]["setuptools"]["data-files"]["share/man/man1"]
    assert {path.name for path in ROOT.glob(pattern)} == set(PAGES)
