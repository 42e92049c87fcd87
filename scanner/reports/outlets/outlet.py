"""What every outlet is: text in, UTF-8 bytes out, one clear error when that fails, one proper end.

Why not plain `open()`: the text is UTF-8 whatever the locale, so it bypasses the text layer; a failed write must
surface once, as our own error, and not a second time when the interpreter closes a buffer; and what waits must leave
a few times a second, but not once per turn. So an outlet keeps its own queue of text over a bare descriptor.

A lone surrogate (a file name or tag that was not UTF-8) is written as its backslash escape: in JSON that is the
very escape that means it, elsewhere it is at least visible.
"""

from collections.abc import Callable
from time import monotonic

from scanner.errors import ReportError
from scanner.words.plain import plain

#: Characters that may wait before they are written even though it is not yet time to flush.
BUFFERED = 256 * 1024


#: Finds where the last whole row ends in the bytes of rows; 0 if there is none.
RecordEnd = Callable[[bytes], int]


def line_end(data: bytes) -> int:
    """Where the last whole line of `data` ends, or 0: the end of the last row in formats whose rows are lines."""
    return data.rfind(b"\n") + 1


class TextQueue:
    """Text that waits to be written until there is much of it, or `interval` seconds have passed since the last."""

    def __init__(self, interval: float) -> None:
        self._interval = interval
        self._texts: list[str] = []
        self._size = 0
        self._taken = -interval

    def add(self, text: str) -> bool:
        """Takes text; returns whether so much is waiting that it should be written now."""
        self._texts.append(text)
        self._size += len(text)
        return self._size >= BUFFERED

    def is_due(self) -> bool:
        """Whether something is waiting and the last text was taken long enough ago."""
        return bool(self._texts) and monotonic() - self._taken >= self._interval

    def take(self) -> bytes:
        """All that waits, as bytes."""
        data = "".join(self._texts).encode("utf-8", "backslashreplace")
        self._texts.clear()
        self._size = 0
        self._taken = monotonic()
        return data


class Outlet:
    """Text in, bytes out. The kinds of outlets override `_begin`, `_put` and the four `_end_` methods.

    `name` is what messages call it; `ended` is True once nothing more may come; `left` is the file that an early end
    left behind, or empty; `remarks` is what the report has to tell whoever ends the scan, a line each (`remark`).
    """

    def __init__(self, name: str, interval: float) -> None:
        self.name = plain(name)
        self.ended = False
        self.left = ""
        self.remarks: list[str] = []
        self._begun = False
        self._problem: Exception | None = None
        self._queue = TextQueue(interval)

    @property
    def failed(self) -> bool:
        """Whether a write failed: no more will be written."""
        return self._problem is not None

    @property
    def waiting(self) -> bool:
        """Whether a reader has yet to take what was written; files have no reader."""
        return False

    @property
    def full(self) -> bool:
        """Whether so much is waiting that the scan should wait too, if nothing else takes its rows."""
        return False

    def begin(self) -> None:
        """The scan really begins: what was here before may go. May be called again."""
        if not self._begun:
            self._attempt(self._begin)
            self._begun = True

    def makes_room(self, act: Callable[[], None]) -> None:
        """Calls `act` whenever text is about to leave for where others write, too: a terminal may show a bar there."""

    def write(self, text: str) -> None:
        """Takes `text`; raises ReportError when this or an earlier text could not be written."""
        if self._queue.add(text):
            self.flush()

    def remark(self, line: str) -> None:
        """Leaves a line for people: a report's text has no place for it."""
        self.remarks.append(line)

    def flush_in_time(self) -> None:
        """Flushes when something waits and the last flush is long enough ago."""
        if self._queue.is_due():
            self.flush()

    def flush(self) -> None:
        """Writes all that waits; before `begin`, it goes on waiting."""
        if self._problem is not None:
            raise self._problem
        if not self._begun:
            return
        data = self._queue.take()
        self._attempt(lambda: self._put(data))

    def finish(self, words: str = "") -> None:
        """Ends a whole report; `words` are the last to be written."""
        self.begin()
        self.write(words)
        self.flush()
        self.ended = True
        self._attempt(self._end_whole)

    def abandon(self, words: str = "") -> None:
        """Ends early, with `words`; what was written stays. An outlet that has failed does not complain again."""
        if self.ended:
            return
        self.ended = True
        try:
            if self._problem is None:
                self._queue.add(words)
                data = self._queue.take()
                self._attempt(lambda: self._end_early(data))
        finally:
            if self._problem is not None:
                self._end_failed(words.encode("utf-8", "backslashreplace"))

    def withdraw(self) -> None:
        """The scan came to nothing before it began: leaves everything as it was. Does nothing once it has begun."""
        if not self._begun and not self.ended:
            self.ended = True
            self._end_unbegun()

    def push(self) -> None:
        """Hands on what the reader takes now, without waiting."""

    def give_up(self) -> None:
        """Stops waiting for the reader: what was not taken is lost, and if there is any, ReportError says so."""

    def _begin(self) -> None:
        """Makes room for what comes. May raise OSError."""

    def _put(self, data: bytes) -> None:
        """Writes. May raise OSError or ValueError."""
        raise NotImplementedError

    def _end_whole(self) -> None:
        """Everything was put: settles the file's name, closes the descriptor. May raise OSError or ReportError."""

    def _end_early(self, data: bytes) -> None:
        """Puts `data`, the last there will be, and closes; where nothing has begun, what was here may stay.

        May raise OSError; `_end_failed` closes then.
        """

    def _end_failed(self, words: bytes) -> None:
        """Closes after a failed write, with as good an end as can be had. Raises nothing."""

    def _end_unbegun(self) -> None:
        """Closes, and removes what opening made. Raises nothing."""

    def _attempt(self, act: Callable[[], None]) -> None:
        """Calls `act`; a failure is remembered, and raised in our words."""
        try:
            act()
        except (OSError, ValueError, ReportError) as error:  # ValueError: somebody closed the stream
            self._problem = error if isinstance(error, ReportError) else self._translated(error)
            raise self._problem from error

    def _translated(self, error: OSError | ValueError) -> Exception:
        return ReportError(f"{self.name}: the report could not be written: {reason_of(error)}")


def reason_of(error: OSError | ValueError) -> str:
    """The system's words for an error, without its number and the file name."""
    return error.strerror if isinstance(error, OSError) and error.strerror else str(error)
