"""The manual: a page for the program and for each command, made of what their `--help` says and of `manual_words`.

The pages lie in `man/`, and a wheel installs them where man(1) looks beside a program on the PATH. `python -m
scanner.cli.manual man` writes them again, and a test holds that this changes nothing: so there is no date in them.
In the language of man(7), as groff and mandoc read it: a sentence begins on a line of its own, none is longer than 80
characters, and what would be taken for an instruction is escaped.
"""

import re
import sys
import textwrap
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from scanner import __version__
from scanner.cli.app import COMMANDS
from scanner.cli.app import scanner as program
from scanner.cli.click_import import click
from scanner.cli.manual_words import FILES, MORE, STATUSES, VARIABLES

_WIDTH = 78
_OPTION = re.compile(r"(?<![\w-])--?[\w-]+")


def pages() -> dict[str, str]:
    """The text of each page by the name of its file."""
    with click.Context(program, info_name="scanner") as top:
        found = {"scanner.1": _text(_main_page(top))}
        for name in COMMANDS:
            command = program.get_command(top, name)
            assert command is not None
            with click.Context(command, info_name=name, parent=top) as ctx:
                found[f"scanner-{name}.1"] = _text(_page_of(name, ctx))
    return found


def write_pages(folder: Path) -> None:
    """Writes every page into the folder, and takes away those of commands that are no more."""
    folder.mkdir(parents=True, exist_ok=True)
    made = pages()
    for old in folder.glob("scanner*.1"):
        if old.name not in made:
            old.unlink()
    for name, text in made.items():
        (folder / name).write_text(text, encoding="ascii")


def _main_page(ctx: click.Context) -> Iterator[str]:
    yield from _head("scanner", "find out which TCP ports can be reached")
    yield from _synopsis(ctx)
    yield ".SH DESCRIPTION"
    yield from _paragraphs([program.help or "", *MORE])
    yield ".SH COMMANDS"
    for name, line in COMMANDS.items():
        yield from _item(f"\\fB{_escaped(f'scanner-{name}')}\\fR(1)", line)
    yield from _options(ctx)
    yield from _examples(program.epilog or "")
    yield ".SH EXIT STATUS"
    yield from _items(STATUSES)
    yield from _environment()
    yield from _see_also([f"scanner-{name}" for name in COMMANDS])


def _page_of(name: str, ctx: click.Context) -> Iterator[str]:
    command = ctx.command
    yield from _head(f"scanner-{name}", COMMANDS[name])
    yield from _synopsis(ctx)
    yield ".SH DESCRIPTION"
    yield from _paragraphs((command.help or "").split("\n\n"))
    yield from _options(ctx)
    yield from _examples(command.epilog or "")
    yield ".SH EXIT STATUS"
    yield from _items(_statuses(command.epilog or ""))
    yield ".PP"
    yield from _sentences("For the other statuses see scanner(1).")
    if name in FILES:
        yield ".SH FILES"
        yield from _items(FILES[name])
    if any("--color" in param.opts for param in command.params):
        yield from _environment()
    yield from _see_also(["scanner", *(f"scanner-{other}" for other in COMMANDS if other != name)])


def _head(name: str, line: str) -> Iterator[str]:
    yield '.\\" Made by python -m scanner.cli.manual; what it says is said there.'
    yield f'.TH {_escaped(name.upper())} 1 "" "scanner {__version__}" "scanner manual"'
    yield ".SH NAME"
    yield f"{_escaped(name)} \\- {_escaped(line[0].lower() + line[1:].rstrip('.'))}"


def _synopsis(ctx: click.Context) -> Iterator[str]:
    yield ".SH SYNOPSIS"
    pieces = " ".join(piece for piece in ctx.command.collect_usage_pieces(ctx) if piece)
    yield f"\\fB{_escaped(ctx.command_path)}\\fR {_escaped(pieces)}"


def _options(ctx: click.Context) -> Iterator[str]:
    """By the headings of the help, which are none where there is but one."""
    sections: dict[str, list[tuple[str, str]]] = {}
    for param in ctx.command.get_params(ctx):
        record = param.get_help_record(ctx)
        if isinstance(param, click.Option) and record is not None:
            sections.setdefault(getattr(param, "section", "Options"), []).append(record)
    yield ".SH OPTIONS"
    for title, records in sections.items():
        if len(sections) > 1:
            yield f".SS {_quoted(title)}"
        for names, text in records:
            yield from _item(_option_names(names), text)


def _option_names(names: str) -> str:
    """`-t, --timeout D`: options in bold, the value in italics."""
    last = max(found.end() for found in _OPTION.finditer(names))
    options = re.sub(r"--?[\w-]+", lambda found: f"\0{found[0]}\1", names[:last])
    value = names[last:].strip()
    bold = _escaped(options).replace("\0", "\\fB").replace("\1", "\\fR")
    return f"{bold} \\fI{_escaped(value)}\\fR" if value else bold


def _examples(epilog: str) -> Iterator[str]:
    part = epilog.partition("Examples:\n")[2].partition("\n\n")[0]
    if part:
        yield ".SH EXAMPLES"
        yield ".EX"
        yield from (_line(_escaped(line.removeprefix("  "))) for line in part.split("\n"))
        yield ".EE"


def _statuses(epilog: str) -> dict[str, str]:
    """Of `Exit status: 0 done, 2 bad usage.` each status, and a sentence."""
    told = " ".join(epilog.partition("Exit status: ")[2].split()).rstrip(".")
    parts = [part.partition(" ") for part in re.split(r"[,;] (?=[0-9])", told) if part]
    return {status: f"{text[0].upper()}{text[1:]}." for status, _, text in parts} or {"0": "Done."}


def _environment() -> Iterator[str]:
    yield ".SH ENVIRONMENT"
    yield from _items(VARIABLES)


def _see_also(names: list[str]) -> Iterator[str]:
    yield ".SH SEE ALSO"
    for name in names:
        comma = "," if name != names[-1] else ""
        yield f".BR {_escaped(name)} (1){comma}"


def _items(items: Mapping[str, str]) -> Iterator[str]:
    for tag, text in items.items():
        yield from _item(f"\\fB{_escaped(tag)}\\fR", text)


def _item(tag: str, text: str) -> Iterator[str]:
    yield ".TP"
    yield _line(tag)
    yield from _sentences(text)


def _paragraphs(texts: Iterable[str]) -> Iterator[str]:
    for number, text in enumerate(texts):
        if number:
            yield ".PP"
        yield from _sentences(text)


def _sentences(text: str) -> Iterator[str]:
    for sentence in re.split(r"(?<=[.?!]) (?=[A-Z])", " ".join(text.split())):
        for line in textwrap.wrap(_escaped(sentence), _WIDTH, break_long_words=False, break_on_hyphens=False):
            yield _line(line)


def _escaped(text: str) -> str:
    """No character of it means anything to roff; hyphens are those that can be copied into a shell, and never break."""
    return text.replace("\\", "\\e").replace("-", "\\-")


def _line(text: str) -> str:
    """As a line of its own: a dot or quote at its beginning is no instruction."""
    return f"\\&{text}" if text.startswith((".", "'")) else text


def _quoted(text: str) -> str:
    escaped = _escaped(text).replace('"', "\\(dq")
    return f'"{escaped}"'


def _text(lines: Iterable[str]) -> str:
    return "".join(f"{line}\n" for line in lines)


if __name__ == "__main__":
    write_pages(Path(sys.argv[1] if len(sys.argv) > 1 else "man"))
