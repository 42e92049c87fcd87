"""What is done after a turn, as the schedule tells the loop."""

from typing import NamedTuple

from scanner.engine.trial import Trial
from scanner.engine.truth.path import Path


class Settled(NamedTuple):
    """Trials whose silence or "no" stands, each with its doubt; trials to hosts that are not there; trials whose
    sockets may be closed; the paths that are held back from now on."""

    finished: list[tuple[Trial, str]]
    absent: list[Trial]
    to_close: list[Trial]
    slowed: list[Path]
