"""`scanner trace HOST:PORT...`: where on the way does the connection stop?"""

import re
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from scanner.cli import offers, stderr
from scanner.cli import option_values as values
from scanner.cli.click_import import click
from scanner.cli.commands import Command
from scanner.cli.shared_options import alike
from scanner.cli.signals import Signals
from scanner.cli.status import OK, status_of_signal
from scanner.errors import UsageError
from scanner.words.builtin_values import MOST_HOPS
from scanner.words.user_info import hidden

if TYPE_CHECKING:
    from scanner.model import Trace
    from scanner.reports import Look

    _Render = Callable[[Sequence[Trace], Look], str]

_HELP = """Shows the way to targets, hop by hop, and where it ends: reached, rejected by whom, or silent after whom.

Each TARGET is HOST:PORT, such as db1.example.net:5432 or '[2001:db8::1]:80,443'. TCP connections with a small hop
limit ask the routers; no root is needed."""

_EPILOG = """\b
Examples:
  scanner trace db1.example.net:5432
  scanner trace -n 10.0.0.1:22,443 10.0.1.1:22     shared paths are shown once
  scanner trace -f json 10.0.0.1:22 > trace.json

Exit status: 0 done, 2 bad usage, 3 not completed."""

#: What the field of a packet holds.
_LARGEST_LIMIT = 255


def _hops(text: str) -> int:
    number = int(text) if re.fullmatch("[0-9]{1,9}", text) else 0
    if not 1 <= number <= _LARGEST_LIMIT:
        raise UsageError(
            f"{hidden(text)!r} is not a valid number of hops; write a whole number from 1 to {_LARGEST_LIMIT}"
        )
    return number


def _formats() -> tuple[str, ...]:
    from scanner.cli.trace_page import FORMATS

    return FORMATS


def _format(text: str) -> str:
    from scanner.cli.trace_page import FORMATS

    if text not in FORMATS:
        raise UsageError(f"{hidden(text)!r} is not a valid trace format; formats: {', '.join(FORMATS)}")
    return text


@click.command(cls=Command, help=_HELP, epilog=_EPILOG, add_help_option=False)
@click.argument("targets", nargs=-1, metavar="TARGET...", type=values.Value("TARGET", str, offers.host_and_ports))
@click.option("-n", "--numeric", is_flag=True, help="Do not look up the hops' names.")
@click.option(
    "-f",
    "--format",
    "fmt",
    type=values.Value("NAME", _format, offers.one_of(_formats)),
    help="text, json, csv. Default: text.",
)
@click.option("-o", "--output", type=values.FILE, help="Write to a file; .json and .csv give the format.")
@click.option("-t", "--timeout", type=values.DURATION, help="How long one attempt may take. Default: about 1s.")
@alike("--dns-timeout")
@click.option(
    "--max-hops",
    type=values.Value("N", _hops),
    default=str(MOST_HOPS),
    help=f"The farthest hop to look at. Default: {MOST_HOPS}.",
)
@alike("--exclude")
@alike("--exclude-file")
@alike("--rate")
@alike("--host-rate")
@alike("-4", "only4")
@alike("-6", "only6")
@alike("-S", "--source")
@click.option("-q", "--quiet", is_flag=True, help="Print no text, only reports (-f, -o), warnings and errors.")
@alike("--color")
@alike("-h", "--help")
@click.pass_obj
def trace(signals: Signals, /, targets: tuple[str, ...], **given: Any) -> int:
    """Runs the command and returns its exit status."""
    from scanner.api.traces import TraceOptions, plan_to_trace, tracing_of
    from scanner.cli.choices import family_of_options
    from scanner.cli.page import Page, place_for
    from scanner.cli.trace_page import FORMATS, rendered

    if not targets:
        raise click.UsageError("no TARGET was given; write HOST:PORT, such as db1.example.net:5432")
    family = family_of_options(given["only4"], given["only6"], given["source"])
    fmt, path = place_for(given["fmt"], given["output"], FORMATS, what="the trace")
    plan = plan_to_trace(
        targets,
        family=family,
        dns_timeout=given["dns_timeout"],
        exclude=given["exclude"],
        exclude_files=given["exclude_file"],
    )
    options = TraceOptions(
        timeout=given["timeout"],
        most_hops=given["max_hops"],
        source=given["source"],
        names=not given["numeric"],
        rate=given["rate"],
        host_rate=given["host_rate"],
    )
    tracing = tracing_of(plan, options)
    wanted = not (given["quiet"] and given["fmt"] is None and path == "-")
    page = Page(fmt, path if wanted else None, signals.stop)
    with signals.deferred(tracing.stop), stderr.unblocked(signals.stop), page:
        if not given["quiet"]:
            stderr.tell_of_tracing(plan.count)
        for _ in tracing.turns():
            pass
        found = tracing.traces()
        for warning in tracing.warnings:
            stderr.say(f"warning: {warning}")
        shown = rendered(fmt, found, given["color"], into_file=path != "-")
        page.write([shown.text], end=shown.end, whole=tracing.complete)
    return status_of_signal(signals.received) if signals.received else OK
