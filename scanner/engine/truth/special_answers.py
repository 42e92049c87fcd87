"""Answers that are more than plain first ones: what they say of their path, and of who may be asked again."""

from scanner.engine.trial import Trial
from scanner.engine.truth.path import COLD_ANSWERS
from scanner.engine.truth.watched_paths import WatchedPaths


class SpecialAnswers:
    """Notes them, one by one."""

    def __init__(self, watched: WatchedPaths) -> None:
        self._watched = watched

    def note(self, trial: Trial, now: float, *, refused: bool) -> None:
        """It is open or `refused`, maybe after attempts that were silent, or met a "no"."""
        path = trial.path
        if trial.denials:
            for each in trial.network.with_parent:
                each.met(noes=len(trial.denials), answers=1)
            path.counts.met_noes(len(trial.denials))
            self._watched.watch(path)
        if silent := trial.silent_before(trial.answered):
            path = self._watched.leave_pool(trial, refused=refused)
            path.counts.answered_late(silent)
            self._watched.watch(path)
        elif trial.denials:
            path.counts.answered_otherwise()
        elif trial.lost_syns and path.counts.answers > COLD_ANSWERS:
            path.counts.sent_again()
            self._watched.watch(path)
        if not trial.denials:
            self._weigh(trial, now)
        if trial.cohort is not None and trial.answered == trial.attempts:
            trial.cohort.witnesses.vouch(trial.network)  # as well as any sentinel
        # A canary, or a port that is known already, would be asked twice as often as a sentinel. Of refused ones the
        # turn noted those that answered at once.
        if not trial.first and (not refused or trial.network.collecting):
            path.heard(
                trial.endpoint, trial.network, refused=refused, attempts=trial.attempts, rtt_ms=trial.rtt_ms, now=now
            )

    def _weigh(self, trial: Trial, now: float) -> None:
        """Which attempt of its era was answered tells of loss."""
        path, backing = trial.path, trial.backing
        era = backing.era if backing is not None else None
        nth = trial.answered
        if backing is not None and era is not None:
            nth = backing.nth - (trial.attempts - trial.answered)
        if path.answered(nth, era or path.cohorts.unseen.era, now):
            self._watched.slow(path)
