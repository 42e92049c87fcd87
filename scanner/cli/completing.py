"""What may stand next on a command line that is still being typed: click finds the option or argument, `offers` its
values; here is what click leaves open.

`--option=val` is one word for zsh and fish, and two for bash; click gives the value alone, so the option is put in
front of it again. A word that cannot be shown on one line is not offered: no shell could take it over safely.
"""

from collections.abc import Sequence
from typing import NamedTuple

from scanner.cli.click_import import click, shell_completion
from scanner.cli.offers import BEFORE


class FileName(NamedTuple):
    """That a file's name belongs here: what stands `before` it in the word, and what is `typed` of it."""

    before: str
    typed: str


class Offered(NamedTuple):
    """The words that may replace the one being typed, each with a line of help or none, and whether a file may."""

    words: "list[tuple[str, str]]"
    file: FileName | None


def offered(program: click.Command, before: Sequence[str], typed: str) -> Offered:
    """After these words (without the program's name), in place of what is typed. Nothing is run, and nothing asked."""
    asked, option = list(before), ""
    if typed.startswith("--") and "=" in typed and "--" not in asked:
        name, _, typed = typed.partition("=")
        asked, option = [*asked, name], f"{name}="
    completion = shell_completion.ShellComplete(program, {}, "scanner", "")
    try:
        items = completion.get_completions(asked, typed)
    except (click.ClickException, click.exceptions.Exit):  # the words before are a mistake; running them will tell
        items = []
    words = [(option + str(item.value), _first_line(item.help)) for item in items if item.type == "plain"]
    files = [FileName(option + getattr(item, BEFORE), str(item.value)) for item in items if item.type == "file"]
    safe = [word for word in words if word[0].isprintable()]
    return Offered(safe, files[0] if files and "".join(files[0]).isprintable() else None)


def _first_line(text: str | None) -> str:
    return " ".join((text or "").split())
