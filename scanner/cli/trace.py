"""`scanner trace HOST:PORT...`: where on the way does the connection stop?"""

import re
import sys
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from scanner.cli import stderr, values
from scanner.cli.clicking import click
from scanner.cli.command import Command, show_help
from scanner.cli.signals import Signals
from scanner.cli.status import OK, status_of_signal
from scanner.cli.stdout import ReaderGoneError, StdoutError
from scanner.cli.terminal import look_of
from scanner.errors import UsageError

if TYPE_CHECKING:
    from scanner.model import Trace
    from scanner.reports import Look, Outlet, Stop
    from scanner.tracing import Tracing

    _Render = Callable[[Sequence[Trace], Look], str]

_HELP = """Shows the way to targets, hop by hop, and where it ends: reached, rejected by whom, or silent after whom.

Each TARGET is HOST:PORT, such as db1.example.net:5432 or '[2001:db8::1]:80,443'. TCP connections with a small hop
limit ask the routers; no root is needed."""

_EPILOG = """\b
Examples:
  scanner trace db1.example.net:5432
  scanner trace -n 10.0.0.1:22,443 10.0.1.1:22     ways that targets share are shown once
  scanner trace -f json 10.0.0.1:22 > trace.json

Exit status: 0 done, 2 bad usage, 3 not completed."""

_FORMATS = ("text", "json", "csv")
_MOST_HOPS = 255


def _hops(text: str) -> int:
    number = int(text) if re.fullmatch("[0-9]{1,9}", text) else 0
    if not 1 <= number <= _MOST_HOPS:
        raise UsageError(f"{text!r} is no number of hops; write a whole number from 1 to {_MOST_HOPS}")
    return number


def _format(text: str) -> str:
    if text not in _FORMATS:
        raise UsageError(f"{text!r} is no format of a trace; formats: {', '.join(_FORMATS)}")
    return text


@click.command(cls=Command, help=_HELP, epilog=_EPILOG, add_help_option=False)
@click.argument("targets", nargs=-1, metavar="TARGET...")
@click.option("-n", "--numeric", is_flag=True, help="Do not look up the hops' names.")
@click.option("-f", "--format", "fmt", type=values.Value("NAME", _format), help="text, json, csv. Default: text.")
@click.option("-o", "--output", metavar="FILE", help="Write to a file; .json and .csv give the format.")
@click.option("-t", "--timeout", type=values.DURATION, help="How long one attempt may take. Default: about 1s.")
@click.option(
    "--max-hops", type=values.Value("N", _hops), default="30", help="The farthest hop to look at. Default: 30."
)
@click.option("-4", "only4", is_flag=True, help="IPv4 only.")
@click.option("-6", "only6", is_flag=True, help="IPv6 only.")
@click.option("-S", "--source", type=values.SOURCE, help="The local address to probe from.")
@click.option("-q", "--quiet", is_flag=True, help="No text; only what -f or -o ask for, warnings and errors.")
@click.option(
    "-h", "--help", is_flag=True, is_eager=True, expose_value=False, callback=show_help, help="Show this text."
)
@click.pass_obj
def trace(signals: Signals, /, targets: tuple[str, ...], **given: Any) -> int:
    """Runs the command and returns its exit status."""
    from scanner.cli.choices import family_of_options
    from scanner.tracing import TraceOptions, Tracing, plan_of

    if not targets:
        raise click.UsageError("no TARGET was given; write HOST:PORT, such as db1.example.net:5432")
    family = family_of_options(given["only4"], given["only6"], given["source"])
    fmt, path = _destination(given["fmt"], given["output"])
    plan = plan_of(targets, family)
    options = TraceOptions(
        timeout=given["timeout"],
        most_hops=given["max_hops"],
        source=given["source"],
        names=not given["numeric"],
    )
    tracing = Tracing(plan, options)
    wanted = not (given["quiet"] and given["fmt"] is None and path == "-")
    with signals.deferred(tracing.stop), stderr.unblocked(signals.stop):
        _run(tracing, _RENDER[fmt], path if wanted else None, signals.stop)
    return status_of_signal(signals.received) if signals.received else OK


def _run(tracing: "Tracing", render: "_Render", path: str | None, stop: "Stop") -> None:
    """Traces, and writes what was found; the place for it is opened before anything is asked."""
    from scanner.reports import StopAskedError, open_outlet

    try:
        outlet = None if path is None else open_outlet(path, stop)
    except StopAskedError:
        return
    except BrokenPipeError:
        raise ReaderGoneError from None
    try:
        for _ in tracing.rounds():
            pass
        found = tracing.traces()
        for warning in tracing.warnings:
            stderr.say(f"warning: {warning}")
        if outlet is not None:
            _write(outlet, render(found, look_of(sys.stdout)), stop, whole=tracing.complete)
    finally:
        if outlet is not None:
            outlet.withdraw()


def _destination(fmt: str | None, path: str | None) -> tuple[str, str]:
    """Format and path. Raises UsageError, or StdoutError, for what cannot be written; touches nothing."""
    from scanner.reports.outputs import check_outputs, is_stdout

    path = path or "-"
    if is_stdout(path) and sys.stdout is None:
        raise StdoutError("stdout is closed: there is no place for the trace")
    ending = path.rpartition(".")[2].lower()
    fmt = fmt or (ending if path != "-" and ending in _FORMATS else "text")
    check_outputs([(fmt, path)])
    return fmt, path


def _write(outlet: "Outlet", text: str, stop: "Stop", *, whole: bool) -> None:
    from scanner.reports import settle

    try:
        outlet.begin()
        outlet.write(text)
        if whole:
            outlet.finish()
        else:
            outlet.abandon()
        settle(lambda: [outlet], stop, outlet.push, lambda: not outlet.waiting)
        outlet.give_up()
    except BrokenPipeError:
        raise ReaderGoneError from None
    finally:
        outlet.abandon()


def _text(traces: "Sequence[Trace]", look: "Look") -> str:
    from scanner.reports.trace_tree import tree_lines

    return "".join(f"{line}\n" for line in tree_lines(traces, look))


def _json(traces: "Sequence[Trace]", look: "Look") -> str:
    from scanner.reports.trace_data import json_text

    return json_text(traces)


def _csv(traces: "Sequence[Trace]", look: "Look") -> str:
    from scanner.reports.trace_data import csv_text

    return csv_text(traces)


_RENDER: "dict[str, _Render]" = {"text": _text, "json": _json, "csv": _csv}
