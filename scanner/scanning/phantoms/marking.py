"""The phantoms step: where the engine's rows meet `accepts_all.py`, which is told of them and says what to ask.

A turn with nothing open passes by as long as no row is kept back, as in most turns of most scans.
"""

from collections.abc import Callable

from scanner.engine.loop import Engine
from scanner.engine.schedule import Schedule
from scanner.model import Result
from scanner.scanning.phantoms.accepts_all import AcceptsAll


class Marking:
    """A step of the pipeline, and the first: its rows are those of the turn that the engine has just handed out."""

    def __init__(self, accepts: AcceptsAll, engine: Engine, schedule: Schedule, clock: Callable[[], float]) -> None:
        self._accepts = accepts
        self._engine = engine
        self._schedule = schedule
        self._clock = clock

    def apply(self, rows: list[Result]) -> list[Result]:
        """The rows, phantoms marked; open ones may come in a later turn. What has to be asked goes out next."""
        accepts, engine = self._accepts, self._engine
        if engine.opened or not accepts.idle:
            now = accepts.run_time.turn(self._clock(), held=engine.held)
            rows = accepts.apply(rows, now, engine.opened, engine.answers_at)
            if wanted := accepts.take_wanted():
                self._schedule.ask_first(wanted)
        else:
            accepts.run_time.rest()
            if rows:
                accepts.pass_by(rows)
        return rows

    def finish(self, rows: list[Result], *, complete: bool) -> list[Result]:
        """The last rows, with those that were kept, marked as far as is known."""
        return rows + self._accepts.finish(complete=complete)
