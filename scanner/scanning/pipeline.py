"""What the engine's rows go through before they are handed out, in this order:

1. `phantoms/marking.py`: open rows are kept back until it is clear whether anybody is behind the port. It comes first
   because everything after it depends on the doubts.
2. `late_names.py`: a name that turns out to lead to a target that was already probed gets a copy of its row, including
   the doubt. Rows that needed no probe, which cannot be phantoms, join here too.
3. `expectations.py`: whether a row is as expected, whoever made it; with `--strict` that depends on its doubt. Rows of
   a name of which one address is enough are kept back until one is met, and those of an entry that needs some of its
   targets until so many are. Left out where nothing is expected.

Where hosts are asked first whether they are there (`discovery.py`), one step looks at the engine's rows before all
others, and hands them on; one behind `late_names.py` leaves out those that nobody is to see.

A step takes a turn's rows and hands on those that are ready, maybe with rows from earlier turns; at the end it hands
on what it kept. It fills in `doubt` or `met`, which nobody else has seen by then: rows are shared only once they are
out.

A turn costs a call for each step; a step does work for each row only where it must.
"""

from typing import Protocol

from scanner.model import Result


class RowStep(Protocol):
    """One step. No row is lost (but to the discovery) or comes twice; a list that was passed in is not changed."""

    def apply(self, rows: list[Result]) -> list[Result]:
        """The rows of a turn, maybe none. Returns those to hand on."""
        ...

    def finish(self, rows: list[Result], *, complete: bool) -> list[Result]:
        """The last rows. Returns them with all that was kept. `complete`: every target is judged."""
        ...


class Pipeline:
    """Some steps, one after another."""

    def __init__(self, *steps: RowStep) -> None:
        self._steps = steps

    def apply(self, rows: list[Result]) -> list[Result]:
        """The rows of a turn of the engine, maybe none. Returns those to hand out."""
        for step in self._steps:
            rows = step.apply(rows)
        return rows

    def finish(self, *, complete: bool) -> list[Result]:
        """All that was kept. `complete`: every target is judged."""
        rows: list[Result] = []
        for step in self._steps:
            rows = step.finish(rows, complete=complete)
        return rows
