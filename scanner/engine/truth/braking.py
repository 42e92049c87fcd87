"""What the loss on a path means for its pace: which evidence the rate law is shown, and when. Pure: pass `now`.

Where somebody refuses there are sentinels enough: each evaluated cohort is shown. Where only open ports answer, which
may not be asked often, the few sentinels and the answers to later attempts are weighed together, until they tell
enough. Where hardly anybody is left to tell anything, the path is held back to a rate that narrow lines take.

With the rate the era changes: what was learned of loss before does not hold from then on. (How fast a path may be sent
to is `brakes/rate_law.py`'s to say; who waits for that, `brakes/gates.py`'s.)
"""

from scanner.engine.brakes.pace import Pace
from scanner.engine.truth.cohort_series import CohortSeries
from scanner.engine.truth.cohorts import Cohort, Era
from scanner.engine.truth.loss_estimate import FULL_COHORT, SMALL_COHORT, estimate
from scanner.engine.truth.responders import Responders

#: Where nobody refuses: so many lost ones are evidence, and from this loss on the capacity is anybody's guess; so many
#: probes show a rate.
_EVIDENT, _ROUGH, _ENOUGH_SENT = 3, 0.8, 64
_CAREFUL = 200.0


class Braking:
    """Of one path, whose parts it is given. `targets`: how many are judged over it."""

    __slots__ = ("_careful", "_cohorts", "_pace", "_responders", "_too_few")

    def __init__(self, pace: Pace, cohorts: CohortSeries, responders: Responders, targets: int) -> None:
        self._pace = pace
        self._cohorts = cohorts
        self._responders = responders
        self._too_few = (0, 0)  # sentinels lost, and all, of cohorts too small to say something of the rate
        self.has_targets(targets)

    def has_targets(self, targets: int) -> None:
        """The careful rate: one that narrow lines take, or at which everybody is asked within a minute."""
        self._careful = max(_CAREFUL, targets / 60.0)

    def evaluate(self, cohort: Cohort, now: float) -> None:
        """Every sentinel of the cohort is answered or expired: what it says of loss, and of the rate."""
        cohort.evaluate()
        if cohort.era is not self._cohorts.era or not cohort.measured:
            return  # it was sent at another rate: it says nothing of the present one
        lost, n = self._too_few = self._too_few[0] + cohort.lost, self._too_few[1] + cohort.measured
        if n < SMALL_COHORT and not cohort.whole:
            if not self._responders.refused:
                self._weigh(now)
            return
        self._too_few = (0, 0)
        era, rate = self._cohorts.era, cohort.sending.rate
        if self._pace.law.learn(lost=lost, n=n, era_lost=era.lost, era_n=era.n, rate=rate, now=now):
            self.new_era()

    def answered(self, nth: int, era: Era, now: float) -> bool:
        """A target answered its `nth` attempt of an era. True when the rate was cut for what that says of loss."""
        if era is not self._cohorts.era or nth < 1 or self._responders.refused:
            return False
        era.later.hit(nth)
        return nth > 1 and self._weigh(now)

    def _weigh(self, now: float) -> bool:
        """Where nobody refuses: whether the few that can tell, sentinels and late answers, tell enough for a cut."""
        era = self._cohorts.era
        lost, n = self._too_few[0] + era.later.lost, min(FULL_COHORT, self._too_few[1] + era.later.known)
        lost = min(lost, n)
        if lost < _EVIDENT or not self._pace.law.significant(lost, n):
            return False
        rate = self._rate()
        era.acted_on()
        self._too_few = (0, 0)
        careful = self._careful if estimate(lost, n) >= _ROUGH else 0.0
        if not self._pace.law.learn(lost=lost, n=n, era_lost=lost, era_n=n, rate=rate, now=now, careful=careful):
            return False
        self.new_era()
        return True

    def _rate(self) -> float:
        """That of the present cohort, once enough was sent with it to show one; else the last one's."""
        series, cohort = self._cohorts, self._cohorts.present
        if cohort is None or cohort.closed:
            return series.rate
        if series.rate and series.sending.since(cohort.sending) < _ENOUGH_SENT:
            return series.rate
        return series.sending.rate_since(cohort.sending)

    def go_carefully(self, now: float, *, mostly_lost: bool) -> bool:
        """Something was lost and nobody is left to ask: where hardly anything tells how much, asking on as fast tells
        no more. True when the path is held back for that from now on.

        `mostly_lost`: most of what is known was. Then a rate that it is held back to already is not trusted either: a
        cut that rests on a handful of answers may leave ten times what the way takes.
        """
        if self._cohorts.era.known >= SMALL_COHORT or self._pace.held_to(self._careful):
            return False
        if self._pace.held and not mostly_lost:
            return False
        self._pace.law.be_careful(self._careful, now)
        self.new_era()
        return True

    def new_era(self) -> None:
        """What was learned so far of loss does not hold from now on."""
        self._too_few = (0, 0)
        self._cohorts.new_era()

    def forget(self) -> None:
        """What was learned of the rate neither."""
        self._pace.forget()
        self.new_era()
