"""The running count of what was found; the summary, the exit status and the JSON's `counts` read it."""

from collections import Counter

from scanner.model import Result, State


class Tally:
    """Counts over all results so far, whatever `--only` shows.

    `rows`; `states` (state -> rows); `met` and `unmet` (rows with an expectation); `amiss`: the states of the unmet;
    `rules` and `broken`: the entries that have rows with an expectation, and those with a row that is not met, by their
    `order`; `doubts` (doubt -> rows); `errors` (reason -> rows in error).
    """

    __slots__ = ("amiss", "broken", "doubts", "errors", "met", "rows", "rules", "states", "unmet")

    def __init__(self) -> None:
        self.rows = 0
        self.states: Counter[State] = Counter()
        self.met = 0
        self.unmet = 0
        self.amiss: set[State] = set()
        self.rules: set[int] = set()
        self.broken: set[int] = set()
        self.doubts: Counter[str] = Counter()
        self.errors: Counter[str] = Counter()

    def add(self, results: list[Result]) -> None:
        """Counts a batch. A hot path: it works on whole lists, so that the loops run in C."""
        self.rows += len(results)
        before = self.states[State.ERROR]
        self.states.update([result.state for result in results])
        if self.states[State.ERROR] > before:
            self.errors.update([result.reason for result in results if result.state is State.ERROR])
        met = [result.met for result in results]
        true, false = met.count(True), met.count(False)
        if true or false:
            self.met += true
            self.unmet += false
            self.rules.update([result.request.order for result in results if result.met is not None])
            if false:
                unmet = [result for result in results if result.met is False]
                self.broken.update([result.request.order for result in unmet])
                self.amiss.update([result.state for result in unmet])
        doubts = [result.doubt for result in results if result.doubt]
        if doubts:
            self.doubts.update(doubts)

    @property
    def open(self) -> int:
        """Rows that are open."""
        return self.states[State.OPEN]

    def counts(self) -> dict[str, int]:
        """Rows by state, for every state, in the order of `State`."""
        return {state.value: self.states[state] for state in State}
