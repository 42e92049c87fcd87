"""Which reports the options of a call ask for, each with its format and place. Nothing is opened here, or touched."""

import sys
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING

from scanner.cli.kept_scan import check_journal
from scanner.cli.stdout import StdoutError
from scanner.errors import UsageError

if TYPE_CHECKING:
    from scanner.cli.choices import Choices

#: Format and path of a report.
Output = tuple[str, str]


def wanted_outputs(choices: "Choices") -> list[Output]:
    """What `-o`, `-f` and `-q` ask for. The table is there unless stdout is taken or `-q` said.

    Raises UsageError.
    """
    report = choices.report
    return outputs_of(report.outputs, report.format, otherwise="" if choices.say.quiet else "table")


def outputs_of(texts: Sequence[str], on_stdout: str | None, *, otherwise: str = "") -> list[Output]:
    """What `texts` after `-o` and the format after `-f` ask for; `otherwise` is on stdout where nothing else is.

    A file whose ending says nothing takes the format of `-f`. Raises UsageError.
    """
    from scanner.reports import format_of, is_stdout, parse_output

    found: list[Output] = []
    for text in texts:
        fmt, path = parse_output(text)
        found.append((fmt or _format_of(path, on_stdout, format_of), path))
    fmt = on_stdout or otherwise
    if fmt and not any(is_stdout(path) and (on_stdout in (None, taken)) for taken, path in found):
        found.insert(0, (fmt, "-"))
    return found


def _format_of(path: str, fallback: str | None, format_of: Callable[[str], str]) -> str:
    try:
        return format_of(path)
    except UsageError:
        if fallback is None:
            raise
        return fallback


def without_targets(choices: "Choices", wanted: Sequence[Output]) -> list[str]:
    """A line for each Prometheus report that will have no target's metrics, for a sweep expects nothing by itself."""
    if choices.command != "sweep" or choices.probe.expect or choices.report.all_metrics:
        return []
    return [
        f"{'stdout' if path == '-' else repr(path)}: no target has an expectation, so only the whole scan has metrics: "
        "add --all-metrics for each target's, or --expect"
        for fmt, path in wanted
        if fmt == "prom"
    ]


def check(choices: "Choices", inputs: Iterable[str]) -> None:
    """Raises UsageError, or StdoutError, for reports that cannot be. `inputs`: files that are read. Touches nothing."""
    from scanner.reports import check_fields, check_outputs, is_stdout

    inputs = list(inputs)
    if inputs.count("-") > 1:
        raise UsageError("standard input can be read only once; write - once")
    wanted = wanted_outputs(choices)
    if sys.stdout is None and any(is_stdout(path) for _, path in wanted):
        raise StdoutError("stdout is closed: there is nowhere to write the table or report (-q leaves the table out)")
    check_fields(choices.report.columns(), [fmt for fmt, _ in wanted])
    check_outputs(wanted, inputs)
    check_journal(choices.journal, [path for _, path in wanted], inputs)
