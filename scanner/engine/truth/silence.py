"""What silence comes to: a timeout that stands, or one more attempt. Pure: it is told what happened, and when.

1. A path with a silent target is *watched*. From then on sentinels go out beside its probes, in cohorts, and each
   probe is noted with the cohort it left in. Of each network that has a probe in a cohort somebody is asked while its
   moment lasts.
2. A silent trial has all the attempts its user asked for. Then it waits until the cohort of the last one is judged.
3. `evidence.stands` decides as far as the way goes, `evidence.vouched` for the target's own network, and so often as
   loss may explain the silence, it is probed again.

Of a path with no silent target no cohort is counted and no sentinel runs: a clean sweep pays for none of it.
"""

from collections.abc import Callable, Iterable
from random import Random

from scanner.engine.brakes.gates import Gates
from scanner.engine.flight.verdict import REFUSED, TIMEOUT
from scanner.engine.trial import Trial
from scanner.engine.truth import noes
from scanner.engine.truth.paths import COLD_ANSWERS, Path, Paths
from scanner.engine.truth.stands import CLEAN_LOSS, FULL_COHORT, Cohort, Stand, doubtful, most_attempts, stands, vouched
from scanner.engine.truth.vouchers import MOST_ALONE, WITH_IT_S, Network
from scanner.model import Endpoint, State

_DOUBT = {Stand.TIMEOUT: "", Stand.UNVERIFIED: "unverified", Stand.LOSSY: "lossy"}
_ANSWERS = frozenset({State.OPEN, State.REFUSED})


class Silence:
    """The silent trials, and the evidence gathered for them; its length is how many wait for it.

    `total` says how many rows the scan has, as known now; `again` takes a trial for one more attempt. `watched` are the
    paths that have had a silent target; `finished` the trials whose silence stands, with their doubt; `slowed` the
    paths that are held back from now on. The caller empties the last two. `later` keeps a trial until a time has come.
    """

    def __init__(
        self,
        paths: Paths,
        gates: Gates,
        total: Callable[[], int],
        again: Callable[[Trial], None],
        later: Callable[[Trial, float], None],
    ) -> None:
        self._paths = paths
        self._gates = gates
        self._total = total
        self._put_in_line = again
        self._put_off = later
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
            for cohort in path.to_ask(now):
                self._ask_pending(path, cohort, sentinels, now, quota)
            for endpoint in path.due_sentinels(now, quota - len(sentinels), self._gates.busy):
                self._send_sentinel(path, path.open_cohort(now), endpoint, sentinels, now)
        return sentinels

    def beside(self, batch: list[Trial], sentinels: list[Trial], now: float, quota: int) -> list[Trial]:
        """What leaves, sentinels included: noted on watched paths; cohorts that somebody waits for are completed."""
        batch = [trial for trial in batch if trial.verdict is None]  # others were answered late, while they waited
        for trial in batch:
            path = trial.path
            if trial.sentinel:
                trial.vouches = trial.vouches and trial.cohort is not None and not trial.cohort.late(now)
            elif path.watched:
                path.sent(1, now)
                trial.cohort = path.open_cohort(now)
                path.noted(trial, trial.cohort)
                if trial.cohorts is None:
                    trial.cohorts = [path.unseen] * trial.attempts
                trial.cohorts.append(trial.cohort)
                trial.cohort.noted(trial.endpoint.place.network, trial.patience)
        for path in self.watched:
            for closed in path.closed_cohorts():
                self._judge(path, closed, now)
            cohort = path.cohort
            if cohort is not None and cohort.waiting and not cohort.closed:
                self._complete(path, cohort, batch, now, quota)
        for sentinel in sentinels:
            # Anywhere among the others: the first packets after a pause pass a policer that drops the rest.
            batch.insert(self._random.randint(0, len(batch)), sentinel)
        return batch

    def _ask_pending(self, path: Path, cohort: Cohort, batch: list[Trial], now: float, quota: int) -> None:
        """Of the networks whose probes are in this cohort, somebody of each is asked, while its moment lasts."""
        room = self._room(path, batch, now, quota)
        for network in list(cohort.pending):
            if network.first is None or not network.responders:
                cohort.pending.discard(network)  # there is nobody to ask
                continue
            for _ in range(1 + (path.lossy or network.missed > 0)):  # one of two is heard where one would be lost
                if room > 0 and (endpoint := network.responders.next(now, self._gates.busy)) is not None:
                    self._send_sentinel(path, cohort, endpoint, batch, now)
                    room -= 1

    def _complete(self, path: Path, cohort: Cohort, batch: list[Trial], now: float, quota: int) -> None:
        """Trials wait for this cohort and no more probes come by themselves: send its sentinels."""
        room = self._room(path, batch, now, quota)
        if self._gates.waiting_at_hosts:
            room = 0  # a host's rate is for its targets first
        while room > 0 and not cohort.enough:
            endpoint = path.responders.next(now, self._gates.busy)
            if endpoint is None:
                break
            self._send_sentinel(path, cohort, endpoint, batch, now)
            room -= 1
        if (cohort.late(now) or not cohort.pending) and (cohort.enough or path.exhausted):
            path.close_cohort(cohort)
            self._judge(path, cohort, now)

    def _room(self, path: Path, batch: list[Trial], now: float, quota: int) -> int:
        room = quota - len(batch)
        return room if path.law.bucket is None else min(room, path.law.bucket.available(now))

    def _send_sentinel(self, path: Path, cohort: Cohort, endpoint: Endpoint, batch: list[Trial], now: float) -> None:
        trial = Trial(endpoint, path)
        trial.sentinel = True
        trial.cohort = cohort
        trial.vouches = cohort.asks(endpoint.place.network, now)
        if path.patience is not None:
            trial.patience = min(trial.timeout, path.patience)
        if path.law.bucket is not None:
            path.law.bucket.take(1)
        path.sentinels += 1
        path.sent(1, now, sentinel=True)
        self._gates.to_host(trial, batch, now)

    # What came back, or did not

    def settle(self, trials: Iterable[Trial], now: float) -> None:
        """These were answered. (Of plain first answers it need not be told.)"""
        for trial in trials:
            path = trial.path
            if trial.sentinel:
                self._sentinel_done(trial, now)
                continue
            if trial.verdict is None or trial.verdict.state not in _ANSWERS:
                continue
            if trial.denials:
                for each in trial.endpoint.place.network.with_parent:
                    each.noes += len(trial.denials)
                    each.yeses += 1
                path.noes += len(trial.denials)
                self._watch(path)
            if silent := trial.silent_before(trial.answered):
                path = self._leave_pool(trial)
                path.flipped += 1
                path.missed += silent
                self._watch(path)
            elif trial.denials:
                path.turned += 1
            elif trial.lost_syns and path.answers > COLD_ANSWERS:
                path.resent += 1
                self._watch(path)
            if path.answered(trial, now):
                self._slow(path)
            if trial.cohort is not None and trial.answered == trial.attempts:
                trial.cohort.vouched.update(trial.endpoint.place.network.with_parent)  # as well as any sentinel
            if trial.first:
                continue  # a canary, or a port that is known already: as a sentinel it would be asked twice as often
            if trial.verdict.state is State.OPEN:
                path.heard(trial, refused=False, now=now)
            elif trial.verdict is REFUSED and trial.endpoint.place.network.collecting:
                path.heard(trial, refused=True, now=now)  # the round noted those that answered at once

    def _leave_pool(self, trial: Trial) -> Path:
        """It answered at last, and so its network loses something: that may be a path of its own from now on."""
        pool = trial.path.pool
        if pool is None or trial.path.attached:
            return trial.path
        trial.path.answers -= 1
        path = trial.path = pool.regions.lost(trial)
        path.answers += 1
        return path

    def _sentinel_done(self, trial: Trial, now: float) -> None:
        """A sentinel was answered, as before or otherwise, or it was not."""
        path, cohort, network = trial.path, trial.cohort, trial.endpoint.place.network
        assert cohort is not None
        cohort.outstanding -= 1
        if trial.verdict is not None and trial.verdict.state in _ANSWERS:
            if trial.vouches:
                cohort.vouched.update(network.with_parent)
            for each in network.with_parent:
                each.heard(now, (trial.rtt_ms or 0.0) / 1000.0)
                each.yeses += 1
            path.misses, path.gone = 0, False
        else:
            pool = path.pool
            elsewhere = pool is not None and pool.of(trial.endpoint.place) is not path
            if trial.verdict is None and network.stopped is None and not elsewhere:
                path.lose(cohort, trial.endpoint)
            else:
                cohort.changed += 1  # that is no loss
                if trial.verdict is not None:
                    cohort.noes += 1
                    path.noes += 1
                    for each in network.with_parent:
                        cohort.denied[each] += 1
                        each.noes += 1
            network.missed_one(now - trial.patience)
            path.misses += 1
            if network.gone(now):
                self._gone(path, network)
        self._judge(path, cohort, now)

    def _gone(self, path: Path, network: Network) -> None:
        """Its responders stopped answering: that is no loss, and no matter of the rate."""
        path.stopped.append(network.missed_from)
        path.forgive(lambda place: place.network is network, network.missed_from)
        known = [path.responders, *(each.responders for each in network.with_parent[1:])]
        for responders in known if network.responders is not path.responders else ():
            responders.split(lambda place: place.network is network)  # they would be asked for ever, for nothing
        if network.parent is not None:
            network.parent.collecting = True
        if path.misses >= network.missed:
            path.all_gone()
        else:
            path.new_era()

    def _judge(self, path: Path, cohort: Cohort, now: float) -> None:
        if cohort.whole:
            path.close_cohort(cohort)
        if cohort.judged or not cohort.closed or cohort.outstanding:
            return
        path.judged(cohort, now)
        noes.judged(cohort)
        self._slow(path)
        waiting, cohort.waiting = cohort.waiting, []
        self._waiting -= len(waiting)
        self._random.shuffle(waiting)  # see `silent`
        for trial in waiting:
            if trial.verdict is None:  # else an earlier attempt was answered late
                self._decide(trial, now)

    def _slow(self, path: Path) -> None:
        if path.law.bucket is not None and self._gates.pace(path):
            self.slowed.append(path)

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
                self._sentinel_done(trial, now)
                done.append(trial)
                continue
            path, moved = self._path_of(trial)
            self._note_unheard(trial, path, now - trial.patience)
            path.timeouts += 1
            self._watch(path)
            if path.law.bucket is not None:
                done.append(trial)
            short = trial.attempts <= trial.retries or (not trial.full and not trial.denials)
            if (short or moved) and trial.attempts < most_attempts(trial.retries + 1):
                self._again(trial)
            else:
                self._ask_cohort(trial, now)
        return done

    def _note_unheard(self, trial: Trial, path: Path, sent: float) -> None:
        """Whether its present attempt, made then, left while nobody of its network was there who could vouch for it.

        Where no other attempt follows it must be borne out by itself, also if it left before anybody watched.
        """
        network = self._network_of(trial)
        if trial.retries:
            unheard = network.silent_at(sent)
        else:
            unheard = network.silent_at(sent, WITH_IT_S)
            unheard |= trial.cohort is None and not network.lively(sent, path.rtt)
        if unheard:
            trial.unheard = trial.attempts

    def _network_of(self, trial: Trial) -> Network:
        """Who vouches for it: its host alone, if that answered before."""
        place, path = trial.endpoint.place, trial.path
        network: Network = place.network
        if network.shared and place.refused is not None and path.alone < MOST_ALONE:
            path.alone += 1
            network = place.network = network.host(place.refused)
        return network

    def _ask_cohort(self, trial: Trial, now: float) -> None:
        """It had its attempts: decided at once, or when the sentinels beside the last one are judged."""
        path = trial.path
        if not path.can_tell or (path.exhausted and path.cohort is None):
            self._decide(trial, now)
            return
        cohort = trial.cohort = trial.cohort or path.open_cohort(now)
        cohort.thorough |= bool(trial.denials)
        if cohort.judged:
            self._decide(trial, now)
        else:
            self._wait_for(cohort, trial)

    def denied(self, trial: Trial, now: float) -> None:
        """Its present attempt met a "no" that may pass, or its recess is over: what comes of that, see noes.py."""
        if trial.verdict is not None:
            return  # an earlier attempt was answered in the same poll
        path, _ = self._path_of(trial)
        self._network_of(trial)
        self._watch(path)
        if trial.listening or trial.cohort is None:
            trial.cohort = path.open_cohort(now)
            trial.cohort.noted(trial.endpoint.place.network, 0.0)
        if trial.attempts <= trial.retries:
            self._again(trial, trial.denied_until)
        elif not path.can_tell and path.targets > 1 and now < trial.denied_until:
            trial.listening = True  # somebody may answer yet who can tell
            self._put_off(trial, trial.denied_until)
        else:
            self._ask_cohort(trial, now)

    def _decide_denied(self, trial: Trial, now: float) -> None:
        path, cohort, denials = trial.path, trial.cohort, trial.denials
        network: Network = trial.endpoint.place.network
        if trial.retries and noes.worth_waiting(cohort, network, now):
            trial.listening = True
            self._put_off(trial, now + (path.patience or trial.timeout))
            return
        self._count_targets(path)
        differed = noes.differ(denials, trial.endpoint.place.numeric)
        doubt = noes.doubt(
            attempts=trial.attempts,
            noes=len(denials),
            wanted=trial.retries + 1,
            differed=differed,
            targets=path.targets,
            chance=noes.share(cohort, network, path, single=not trial.retries),
        )
        again = doubt is None or (trial.listening and path.can_tell and trial.retries > 0)
        if again and not noes.gone(cohort, network) and trial.attempts < most_attempts(trial.retries + 1):
            trial.listening = False
            self._again(trial, trial.denied_until)
            return
        if doubt == "" and not trial.asked_more and noes.thin(cohort) and path.can_tell and not path.exhausted:
            trial.asked_more, trial.cohort = True, path.open_cohort(now)
            trial.cohort.noted(network, 0.0)
            self._wait_for(trial.cohort, trial)
            return
        told = noes.best(denials)
        trial.verdict, trial.rtt_ms, trial.lost_syns = told.verdict, told.rtt_ms, 0
        doubt = noes.given_up(differed=differed) if doubt is None else doubt
        path.turned += doubt == noes.FLIPPED
        path.denied += 1
        self.finished.append((trial, doubt))

    def _path_of(self, trial: Trial) -> tuple[Path, bool]:
        """The path of a silent trial, and whether that is a new one, about which its attempts so far say nothing."""
        path = trial.path
        pool = path.pool
        if pool is None or not pool.regions.paths:
            return path, False
        region = pool.of(trial.endpoint.place)
        if region is path:
            return path, False
        trial.path = region
        trial.cohort, trial.cohorts, trial.era = None, None, None
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
        if trial.denials:
            self._decide_denied(trial, now)
            return
        path, moved = self._path_of(trial)
        if moved and trial.attempts < most_attempts(trial.retries + 1):
            self._watch(path)
            self._again(trial)
            return
        self._count_targets(path)
        network: Network = trial.endpoint.place.network
        stand = self._stand(trial, path, network)
        if stand is Stand.AGAIN and not trial.retries and trial.full:
            if self._asks_more(trial, path, network, now):
                return
            stand = Stand.UNVERIFIED
        if stand is Stand.AGAIN:
            if trial.attempts > trial.retries and path.grope(now):
                self._slow(path)
            if trial.full and trial.attempts > trial.retries and path.unsure and self._more_would_tell(trial, network):
                cohort = path.open_cohort(now)  # nothing was lost: ask more sentinels, not the target
                cohort.thorough = True
                self._wait_for(cohort, trial)
            else:
                self._again(trial)
            return
        if stand is Stand.LOSSY and not path.lossy:
            stand = Stand.UNVERIFIED  # given up for another reason than loss
        trial.verdict = TIMEOUT
        self.finished.append((trial, _DOUBT[stand]))

    def _stand(self, trial: Trial, path: Path, network: Network) -> Stand:
        """What its silence comes to: as far as the way goes, and, if that is clear, its own network."""
        wanted, targets, lossy = trial.retries + 1, path.targets, path.lossy
        stand = stands(
            attempts=trial.attempts,
            wanted=wanted,
            full=trial.full,
            targets=targets,
            losses=path.losses(trial),
            lossy=lossy,
            hopeless=path.era.dead,
            exhausted=path.exhausted,
            spent=path.spent(trial),
            few=path.era.n < FULL_COHORT and not trial.first,  # what is asked beside the list has no row of its own
        )
        if network.stopped is not None or path.gone:  # asking on is of no use, and it is no loss
            asked = trial.full and trial.attempts >= wanted
            return Stand.UNVERIFIED if asked else Stand.AGAIN
        if stand is not Stand.TIMEOUT:
            return stand
        if network.first is None:
            return Stand.UNVERIFIED
        return vouched(
            attempts=trial.attempts,
            wanted=wanted,
            targets=targets,
            losses=path.losses(trial, network) or [],
            lossy=lossy,
            witnesses=bool(network.responders),
        )

    def _asks_more(self, trial: Trial, path: Path, network: Network, now: float) -> bool:
        """Whether more are asked for a single attempt: if somebody vouches for it, and as long as they tell more."""
        if trial.known >= path.era.n or 1.0 in (path.losses(trial, network) or [1.0]):
            return False
        trial.known = path.era.n
        cohort = path.open_cohort(now)
        cohort.thorough = True
        self._wait_for(cohort, trial)
        return True

    def _more_would_tell(self, trial: Trial, network: Network) -> bool:
        """Whether more sentinels can settle it: not if some attempt has nobody who vouches for it."""
        losses = trial.path.losses(trial, network)
        return losses is not None and (1.0 not in losses or not network.responders)

    def _again(self, trial: Trial, at: float | None = None) -> None:
        """One more attempt, now or later; the one that may make the verdict stand, and the last of all, wait the user's
        whole timeout."""
        path = trial.path
        trial.patience, trial.full = trial.timeout, True
        final = trial.attempts + 1 >= most_attempts(trial.retries + 1)
        if path.patience is not None and path.patience < trial.timeout and not final:
            last = trial.attempts >= trial.retries
            gone = path.gone or trial.endpoint.place.network.stopped is not None
            if last and not gone and (losses := path.losses(trial)) is not None and not path.exhausted:
                present = path.era.loss()
                if not path.lossy:  # the evidence may still grow until then: only what is surely too little counts
                    losses, present = [CLEAN_LOSS] * trial.attempts, CLEAN_LOSS
                last = not doubtful(path.targets, [*losses, present])
            if not last:
                trial.patience, trial.full = path.patience, False
        if at is None:
            self._put_in_line(trial)
        else:
            self._put_off(trial, at)
