"""How long answers took: round trips counted in bins of a logarithmic kind (1, 2, 5), open and refused apart.

Each bin is a row of a table with bars beside the numbers, so it reads the same without seeing, and in print.
"""

from bisect import bisect_right
from collections import Counter

from scanner.model import ANSWERED, Result, State

#: Where bins end, in ms; the last has no end.
_ENDS = (
    0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0, 200.0, 500.0, 1000.0, 2000.0, 5000.0,
    10_000.0,
)  # fmt: skip
#: The states that have a round trip.
_COUNTED = tuple(state for state in State if state in ANSWERED)
#: The width of the longest bar, in the bars' own unit.
_LONGEST = 200


class RttHistogram:
    """Round trips so far; nothing is kept of them but the counts."""

    def __init__(self) -> None:
        self._counts: dict[State, Counter[int]] = {state: Counter() for state in _COUNTED}

    def add(self, results: list[Result]) -> None:
        for state, counts in self._counts.items():
            found = [row.rtt_ms for row in results if row.state is state and row.rtt_ms is not None]
            if found:
                counts.update([bisect_right(_ENDS, rtt) for rtt in found])

    def table(self, of_what: str = "") -> str:
        """The bins from the first to the last that has any, as HTML; empty where nothing answered. `of_what`
        follows the first word of the caption."""
        met = [number for counts in self._counts.values() for number in counts]
        if not met:
            return ""
        longest = max(count for counts in self._counts.values() for count in counts.values())
        shown = [state for state in _COUNTED if self._counts[state]]
        head = "".join(f'<th scope="col" colspan="2">{state.value}</th>' for state in shown)
        rows = "".join(self._row(number, shown, longest) for number in range(min(met), max(met) + 1))
        return (
            f'<table class="rtt"><caption>Answers{of_what} by their round trip</caption>\n'
            f'<thead><tr><th scope="col">round trip</th>{head}</tr></thead>\n<tbody>\n{rows}</tbody></table>\n'
        )

    def _row(self, number: int, states: list[State], longest: int) -> str:
        cells = "".join(_bar(self._counts[state][number], state, longest) for state in states)
        return f'<tr><th scope="row">{_bin_text(number)}</th>{cells}</tr>\n'


def _bar(count: int, state: State, longest: int) -> str:
    """A number, and a bar that is so long: never nothing for something."""
    width = max(1, round(count / longest * _LONGEST)) if count else 0
    return (
        f'<td class="number">{f"{count:,}" if count else ""}</td><td class="bar" aria-hidden="true">'
        f'<svg viewBox="0 0 {_LONGEST} 12" preserveAspectRatio="none">'
        f'<rect class="fill-{state.value}" width="{width}" height="12"/></svg></td>'
    )


def _bin_text(number: int) -> str:
    """`0.5 to 1 ms`, `over 10 s`."""
    if number >= len(_ENDS):
        return f"over {_end_text(_ENDS[-1])}"
    if number == 0:
        return f"under {_end_text(_ENDS[0])}"
    return f"{_end_text(_ENDS[number - 1], short=_ENDS[number] < 1000)} to {_end_text(_ENDS[number])}"


def _end_text(ms: float, *, short: bool = False) -> str:
    return f"{ms:g}" if short else f"{ms / 1000:g} s" if ms >= 1000 else f"{ms:g} ms"
