"""The errors this package raises on purpose, all of them `ScannerError`.

A verdict on a target is never an exception: a refused or silent port is an expected answer, and a value
(`model.Result`). Exceptions mean that the caller asked for something impossible, or that we failed ourselves.
No message shows a password that stands in a URL, whoever makes the message (`user_info.py`).
The command line maps each kind to an exit status in one place (`cli/status.py`).
"""

from scanner.words.user_info import masked

#: Of the mistakes in one list this many are told: more would help nobody.
MOST_TOLD = 50


class ScannerError(Exception):
    """Anything this package raises on purpose; its text is fit to be shown to a user as it is.

    `problems` holds a line for each thing that is wrong; the text is these lines.
    """

    def __init__(self, *problems: str) -> None:
        self.problems = tuple(map(masked, problems))
        super().__init__("\n".join(self.problems))


class UsageError(ScannerError):
    """What was asked for cannot be done (a bad value, a bad combination); nothing was probed."""

    def __init__(self, *problems: str, hint: str = "") -> None:
        super().__init__(*problems)
        #: Where to read on, in a line of its own; or empty.
        self.hint = hint


class TargetError(UsageError):
    """A target list, host or port expression is wrong.

    A problem that has a place begins with it: `file:line:column: what is wrong; what to write`.
    """

    #: What was not done because of it.
    undone = "nothing probed"


class UnwrittenListError(TargetError):
    """The same, where the list was to be written in other words and nobody meant to probe."""

    undone = "nothing written"


class ReportError(ScannerError):
    """A report could not be written (a full disk, a vanished folder)."""
