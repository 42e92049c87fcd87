"""What answers to later attempts say of loss, where only open ports answer and sentinels are few. Pure counts.

Of the attempts of one era each is lost with the same chance p. So of those that answer at all, p times as many do so at
their second attempt as at the first, and so on: p is the number that came at a second or later one by the number that
came before the last. (To count each one's own missed attempts would find too little: who would have answered only later
still is not among them.) Answers at the first attempt alone say that little is lost, once the others are asked again.
"""

from scanner.engine.truth.loss_estimate import FULL_COHORT


class LaterAnswers:
    """Answers, by the number that the attempt had among those of its target in one era."""

    __slots__ = ("_hits",)

    def __init__(self) -> None:
        self._hits: list[int] = []

    def hit(self, nth: int) -> None:
        """A target answered its `nth` attempt in this era; 1 is the first."""
        self._hits += [0] * (nth - len(self._hits))
        self._hits[nth - 1] += 1

    @property
    def count(self) -> int:
        """Answers that were no first ones."""
        return sum(self._hits[1:])

    @property
    def share(self) -> float:
        """The part that is lost."""
        before = sum(self._hits[:-1])
        return min(1.0, self.count / before) if before else float(self.count > 0)

    @property
    def known(self) -> int:
        """The attempts of which it is known what became of them, at most as many as a full cohort has."""
        return min(FULL_COHORT, sum(nth * hits for nth, hits in enumerate(self._hits, 1)))

    @property
    def lost(self) -> int:
        """How many of these were lost, in effect."""
        return round(self.share * self.known)
