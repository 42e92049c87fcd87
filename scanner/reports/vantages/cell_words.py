"""What a vantage saw of a target, in words: a cell of the matrix, and what was expected instead."""

from collections.abc import Callable, Iterable, Sequence

from scanner.model import State
from scanner.reports.comparing.seen_targets import RowOutcome
from scanner.reports.painted import STATE_STYLE, Look
from scanner.reports.phrases import amiss, brief_verdict, verdict_text
from scanner.reports.vantages.sightings import SeenRows

NOT_SCANNED = "not scanned"
#: So many rows are told in a cell that people read; of more, those first that are not as expected.
_TOLD = 16


def cell_text(seen: SeenRows, look: Look) -> str:
    """`open`, `✗ timeout`, `open at 10.0.0.1; timeout at 10.0.0.2`, `not scanned`."""
    told = seen if len(seen) <= _TOLD else sorted(seen, key=lambda row: row[1].met is not False)[:_TOLD]
    more = [f"and {len(seen) - _TOLD:,} more"] if len(seen) > _TOLD else []
    return "; ".join([*(_marked(row, look) for row in told), *more]) or NOT_SCANNED


def _marked(row: tuple[str, RowOutcome], look: Look) -> str:
    text = _row_text(row, look, brief_verdict)
    return f"{look.mark} {text}" if row[1].met is False else text


def whole_text(seen: SeenRows, *, lenient: bool) -> str:
    """The same with every reason, and what was expected of what is not so: for formats that escape what they are given.
    `lenient`: as for `expected_text`."""
    look, said = Look(), []
    for row in seen:
        expected = [expected_text(row[1], lenient=lenient)] if row[1].met is False else []
        said.append(", ".join([_row_text(row, look, verdict_text), *expected]))
    return "; ".join(said) or NOT_SCANNED


def _row_text(row: tuple[str, RowOutcome], look: Look, verdict: Callable[[tuple[State, str, str], Look], str]) -> str:
    address, outcome = row
    text = verdict((State(outcome.state), outcome.reason, outcome.icmp_from), look)
    if outcome.doubt:
        text += f", in doubt: {look.text(outcome.doubt)}"
    return f"{text} at {look.text(address)}" if address else text


def expected_text(outcome: RowOutcome, *, lenient: bool) -> str:
    """`expected open`; `lenient`: to its scan a verdict in doubt was as good as another."""
    why = amiss(State(outcome.state), outcome.expect, outcome.doubt, lacking=lenient)
    return f"expected {outcome.expect}{why}"


def unmet_text(seen: SeenRows, *, lenient: bool) -> str:
    """What was expected of what is not so; empty where all is."""
    said = dict.fromkeys(expected_text(outcome, lenient=lenient) for _, outcome in seen if outcome.met is False)
    return ", ".join(said)


def cell_style(seen: SeenRows) -> str:
    """The colour of a cell: that of the verdict on its expectations where it has some, else of the state."""
    met = {outcome.met for _, outcome in seen}
    if not met:
        return "dim"
    if False in met:
        return "bad"
    states = {outcome.state for _, outcome in seen}
    return "green" if met == {True} else STATE_STYLE[State(states.pop())] if len(states) == 1 else ""


def by_wording(texts: Sequence[str], names: Iterable[str]) -> dict[str, list[str]]:
    """Who says what: the names by text, in the order of the first of each."""
    found: dict[str, list[str]] = {}
    for text, name in zip(texts, names, strict=True):
        found.setdefault(text, []).append(name)
    return found
