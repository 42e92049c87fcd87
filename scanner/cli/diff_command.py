"""`scanner diff OLD NEW`: what changed between two reports?"""

import sys
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from scanner.cli import offers, stderr
from scanner.cli import option_values as values
from scanner.cli.click_import import click
from scanner.cli.commands import Command
from scanner.cli.shared_options import alike
from scanner.cli.status import OK, UNMET
from scanner.errors import UsageError
from scanner.words.user_info import hidden

if TYPE_CHECKING:
    from scanner.cli.signals import Signals
    from scanner.reports.comparing import Difference

_HELP = """Compares two reports: what was opened, closed, blocked, what appeared or vanished, and what became of each
expectation.

OLD and NEW are reports of scan or sweep (csv, json, jsonl, db, in any mix; - is standard input); of a database it is
the last scan. FILE.db alone: its last two scans of the same list. Targets pair by name, host and port; where a report
holds several vantages, by these too."""

_EPILOG = """\b
Examples:
  scanner diff yesterday.json today.json
  scanner diff scans.db               the last scan and the one before it
  scanner diff old.csv new.json --strict -f md >> "$GITHUB_STEP_SUMMARY"
  ssh fra scanner scan rules.yaml -f json | scanner diff last.json -

Exit status: 0 no difference; 1 something moved between open, refused, blocked and error, appeared or vanished, or is
met or unmet now; 2 an error; 3 the differences could not be written."""

FORMATS = ("table", "csv", "json", "md")

_PAIRED_BY = ("host", "address")


def _format(text: str) -> str:
    if text not in FORMATS:
        raise UsageError(f"{hidden(text)!r} is not a format of diff; formats: {', '.join(FORMATS)}")
    return text


def _by(text: str) -> str:
    if text not in _PAIRED_BY:
        raise UsageError(f"{hidden(text)!r} is not what targets pair by; write host (the default) or address")
    return text


@click.command(cls=Command, help=_HELP, epilog=_EPILOG, add_help_option=False)
@click.argument("reports", nargs=-1, metavar="OLD NEW | FILE.db", type=values.FILE)
@click.option(
    "-f",
    "--format",
    "fmt",
    type=values.Value("NAME", _format, offers.one_of(lambda: FORMATS)),
    help="table, csv, json, md. Default: table.",
)
@click.option("-o", "--output", type=values.FILE, help="Write to a file; .csv, .json and .md give the format.")
@click.option(
    "--strict", is_flag=True, help="Other reasons, senders, addresses, doubts and --slower are differences too."
)
@click.option(
    "--by",
    type=values.Value("WHAT", _by, offers.one_of(lambda: _PAIRED_BY)),
    default="host",
    help="Pair targets by host, as it was written (default), or address.",
)
@click.option("--slower", type=values.DURATION, help="Also tell what takes at least this much longer to answer: 20ms.")
@click.option("-q", "--quiet", is_flag=True, help="Print no table and no summary; the exit status tells.")
@alike("--color")
@alike("-h", "--help")
@click.pass_obj
def diff(signals: "Signals", /, reports: tuple[str, ...], **given: Any) -> int:
    """Runs the command and returns its exit status."""
    from scanner.api.excluding import excluding
    from scanner.cli.page import Page, place_for
    from scanner.reports.comparing import HowToCompare, compare, summary_line
    from scanner.reports.db_file import is_db
    from scanner.reports.output_words import APPENDED, ending_of
    from scanner.reports.reading import last_two_of_a_list, open_stored
    from scanner.words.no_collection import no_collection

    of_one_file = len(reports) == 1 and (is_db(reports[0]) or ending_of(reports[0]) == APPENDED)
    if len(reports) != 2 and not of_one_file:
        raise UsageError(f"{_counted(len(reports))}; write scanner diff OLD NEW, two reports, or scanner diff FILE.db")
    if reports == ("-", "-"):
        raise UsageError("standard input can be read only once; write - once")
    fmt, path = place_for(given["fmt"], given["output"], FORMATS, what="the differences", inputs=reports)
    old, new = last_two_of_a_list(reports[0]) if of_one_file else map(open_stored, reports)
    slower_ms = None if given["slower"] is None else given["slower"] * 1000
    asked = HowToCompare(strict=given["strict"], by_address=given["by"] == "address", slower_ms=slower_ms)
    with no_collection():
        found = compare(old, new, asked, excluding)
    shown = path != "-" or given["fmt"] is not None or not given["quiet"]
    with stderr.unblocked(signals.stop), Page(fmt, path if shown else None, signals.stop) as page:
        page.write(_pieces(fmt, found, path, given["color"]))
        if not given["quiet"]:
            stderr.say(summary_line(found))
    return UNMET if found.differs else OK


def _counted(count: int) -> str:
    return "no report was given" if not count else f"{count} report{'s' if count > 1 else ''} given"


def _pieces(fmt: str, found: "Difference", path: str, color: str) -> Iterator[str]:
    from scanner.cli.streams import look_of
    from scanner.reports.comparing import csv_pieces, json_pieces, markdown_pieces, table_lines

    spelled: dict[str, Callable[[Difference], Iterator[str]]] = {
        "csv": csv_pieces, "json": json_pieces, "md": markdown_pieces,
    }  # fmt: skip
    if fmt in spelled:
        return spelled[fmt](found)
    look = look_of(sys.stdout, color=color)
    return (f"{line}\n" for line in table_lines(found, look if path == "-" else look.of_file()))
