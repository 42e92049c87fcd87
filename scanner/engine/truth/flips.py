"""What the targets of an era say of its loss: those that were silent before they answered (*flips*). Pure counts.

Sixty clean sentinels are luck one time in twenty where 5 % are lost. But where targets answer, each of them is a
sentinel as well: of 900 about 45 answer a later attempt only, and no luck hides that. So an era is never taken for
cleaner than its own targets found it. Where none flips, which most ways are, they have nothing to add.

An attempt counts for the era that it left in, whenever its target answers. Few known ones are no sample of their own:
they are counted with the sentinels.
"""

from scanner.engine.truth.loss_estimate import FULL_COHORT, estimate
from scanner.engine.truth.path_counts import PathCounts


class Flips:
    """`counts` are those of the path; `missed`: attempts of the era that were silent, of targets that answer."""

    __slots__ = ("_before", "_counts", "_until", "missed")

    def __init__(self, counts: PathCounts) -> None:
        self._counts = counts
        self._before = counts.answers
        self._until: int | None = None
        self.missed = 0

    def miss(self) -> None:
        """An attempt of this era was silent, and its target answered a later one."""
        self.missed += 1

    def end(self) -> None:
        """The era is over: who answers from now on says nothing of it."""
        self._until = self._counts.answers

    @property
    def known(self) -> int:
        """The attempts of this era of which is known, from the targets alone, what became of them."""
        until = self._counts.answers if self._until is None else self._until
        return self.missed + max(0, until - self._before)

    def loss(self, lost: int, n: int) -> float:
        """The loss that they show, beside sentinels of which so many were lost; 0 where none flipped."""
        if not self.missed:
            return 0.0
        if self.known >= FULL_COHORT:
            return estimate(self.missed, self.known)
        return estimate(lost + self.missed, n + self.known)
