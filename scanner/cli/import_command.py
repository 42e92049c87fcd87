"""`scanner import FILE... -o targets.yaml`: a target list of ours out of lists in other formats."""

import os
import sys
from typing import TYPE_CHECKING, Any

from scanner.cli import option_values as values
from scanner.cli import stderr
from scanner.cli.click_import import click
from scanner.cli.commands import Command
from scanner.cli.shared_options import alike
from scanner.cli.status import OK
from scanner.cli.stdout import StdoutError
from scanner.errors import MOST_TOLD, ReportError, UsageError
from scanner.words.shown_text import many

if TYPE_CHECKING:
    from scanner.api.imports import ImportedList
    from scanner.cli.signals import Signals

_HELP = """Writes a target list (YAML) out of the lists that people and their tools already have. Formats are told apart
by content, several files are joined, - is standard input. Nothing is probed or looked up.

Each entry has a comment with the line that it came from; what TCP cannot verify is left out, and said line by line."""

_EPILOG = """\b
Examples:
  scanner import rules.csv -o targets.yaml
  scanner import rules.csv --negative -o targets.yaml    is anything open beside the rules?
  scanner import hosts.txt -p 22,443 -o - | scanner scan -

Exit status: 0 written, 2 bad usage or a file that cannot be read, 3 the list could not be written."""

#: No format of reports: it is written as any text is.
_YAML = "yaml"
_SCHEMA = "targets.schema.json"


@click.command("import", cls=Command, help=_HELP, epilog=_EPILOG, add_help_option=False)
@click.argument("files", nargs=-1, metavar="FILE...", type=values.FILE)
@click.option("-o", "--output", type=values.FILE, help="The target list to write; - is stdout. Needed.")
@click.option("--force", is_flag=True, help="Replace a file that is there already.")
@click.option(
    "-p", "--ports", type=values.PORTS, multiple=True,
    help="Ports of targets that name none: 22,8000-8100, https, top:100; - is all.",
)  # fmt: skip
@click.option(
    "--negative", is_flag=True,
    help="Also expect blocked just outside what is allowed: the ports below and above, the addresses before and after "
         "a network. Says what that does not prove.",
)  # fmt: skip
@click.option(
    "--input-format", type=values.INPUT_FORMAT, help="Read the files as this, whatever they look like, as for scan."
)
@click.option(
    "--columns", type=values.COLUMNS, multiple=True,
    help="Which column of a table (csv, xlsx) holds what: host=Ziel,port=Dienst, as for scan.",
)  # fmt: skip
@alike("-h", "--help")
@click.pass_obj
def import_(signals: "Signals", /, files: tuple[str, ...], **given: Any) -> int:
    """Runs the command and returns its exit status."""
    from scanner.api.imports import imported_list
    from scanner.api.option_checks import all_columns
    from scanner.api.plans import InputWish
    from scanner.cli.page import Page

    if not files:
        raise UsageError("no FILE was given; write scanner import FILE... -o targets.yaml")
    if not given["output"]:
        raise UsageError("no file to write was given; write -o targets.yaml, or -o - for stdout")
    if files.count("-") > 1:
        raise UsageError("standard input can be read only once; write - once")
    path = _path_of(given["output"])
    _check_place(path, files, force=given["force"])
    found = imported_list(
        files,
        wish=InputWish(given["input_format"] or "", all_columns(given["columns"]) if given["columns"] else ()),
        ports=",".join(given["ports"]),
        negative=given["negative"],
        schema_beside=path != "-" and os.path.isfile(os.path.join(os.path.dirname(path), _SCHEMA)),
    )
    _check_place(path, files, force=given["force"])  # somebody may have written it meanwhile
    try:
        with stderr.unblocked(signals.stop), Page(_YAML, path, signals.stop) as page:
            page.write([found.text])
    except ReportError as error:
        raise ReportError(*(text.replace("the report", "the list") for text in error.problems)) from None
    _tell(found, path)
    return OK


def _path_of(output: str) -> str:
    """The path in `-o yaml:FILE` or `-o FILE`. Raises UsageError for another format."""
    from scanner.reports.output_words import parse_output

    word, colon, rest = output.partition(":")
    if colon and word.lower() in (_YAML, "yml"):
        if not rest:
            raise UsageError(f"-o {output!r} names no file; write -o targets.yaml")
        return rest
    other, path = parse_output(output)
    if other:
        raise UsageError(f"-o {output!r}: a target list is YAML, not {other}; write a name such as targets.yaml")
    return path


def _check_place(path: str, files: tuple[str, ...], *, force: bool) -> None:
    """Raise where the list cannot be written, or a file would be lost that somebody may have edited."""
    from scanner.reports import check_outputs, is_stdout
    from scanner.reports.output_words import ending_of

    if is_stdout(path):
        if sys.stdout is None:
            raise StdoutError("stdout is closed: there is nowhere to write the target list")
        return
    if other := ending_of(path):
        raise UsageError(f"-o {path!r}: a target list is YAML, not {other}; write a name such as targets.yaml")
    check_outputs([(_YAML, path)], files)
    if not force and os.path.isfile(path) and os.path.getsize(path):
        raise UsageError(f"-o {path!r}: is there already, and may have been edited; write another name, or add --force")


def _tell(found: "ImportedList", path: str) -> None:
    """What was not carried over, what is not proven, and how much was written."""
    stderr.say(*(f"warning: {text}" for text in found.warnings))
    stderr.say(*(f"left out: {text}" for text in found.left_out[:MOST_TOLD]))
    if len(found.left_out) > MOST_TOLD:
        stderr.say(f"left out: {len(found.left_out) - MOST_TOLD:,} more; the list names them all")
    stderr.say(*(f"note: {text}" for text in found.remarks))
    added = f", {found.added:,} added to test what is beside them" if found.added else ""
    into = "stdout" if path == "-" else path
    stderr.say(f"{into}: {many(found.entries, 'entry', 'entries')} imported{added}")
