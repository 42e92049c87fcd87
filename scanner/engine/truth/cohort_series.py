"""The cohorts of one path, one after the other, and the eras they belong to. Pure: pass `now`.

Of a path with no silent target no cohort is opened: a clean sweep pays for none of it.
"""

from collections import deque
from collections.abc import Callable

from scanner.engine.truth.cohorts import Cohort, Era
from scanner.engine.truth.path_counts import PathCounts
from scanner.engine.truth.sending import Sending
from scanner.model import Endpoint, Place

_LATELY = 256  # cohorts of which something was lost


class CohortSeries:
    """`counts`: those of their path. `era`: the present one. `present`: the cohort that probes sent now belong to.
    `unseen`: what left before anybody watched; it met the first era's loss. `rate`: at which the last cohort was sent
    (a second).
    """

    def __init__(self, counts: PathCounts, unseen: Cohort | None = None) -> None:
        self._counts = counts
        self.era = Era(counts=counts)
        self.present: Cohort | None = None
        self.unseen = unseen or Cohort(self.era)
        self.sending = Sending()
        self.rate = 0.0
        self._leaving: list[Cohort] = []
        self._closed: list[Cohort] = []
        self._lately: deque[Cohort] = deque(maxlen=_LATELY)

    def open(self, now: float, target: int) -> Cohort:
        """The cohort that probes sent now belong to; a new one wants `target` sentinels."""
        cohort = self.present
        if cohort is None or cohort.closed or cohort.ripe(now):
            if cohort is not None and cohort.witnesses.pending and not cohort.closed and not cohort.late(now):
                self._leaving.append(cohort)  # no more probes, but some of its networks are still to be asked
            elif cohort is not None:
                self.close(cohort)
            cohort = self.present = Cohort(self.era, now, target, self.sending.begin())
        return cohort

    def to_ask(self, now: float) -> list[Cohort]:
        """The cohorts that have networks to be asked now."""
        if self._leaving:
            for cohort in self._leaving:
                if not cohort.witnesses.pending or cohort.late(now):
                    self.close(cohort)
            self._leaving = [cohort for cohort in self._leaving if not cohort.closed]
        cohorts = [*self._leaving, self.present] if self.present is not None else self._leaving
        return [cohort for cohort in cohorts if cohort.due(now)]

    def close(self, cohort: Cohort) -> None:
        """No more sentinels for this one; it knows at which rate it was sent."""
        if cohort.closed:
            return
        cohort.close()
        self._closed.append(cohort)
        self.rate = self.sending.rate_since(cohort.sending)
        cohort.sending.ends_at(self.rate)

    def take_closed(self) -> list[Cohort]:
        """Those that were closed since the last call."""
        closed, self._closed = self._closed, []
        return closed

    def lose(self, cohort: Cohort, endpoint: Endpoint) -> None:
        """A sentinel of that cohort stayed silent."""
        if not cohort.unanswered:
            self._lately.append(cohort)
        cohort.lose(endpoint)

    def forgive(self, belongs: Callable[[Place], bool], since: float = 0.0) -> int:
        """What those hosts lost lately says nothing of this path, as far as their cohorts lasted until `since`.

        Each is taken out once, whoever asks. Returns how many.
        """
        cohorts = [cohort for cohort in self._lately if cohort.opened + cohort.moment >= since]
        return sum(cohort.forgive(belongs) for cohort in cohorts)

    def split(self, counts: PathCounts) -> "CohortSeries":
        """That of a part of the hosts, which `counts` counts: what was sent to them before counts as lost."""
        return CohortSeries(counts, Cohort(Era(lost=1, n=1)))

    def new_era(self) -> None:
        """What was learned so far of loss does not hold from now on."""
        self.era.flips.end()
        self.era = Era(counts=self._counts)
        if self.present is not None:
            self.close(self.present)
