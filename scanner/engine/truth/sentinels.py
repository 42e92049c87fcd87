"""Sentinels: known responders asked once more, beside the probes of watched paths. Pure: pass `now`.

From the moment a path is watched they go out in cohorts, and each probe is noted with the cohort it left in. Of each
network that has a probe in a cohort somebody is asked while its moment lasts. Where trials wait for a cohort and no
more probes come by themselves, its sentinels are sent all the same.
"""

from collections.abc import Callable
from random import Random

from scanner.engine.brakes.gates import Gates
from scanner.engine.trial import Sentinel, Trial
from scanner.engine.truth.cohorts import Cohort
from scanner.engine.truth.location import Location
from scanner.engine.truth.path import Path
from scanner.engine.truth.watched_paths import WatchedPaths
from scanner.model import Endpoint, Place


class Sentinels:
    """`locate` says where a place is; `evaluate` is told of cohorts that may have all they need. `sent`: how many."""

    def __init__(
        self,
        watched: WatchedPaths,
        gates: Gates,
        locate: Callable[[Place], Location],
        evaluate: Callable[[Path, Cohort, float], None],
        random: Random,
    ) -> None:
        self._watched = watched
        self._gates = gates
        self._locate = locate
        self._evaluate = evaluate
        self._random = random
        self.sent = 0

    def due(self, now: float, quota: int) -> list[Trial]:
        """Those to launch beside this turn's probes, at most `quota`."""
        due: list[Trial] = []
        for path in self._watched.paths:
            for cohort in path.cohorts.to_ask(now):
                self._ask_pending(path, cohort, due, now, quota)
            for endpoint in path.due_sentinels(now, quota - len(due), self._gates.busy):
                self._send(path, path.open_cohort(now), endpoint, due, now)
        return due

    def beside(self, batch: list[Trial], sentinels: list[Trial], now: float, quota: int) -> list[Trial]:
        """What leaves, sentinels included: noted on watched paths; cohorts that somebody waits for are completed."""
        batch = [trial for trial in batch if trial.verdict is None]  # others were answered late, while they waited
        path: Path | None = None  # of the trial before: neighbours in the queue mostly share it, and so its cohort
        for trial in batch:
            if trial.sentinel:
                if isinstance(trial, Sentinel):
                    trial.leaves(now)
            elif trial.path.watched:
                if trial.path is not path:
                    path = trial.path
                    path.sends(1, now)
                    cohort, unseen = path.open_cohort(now), path.cohorts.unseen
                else:
                    path.sends(1, now)
                trial.backed().leaves_with(cohort, unseen, trial.attempts)
                cohort.noted(trial.network, trial.patience)
        for path in self._watched.paths:
            for closed in path.cohorts.take_closed():
                self._evaluate(path, closed, now)
            present = path.cohorts.present
            if present is not None and present.awaited and not present.closed:
                self._complete(path, present, batch, now, quota)
        for sentinel in sentinels:
            # Anywhere among the others: the first packets after a pause pass a policer that drops the rest.
            batch.insert(self._random.randint(0, len(batch)), sentinel)
        return batch

    def _ask_pending(self, path: Path, cohort: Cohort, batch: list[Trial], now: float, quota: int) -> None:
        """Of the networks whose probes are in this cohort, somebody of each is asked, while its moment lasts."""
        room = path.pace.room(quota - len(batch), now)
        for network in list(cohort.witnesses.pending):
            if network.first_heard is None or not network.responders:
                cohort.witnesses.nobody_to_ask(network)
                continue
            for _ in range(1 + (path.lossy or network.missed > 0)):  # one of two is heard where one would be lost
                if room > 0 and (endpoint := network.responders.next(now, self._gates.busy)) is not None:
                    self._send(path, cohort, endpoint, batch, now)
                    room -= 1

    def _complete(self, path: Path, cohort: Cohort, batch: list[Trial], now: float, quota: int) -> None:
        """Trials wait for this cohort and no more probes come by themselves: send its sentinels."""
        room = path.pace.room(quota - len(batch), now)
        if self._gates.waiting_at_hosts:
            room = 0  # a host's rate is for its targets first
        while room > 0 and not cohort.enough:
            endpoint = path.responders.next(now, self._gates.busy)
            if endpoint is None:
                break
            self._send(path, cohort, endpoint, batch, now)
            room -= 1
        if (cohort.late(now) or not cohort.witnesses.pending) and (cohort.enough or path.exhausted):
            path.cohorts.close(cohort)
            self._evaluate(path, cohort, now)

    def _send(self, path: Path, cohort: Cohort, endpoint: Endpoint, batch: list[Trial], now: float) -> None:
        location = self._locate(endpoint.place)
        sentinel = Sentinel(endpoint, location, path, cohort, vouches=cohort.asks(location.network, now))
        self.sent += 1
        path.pace.spend(1)
        path.sends(1, now, sentinels=True)
        self._gates.to_host(sentinel, batch, now)

    # What came back, or did not

    def done(self, sentinel: Sentinel, now: float, *, answered: bool) -> None:
        """A sentinel was answered as before (or openly), or it was not."""
        path, cohort, network = sentinel.path, sentinel.beside, sentinel.network
        cohort.one_done()
        if answered:
            if sentinel.vouches:
                cohort.witnesses.vouch(network)
            for each in network.with_parent:
                each.heard(now, (sentinel.rtt_ms or 0.0) / 1000.0)
                each.met(answers=1)
            path.answered_as_before()
        else:
            self._unanswered(sentinel)
            network.missed_one(now - sentinel.patience)
            path.missed_one()
            if network.notice_gone(now):
                self._gone(sentinel)
        self._evaluate(path, cohort, now)

    def _unanswered(self, sentinel: Sentinel) -> None:
        path, cohort, network, pool = sentinel.path, sentinel.beside, sentinel.network, sentinel.location.pool
        shared = pool is not None and path is pool.path
        elsewhere = shared and pool is not None and pool.of(sentinel.endpoint.place) is not path
        if sentinel.verdict is None and network.stopped is None and not elsewhere:
            path.lose(cohort, sentinel.endpoint)
            return
        cohort.change()  # that is no loss
        if sentinel.verdict is not None:
            cohort.deny(network)
            path.counts.met_noes()
            for each in network.with_parent:
                each.met(noes=1)

    def _gone(self, sentinel: Sentinel) -> None:
        """The responders of its network stopped answering: that is not loss, and has nothing to do with the rate."""
        path, network = sentinel.path, sentinel.network

        def is_of_it(place: Place) -> bool:
            return self._locate(place).network is network

        path.counts.stops(network.missed_from)
        path.forgive(is_of_it, network.missed_from)
        pool = sentinel.location.pool
        others = [path.responders, *(each.responders for each in network.with_parent[1:])]
        for responders in others if pool is None else [*others, pool.path.responders]:
            if responders is not network.responders:
                responders.drop(is_of_it)  # they would be asked for ever, for nothing
        if network.parent is not None:
            network.parent.collect()
        if path.misses >= network.missed:
            path.all_gone()
        else:
            path.braking.new_era()
