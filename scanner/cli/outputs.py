"""The reports of one scan together: which there are, and that one's failure is not the others'.

A report that cannot be written is dropped with a message, and the scan goes on for the rest; a reader of stdout
that went away is dropped without one. What was lost is remembered for the exit status.
"""

import os
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING

from scanner.cli.stdout import Reader
from scanner.errors import ReportError
from scanner.model import Result

if TYPE_CHECKING:
    from scanner.cli.choices import Choices
    from scanner.reports import Look, Report, ScanInfo, Selection

#: Format and path of a report.
Output = tuple[str, str]


def wanted_outputs(choices: "Choices") -> list[Output]:
    """What `-o`, `-f` and `-q` ask for. The table is there unless stdout is taken or `-q` said.

    A file whose ending says nothing takes the format of `-f`. Raises UsageError.
    """
    from scanner.reports import format_of, is_stdout, parse_output

    found: list[Output] = []
    for text in choices.outputs:
        fmt, path = parse_output(text)
        found.append((fmt or _format_of(path, choices.format, format_of), path))
    fmt = choices.format or ("" if choices.quiet else "table")
    if fmt and not any(is_stdout(path) and (choices.format in (None, taken)) for taken, path in found):
        found.insert(0, (fmt, "-"))
    return found


def _format_of(path: str, fallback: str | None, format_of: Callable[[str], str]) -> str:
    from scanner.errors import UsageError

    try:
        return format_of(path)
    except UsageError:
        if fallback is None:
            raise
        return fallback


class Outputs:
    """The open reports. `hung_up`: the reader of stdout went away; `problems`: what could not be written."""

    def __init__(self, say: Callable[[str], None]) -> None:
        self.hung_up = False
        self.problems: list[str] = []
        self.streams_to_stdout = False
        self._say = say
        self._reports: list[Report] = []
        self._paths: list[str] = []
        self._on_stdout: Report | None = None
        self._reader: Reader | None = None

    def open(self, wanted: Sequence[Output], look: "Look", command: str, only: "Selection | None") -> None:
        """Opens them all, or none: what was opened before one that fails is left behind as FILE.partial.

        Raises ReportError.
        """
        from scanner.reports import Only, is_stdout, open_report

        self._paths = [path for _, path in wanted]
        for fmt, path in wanted:
            try:
                report = open_report(fmt, path, look=look, command=command)
            except BrokenPipeError:
                self.hung_up = True
                continue
            self._reports.append(Only(report, only) if only else report)
            if is_stdout(path):
                self._on_stdout, self._reader = self._reports[-1], Reader()
            self.streams_to_stdout |= fmt != "table" and is_stdout(path)

    @property
    def all_lost(self) -> bool:
        """Nobody is left to tell; a scan without reports has its exit status to tell."""
        return bool(self._paths) and not self._reports

    @property
    def nobody_listens(self) -> bool:
        """The reader of stdout was the only one, and it went away."""
        return self.all_lost and self.hung_up and not self.problems

    def write(self, results: list[Result]) -> None:
        """Hands a batch on; an empty one lets what waits be written."""
        if self._reader is not None and self._reader.is_gone():
            self._hang_up()
        self._each(lambda report: report.write(results))

    def finish(self, info: "ScanInfo") -> None:
        """The scan is done: every report appears under its own name."""
        self._each(lambda report: report.finish(info))

    def abandon(self, info: "ScanInfo") -> None:
        """Every report that is not finished gets a well-formed end as FILE.partial."""
        self._each(lambda report: report.abandon(info))

    def left_behind(self) -> list[str]:
        """A line for each report that could not appear under its own name."""
        from scanner.reports import plain
        from scanner.reports.outlet import partial_path

        return [f"incomplete: {plain(path)}" for path in map(partial_path, self._paths) if os.path.isfile(path)]

    def _each(self, act: "Callable[[Report], None]") -> None:
        for report in list(self._reports):
            try:
                act(report)
            except BrokenPipeError:
                self._hang_up()
            except ReportError as error:
                self.problems.append(str(error))
                self._say(f"error: {error}")
                self._drop(report)

    def _hang_up(self) -> None:
        """Nobody reads stdout any more: its report is dropped without a word."""
        self.hung_up = True
        self._reader = None
        if self._on_stdout in self._reports:
            self._reports.remove(self._on_stdout)

    def _drop(self, report: "Report") -> None:
        """Out of the list; what was written stays beside its name."""
        from scanner.reports import ScanInfo

        self._reports.remove(report)
        with suppress(ReportError, BrokenPipeError):
            report.abandon(ScanInfo(complete=False))
