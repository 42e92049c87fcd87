"""`scanner convert REPORT... -o FILE`: a report in another format, several as one, in the list's order."""

from typing import TYPE_CHECKING, Any

from scanner.cli.click_import import click
from scanner.cli.commands import Command
from scanner.cli.converting_options import converting_options, wish_of

if TYPE_CHECKING:
    from scanner.cli.signals import Signals

_HELP = """Writes reports of scan or sweep (csv, json, jsonl, db) in another format; several become one, their rows one
after another (scanner merge joins those of one list). Of a db it is the last scan; - is standard input.

All rows are read before any is written: a report that cannot be read back leaves FILE as it was."""

_EPILOG = """\b
Examples:
  scanner convert today.json -o today.csv
  scanner convert today.json -f table --only unmet
  scanner convert web.jsonl db.jsonl --sort -o all.json
  scanner convert sweep.csv --only open -f list | xargs -n 1 curl -sI

Exit status: 0 done, 2 bad usage or a report that cannot be read, 3 a report could not be written."""


@click.command(cls=Command, help=_HELP, epilog=_EPILOG, add_help_option=False)
@converting_options
@click.pass_obj
def convert(signals: "Signals", /, reports: tuple[str, ...], **given: Any) -> int:
    """Runs the command and returns its exit status."""
    from scanner.cli.conversion import Conversion

    return Conversion(wish_of("convert", reports, given), signals).status()
