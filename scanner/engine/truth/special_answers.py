"""Answers that are more than plain first ones: what they say of their path, and of who may be asked again."""

from scanner.engine.trial import Trial
from scanner.engine.truth.cohorts import Cohort
from scanner.engine.truth.path import COLD_ANSWERS, Path
from scanner.engine.truth.watched_paths import WatchedPaths


class SpecialAnswers:
    """Notes them, one by one."""

    def __init__(self, watched: WatchedPaths) -> None:
        self._watched = watched

    def note(self, trial: Trial, now: float, *, refused: bool) -> None:
        """It is open or `refused`, maybe after attempts that were silent, or met a "no"."""
        location = trial.location
        if refused and location.big and not trial.urgent:
            location.refused_first(trial.endpoint, trial.rtt_ms, now)
        path = trial.path
        if trial.denials:
            for each in trial.network.with_parent:
                each.met(noes=len(trial.denials), answers=1)
            path.counts.met_noes(len(trial.denials))
            self._watched.watch(path)
        if silent := trial.silent_before(trial.answered):
            before, path = path, self._watched.leave_pool(trial, refused=refused)
            path.counts.answered_late(silent)
            if path is before:  # else it is loss of a part of the hosts, whose past counts as lost anyway
                _note_misses(trial, path)
            elif not path.shared:
                for _ in range(silent):
                    path.cohorts.unseen.era.flips.miss()
            self._watched.watch(path)
        elif trial.denials:
            path.counts.answered_otherwise()
        elif trial.lost_syns and path.counts.answers > COLD_ANSWERS:
            path.counts.sent_again()
            _left_with(trial, path)[trial.answered - 1].era.flips.miss()
            self._watched.watch(path)
        if not trial.denials:
            self._weigh(trial, now)
        if trial.cohort is not None and trial.answered == trial.attempts:
            trial.cohort.witnesses.vouch(trial.network)  # as well as any sentinel
        # A canary, or a port that is known already, would be asked twice as often as a sentinel. Of refused ones the
        # turn noted those that answered at once.
        if not trial.urgent and (not refused or trial.network.collecting):
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
        if path.braking.answered(nth, era or path.cohorts.unseen.era, now):
            self._watched.slow(path)


def _left_with(trial: Trial, path: Path) -> list[Cohort]:
    """The cohort that each of its attempts left with."""
    unseen, backing = path.cohorts.unseen, trial.backing
    return [unseen] * trial.attempts if backing is None else backing.left_with(trial.attempts, unseen)


def _note_misses(trial: Trial, path: Path) -> None:
    """Its silent attempts were lost, each in the era that it left in."""
    denied = {denial.attempt for denial in trial.denials}
    for attempt, cohort in enumerate(_left_with(trial, path)[: trial.answered - 1], 1):
        if attempt not in denied:
            cohort.era.flips.miss()
