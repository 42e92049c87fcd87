"""The one text of a command that does not stream: its place, that it is opened before anything is asked, and its
end."""

import sys
from collections.abc import Iterable, Sequence
from types import TracebackType
from typing import TYPE_CHECKING

from scanner.cli import stderr
from scanner.cli.stdout import ReaderGoneError, StdoutError
from scanner.errors import UsageError

if TYPE_CHECKING:
    from scanner.reports import Outlet, StopRequest


def place_for(
    fmt: str | None, path: str | None, formats: Sequence[str], *, what: str, inputs: Iterable[str] = ()
) -> tuple[str, str]:
    """Format and path: the format as said, else by the file's ending, else the first of `formats`.

    `what` is written, `inputs` are files that are read. Raises UsageError, or StdoutError, for what cannot be written;
    touches nothing.
    """
    from scanner.reports.output_words import check_outputs, ending_of, is_stdout

    path = path or "-"
    if is_stdout(path) and sys.stdout is None:
        raise StdoutError(f"stdout is closed: there is nowhere to write {what}")
    ending = path.rpartition(".")[2].lower()
    if not fmt and ending not in formats and (other := ending_of(path)):
        raise UsageError(
            f"-o {path!r}: {what} cannot be written as {other}; formats: {', '.join(formats)} (-f says which)"
        )
    fmt = fmt or (ending if path != "-" and ending in formats else formats[0])
    check_outputs([(fmt, path)], inputs)
    return fmt, path


class Page:
    """Where the text will stand, or nowhere (`path` is None). After the block it does, or nothing has changed."""

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

    def write(self, pieces: Iterable[str], *, end: str = "", whole: bool = True) -> None:
        """Writes them all, and waits for a reader with the stop in view. `end` is what makes the text well formed, also
        where it is not `whole`. Raises ReportError, ReaderGoneError."""
        from scanner.reports import settle

        outlet = self._outlet
        if outlet is None:
            return
        try:
            outlet.begin()
            for piece in pieces:
                outlet.write(piece)
                outlet.flush_in_time()
            if whole:
                outlet.finish(end)
            else:
                outlet.abandon(end)
            settle(lambda: [outlet], self._stop, outlet.push, lambda: not outlet.waiting)
            outlet.give_up()
        except BrokenPipeError:
            raise ReaderGoneError from None
        finally:
            outlet.abandon(end)
