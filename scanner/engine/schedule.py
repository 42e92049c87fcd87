"""Whom to probe next: the engine's one place for order and room.

Pure: it is told what happened and when, and says what to launch; it never reads a clock or touches a socket.

In what order: the sentinels that belong beside what was sent (`silence.py`); what was held back and need not wait any
longer (`gates.py`); the silent that are due again, and those that met a "no" (`recess.py`); new targets.
"""

from collections import deque
from collections.abc import Iterable, Iterator
from typing import Protocol

from scanner.engine.brakes.gates import Gates
from scanner.engine.brakes.host_rate import HostRate
from scanner.engine.brakes.neighbours import Neighbours
from scanner.engine.brakes.recess import Recess
from scanner.engine.brakes.repeated_syns import listened
from scanner.engine.brakes.total_rate import Rate
from scanner.engine.trial import Trial
from scanner.engine.truth.paths import Path, Paths
from scanner.engine.truth.silence import Silence
from scanner.model import Endpoint, Request, State

_AT_ONCE = 256
_MOST_HELD = 100_000
_RAMP_START = 16
_NOTED = 8  # answers of a round
_ANSWERS = frozenset({State.OPEN, State.REFUSED})


class Source(Protocol):
    """Where targets come from: `targets.feed.Feed`, or a list in a test."""

    def take(self, n: int) -> list[Endpoint]: ...

    @property
    def exhausted(self) -> bool: ...

    @property
    def total(self) -> int: ...


class Schedule:
    """The probes still to come. Times are seconds of the engine's clock.

    The caller tells it what became of what was launched: answers (`heard`, and `settle` what is more than a plain first
    answer), silence (`silent`), no room (`put_back`); and takes what is done (`take_finished`).
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
        self.paths = Paths(neighbours.attached, neighbours.narrow) if neighbours is not None else Paths()
        self._rate = Rate(rate, now) if rate else None
        self._host_rate = host_rate
        self._slowest = min(rate or float("inf"), host_rate.rate if host_rate is not None else float("inf"))
        self._short_of_tokens = False
        self._gates = Gates(neighbours, host_rate)
        self._ready: deque[Trial] = deque()
        self._recess = Recess()
        self._silence = Silence(self.paths, self._gates, lambda: source.total, self._ready.append, self._recess.hold)
        self._ramp = _RAMP_START

    # What to launch

    def grant(self, now: float, room: int) -> list[Trial]:
        """The probes to launch now: at most `room`, and no more than the rates allow."""
        quota = min(room, _AT_ONCE, self._ramp)
        if self._rate is not None:
            quota = min(quota, self._rate.room(now))
            self._short_of_tokens = quota <= 0 < room
        if quota <= 0:
            return []
        if self._ramp < _AT_ONCE:
            self._ramp *= 2  # an unresolved next hop queues only so much: the first rounds are small
        sentinels = self._silence.due_sentinels(now, quota)
        quota -= len(sentinels)
        batch: list[Trial] = []
        self._gates.release(batch, now, quota)
        ready = self._ready
        if self._recess:
            self._end_recess(now)
        while ready and len(batch) < quota:
            self._gates.admit(ready.popleft(), batch, now)
        self._grant_new(batch, now, quota)
        if self._silence.watched:
            batch = self._silence.beside(batch, sentinels, now, quota)
        if self.promises:
            self._promise(batch, now)
        return batch

    def _end_recess(self, now: float) -> None:
        for trial in self._recess.due(now):
            if trial.listening:
                self._silence.denied(trial, now)
            else:
                self._ready.append(trial)

    @property
    def promises(self) -> bool:
        """Whether its user gave a rate: then the kernel's repeated SYNs count as well."""
        return self._rate is not None or self._host_rate is not None

    def _promise(self, batch: list[Trial], now: float) -> None:
        for trial in batch:
            trial.patience = listened(trial.patience, self._slowest)
        if self._rate is not None:
            self._rate.take(batch, now)

    def launched(self, count: int, now: float) -> None:
        """That many of the last grant left by `now`."""
        if self._rate is not None:
            self._rate.launched(count, now)
        if self._host_rate is not None:
            self._host_rate.launched(now)

    def _grant_new(self, batch: list[Trial], now: float, quota: int) -> None:
        room = quota - len(batch)
        if room <= 0 or len(self._gates) + len(self._recess) >= _MOST_HELD:
            return
        trials = self._new_trials(room)
        if self._gates.rated or self.paths.any_attached:
            for trial in trials:
                self._gates.admit(trial, batch, now)
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

    # What became of it

    def heard(self, trials: list[Trial], now: float) -> None:
        """A round's answers, refused ones above all: who answers, and how fast. Some of them are looked at."""
        for trial in trials[:: 1 + len(trials) // _NOTED]:
            if trial.verdict is not None and trial.verdict.state in _ANSWERS:
                trial.endpoint.place.network.beat(now)
        sample = trials[-1]
        if sample.attempts == 1 and sample.rtt_ms is not None:
            sample.path.measured(sample.rtt_ms / 1000.0)
        if self.paths.any_attached:
            self._gates.heard(trials)

    def settle(self, trials: Iterable[Trial], now: float) -> None:
        """Of these more is to be learned than of a plain first answer: sentinels, later attempts, open ports."""
        self._silence.settle(trials, now)

    def silent(self, trials: list[Trial], now: float) -> list[Trial]:
        """Their present attempt found no answer. Returns those whose sockets have waited long enough."""
        return self._silence.silent(trials, now)

    def denied(self, trials: Iterable[Trial], now: float) -> None:
        """Their present attempt met a "no" that may pass."""
        for trial in trials:
            if self.paths.any_attached:
                self._gates.denied(trial)
            self._silence.denied(trial, now)

    def waiting(self) -> Iterator[tuple[Endpoint, float]]:
        """The targets that met a "no" and wait to be asked again; all were probed long ago. Slow, for rare cases."""
        return self._recess.waiting()

    @property
    def any_finished(self) -> bool:
        """Whether `take_finished` has something."""
        return bool(self._silence.finished)

    def take_finished(self) -> list[tuple[Trial, str]]:
        """The trials whose silence or "no" stands, each with its doubt; since the last call."""
        finished, self._silence.finished = self._silence.finished, []
        return finished

    def take_slowed(self) -> list[Path]:
        """The paths that are held back from now on; since the last call."""
        slowed, self._silence.slowed = self._silence.slowed, []
        return slowed

    def put_back(self, trials: Iterable[Trial]) -> None:
        """These could not leave for want of room on this machine: first in line once there is some."""
        trials = list(trials)
        for trial in trials:
            trial.take_back()
        self._ready.extendleft(reversed(trials))

    def ask_first(self, endpoints: Iterable[Endpoint]) -> None:
        """Probes beside the source's targets, whose answers somebody waits for: they obey every rate, and wait for none
        of the targets that do."""
        trials = []
        for endpoint in endpoints:
            path = self.paths.of(endpoint.place)
            patience, full = first_patience(path, endpoint.requests)
            trial = Trial(endpoint, path, patience)
            trial.first, trial.full = True, full
            trials.append(trial)
        self.put_back(trials)

    # How far

    @property
    def done(self) -> bool:
        """Nothing left to launch and nobody waits for evidence."""
        return not (self._ready or self._gates or self._silence or self._recess) and self._source.exhausted

    def wait(self, now: float) -> float:
        """Seconds until something may be launched that may not be now; 0 when something can, 0.05 at most."""
        if self._rate is not None and self._rate.room(now) < 1:
            return min(0.05, self._rate.wait(now))
        if self._ready or self._short_of_tokens:  # the token it lacked has come since: at high rates that is usual
            return 0.0
        return min(0.05, self._gates.wait(now), self._recess.wait(now))


def first_patience(path: Path, requests: tuple[Request, ...]) -> tuple[float, bool]:
    """How long a first attempt waits, and whether that is the user's whole timeout."""
    timeout = max([request.timeout for request in requests])
    if path.patience is None or path.patience >= timeout or not max([request.retries for request in requests]):
        return timeout, True
    return path.patience, False
