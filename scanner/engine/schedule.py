"""Whom to probe next, and what becomes of the silent: the engine's one place for order, room and re-probing.

Pure: it is told what happened and when, and says what to launch; it never reads a clock or touches a socket.

In what order: the sentinels that belong beside what was sent (`paths.py`); paths that are held back, as far as their
rate allows; the silent that are due again; new targets from the source. Nothing of the kind runs, and nothing is
counted per probe, until a path has seen its first silence: a clean sweep pays for none of it.

A silent trial (`silent`) waits until the cohort of its last attempt is judged, then `evidence.stands` decides.
"""

from collections import deque
from collections.abc import Iterable
from random import Random
from typing import Protocol

from scanner.engine.evidence import CLEAN_LOSS, MOST_ATTEMPTS, Cohort, Stand, doubtful, stands
from scanner.engine.hostrate import HostRate
from scanner.engine.neighbours import Neighbours
from scanner.engine.pace import Bucket
from scanner.engine.paths import Path, Paths
from scanner.engine.trial import Trial
from scanner.engine.verdict import TIMEOUT
from scanner.model import Endpoint, Request, State

_AT_ONCE = 256
_MOST_PARKED = 100_000
_RAMP_START = 16


class Source(Protocol):
    """Where targets come from: `targets.feed.Feed`, or a list in a test."""

    def take(self, n: int) -> list[Endpoint]: ...

    @property
    def exhausted(self) -> bool: ...

    @property
    def total(self) -> int: ...


class Schedule:
    """The probes still to come. Times are seconds of the engine's clock.

    `judged` trials come back through `settle`; `finished` collects those whose silence stands, `slowed` the paths that
    are held back from now on. The caller empties both.
    """

    def __init__(
        self,
        source: Source,
        *,
        now: float,
        rate: float | None = None,
        host_rate: HostRate | None = None,
        neighbours: Neighbours | None = None,
    ) -> None:
        self._source = source
        self.paths = Paths(neighbours.attached if neighbours is not None else None)
        self._bucket = Bucket(rate, now) if rate else None
        self._host_rate = host_rate
        self._neighbours = neighbours
        self._ready: deque[Trial] = deque()
        self._watched: list[Path] = []
        self._paced: list[Path] = []
        self._parked = 0
        self._waiting = 0
        self._ramp = _RAMP_START
        self._random = Random(1)
        self.finished: list[tuple[Trial, str]] = []
        self.slowed: list[Path] = []

    # What to launch

    def grant(self, now: float, room: int) -> list[Trial]:
        """The probes to launch now: at most `room`, and no more than the rates allow."""
        quota = min(room, _AT_ONCE, self._ramp)
        if self._bucket is not None:
            quota = min(quota, self._bucket.available(now))
        if quota <= 0:
            return []
        if self._ramp < _AT_ONCE:
            self._ramp *= 2  # an unresolved next hop queues only so much: the first rounds are small
        batch: list[Trial] = []
        sentinels: list[Trial] = []
        for path in self._watched:
            for endpoint in path.due_sentinels(now, quota - len(sentinels)):
                self._send_sentinel(path, path.open_cohort(now), endpoint, sentinels, now)
        quota -= len(sentinels)
        if self._paced:
            self._grant_paced(batch, now, quota)
        if self._neighbours is not None:
            for trial in self._neighbours.release(now, quota - len(batch)):
                self._to_path(trial, batch, now)
        if self._host_rate is not None:
            batch += self._host_rate.release(now, quota - len(batch))
        ready = self._ready
        while ready and len(batch) < quota:
            self._admit(ready.popleft(), batch, now)
        self._grant_new(batch, now, quota)
        if self._watched:
            batch = self._beside(batch, now, quota)
            for sentinel in sentinels:
                # Anywhere among the others: the first packets after a pause pass a policer that drops the rest.
                batch.insert(self._random.randint(0, len(batch)), sentinel)
        if self._bucket is not None:
            self._bucket.take(len(batch))
        return batch

    def launched(self, count: int, now: float) -> None:
        """That many of the last grant left by `now`.

        Had the process stood still in between, they would leave together with what the bucket filled up to meanwhile.
        """
        bucket = self._bucket
        if bucket is not None:
            bucket.take(max(0, bucket.available(now) - max(0, int(bucket.depth) - count)))

    def _grant_paced(self, batch: list[Trial], now: float, quota: int) -> None:
        for path in list(self._paced):
            bucket = path.law.bucket
            count = len(path.parked)
            if bucket is not None:
                count = min(count, bucket.available(now))
                bucket.take(min(count, quota - len(batch)))
            for _ in range(min(count, quota - len(batch))):
                self._to_host(path.parked.popleft(), batch, now)
                self._parked -= 1
            if bucket is None and not path.parked:
                self._paced.remove(path)

    def _admit(self, trial: Trial, batch: list[Trial], now: float) -> None:
        """A trial that may leave, unless the neighbour table, its path's rate or its host's rate holds it back."""
        if self._neighbours is None or not self._neighbours.hold(trial, now):
            self._to_path(trial, batch, now)

    def _to_path(self, trial: Trial, batch: list[Trial], now: float) -> None:
        path = trial.path
        if path.law.bucket is not None or path.parked:
            path.parked.append(trial)
            self._parked += 1
        else:
            self._to_host(trial, batch, now)

    def _to_host(self, trial: Trial, batch: list[Trial], now: float) -> None:
        if self._host_rate is None or not self._host_rate.hold(trial, now):
            batch.append(trial)  # the promise to the host is the last gate: nothing may gather behind it

    def _grant_new(self, batch: list[Trial], now: float, quota: int) -> None:
        room = quota - len(batch)
        held = self._parked
        if self._host_rate is not None:
            held += len(self._host_rate)
        if self._neighbours is not None:
            held += len(self._neighbours)
        if room <= 0 or held >= _MOST_PARKED:
            return
        trials = self._new_trials(room)
        if self._paced or self._host_rate is not None or self.paths.any_attached:
            for trial in trials:
                self._admit(trial, batch, now)
        else:
            batch += trials

    def _new_trials(self, room: int) -> list[Trial]:
        """The next targets. Neighbours in the queue mostly share path and request, so their patience is found once."""
        of = self.paths.of
        trials = []
        last_path, last_requests, patience, full = None, None, 0.0, True
        for endpoint in self._source.take(room):
            path, requests = of(endpoint.place), endpoint.requests
            if path is not last_path or requests is not last_requests:
                last_path, last_requests = path, requests
                patience, full = first_patience(path, requests)
            trial = Trial(endpoint, path, patience)
            if not full:
                trial.full = False
            trials.append(trial)
        return trials

    def _beside(self, batch: list[Trial], now: float, quota: int) -> list[Trial]:
        """Notes what leaves on watched paths, and completes the cohorts that somebody waits for."""
        batch = [trial for trial in batch if trial.verdict is None]  # others were answered late, while they waited
        for trial in batch:
            path = trial.path
            if path.watched and not trial.sentinel:
                path.sent(1, now)
                trial.cohort = path.open_cohort(now)
                if trial.cohorts is None:
                    trial.cohorts = [path.unseen] * trial.attempts
                trial.cohorts.append(trial.cohort)
        for path in self._watched:
            for closed in path.closed_cohorts():
                self._judge(path, closed, now)
            cohort = path.cohort
            if cohort is not None and cohort.waiting and not cohort.closed and len(batch) < quota:
                self._complete(path, cohort, batch, now, quota)
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
        if self._host_rate is None or not self._host_rate.hold(trial, now):
            batch.append(trial)

    # What became of it

    def heard(self, trials: list[Trial]) -> None:
        """A round's answers, refused ones above all: who answers, and how fast. Goes by the round, not the probe."""
        sample = trials[-1]
        if sample.attempts == 1 and sample.rtt_ms is not None:
            sample.path.measured(sample.rtt_ms / 1000.0)
        if self._neighbours is not None and self.paths.any_attached:
            self._neighbours.heard(trials)

    def settle(self, trials: Iterable[Trial], now: float) -> None:
        """These were answered. (Called with what is more than a plain first answer; see `loop`.)"""
        for trial in trials:
            path = trial.path
            if trial.sentinel:
                self._sentinel_done(trial, now, lost=False)
                continue
            if trial.attempts > 1 and trial.answered > 1:
                path.flipped += 1
                path.missed += trial.answered - 1
                self._watch(path)
            if trial.verdict is not None and trial.verdict.state is State.OPEN:
                path.heard(trial, refused=False)

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
        if path.law.bucket is not None and path not in self._paced:
            self._paced.append(path)
            self.slowed.append(path)
        waiting, cohort.waiting = cohort.waiting, []
        self._waiting -= len(waiting)
        self._random.shuffle(waiting)  # see `silent`
        for trial in waiting:
            assert isinstance(trial, Trial)
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
            path = trial.path
            path.timeouts += 1
            self._watch(path)
            if path.law.bucket is not None:
                done.append(trial)
            if (trial.attempts <= trial.retries or not trial.full) and trial.attempts < MOST_ATTEMPTS:
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

    def _wait_for(self, cohort: Cohort, trial: Trial) -> None:
        cohort.waiting.append(trial)
        self._waiting += 1

    def _watch(self, path: Path) -> None:
        if not path.watched:
            path.watched = True
            if path in (self.paths.pool, self.paths.near):
                path.targets = max(path.targets, self._source.total)
            self._watched.append(path)

    def _decide(self, trial: Trial, now: float) -> None:
        path = trial.path
        if path in (self.paths.pool, self.paths.near):
            path.targets = max(path.targets, self._source.total)
        verdict = stands(
            attempts=trial.attempts,
            wanted=trial.retries + 1,
            full=trial.full,
            targets=path.targets,
            losses=path.losses(trial),
            lossy=path.lossy,
            hopeless=path.era.dead or (path.exhausted and not path.lossy),
        )
        if verdict is Stand.AGAIN:
            if trial.full and trial.attempts > trial.retries and path.unsure:
                self._wait_for(path.open_cohort(now), trial)  # nothing was lost: ask more sentinels, not the target
            else:
                self._again(trial)
            return
        doubt = {Stand.TIMEOUT: "", Stand.UNVERIFIED: "unverified", Stand.LOSSY: "lossy"}[verdict]
        if doubt == "lossy" and not path.lossy:
            doubt = ""
        trial.verdict = TIMEOUT
        self.finished.append((trial, doubt))

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
        self._ready.append(trial)

    def put_back(self, trials: Iterable[Trial]) -> None:
        """These could not leave for want of room on this machine: first in line once there is some."""
        self._ready.extendleft(reversed(list(trials)))

    # How far

    @property
    def done(self) -> bool:
        """Nothing left to launch and nobody waits for evidence."""
        return (
            not self._ready
            and not self._parked
            and not self._waiting
            and not (self._host_rate is not None and len(self._host_rate))
            and not (self._neighbours is not None and len(self._neighbours))
            and self._source.exhausted
        )

    def wait(self, now: float) -> float:
        """Seconds until something may be launched that may not be now; 0 when something can, 0.05 at most."""
        if self._bucket is not None and self._bucket.available(now) < 1:
            return min(0.05, self._bucket.wait())
        if self._ready:
            return 0.0
        waits = [0.05]
        if self._host_rate is not None and len(self._host_rate):
            waits.append(self._host_rate.wait(now))
        if self._neighbours is not None and len(self._neighbours):
            waits.append(self._neighbours.wait(now))
        waits += [path.law.bucket.wait() if path.law.bucket else 0.0 for path in self._paced if path.parked]
        return min(waits)


def first_patience(path: Path, requests: tuple[Request, ...]) -> tuple[float, bool]:
    """How long a first attempt waits, and whether that is the user's whole timeout."""
    timeout = max([request.timeout for request in requests])
    if path.patience is None or path.patience >= timeout or not max([request.retries for request in requests]):
        return timeout, True
    return path.patience, False
