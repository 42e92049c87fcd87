"""Trials that wait for what a cohort finds, and its evaluation. Pure: pass `now`."""

from collections import defaultdict
from collections.abc import Callable
from random import Random

from scanner.engine.trial import Trial
from scanner.engine.truth import denial_rule
from scanner.engine.truth.cohorts import Cohort
from scanner.engine.truth.path import Path
from scanner.engine.truth.watched_paths import WatchedPaths


class AwaitingCohort:
    """Its length is how many trials wait. `decide` is told of each once its cohort is evaluated."""

    def __init__(self, watched: WatchedPaths, decide: Callable[[Trial, float], None], random: Random) -> None:
        self._watched = watched
        self._decide = decide
        self._random = random
        self._waiting: defaultdict[Cohort, list[Trial]] = defaultdict(list)
        self._count = 0

    def __len__(self) -> int:
        return self._count

    def wait_for(self, cohort: Cohort, trial: Trial) -> None:
        """It is decided once that cohort is evaluated."""
        self._waiting[cohort].append(trial)
        self._count += 1
        cohort.awaits(True)

    def evaluate(self, path: Path, cohort: Cohort, now: float) -> None:
        """Evaluates it if every one of its sentinels is done, and decides those that waited for it."""
        if cohort.whole:
            path.cohorts.close(cohort)
        if cohort.evaluated or not cohort.closed or cohort.outstanding:
            return
        path.braking.evaluate(cohort, now)
        denial_rule.evaluate(cohort)
        self._watched.slow(path)
        waiting = self._waiting.pop(cohort, [])
        cohort.awaits(False)
        self._count -= len(waiting)
        self._random.shuffle(waiting)  # see `Silence.silent`
        for trial in waiting:
            if trial.verdict is None:  # else an earlier attempt was answered late
                self._decide(trial, now)
