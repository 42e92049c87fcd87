"""Known responders asked once more: along with what, on whose behalf, and what their silence means."""

from random import Random

import pytest

from scanner.engine.brakes.gates import Gates
from scanner.engine.flight.verdict import REFUSED, Verdict
from scanner.engine.trial import Sentinel, Trial
from scanner.engine.truth.cohorts import Cohort
from scanner.engine.truth.path import Path
from scanner.engine.truth.paths import Paths
from scanner.engine.truth.sentinels import Sentinels
from scanner.engine.truth.watched_paths import WatchedPaths
from scanner.model import Endpoint, Place, Request, State
from tests.engine.fakes import AF_INET, AF_INET6

QUOTA = 100


class Host:
    """A host with a thousand ports, of which twenty refused and one fell silent, so that its path is watched."""

    def __init__(self) -> None:
        self.paths = Paths()
        self.place = Place("10.0.0.1", AF_INET, ports=1000)
        self.where = self.paths.of(self.place)
        self.shared = self.where.path, self.where.network
        self.where.refused_first(Endpoint(self.place, 1, (Request(),)), None, 0.0)
        self.path = self.where.path
        for port in range(2, 21):
            endpoint = Endpoint(self.place, port, (Request(),))
            network = self.where.network
            self.path.heard(endpoint, network, refused=True, attempts=1, rtt_ms=1.0, now=0.0)
        gates = Gates(None, None)
        self.watched = WatchedPaths(gates, lambda: 1000)
        self.watched.watch(self.path)
        self.evaluated: list[Cohort] = []
        self.sentinels = Sentinels(self.watched, gates, self.paths.of, self._evaluate, Random(1))

    def _evaluate(self, path: Path, cohort: Cohort, now: float) -> None:
        self.evaluated.append(cohort)

    def leaves(self, count: int, now: float) -> list[Sentinel]:
        """Send `count` probes; returns the sentinels that go out with them."""
        trials = [Trial(Endpoint(self.place, 100 + port, (Request(),)), self.where) for port in range(count)]
        batch = self.sentinels.beside(trials, self.sentinels.due(now, QUOTA), now, QUOTA)
        assert {trial for trial in batch if not trial.sentinel} == set(trials)
        return [trial for trial in batch if isinstance(trial, Sentinel)]

    def asked(self) -> Sentinel:
        """A sentinel that was sent."""
        self.leaves(4, 1.0)
        (sentinel,) = self.leaves(1, 1.0)
        return sentinel


def test_they_go_out_beside_what_left_before() -> None:
    host = Host()
    assert [len(host.leaves(4, 1.0)) for _ in range(3)] == [0, 1, 1]
    assert host.sentinels.sent == 2
    assert host.path.counts.sentinels == 2


def test_what_is_not_watched_is_not_noted() -> None:
    host = Host()
    elsewhere = Place("2001:db8::1", AF_INET6, ports=1000)
    other = host.paths.of(elsewhere)
    trial = Trial(Endpoint(elsewhere, 1, (Request(),)), other)
    host.sentinels.beside([trial], [], 1.0, QUOTA)
    assert trial.backing is None
    assert other.path.cohorts.present is None


def test_a_cohort_that_somebody_waits_for_is_completed() -> None:
    host = Host()
    host.leaves(1, 1.0)
    cohort = host.path.open_cohort(1.0)
    cohort.awaits(True)
    assert len(host.leaves(0, 1.1)) == 60
    assert cohort.whole


def test_an_answer_vouches_for_its_network() -> None:
    host = Host()
    sentinel = host.asked()
    sentinel.verdict = REFUSED
    host.sentinels.done(sentinel, 1.1, answered=True)
    assert host.where.network in sentinel.beside.witnesses.vouched
    assert (host.path.counts.lost, sentinel.beside.outstanding, host.evaluated) == (0, 0, [sentinel.beside])


def test_silence_is_loss_and_a_no_is_none() -> None:
    host = Host()
    lost, denied = host.asked(), host.asked()
    denied.verdict = Verdict(State.UNREACHABLE, "net-unreach", "192.0.2.1")
    host.sentinels.done(lost, 2.0, answered=False)
    host.sentinels.done(denied, 2.0, answered=False)
    cohort = lost.beside
    assert (cohort.lost, cohort.changed, cohort.noes) == (1, 1, 1)
    assert (host.path.counts.lost, host.path.counts.noes, host.path.misses) == (1, 1, 2)


@pytest.mark.parametrize("last", [3.4, 3.6])
def test_a_dozen_over_seconds_are_gone(last: float) -> None:
    """They are gone 2.5 s after the first of them was sent, and no sooner: then what they lost is not loss."""
    host = Host()
    asked = [host.asked() for _ in range(12)]
    for sentinel in asked[:-1]:
        host.sentinels.done(sentinel, 2.0, answered=False)
    asked[-1].set_patience(1.0)
    host.sentinels.done(asked[-1], last, answered=False)
    assert host.path.gone is (last > 3.5)
    assert host.path.counts.lost == (0 if host.path.gone else 12)
    assert host.path.counts.stopped == ([1.0] if host.path.gone else [])


def test_a_host_that_is_gone_vouches_for_its_neighbours_no_longer() -> None:
    """Nobody asks it any more for those that share the way, or its network."""
    host = Host()
    (way, network), gone = host.shared, Endpoint(host.place, 1, (Request(),))
    there = Endpoint(Place("10.0.0.2", AF_INET), 1, (Request(),))
    for responders in (way.responders, network.responders):
        responders.refused = [gone, there]
    for sentinel in [host.asked() for _ in range(12)]:
        sentinel.set_patience(1.0)
        host.sentinels.done(sentinel, 2.0 if host.where.network.missed < 11 else 4.0, answered=False)
    assert host.path.gone
    assert (way.responders.refused, network.responders.refused) == ([there], [there])
    assert host.path.responders, "itself it is asked on"
