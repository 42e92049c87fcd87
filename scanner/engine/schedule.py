"""Whom to probe next: the engine's one place for order and room.

Pure: it is told what happened and when, and says what to launch; it never reads a clock or touches a socket.

In what order: the sentinels that belong beside what was sent (`truth/sentinels.py`); what was held back and need not
wait any longer (`brakes/gates.py`); those who are due again, after silence or a "no" (`brakes/recess.py`), and the new
targets: both first of hosts that have answered anything, then of all others.
"""

from collections.abc import Iterable, Iterator

from scanner.engine.brakes.gates import Gates
from scanner.engine.brakes.host_rate import HostRate
from scanner.engine.brakes.neighbours import Neighbours
from scanner.engine.brakes.recess import Recess
from scanner.engine.brakes.total_rate import TotalRate
from scanner.engine.due_trials import DueTrials
from scanner.engine.flight.found import Found
from scanner.engine.flight.syn_repeats import listened
from scanner.engine.flight.verdict import NOBODY_THERE
from scanner.engine.new_trials import NewTrials, Source
from scanner.engine.settled import Settled
from scanner.engine.trial import Trial
from scanner.engine.truth.paths import Paths
from scanner.engine.truth.silence import Silence
from scanner.machine.attached_networks import AttachedNetworks
from scanner.model import ANSWERED, Endpoint

_AT_ONCE = 256
_MOST_HELD = 100_000
_MOST_LOOKED_AT = 4096  # targets of a turn
_RAMP_START = 16
_NOTED = 8  # answers of a turn


class Schedule:
    """The probes still to come. Times are seconds of the engine's clock.

    The caller tells it what became of what was launched: what was found (`settle`), and what found no room
    (`put_back`).
    """

    def __init__(
        self,
        source: Source,
        *,
        now: float,
        rate: float | None = None,
        host_rate: HostRate[Trial] | None = None,
        attached: AttachedNetworks | None = None,
        neighbours: Neighbours | None = None,
    ) -> None:
        self._source = source
        self.paths = Paths(attached.has, attached.narrow) if attached is not None else Paths()
        self._rate = TotalRate(rate, now) if rate else None
        self._host_rate = host_rate
        self._slowest = min(rate or float("inf"), host_rate.rate if host_rate is not None else float("inf"))
        self._short_of_tokens = False
        self._new_trials = NewTrials(source, self.paths)
        self._gates = Gates(neighbours, host_rate)
        self._due = DueTrials(self._gates)
        self._recess = Recess()
        self._silence = Silence(
            self.paths,
            self._gates,
            total=lambda: source.total,
            again=self._due.again,
            later=self._recess.hold,
            listened=self._listened if self.promises else None,
        )
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
        self._ramp = min(_AT_ONCE, self._ramp * 2)  # an unresolved next hop queues only so much: first turns are small
        sentinels = self._silence.sentinels.due(now, quota)
        quota -= len(sentinels)
        batch: list[Trial] = []
        self._gates.release(batch, now, quota)
        if self._recess:
            self._end_recess(now)
        shown = self._gates.rated or self.paths.any_attached
        for ahead in (True, False):
            self._due.grant(batch, now, quota, unheard=not ahead, shown=shown)
            self._grant_new(batch, now, quota, ahead=ahead)
        if self._silence.watched_paths.paths:
            batch = self._silence.sentinels.beside(batch, sentinels, now, quota)
        if self.promises:
            self._promise(batch, now)
        return batch

    def _end_recess(self, now: float) -> None:
        for trial in self._recess.due(now):
            if trial.backing is not None and trial.backing.awaits_responders:
                self._silence.denied(trial, now)
            else:
                self._due.add(trial)

    def may_send(self, rate: float, now: float) -> None:
        """The rate is that much from now on, which is more than before."""
        assert self._rate is not None
        self._rate.grows(rate, now)

    @property
    def promises(self) -> bool:
        """Whether its user gave a rate: then the kernel's repeated SYNs count as well."""
        return self._rate is not None or self._host_rate is not None

    def _listened(self, patience: float) -> float:
        """How long an attempt is listened to under the rates that were promised."""
        return listened(patience, self._slowest)

    def _promise(self, batch: list[Trial], now: float) -> None:
        for trial in batch:
            trial.set_patience(self._listened(trial.patience))
        if self._rate is not None:
            self._rate.take(batch, now)

    def launched(self, count: int, now: float) -> None:
        """That many of the last grant left by `now`."""
        if self._rate is not None:
            self._rate.launched(count, now)
        if self._host_rate is not None:
            self._host_rate.launched(now)

    def _grant_new(self, batch: list[Trial], now: float, quota: int, *, ahead: bool) -> None:
        room = quota - len(batch)
        if room <= 0 or len(self._gates) + len(self._recess) >= _MOST_HELD * (1 + ahead):
            return
        trials = self._new_trials.take(room, ahead=ahead)
        if not (self._gates.rated or self.paths.any_attached):
            batch += trials
            return
        looked_at = len(trials)
        while trials:
            for trial in trials:
                self._gates.admit(trial, batch, now)
            room = min(quota - len(batch), _MOST_LOOKED_AT - looked_at)
            if room <= 0 or not self._gates.any_resolved:
                return
            trials = self._new_trials.take(room, ahead=ahead)  # in place of those to whom no probe leaves
            looked_at += len(trials)

    # What became of it

    def settle(self, found: Found[Trial], now: float) -> Settled:
        """Takes what a turn of the flight found, and says what is done now. Verdicts come first: they may vouch for, or
        contradict, what was silent in the same turn."""
        any_answers = bool(found.refused or found.judged)
        if any_answers:
            self._heard(found.refused, found.judged, now)
            self._silence.judged(found.judged, now)
        absent = self._absent() if self.paths.any_attached else []
        silent = self._gates.unresolved(found.silent, now) if self.paths.any_attached else found.silent
        listened_out = self._silence.silent(silent, now) if silent else []
        for trial in [trial for trial in found.denied if trial.verdict is None]:
            if self.paths.any_attached and self._gates.denied(trial, now):
                trial.stands(NOBODY_THERE)
                absent.append(trial)
            else:
                self._silence.denied(trial, now)
        if found.unsent:
            self.put_back(found.unsent)
        watched = self._silence.watched_paths
        finished = watched.take_finished()
        if finished and any_answers:  # it stood before this turn, whose poll found a late answer all the same
            late = {*found.refused, *found.judged}
            finished = [(trial, doubt) for trial, doubt in finished if trial not in late]
        if self.paths.any_attached:
            finished, gone = self._gates.confirmed(finished, now)
            for trial in gone:
                trial.stands(NOBODY_THERE)
            absent += gone
        to_close = [*listened_out, *(trial for trial in absent if trial.probes), *(trial for trial, _ in finished)]
        return Settled(finished, absent, to_close, watched.take_slowed())

    def _absent(self) -> list[Trial]:
        """Those that nobody is there for. (Others were answered late, while they waited.)"""
        absent = [trial for trial in self._gates.take_absent() if trial.verdict is None]
        for trial in absent:
            trial.stands(NOBODY_THERE)
        return absent

    def _heard(self, refused: list[Trial], judged: list[Trial], now: float) -> None:
        """A turn's answers: who answers, and how fast. Some of them are looked at."""
        for trials in (refused, judged):
            for trial in trials[:: 1 + len(trials) // _NOTED]:
                if trial.verdict is not None and trial.verdict.state in ANSWERED:
                    for network in trial.network.with_parent:
                        network.beat(now)
        sample = (refused or judged)[-1]
        if sample.attempts == 1 and sample.rtt_ms is not None:
            sample.path.round_trip.measured(sample.rtt_ms / 1000.0)
        if self.paths.any_attached:
            self._gates.heard(refused, now)
            self._gates.heard(judged, now)

    def waiting(self) -> Iterator[tuple[Endpoint, float]]:
        """The targets that met a "no" and wait to be asked again; all were probed long ago. Slow, for rare cases."""
        return self._recess.waiting()

    @property
    def any_finished(self) -> bool:
        """Whether something is done that `settle` has not told yet."""
        return bool(self._silence.watched_paths.finished) or self._gates.any_resolved

    def put_back(self, trials: list[Trial]) -> None:
        """These did not leave, for want of room or of a way, or met themselves: first in line as soon as they may."""
        for trial in trials:
            trial.take_back()
        self._due.add_first(trials)

    def ask_first(self, endpoints: Iterable[Endpoint]) -> None:
        """Probes beside the source's targets, whose answers somebody waits for: they obey every rate, and wait for none
        of the targets that do."""
        self._due.add_first(self._new_trials.beside(endpoints))

    # How far

    @property
    def begun(self) -> int:
        """How many of the source's targets were taken so far."""
        return self._new_trials.begun

    @property
    def beside(self) -> int:
        """How many probes there were so far beside those of the source's targets."""
        return self._silence.sentinels.sent + self._new_trials.asked_beside

    @property
    def done(self) -> bool:
        """Nothing left to launch and nobody waits for evidence."""
        return not (self._due or self._gates or self._silence or self._recess) and self._source.exhausted

    def delay(self, now: float) -> float:
        """Seconds until something may be launched that may not be now; 0 when something can, 0.05 at most."""
        if self._rate is not None and self._rate.room(now) < 1:
            return min(0.05, self._rate.delay(now))
        if self._due or self._short_of_tokens:  # the token it lacked has come since: at high rates that is usual
            return 0.0
        return min(0.05, self._gates.delay(now), self._recess.delay(now))
