"""The options of the commands that make reports out of reports, and what was typed after them."""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple, TypeVar

from scanner.cli import option_values as values
from scanner.cli.click_import import click
from scanner.cli.shared_options import alike
from scanner.errors import UsageError

_Function = TypeVar("_Function", bound=Callable[..., Any])

_OPTIONS = (
    click.argument("reports", nargs=-1, metavar="REPORT...", type=values.FILE),
    click.option(
        "-o", "--output", metavar="[FORMAT:]FILE", type=values.OUTPUT, multiple=True,
        help="Write a report; its ending gives the format, as for scan. Repeatable; - is stdout.",
    ),
    click.option("-f", "--format", "fmt", type=values.FORMAT, help="The format on stdout, as for scan."),
    click.option(
        "--only", type=values.STATES, multiple=True,
        help="Only these rows: states, unmet, blocked, reachable; commas allowed.",
    ),
    click.option(
        "--fields", type=values.FIELDS, multiple=True,
        help="The columns of csv and jsonl reports, in this order: host,port,state.",
    ),
    click.option(
        "--sort", is_flag=True,
        help="Order rows by name, host (addresses by number), port, address, vantage: the same rows in any order give "
             "the same file, byte for byte.",
    ),
    click.option("-v", "--verbose", is_flag=True, help="Every row in a table."),
    click.option("--all-metrics", is_flag=True, help="prom: also the rows without an expectation."),
    alike("--color"),
    alike("-h", "--help"),
)  # fmt: skip


class Wish(NamedTuple):
    """What was typed: `outputs` and `format` after -o and -f, `only` and `fields` as lists in one text."""

    reports: tuple[str, ...]
    outputs: tuple[str, ...]
    format: str | None
    only: str
    fields: str
    sort: bool
    verbose: bool
    all_metrics: bool = False
    color: str = "auto"


def converting_options(function: _Function) -> _Function:
    """Puts the argument and all of the options on a command's function."""
    for decorate in reversed(_OPTIONS):
        function = decorate(function)
    return function


def wish_of(command: str, reports: tuple[str, ...], given: Mapping[str, Any]) -> Wish:
    """What was typed after `command`. Raises UsageError for sources that cannot be."""
    if not reports:
        raise UsageError(f"no REPORT was given; write scanner {command} REPORT... -o FILE")
    if reports.count("-") > 1:
        raise UsageError("standard input can be read only once; write - once")
    return Wish(
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
