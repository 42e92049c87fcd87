"""`scanner merge REPORT... -o FILE`: the reports of a scan's shards, and of several vantages, as one."""

from typing import TYPE_CHECKING, Any

from scanner.cli.click_import import click
from scanner.cli.commands import Command
from scanner.cli.converting_options import converting_options, wish_of

if TYPE_CHECKING:
    from scanner.cli.signals import Signals

_HELP = """Joins reports (csv, json, jsonl, db, in any mix) of one list: those of its shards (--shard), of several
vantages, or of targets scanned again. Of a db it is the last scan, with the other shards and vantages of that night; -
is standard input.

Where several reports have a row of the same vantage, name, host, address and port, the latest stands. Reports of
different lists are refused, as far as they say which they are of. What is missing is told, and the report is written
nevertheless."""

_EPILOG = """\b
Examples:
  scanner merge shard-1.json shard-2.json shard-3.json -o all.json
  scanner merge fra.json nyc.json -f table --only unmet
  scanner merge last-night.db shard-2-again.json --sort -o whole.csv

Exit status: 0 all is there, and as expected; 1 a row is not as expected; 2 bad usage, or reports that cannot be read or
do not belong together (nothing is written); 3 shards are missing, a report was not finished or could not be written, or
an expectation cannot be judged."""


@click.command(cls=Command, help=_HELP, epilog=_EPILOG, add_help_option=False)
@click.option("--force", is_flag=True, help="Merge what does not belong together, too; the report warns of it.")
@converting_options
@click.pass_obj
def merge(signals: "Signals", /, reports: tuple[str, ...], force: bool, **given: Any) -> int:
    """Runs the command and returns its exit status."""
    from scanner.cli.conversion import Conversion
    from scanner.cli.merging import Merging

    return Conversion(wish_of("merge", reports, given), signals, Merging(force=force).gather).status()
