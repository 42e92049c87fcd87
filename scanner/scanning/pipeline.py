"""What the engine's rows go through before they are handed out, in this order:

1. `phantoms/marking.py`: open rows are kept back until it is clear whether anybody is behind the port. It comes first
   because all that follows goes by the doubts.
2. `late_names.py`: a name that turns out to lead to a target that was probed already gets a copy of its row, the doubt
   included. Here join the rows that no probe was needed for, which can be no phantoms.
3. `expectations.py`: whether a row is as expected, whoever made it; with `--strict` that hangs on its doubt. Rows of a
   name of which one address is enough are kept back until one is. Left out where nothing is expected.

A step takes a round's rows and hands on those that are ready, maybe with rows of rounds before; at the end it hands on
what it kept. It fills in `doubt` or `met`, which until then are nobody's: rows are shared only once they are out.

A round costs a call for each step; what a step does to each row it does only where it must.
"""

from typing import Protocol

from scanner.model import Result


class RowStep(Protocol):
    """One step. No row is lost, none comes twice; a list that was taken is not changed."""

    def apply(self, rows: list[Result]) -> list[Result]:
        """The rows of a round, maybe none. Returns those to hand on."""
        ...

    def finish(self, rows: list[Result], *, complete: bool) -> list[Result]:
        """The last rows. Returns them with all that was kept. `complete`: every target is judged."""
        ...


class Pipeline:
    """Some steps, one after the other."""

    def __init__(self, *steps: RowStep) -> None:
        self._steps = steps

    def apply(self, rows: list[Result]) -> list[Result]:
        """The rows of a round of the engine, maybe none. Returns those to hand out."""
        for step in self._steps:
            rows = step.apply(rows)
        return rows

    def finish(self, *, complete: bool) -> list[Result]:
        """All that was kept. `complete`: every target is judged."""
        rows: list[Result] = []
        for step in self._steps:
            rows = step.finish(rows, complete=complete)
        return rows
