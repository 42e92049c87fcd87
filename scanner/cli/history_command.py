"""`scanner history FILE.db HOST:PORT`: when did it change?"""

import sys
from typing import TYPE_CHECKING

from scanner.cli import offers
from scanner.cli import option_values as values
from scanner.cli.click_import import click
from scanner.cli.commands import Command
from scanner.cli.shared_options import alike
from scanner.cli.status import OK
from scanner.cli.stdout import out
from scanner.cli.streams import look_of
from scanner.errors import UsageError
from scanner.words.user_info import hidden

if TYPE_CHECKING:
    from scanner.cli.signals import Signals

_HELP = """Shows when a target changed: a line for each time that its state, its reason, the sender of an ICMP error or
its addresses became other ones, with how many scans found it so, and when the first and the last of them did.

FILE is a .db report, to which every scan with -o FILE.db is appended. HOST is a host as in that report, or one of its
addresses. A scan that has no row for the target says nothing about it."""

_EPILOG = """\b
Examples:
  scanner scan targets.yaml -o scans.db              every night
  scanner history scans.db db1.example.net:5432
  scanner history scans.db '[2001:db8::1]:443' -f csv

Exit status: 0 found, whether it changed or not, 2 bad usage, or not in the file."""

_FORMATS = ("table", "csv", "json")


def _format(text: str) -> str:
    if text not in _FORMATS:
        raise UsageError(f"{hidden(text)!r} is not a valid history format; formats: {', '.join(_FORMATS)}")
    return text


@click.command(cls=Command, help=_HELP, epilog=_EPILOG, add_help_option=False)
@click.argument("words", nargs=-1, metavar="FILE HOST:PORT", type=values.Value("FILE", str, offers.first_file))
@click.option(
    "-f",
    "--format",
    "fmt",
    type=values.Value("NAME", _format, offers.one_of(lambda: _FORMATS)),
    help="table, csv, json. Default: table.",
)
@alike("-h", "--help")
@click.pass_obj
def history(signals: "Signals", /, words: tuple[str, ...], fmt: str | None) -> int:
    """Runs the command and returns its exit status."""
    from scanner.api.option_checks import host_and_port
    from scanner.reports.db_history import history as periods_of
    from scanner.reports.db_history import near
    from scanner.reports.db_reading import open_db
    from scanner.reports.history_report import HISTORY_FORMATS
    from scanner.words.plain import plain

    if len(words) != 2:
        raise UsageError("write FILE.db and one HOST:PORT, such as: scanner history scans.db db1.example.net:5432")
    path, text = words
    with open_db(path) as database:
        host, port = host_and_port(text)
        periods = periods_of(database, host, port)
        if not periods:
            raise UsageError(f"{plain(text)} is not in {plain(path)}; {near(database, host)}")
        scans = len(database.scans())
    out(*HISTORY_FORMATS[fmt or "table"](text, periods, scans, look_of(sys.stdout)))
    return OK
