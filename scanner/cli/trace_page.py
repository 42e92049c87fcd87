"""The one report of `scanner trace`: its format, its place, and that it is opened before anything is asked."""

import sys
from collections.abc import Sequence
from types import TracebackType
from typing import TYPE_CHECKING, NamedTuple

from scanner.cli import stderr
from scanner.cli.stdout import ReaderGoneError, StdoutError
from scanner.cli.streams import look_of

if TYPE_CHECKING:
    from scanner.model import Trace
    from scanner.reports import Outlet, StopRequest

#: The formats by name.
FORMATS = ("text", "json", "csv")


def place_for(fmt: str | None, path: str | None) -> tuple[str, str]:
    """Format and path. Raises UsageError, or StdoutError, for what cannot be written; touches nothing."""
    from scanner.reports.output_words import check_outputs, is_stdout

    path = path or "-"
    if is_stdout(path) and sys.stdout is None:
        raise StdoutError("stdout is closed: there is nowhere to write the trace")
    ending = path.rpartition(".")[2].lower()
    fmt = fmt or (ending if path != "-" and ending in FORMATS else "text")
    check_outputs([(fmt, path)])
    return fmt, path


class Page:
    """Where the traces will stand, or nowhere (`path` is None). After the block they do, or nothing has changed."""

    def __init__(self, fmt: str, path: str | None, stop: "StopRequest") -> None:
        self._fmt = fmt
        self._path = path
        self._stop = stop
        self._outlet: Outlet | None = None

    def __enter__(self) -> "Page":
        """Says what will not be as it was, and opens it. Raises UsageError, ReportError, ReaderGoneError."""
        from scanner.reports import StopAskedError, notices, open_outlet, record_end_of

        if self._path is not None:
            for text in notices([self._path]):
                stderr.say(f"warning: {text}")
            try:
                self._outlet = open_outlet(self._path, self._stop, record_end_of(self._fmt))
            except StopAskedError:  # before a FIFO had its reader: then there is no page
                pass
            except BrokenPipeError:
                raise ReaderGoneError from None
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._outlet is not None:
            self._outlet.withdraw()

    def write(self, traces: "Sequence[Trace]", *, whole: bool) -> None:
        """Writes them all, and waits for a reader with the stop in view. Raises ReportError, ReaderGoneError."""
        from scanner.reports import settle

        outlet = self._outlet
        if outlet is None:
            return
        page = _rendered(self._fmt, traces)
        try:
            outlet.begin()
            outlet.write(page.text)
            if whole:
                outlet.finish(page.end)
            else:
                outlet.abandon(page.end)
            settle(lambda: [outlet], self._stop, outlet.push, lambda: not outlet.waiting)
            outlet.give_up()
        except BrokenPipeError:
            raise ReaderGoneError from None
        finally:
            outlet.abandon(page.end)


class _Rendered(NamedTuple):
    text: str
    end: str


def _rendered(fmt: str, traces: "Sequence[Trace]") -> _Rendered:
    if fmt == "json":
        from scanner.reports.trace_data import JSON_END, json_text

        return _Rendered(json_text(traces), JSON_END)
    if fmt == "csv":
        from scanner.reports.trace_data import csv_text

        return _Rendered(csv_text(traces), "")
    from scanner.reports.trace_tree import tree_lines

    return _Rendered("".join(f"{line}\n" for line in tree_lines(traces, look_of(sys.stdout))), "")
