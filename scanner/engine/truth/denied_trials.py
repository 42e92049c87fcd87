"""What a "no" comes to that may pass: asked again, waited for, or its verdict. Pure; the rule: `denial_rule.py`."""

from scanner.engine.trial import Trial
from scanner.engine.truth import denial_rule
from scanner.engine.truth.awaiting_cohort import AwaitingCohort
from scanner.engine.truth.backing import Backing
from scanner.engine.truth.next_attempt import NextAttempt
from scanner.engine.truth.path import Path
from scanner.engine.truth.stands import Stand, most_attempts
from scanner.engine.truth.watched_paths import WatchedPaths


class DeniedTrials:
    """The trials whose present attempt met a "no"."""

    def __init__(self, watched: WatchedPaths, awaiting_cohort: AwaitingCohort, attempt: NextAttempt) -> None:
        self._watched = watched
        self._awaiting = awaiting_cohort
        self._attempt = attempt

    def met(self, trial: Trial, now: float) -> bool:
        """Its present attempt met a "no" that may pass, or its recess is over. True: it had its attempts, and is to be
        asked of a cohort."""
        path, _ = self._watched.path_of(trial)
        network = trial.location.speaking_for_itself(trial.endpoint)
        self._watched.watch(path)
        backing = trial.backed()
        if backing.awaits_responders or backing.cohort is None:
            cohort = path.open_cohort(now)
            backing.waits_with(cohort)
            cohort.noted(network, 0.0)
        if trial.attempts <= trial.retries:
            self._attempt.make(trial, trial.denied_until)
        elif not path.can_tell and path.targets > 1 and now < trial.denied_until:
            backing.waits_for_responders(True)  # somebody may answer yet who can tell
            self._attempt.later(trial, trial.denied_until)
        else:
            return True
        return False

    def decide(self, trial: Trial, now: float) -> None:
        """Its cohort is evaluated, or nobody can tell."""
        path, network, backing = trial.path, trial.network, trial.backed()
        if trial.retries and denial_rule.worth_waiting(backing.cohort, network, now):
            backing.waits_for_responders(True)
            self._attempt.later(trial, now + (path.round_trip.rto or trial.timeout))
            return
        self._watched.count_targets(path)
        differed = denial_rule.differ(trial.denials, trial.endpoint.place.numeric)
        stand = self._what_it_comes_to(trial, path, differed=differed)
        again = stand is Stand.AGAIN or (backing.awaits_responders and path.can_tell and trial.retries > 0)
        most = most_attempts(trial.retries + 1)
        if again and not denial_rule.gone(backing.cohort, network) and trial.attempts < most:
            backing.waits_for_responders(False)
            self._attempt.make(trial, trial.denied_until)
        elif stand is Stand.SURE and _more_would_tell(backing, path):
            cohort = path.open_cohort(now)
            backing.waits_with_more(cohort)
            cohort.noted(network, 0.0)
            self._awaiting.wait_for(cohort, trial)
        else:
            self._finish(trial, path, denial_rule.given_up(differed=differed) if stand is Stand.AGAIN else stand)

    def _what_it_comes_to(self, trial: Trial, path: Path, *, differed: bool) -> Stand:
        return denial_rule.stand(
            attempts=trial.attempts,
            noes=len(trial.denials),
            wanted=trial.retries + 1,
            differed=differed,
            targets=path.targets,
            chance=denial_rule.share(trial.cohort, trial.network, path, single=not trial.retries),
        )

    def _finish(self, trial: Trial, path: Path, stand: Stand) -> None:
        told = denial_rule.best(trial.denials)
        trial.stands(told.verdict, told.rtt_ms)
        path.counts.stands_denied(turned=stand is Stand.FLIPPED)
        self._watched.finish(trial, stand.doubt)


def _more_would_tell(backing: Backing, path: Path) -> bool:
    """Whether others can be asked, beside few, that this "no" comes by chance after all."""
    return not backing.asked_more and denial_rule.thin(backing.cohort) and path.can_tell and bool(path.responders)
