"""What a turn of the flight found: each trial in the list of what became of its present attempt."""

from typing import Generic, TypeVar

from scanner.engine.flight.probe import BareTrial

TrialT = TypeVar("TrialT", bound=BareTrial)


class Found(Generic[TrialT]):
    """`refused`: plain refusals, first attempts of targets that a RST answered, by far the most. `judged`: every other
    verdict. `silent`: no answer within the attempt's patience. `denied`: a "no" that may pass. `unsent`: the probe
    never truly left, and does not count. `at_once`: how many verdicts came from connect() itself, or this machine.
    """

    __slots__ = ("at_once", "denied", "judged", "refused", "silent", "unsent")

    def __init__(self) -> None:
        self.refused: list[TrialT] = []
        self.judged: list[TrialT] = []
        self.silent: list[TrialT] = []
        self.denied: list[TrialT] = []
        self.unsent: list[TrialT] = []
        self.at_once = 0

    def __bool__(self) -> bool:
        return bool(self.refused or self.judged or self.silent or self.denied or self.unsent)

    def came_at_once(self) -> None:
        """One more verdict that no answer led to."""
        self.at_once += 1

    @property
    def answers(self) -> int:
        """Verdicts that an answer led to."""
        return len(self.refused) + len(self.judged) - self.at_once
