"""`scanner convert REPORT... -o FILE`: a report in another format, several as one, in the list's order."""

from typing import TYPE_CHECKING, Any

from scanner.cli import option_values as values
from scanner.cli.click_import import click
from scanner.cli.commands import Command
from scanner.cli.shared_options import alike
from scanner.errors import UsageError

if TYPE_CHECKING:
    from scanner.cli.signals import Signals

_HELP = """Writes reports of scan or sweep (csv, json, jsonl, db) in another format; several become one, their rows one
after another. Of a db it is the last scan; - is standard input.

All rows are read before any is written: a report that cannot be read back leaves FILE as it was."""

_EPILOG = """\b
Examples:
  scanner convert today.json -o today.csv
  scanner convert today.json -f table --only unmet
  scanner convert shard-*.jsonl --sort -o all.json
  scanner convert sweep.csv --only open -f list | xargs -n 1 curl -sI

Exit status: 0 done, 2 bad usage or a report that cannot be read, 3 a report could not be written."""


@click.command(cls=Command, help=_HELP, epilog=_EPILOG, add_help_option=False)
@click.argument("reports", nargs=-1, metavar="REPORT...", type=values.FILE)
@click.option(
    "-o", "--output", metavar="[FORMAT:]FILE", type=values.OUTPUT, multiple=True,
    help="Write a report; its ending gives the format, as for scan. Repeatable; - is stdout.",
)  # fmt: skip
@click.option("-f", "--format", "fmt", type=values.FORMAT, help="The format on stdout, as for scan.")
@click.option(
    "--only", type=values.STATES, multiple=True,
    help="Only these rows: states, unmet, blocked, reachable; commas allowed.",
)  # fmt: skip
@click.option(
    "--fields", type=values.FIELDS, multiple=True,
    help="The columns of csv and jsonl reports, in this order: host,port,state.",
)  # fmt: skip
@click.option(
    "--sort", is_flag=True,
    help="Order rows by name, host (addresses by number), port, address, vantage: the same rows in any order give the "
         "same file, byte for byte.",
)  # fmt: skip
@click.option("-v", "--verbose", is_flag=True, help="Every row in a table.")
@click.option("--all-metrics", is_flag=True, help="prom: also the rows without an expectation.")
@alike("--color")
@alike("-h", "--help")
@click.pass_obj
def convert(signals: "Signals", /, reports: tuple[str, ...], **given: Any) -> int:
    """Runs the command and returns its exit status."""
    from scanner.cli.conversion import Conversion, Wish

    if not reports:
        raise UsageError("no REPORT was given; write scanner convert REPORT... -o FILE")
    if reports.count("-") > 1:
        raise UsageError("standard input can be read only once; write - once")
    wish = Wish(
        reports,
        given["output"],
        given["fmt"],
        ",".join(given["only"]),
        ",".join(given["fields"]),
        given["sort"],
        given["verbose"],
        given["all_metrics"],
        given["color"],
    )
    return Conversion(wish, signals).status()
