"""`scanner matrix REPORT...`: from where is it reachable, and where do the vantages disagree?"""

import sys
from collections.abc import Callable, Collection, Iterator
from typing import TYPE_CHECKING, Any

from scanner.cli import offers, stderr
from scanner.cli import option_values as values
from scanner.cli.click_import import click
from scanner.cli.commands import Command
from scanner.cli.shared_options import alike
from scanner.cli.status import FAILED, OK, UNMET
from scanner.errors import UsageError
from scanner.words.user_info import hidden

if TYPE_CHECKING:
    from scanner.cli.signals import Signals
    from scanner.reports.vantages import VantageMatrix
    from scanner.reports.vantages.matrix import LineKind

_HELP = """Sets reports of several vantages side by side: from where is each target reachable, where do the vantages
differ, and why.

REPORTs are reports of scan or sweep (csv, json, jsonl, db, in any mix; - is standard input), which may hold several
vantages each; of a database it is the last scan, with those of its list from other vantages, and all shards of each.
Shards of a vantage are put together; what else two reports of one vantage have is taken from the later one. Targets
pair by name, host and port."""

_EPILOG = """\b
Examples:
  scanner matrix fra.json nyc.json
  scanner matrix *.json --only unmet,differ
  scanner matrix scans.db -f md >> "$GITHUB_STEP_SUMMARY"
  ssh nyc scanner scan rules.yaml --vantage nyc -f json | scanner matrix fra.json -

Exit status: 0 all is as expected, or nothing is expected; 1 a vantage found what is not as expected from there; 2 bad
usage, or reports that cannot be read; 3 shards are missing, a report was not finished, an expectation was not judged,
or the matrix could not be written."""

FORMATS = ("table", "csv", "json", "md")
_KINDS = ("unmet", "differ", "partial")


def _format(text: str) -> str:
    if text not in FORMATS:
        raise UsageError(f"{hidden(text)!r} is not a format of matrix; formats: {', '.join(FORMATS)}")
    return text


def _only(text: str) -> str:
    for word in text.split(","):
        if word.strip() not in _KINDS:
            raise UsageError(
                f"{hidden(word)!r} is not a kind of target; write some of unmet (not as expected from somewhere), "
                "differ (open, refused, blocked or in error, but not the same from all of them), partial (not scanned "
                "from all of them)"
            )
    return text


@click.command(cls=Command, help=_HELP, epilog=_EPILOG, add_help_option=False)
@click.argument("reports", nargs=-1, metavar="REPORT...", type=values.FILE)
@click.option(
    "-f",
    "--format",
    "fmt",
    type=values.Value("NAME", _format, offers.one_of(lambda: FORMATS)),
    help="table, csv, json, md. Default: table.",
)
@click.option("-o", "--output", type=values.FILE, help="Write to a file; .csv, .json and .md give the format.")
@click.option(
    "--only",
    type=values.Value("KINDS", _only, offers.several_of(lambda: _KINDS)),
    multiple=True,
    help="Only these targets: unmet, differ (between vantages), partial (not scanned from everywhere); commas allowed.",
)
@click.option("-q", "--quiet", is_flag=True, help="Print no table and no summary; the exit status tells.")
@alike("--color")
@alike("-h", "--help")
@click.pass_obj
def matrix(signals: "Signals", /, reports: tuple[str, ...], **given: Any) -> int:
    """Runs the command and returns its exit status."""
    from scanner.cli.merging import check_given_once
    from scanner.cli.page import Page, place_for
    from scanner.reports.reading import stored_vantages
    from scanner.reports.vantages import KINDS, matrix_of, matrix_remarks, matrix_summary
    from scanner.words.no_collection import no_collection

    if not reports:
        raise UsageError("no REPORT was given; write scanner matrix REPORT..., the reports of some vantages")
    if reports.count("-") > 1:
        raise UsageError("standard input can be read only once; write - once")
    check_given_once(reports)
    asked = {word.strip() for text in given["only"] for word in text.split(",")}
    only = [kind for kind in KINDS if kind in asked] or KINDS
    fmt, path = place_for(given["fmt"], given["output"], FORMATS, what="the matrix", inputs=reports)
    with no_collection():
        found = matrix_of(report for each in reports for report in stored_vantages(each))
    shown = path != "-" or given["fmt"] is not None or not given["quiet"]
    with stderr.unblocked(signals.stop), Page(fmt, path if shown else None, signals.stop) as page:
        for text in matrix_remarks(found):
            stderr.say(f"warning: {text}")
        page.write(_pieces(fmt, found, only, path, given["color"]))
        if not given["quiet"]:
            stderr.say(matrix_summary(found))
    if not found.is_whole:
        return FAILED
    return UNMET if found.counts["unmet"] else OK


def _pieces(fmt: str, found: "VantageMatrix", only: "Collection[LineKind]", path: str, color: str) -> Iterator[str]:
    from scanner.cli.streams import look_of
    from scanner.reports.vantages import csv_matrix, json_matrix, markdown_matrix, matrix_table

    spelled: dict[str, Callable[[VantageMatrix, Collection[LineKind]], Iterator[str]]] = {
        "csv": csv_matrix, "json": json_matrix, "md": markdown_matrix,
    }  # fmt: skip
    if fmt in spelled:
        return spelled[fmt](found, only)
    look = look_of(sys.stdout, color=color)
    return (f"{line}\n" for line in matrix_table(found, look if path == "-" else look.of_file(), only))
