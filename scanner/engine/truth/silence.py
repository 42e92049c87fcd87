"""What silence comes to: a timeout that stands, or one more attempt. Pure: it is told what happened, and when.

1. A path with a silent target is *watched* (`watched_paths.py`): from then on sentinels go out beside its probes
(`sentinels.py`).
2. A silent trial has all the attempts its user asked for. Then it waits until the cohort of the last one is evaluated
   (`awaiting_cohort.py`).
3. `stands.stands` decides as far as the way goes, `stands.vouched` for the target's own network, and as often as loss
   may explain the silence, it is probed again (`next_attempt.py`).

A "no" that may pass takes a way of its own (`denied_trials.py`).
"""

from collections.abc import Callable, Iterable
from random import Random

from scanner.engine.brakes.gates import Gates
from scanner.engine.flight.verdict import TIMEOUT
from scanner.engine.trial import Sentinel, Trial
from scanner.engine.truth.awaiting_cohort import AwaitingCohort
from scanner.engine.truth.cohorts import Cohort
from scanner.engine.truth.denied_trials import DeniedTrials
from scanner.engine.truth.loss_estimate import FULL_COHORT
from scanner.engine.truth.network_evidence import WITH_IT_S, Network
from scanner.engine.truth.next_attempt import NextAttempt, losses_of
from scanner.engine.truth.path import Path
from scanner.engine.truth.paths import Paths
from scanner.engine.truth.sentinels import Sentinels
from scanner.engine.truth.special_answers import SpecialAnswers
from scanner.engine.truth.stands import Stand, most_attempts, stands, vouched
from scanner.engine.truth.watched_paths import WatchedPaths
from scanner.model import ANSWERED, State


class Silence:
    """The silent trials, and the evidence gathered for them; its length is how many wait for it.

    `total` says how many rows the scan has, as known now. `again` takes a trial for one more attempt, `later` keeps one
    until a time has come; `listened`: see `NextAttempt`.
    """

    def __init__(
        self,
        paths: Paths,
        gates: Gates,
        *,
        total: Callable[[], int],
        again: Callable[[Trial], None],
        later: Callable[[Trial, float], None],
        listened: Callable[[float], float] | None = None,
    ) -> None:
        self._random = random = Random(1)
        self.watched_paths = WatchedPaths(gates, total)
        self._attempt = NextAttempt(again=again, later=later, listened=listened)
        self._awaiting = AwaitingCohort(self.watched_paths, self._decide, random)
        self.sentinels = Sentinels(self.watched_paths, gates, paths.of, self._awaiting.evaluate, random)
        self._denied = DeniedTrials(self.watched_paths, self._awaiting, self._attempt)
        self._answers = SpecialAnswers(self.watched_paths)

    def __len__(self) -> int:
        return len(self._awaiting)

    def judged(self, trials: Iterable[Trial], now: float) -> None:
        """These have a verdict. (Of plain refusals it need not be told.)"""
        for trial in trials:
            verdict = trial.verdict
            answered = verdict is not None and verdict.state in ANSWERED
            if trial.sentinel:
                self._sentinel_done(trial, now, answered=answered)
            elif verdict is not None and answered:
                self._answers.note(trial, now, refused=verdict.state is State.REFUSED)

    def _sentinel_done(self, trial: Trial, now: float, *, answered: bool) -> None:
        assert isinstance(trial, Sentinel)
        self.sentinels.done(trial, now, answered=answered)

    def silent(self, trials: list[Trial], now: float) -> list[Trial]:
        """Their present attempt found no answer. Returns those whose sockets have waited long enough: sentinels, and
        what goes over a path that is held back (the kernel would send its SYN again every second, beside the rate).

        They go on in a random order: a policer lets the first of a burst pass and drops the last, and who is last each
        time meets a loss that no sentinel knows of.
        """
        listened_out, shuffled = [], list(trials)
        self._random.shuffle(shuffled)
        for trial in shuffled:
            if trial.sentinel:
                self._sentinel_done(trial, now, answered=False)
                listened_out.append(trial)
                continue
            path, moved = self.watched_paths.path_of(trial)
            retries = trial.retries
            self._note_unheard(trial, path, retries)
            path.counts.fell_silent()
            self.watched_paths.watch(path)
            if path.pace.held:
                listened_out.append(trial)
            short = trial.attempts <= retries or not (trial.denials or self._attempt.is_full(trial))
            if (short or moved) and trial.attempts < most_attempts(retries + 1):
                self._attempt.make(trial)
            else:
                self._ask_cohort(trial, now)
        return listened_out

    def _note_unheard(self, trial: Trial, path: Path, retries: int) -> None:
        """Whether its present attempt left while nobody of its network was there who could vouch for it.

        Where no other attempt follows it must be borne out by itself, also if it left before anybody watched.
        """
        network, sent = trial.location.speaking_for_itself(trial.endpoint), trial.sent
        if retries:
            unheard = network.silent_at(sent)
        else:
            unheard = network.silent_at(sent, WITH_IT_S)
            unheard |= trial.cohort is None and not network.lively(sent, path.round_trip.smoothed)
        if unheard:
            trial.backed().was_unheard(trial.attempts)

    def denied(self, trial: Trial, now: float) -> None:
        """Its present attempt met a "no" that may pass, or its recess is over: see `denial_rule.py`."""
        if trial.verdict is None and self._denied.met(trial, now):  # else an earlier one was answered in the same poll
            self._ask_cohort(trial, now)

    def _ask_cohort(self, trial: Trial, now: float) -> None:
        """It had its attempts: decided at once, or when the sentinels beside the last one are evaluated."""
        path = trial.path
        if not path.can_tell or (path.exhausted and path.cohorts.present is None):
            self._decide(trial, now)
            return
        backing = trial.backed()
        cohort = backing.cohort or path.open_cohort(now)
        backing.waits_with(cohort)
        if trial.denials:
            cohort.wants_all()
        if cohort.evaluated:
            self._decide(trial, now)
        else:
            self._awaiting.wait_for(cohort, trial)

    def _decide(self, trial: Trial, now: float) -> None:
        if trial.denials:
            self._denied.decide(trial, now)
            return
        path, moved = self.watched_paths.path_of(trial)
        if moved and trial.attempts < most_attempts(trial.retries + 1):
            self.watched_paths.watch(path)
            self._attempt.make(trial)
            return
        self.watched_paths.count_targets(path)
        stand = self._what_it_comes_to(trial, path, trial.network)
        if stand is Stand.ASK_MORE:
            if not self._asks_more(trial, path, now):
                self._finish(trial, Stand.UNVERIFIED)
        elif stand is not Stand.AGAIN:
            self._finish(trial, stand)
        elif self._attempt.is_full(trial):
            self._ask_again_or_more(trial, path, now)
        else:
            self._ask_again(trial, path, now)

    def _finish(self, trial: Trial, stand: Stand) -> None:
        if stand is Stand.SURE and trial.location.slowest_ms > trial.timeout * 1000.0:
            stand = Stand.UNVERIFIED  # it was not waited for long enough, whoever vouches for the way
        trial.stands(TIMEOUT)
        self.watched_paths.finish(trial, stand.doubt)

    def _what_it_comes_to(self, trial: Trial, path: Path, network: Network) -> Stand:
        """What its silence comes to: as far as the way goes, and, if that is clear, its own network."""
        wanted, targets, lossy, era = trial.retries + 1, path.targets, path.lossy, path.cohorts.era
        full, backing = self._attempt.is_full(trial), trial.backed()
        stand = stands(
            attempts=trial.attempts,
            wanted=wanted,
            full=full,
            targets=targets,
            losses=losses_of(trial),
            lossy=lossy,
            hopeless=era.dead,
            exhausted=path.exhausted,
            spent=path.spent(backing.era, backing.nth, wanted),
            few=era.n < FULL_COHORT and not trial.urgent,  # what is asked beside the list has no row of its own
        )
        if network.stopped is not None or path.gone:  # asking on is of no use, and it is no loss
            return Stand.UNVERIFIED if full and trial.attempts >= wanted else Stand.AGAIN
        if stand is not Stand.SURE:
            return stand
        if network.first_heard is None:
            return Stand.UNVERIFIED
        return vouched(
            attempts=trial.attempts,
            wanted=wanted,
            targets=targets,
            losses=losses_of(trial, of_network=True) or [],
            lossy=lossy,
            witnesses=bool(network.responders),
        )

    # It does not stand yet: ask it again, or ask others

    def _ask_again(self, trial: Trial, path: Path, now: float) -> None:
        self._go_carefully(trial, path, now)
        self._attempt.make(trial)

    def _go_carefully(self, trial: Trial, path: Path, now: float) -> None:
        """It had its attempts: where nobody is left to tell more, the path is held back, if that is of any use."""
        if trial.attempts <= trial.retries or not path.at_a_loss:
            return
        if path.braking.go_carefully(now, mostly_lost=path.counts.mostly_lost):
            self.watched_paths.slow(path)

    def _ask_again_or_more(self, trial: Trial, path: Path, now: float) -> None:
        """It had a whole attempt; if nothing was lost, more sentinels tell more than the target does."""
        self._go_carefully(trial, path, now)
        if trial.attempts > trial.retries and path.unsure and _more_would_tell(trial):
            self._wait_for_more(path.open_cohort(now), trial)
        else:
            self._attempt.make(trial)

    def _asks_more(self, trial: Trial, path: Path, now: float) -> bool:
        """Whether more are asked for a single attempt: if somebody vouches for it, and as long as they tell more."""
        backing, told = trial.backed(), path.cohorts.era.n
        if backing.known >= told or 1.0 in (losses_of(trial, of_network=True) or [1.0]):
            return False
        backing.knew(told)
        self._wait_for_more(path.open_cohort(now), trial)
        return True

    def _wait_for_more(self, cohort: Cohort, trial: Trial) -> None:
        cohort.wants_all()
        self._awaiting.wait_for(cohort, trial)


def _more_would_tell(trial: Trial) -> bool:
    """Whether more sentinels can settle it: not if some attempt has nobody who vouches for it."""
    losses = losses_of(trial, of_network=True)
    return losses is not None and (1.0 not in losses or not trial.network.responders)
