"""What silence comes to: a timeout that stands, or one more attempt. Pure: it is told what happened, and when.

1. A path with a silent target is *watched*. From then on sentinels go out beside its probes, in cohorts, and each
   probe is noted with the cohort it left in.
2. A silent trial has all the attempts its user asked for. Then it waits until the cohort of the last one is judged.
3. `evidence.stands` decides, and so often as loss may explain the silence, it is probed again.

Of a path with no silent target nothing is counted and nothing here runs: a clean sweep pays for none of it.
"""

from collections.abc import Callable, Iterable
from random import Random

from scanner.engine.evidence import CLEAN_LOSS, MOST_ATTEMPTS, Cohort, Stand, doubtful, stands
from scanner.engine.gates import Gates
from scanner.engine.paths import COLD_ANSWERS, Path, Paths
from scanner.engine.trial import Trial
from scanner.engine.verdict import REFUSED, TIMEOUT
from scanner.model import Endpoint, State

_DOUBT = {Stand.TIMEOUT: "", Stand.UNVERIFIED: "unverified", Stand.LOSSY: "lossy"}


class Silence:
    """The silent trials, and the evidence gathered for them; its length is how many wait for it.

    `total` says how many rows the scan has, as known now; `again` takes a trial for one more attempt. `watched` are the
    paths that have had a silent target; `finished` the trials whose silence stands, with their doubt; `slowed` the
    paths that are held back from now on. The caller empties the last two.
    """

    def __init__(self, paths: Paths, gates: Gates, total: Callable[[], int], again: Callable[[Trial], None]) -> None:
        self._paths = paths
        self._gates = gates
        self._total = total
        self._put_in_line = again
        self._waiting = 0
        self._random = Random(1)
        self.watched: list[Path] = []
        self.finished: list[tuple[Trial, str]] = []
        self.slowed: list[Path] = []

    def __len__(self) -> int:
        return self._waiting

    # Beside what leaves

    def due_sentinels(self, now: float, quota: int) -> list[Trial]:
        """The sentinels to launch beside this round's probes, at most `quota`."""
        sentinels: list[Trial] = []
        for path in self.watched:
            for endpoint in path.due_sentinels(now, quota - len(sentinels)):
                self._send_sentinel(path, path.open_cohort(now), endpoint, sentinels, now)
        return sentinels

    def beside(self, batch: list[Trial], sentinels: list[Trial], now: float, quota: int) -> list[Trial]:
        """What leaves, sentinels included: noted on watched paths; cohorts that somebody waits for are completed."""
        batch = [trial for trial in batch if trial.verdict is None]  # others were answered late, while they waited
        for trial in batch:
            path = trial.path
            if path.watched and not trial.sentinel:
                path.sent(1, now)
                trial.cohort = path.open_cohort(now)
                if trial.cohorts is None:
                    trial.cohorts = [path.unseen] * trial.attempts
                trial.cohorts.append(trial.cohort)
        for path in self.watched:
            for closed in path.closed_cohorts():
                self._judge(path, closed, now)
            cohort = path.cohort
            if cohort is not None and cohort.waiting and not cohort.closed and len(batch) < quota:
                self._complete(path, cohort, batch, now, quota)
        for sentinel in sentinels:
            # Anywhere among the others: the first packets after a pause pass a policer that drops the rest.
            batch.insert(self._random.randint(0, len(batch)), sentinel)
        return batch

    def _complete(self, path: Path, cohort: Cohort, batch: list[Trial], now: float, quota: int) -> None:
        """Trials wait for this cohort and no more probes come by themselves: send its sentinels."""
        room = quota - len(batch)
        if path.law.bucket is not None:
            room = min(room, path.law.bucket.available(now))
        while room > 0 and not cohort.whole:
            endpoint = path.next_sentinel(now)
            if endpoint is None:
                break
            self._send_sentinel(path, cohort, endpoint, batch, now)
            if path.law.bucket is not None:
                path.law.bucket.take(1)
            room -= 1
        if cohort.whole or path.exhausted:
            path.close_cohort(cohort)
            self._judge(path, cohort, now)

    def _send_sentinel(self, path: Path, cohort: Cohort, endpoint: Endpoint, batch: list[Trial], now: float) -> None:
        trial = Trial(endpoint, path)
        trial.sentinel = True
        trial.cohort = cohort
        if path.patience is not None:
            trial.patience = min(trial.timeout, path.patience)
        cohort.count += 1
        cohort.outstanding += 1
        path.sentinels += 1
        path.sent(1, now, sentinel=True)
        self._gates.to_host(trial, batch, now)

    # What came back, or did not

    def settle(self, trials: Iterable[Trial], now: float) -> None:
        """These were answered. (Of plain first answers it need not be told.)"""
        for trial in trials:
            path = trial.path
            if trial.sentinel:
                self._sentinel_done(trial, now, lost=False)
                continue
            if trial.attempts > 1 and trial.answered > 1:
                if path is self._paths.pool:
                    path = self._leave_pool(trial)
                path.flipped += 1
                path.missed += trial.answered - 1
                self._watch(path)
            elif trial.lost_syns and path.answers > COLD_ANSWERS:
                path.resent += 1
                self._watch(path)
            if trial.verdict is not None and trial.verdict.state is State.OPEN:
                path.heard(trial, refused=False, now=now)
            elif trial.verdict is REFUSED and path.collecting:
                path.heard(trial, refused=True)  # the round noted those that answered at once

    def _leave_pool(self, trial: Trial) -> Path:
        """It answered at last, and so its network loses something: that may be a path of its own from now on."""
        trial.path.answers -= 1
        path = trial.path = self._paths.regions.lost(trial)
        path.answers += 1
        return path

    def _sentinel_done(self, trial: Trial, now: float, *, lost: bool) -> None:
        cohort = trial.cohort
        assert cohort is not None
        cohort.outstanding -= 1
        if lost:
            cohort.lost += 1
            trial.path.lost += 1
        self._judge(trial.path, cohort, now)

    def _judge(self, path: Path, cohort: Cohort, now: float) -> None:
        if cohort.whole:
            path.close_cohort(cohort)
        if cohort.judged or not cohort.closed or cohort.outstanding:
            return
        path.judged(cohort, now)
        if path.law.bucket is not None and self._gates.pace(path):
            self.slowed.append(path)
        waiting, cohort.waiting = cohort.waiting, []
        self._waiting -= len(waiting)
        self._random.shuffle(waiting)  # see `silent`
        for trial in waiting:
            if trial.verdict is None:  # else an earlier attempt was answered late
                self._decide(trial, now)

    def silent(self, trials: list[Trial], now: float) -> list[Trial]:
        """Their present attempt found no answer. Returns those whose sockets have waited long enough: sentinels, and
        what goes over a path that is held back (the kernel would send its SYN again every second, beside the rate).

        They go on in a random order: a policer lets the first of a burst pass and drops the last, and who is last each
        time meets a loss that no sentinel knows of.
        """
        done = []
        self._random.shuffle(trials)
        for trial in trials:
            if trial.sentinel:
                self._sentinel_done(trial, now, lost=True)
                done.append(trial)
                continue
            path, moved = self._path_of(trial)
            path.timeouts += 1
            self._watch(path)
            if path.law.bucket is not None:
                done.append(trial)
            if (trial.attempts <= trial.retries or not trial.full or moved) and trial.attempts < MOST_ATTEMPTS:
                self._again(trial)
            elif path.can_tell and not (path.exhausted and path.cohort is None):
                cohort = trial.cohort or path.open_cohort(now)
                trial.cohort = cohort
                if cohort.judged:
                    self._decide(trial, now)
                else:
                    self._wait_for(cohort, trial)
            else:
                self._decide(trial, now)
        return done

    def _path_of(self, trial: Trial) -> tuple[Path, bool]:
        """The path of a silent trial, and whether that is a new one, about which its attempts so far say nothing."""
        path = trial.path
        if path is not self._paths.pool or not self._paths.regions.paths:
            return path, False
        region = self._paths.regions.of(trial.endpoint.place)
        if region is None or region is path:
            return path, False
        trial.path = region
        trial.cohort, trial.cohorts = None, None
        return region, trial.retries > 0

    def _wait_for(self, cohort: Cohort, trial: Trial) -> None:
        cohort.waiting.append(trial)
        self._waiting += 1

    def _watch(self, path: Path) -> None:
        if not path.watched:
            path.watched = True
            self._count_targets(path)
            self.watched.append(path)

    def _count_targets(self, path: Path) -> None:
        """Of those that share a path it is not known how many there are until all names are resolved."""
        if path.shared:
            path.targets = max(path.targets, self._total())

    def _decide(self, trial: Trial, now: float) -> None:
        path, moved = self._path_of(trial)
        if moved and trial.attempts < MOST_ATTEMPTS:
            self._watch(path)
            self._again(trial)
            return
        self._count_targets(path)
        stand = stands(
            attempts=trial.attempts,
            wanted=trial.retries + 1,
            full=trial.full,
            targets=path.targets,
            losses=path.losses(trial),
            lossy=path.lossy,
            hopeless=path.era.dead or (path.exhausted and not path.lossy),
        )
        if stand is Stand.AGAIN:
            if trial.full and trial.attempts > trial.retries and path.unsure:
                self._wait_for(path.open_cohort(now), trial)  # nothing was lost: ask more sentinels, not the target
            else:
                self._again(trial)
            return
        trial.verdict = TIMEOUT
        no_doubt = stand is Stand.LOSSY and not path.lossy  # given up for another reason than loss
        self.finished.append((trial, "" if no_doubt else _DOUBT[stand]))

    def _again(self, trial: Trial) -> None:
        """One more attempt; the one that may make the verdict stand waits the user's whole timeout."""
        path = trial.path
        trial.patience, trial.full = trial.timeout, True
        if path.patience is not None and path.patience < trial.timeout:
            last = trial.attempts >= trial.retries
            if last and (losses := path.losses(trial)) is not None and not path.exhausted:
                present = path.era.loss()
                if not path.lossy:  # the evidence may still grow until then: only what is surely too little counts
                    losses, present = [CLEAN_LOSS] * trial.attempts, CLEAN_LOSS
                last = not doubtful(path.targets, [*losses, present])
            if not last:
                trial.patience, trial.full = path.patience, False
        self._put_in_line(trial)
