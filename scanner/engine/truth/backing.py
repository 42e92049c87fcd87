"""What is known of the attempts of one silent target: beside which sentinels each left, and who was there to be heard.

Made when a target falls silent, meets a "no", or leaves by a path that is watched: clean sweeps have none.
"""

from scanner.engine.truth.cohorts import Cohort, Era
from scanner.engine.truth.loss_estimate import estimate
from scanner.engine.truth.network_evidence import Network
from scanner.engine.truth.path import Path


class Backing:
    """`cohort`: that of its present attempt. `unheard`: how many of its attempts left before anybody of its network was
    heard. `awaits_responders`: it waits for those of its network: they are denied as well, or nobody answered yet.
    `asked_more`: it waits, or waited, for more of them than were asked beside it; `known`: how many sentinels had told
    when it last waited for more (`-r 0`). `era`, `nth`: in which era its newest attempt left, and which attempt of it
    that was.
    """

    __slots__ = ("asked_more", "awaits_responders", "cohort", "cohorts", "era", "known", "nth", "unheard")

    def __init__(self) -> None:
        self.cohort: Cohort | None = None
        self.cohorts: list[Cohort] | None = None
        self.era: Era | None = None
        self.nth = 0
        self.unheard = 0
        self.awaits_responders = False
        self.asked_more = False
        self.known = -1

    def leaves_with(self, cohort: Cohort, unseen: Cohort, attempts: int) -> None:
        """One more attempt leaves with that cohort; `attempts` did before, those that nobody watched with `unseen`."""
        if self.era is None:
            self.era, self.nth = unseen.era, attempts
        if self.era is not cohort.era:
            self.era, self.nth = cohort.era, 0
        self.nth += 1
        if self.cohorts is None:
            self.cohorts = [unseen] * attempts
        self.cohorts.append(cohort)
        self.cohort = cohort

    def take_back(self, attempts: int) -> None:
        """It did not leave, after `attempts` that did: what was noted of it is not evidence for anything."""
        if self.cohorts is not None and len(self.cohorts) > attempts:
            self.cohorts.pop()
            self.cohort = None
            self.nth -= 1

    def begin_anew(self) -> None:
        """It is on another path from now on: what its attempts met before says nothing of that."""
        self.cohort, self.cohorts, self.era = None, None, None

    def waits_with(self, cohort: Cohort) -> None:
        """That cohort speaks for its present attempt."""
        self.cohort = cohort

    def waits_with_more(self, cohort: Cohort) -> None:
        """So does that one, of which more are asked."""
        self.asked_more, self.cohort = True, cohort

    def waits_for_responders(self, waiting: bool) -> None:
        """Whether it waits for the responders of its network from now on."""
        self.awaits_responders = waiting

    def was_unheard(self, attempts: int) -> None:
        """Nobody of its network was heard until after so many attempts."""
        self.unheard = attempts

    def knew(self, sentinels: int) -> None:
        """So many sentinels had told when it waited for more."""
        self.known = sentinels

    def left_with(self, attempts: int, unseen: Cohort) -> list[Cohort]:
        """The cohorts that its attempts left with, one for each; `unseen` where nobody watched."""
        cohorts = self.cohorts or []
        return [*[unseen] * (attempts - len(cohorts)), *cohorts][:attempts]

    def losses(self, path: Path, attempts: int, network: Network | None = None) -> list[float] | None:
        """The loss that each of its attempts met, the last by its own cohort; None if nobody can tell.

        Of a network: 1 for those that nobody of it vouches for; without one, as far as the way goes.
        """
        if not path.can_tell:
            return None
        met = [_loss_met(path, cohort, network) for cohort in self.left_with(attempts, path.cohorts.unseen)]
        if network is not None:
            met[: self.unheard] = [1.0] * min(self.unheard, len(met))
        return met


def _loss_met(path: Path, cohort: Cohort, network: Network | None) -> float:
    """The loss that an attempt met which left with that cohort; of a network: 1 where nobody of it vouches."""
    counts, unseen = path.counts, cohort is path.cohorts.unseen
    if network is not None and not unseen and not cohort.witnesses.vouch_for(network):
        return 1.0
    if counts.flipped and not path.responders.refused:
        # Open ports are asked again one by one and seldom, and never meet the loss of a burst; these did.
        era, later = cohort.era, cohort.era.later
        if not later.known:
            return max(cohort.loss(), estimate(counts.missed, counts.answers + counts.missed))
        own = estimate(cohort.lost, cohort.measured) if cohort.unanswered else 0.0
        return max(own, estimate(era.lost + later.lost, era.n + later.known))
    if unseen and (known := counts.flipped + counts.resent):
        return max(cohort.loss(), estimate(known, counts.answers))  # by those who answered later
    return cohort.loss()
