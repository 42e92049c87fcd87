"""Where the rows of a round meet `accepts_all.py`: what is told to it, and whom it wants asked."""

from scanner.engine.loop import Engine
from scanner.engine.schedule import Schedule
from scanner.model import Result
from scanner.scanning.phantoms.accepts_all import AcceptsAll


def mark(accepts: AcceptsAll, engine: Engine, schedule: Schedule, rows: list[Result], now: float) -> list[Result]:
    """The rows of the round that the engine has just handed out, phantoms marked; open ones may come in a later round.

    What `accepts` wants asked is the next to be launched.
    """
    if engine.rows.opened or not accepts.idle:
        rows = accepts.apply(rows, now, engine.rows.opened, engine.heard)
        if accepts.wanted:
            schedule.ask_first(accepts.wanted)
            accepts.wanted.clear()
    elif rows:
        accepts.pass_by(rows)
    return rows
