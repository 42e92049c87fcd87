"""`--only STATES`: which rows the reports show. It never touches what is probed, counted or judged."""

import difflib
from collections.abc import Iterable

from scanner.errors import UsageError
from scanner.model import EXPECTATIONS, Result, State
from scanner.reports.report import Report, ScanInfo

_GROUPS = ("blocked", "reachable")
#: What `--only` takes, several with commas.
ONLY_WORDS = (*State, "unmet", *_GROUPS)
_MEANT = {"closed": "refused", "filtered": "blocked", "up": "reachable", "down": "blocked", "failed": "unmet"}


class Selection:
    """The rows to show: those in one of `states`, with `unmet` the unmet ones too, and with `met` the met ones."""

    __slots__ = ("met", "states", "unmet")

    def __init__(self, states: Iterable[State], *, unmet: bool = False, met: bool = False) -> None:
        self.states = frozenset(states)
        self.unmet = unmet
        self.met = met

    def __call__(self, result: Result) -> bool:
        return result.state in self.states or (self.unmet and result.met is False) or (self.met and bool(result.met))

    @property
    def only_unmet(self) -> bool:
        """Whether every row that it lets pass is unmet."""
        return self.unmet and not self.met and not self.states

    def filter(self, results: list[Result]) -> list[Result]:
        """The results of a batch that are shown, in their order."""
        return [result for result in results if self(result)]


#: The rows that have an expectation.
EXPECTING = Selection((), unmet=True, met=True)


#: What is not as expected.
ONLY_UNMET = Selection((), unmet=True)


def parse_only(text: str) -> Selection:
    """Reads a list like `open,unmet`; UsageError names every word that is not valid.

    >>> sorted(parse_only("open,blocked").states)
    [<State.OPEN: 'open'>, <State.TIMEOUT: 'timeout'>, <State.UNREACHABLE: 'unreachable'>]
    """
    words = [word.strip().lower() for word in text.split(",")]
    wrong = [word for word in words if word not in ONLY_WORDS]
    if wrong:
        raise UsageError(*map(_complaint, dict.fromkeys(wrong)))
    states: set[State] = set()
    for word in words:
        if word in _GROUPS:
            states |= EXPECTATIONS[word]
        elif word != "unmet":
            states.add(State(word))
    return Selection(states, unmet="unmet" in words)


def _complaint(word: str) -> str:
    meant = _MEANT.get(word) or next(iter(difflib.get_close_matches(word, ONLY_WORDS, n=1)), "")
    hint = f"; did you mean {meant}?" if meant else ""
    what = f"{word!r} is not a valid state" if word else "an empty word"
    return f"{what}{hint} (states: {', '.join(ONLY_WORDS)}; several with commas)"


class SelectiveReport:
    """A report that is given only the selected rows."""

    __slots__ = ("_report", "_selection")

    def __init__(self, report: Report, selection: Selection) -> None:
        self._report = report
        self._selection = selection

    def write(self, results: list[Result]) -> None:
        # An empty batch goes on too: it gives what waits a chance to be flushed.
        self._report.write(self._selection.filter(results))

    def flush(self) -> None:
        self._report.flush()

    def finish(self, info: ScanInfo) -> None:
        self._report.finish(info)

    def abandon(self, info: ScanInfo) -> None:
        self._report.abandon(info)
