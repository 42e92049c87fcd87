"""What silence comes to, step by step: what is noted, what is asked again, what waits for evidence, what stands."""

import pytest

from scanner.engine.brakes.gates import Gates
from scanner.engine.flight.verdict import OPEN, REFUSED
from scanner.engine.trial import Trial
from scanner.engine.truth.path import COLD_ANSWERS
from scanner.engine.truth.paths import Paths
from scanner.engine.truth.sending import Stretch
from scanner.engine.truth.silence import Silence
from scanner.engine.truth.stands import MOST_ATTEMPTS
from scanner.model import Endpoint, Place, Request, State
from tests.engine.fakes import AF_INET, Answer, FakeKernel, ListSource, engine_for, finish

QUOTA = 100


class Host:
    """A host with a thousand ports, hence a path of its own. Attempts wait a second, and one retry was asked for."""

    def __init__(self, *, refused: int = 0) -> None:
        self.place = Place("10.0.0.1", AF_INET, ports=1000)
        self.again: list[Trial] = []
        self.paths = Paths()
        self.location = self.paths.of(self.place)
        self.path = self.location.path
        self.silence = Silence(
            self.paths, Gates(None, None), total=lambda: 1000, again=self.again.append, later=lambda trial, at: None
        )
        for port in range(1, 1 + refused):
            endpoint = self.trial(port).endpoint
            self.path.heard(endpoint, self.location.network, refused=True, attempts=1, rtt_ms=1.0, now=0.0)

    def trial(self, port: int, *, attempts: int = 1) -> Trial:
        trial = Trial(Endpoint(self.place, port, (Request(timeout=1.0, retries=1),)), self.location)
        trial.attempts = attempts
        return trial

    def leaves(self, *trials: Trial, now: float) -> list[Trial]:
        """Put them into a turn's batch with the sentinels that are due; returns what leaves."""
        due = self.silence.sentinels.due(now, QUOTA)
        batch = self.silence.sentinels.beside(list(trials), due, now, QUOTA)
        for trial in batch:
            trial.attempts += 1
        return batch

    def silent(self, *trials: Trial, now: float) -> None:
        self.silence.silent(list(trials), now)


def sentinels(batch: list[Trial]) -> list[Trial]:
    return [trial for trial in batch if trial.sentinel]


def test_who_was_answered_while_he_waited_does_not_leave() -> None:
    host = Host()
    answered, other = host.trial(1), host.trial(2)
    answered.verdict = OPEN
    assert host.leaves(answered, other, now=0.0) == [other]


def test_what_left_before_anybody_watched_is_noted_as_unseen() -> None:
    host = Host(refused=20)
    trial = host.trial(500)
    host.silent(trial, now=1.0)
    assert host.again == [trial]
    host.leaves(trial, now=1.0)
    series = host.path.cohorts
    assert series.present is not None
    assert trial.backed().cohorts == [series.unseen, series.present]
    assert trial.cohort is series.present


def test_a_first_attempt_on_a_path_that_nobody_watches_is_not_noted() -> None:
    host = Host(refused=20)
    trial = host.trial(500, attempts=0)
    host.leaves(trial, now=0.0)
    assert (trial.backing, host.path.cohorts.present) == (None, None)


def test_a_sentinel_is_sent_and_counted_but_calls_for_no_other() -> None:
    """There is one for every four probes. Everything that leaves counts in the rate."""
    host = Host(refused=20)
    host.silent(host.trial(500), now=1.0)
    asked = [len(sentinels(host.leaves(host.trial(port, attempts=0), now=1.0))) for port in range(501, 513)]
    assert asked == [0, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0]  # those of the turn before are counted
    assert host.path.counts.sentinels == 2
    assert host.path.cohorts.sending.since(Stretch()) == 12 + 2


def test_sentinels_wait_no_longer_than_the_round_trip_asks_for() -> None:
    host = Host(refused=20)
    host.path.round_trip.measured(0.01)
    host.silent(host.trial(500), now=1.0)
    for port in range(501, 507):
        for sentinel in sentinels(host.leaves(host.trial(port, attempts=0), now=1.0)):
            assert sentinel.patience == pytest.approx(0.3)
    assert host.path.counts.sentinels


@pytest.mark.parametrize("answered", [2, 3])
def test_an_answer_to_a_later_attempt_tells_of_the_earlier_ones(answered: int) -> None:
    host = Host()
    trial = host.trial(7, attempts=3)
    trial.answered, trial.verdict = answered, OPEN
    host.silence.judged([trial], 3.0)
    assert (host.path.counts.flipped, host.path.counts.missed) == (1, answered - 1)
    assert host.silence.watched_paths.paths == [host.path]


@pytest.mark.parametrize(("answers", "resent"), [(COLD_ANSWERS, 0), (COLD_ANSWERS + 1, 1)])
def test_a_syn_that_was_repeated_is_loss_once_the_way_is_warm(answers: int, resent: int) -> None:
    host = Host()
    host.path.counts.answered(answers)
    trial = host.trial(7)
    trial.lost_syns, trial.verdict = 1, OPEN
    host.silence.judged([trial], 1.0)
    assert host.path.counts.resent == resent
    assert host.silence.watched_paths.paths == [host.path] * resent


def test_the_silent_go_on_in_a_random_order() -> None:
    """A policer lets the first of a burst pass: whatever is last each time would meet a loss that no sentinel sees."""
    host = Host(refused=20)
    trials = [host.trial(port) for port in range(500, 550)]
    host.silent(*trials, now=1.0)
    assert host.again != trials
    assert set(host.again) == set(trials)


class TestTheLastAttempt:
    """It waits for the sentinels sent with it: a whole cohort, each answered or expired."""

    def waiting(self, now: float = 2.0) -> tuple[Host, Trial, list[Trial]]:
        """A trial whose second attempt was silent; its cohort's sentinels are out."""
        host = Host(refused=20)
        trial = host.trial(500)
        host.silent(trial, now=1.0)
        host.leaves(trial, now=1.0)
        host.silent(trial, now=now)
        assert len(host.silence) == 1
        asked = sentinels(host.leaves(now=now))
        assert len(asked) == 60
        return host, trial, asked

    def answer(self, host: Host, asked: list[Trial], now: float) -> None:
        for sentinel in asked:
            sentinel.verdict = REFUSED
        host.silence.judged(asked, now)

    def test_stands_when_all_of_them_were_answered(self) -> None:
        host, trial, asked = self.waiting()
        self.answer(host, asked[:-1], 2.01)
        assert host.silence.watched_paths.finished == []
        self.answer(host, asked[-1:], 2.02)
        assert host.silence.watched_paths.finished == [(trial, "")]
        assert len(host.silence) == 0

    def test_is_made_again_in_a_random_order_too(self) -> None:
        host, trial, asked = self.waiting()
        others = [host.trial(port, attempts=2) for port in range(600, 650)]
        for other in others:
            assert trial.cohort is not None
            other.backed().waits_with(trial.cohort)
        host.silent(*others, now=2.0)
        assert len(host.silence) == 51
        host.again.clear()
        self.answer(host, asked[1:], 2.01)
        host.silent(asked[0], now=3.0)
        assert set(host.again) == {trial, *others}
        assert host.again not in ([trial, *others], [*others, trial])

    def test_is_made_again_where_one_was_lost(self) -> None:
        host, trial, asked = self.waiting()
        host.again.clear()
        self.answer(host, asked[1:], 2.01)
        assert host.again == []
        host.silent(asked[0], now=3.0)
        assert (host.silence.watched_paths.finished, host.again, host.path.counts.lost) == ([], [trial], 1)

    def test_waits_for_more_of_them_where_the_rate_had_to_be_cut(self) -> None:
        """Nothing is known yet at the new rate, so the sentinels are asked, not the target."""
        host, trial, asked = self.waiting()
        host.again.clear()
        self.answer(host, asked[15:], 2.01)
        host.silent(*asked[:15], now=3.0)
        assert (host.silence.watched_paths.finished, host.again, len(host.silence)) == ([], [], 1)
        assert host.silence.watched_paths.slowed == [host.path]
        assert trial.cohort is not host.path.cohorts.present

    def test_is_over_when_an_earlier_one_was_answered_meanwhile(self) -> None:
        host, trial, asked = self.waiting()
        trial.verdict = REFUSED
        self.answer(host, asked, 2.01)
        assert (host.silence.watched_paths.finished, len(host.silence)) == ([], 0)
        assert host.again == [trial]  # only the one earlier retry

    @pytest.mark.parametrize("attempts", [MOST_ATTEMPTS - 2, MOST_ATTEMPTS - 1])
    def test_waits_as_long_as_was_asked_for(self, attempts: int) -> None:
        """The twentieth is the last of all, whatever evidence there is."""
        host = Host(refused=1)
        host.path.round_trip.measured(0.01)
        host.path.counts.lose(11)
        host.path.cohorts.era.counts(lost=11, n=12)
        trial = host.trial(500, attempts=attempts)
        trial.set_patience(0.3)
        host.silent(trial, now=9.0)
        assert trial.patience == pytest.approx(1.0 if attempts == MOST_ATTEMPTS - 1 else 0.3)

    @pytest.mark.parametrize(("attempts", "again"), [(MOST_ATTEMPTS - 1, True), (MOST_ATTEMPTS, False)])
    def test_is_the_twentieth_however_short_it_was(self, attempts: int, again: bool) -> None:
        host = Host()
        trial = host.trial(500, attempts=attempts)
        trial.set_patience(0.3)
        host.silent(trial, now=9.0)
        assert (host.again == [trial]) is again
        assert bool(host.silence.watched_paths.finished) is not again


def test_where_nobody_ever_answered_silence_stands_unverified_and_nobody_waits() -> None:
    host = Host()
    trial = host.trial(500)
    host.silent(trial, now=1.0)
    assert host.again == [trial]
    trial.attempts = 2
    host.silent(trial, now=2.0)
    assert (host.silence.watched_paths.finished, len(host.silence)) == ([(trial, "unverified")], 0)


def test_only_an_attempt_that_cannot_be_the_last_is_cut_short() -> None:
    """The way is clean and its round trip known: the second of two attempts may be the last, that of three is not."""
    for retries, full in ((1, True), (2, False)):
        host = Host(refused=20)
        host.path.round_trip.measured(0.01)
        trial = Trial(Endpoint(host.place, 500, (Request(timeout=1.0, retries=retries),)), host.location, 0.3)
        trial.attempts = 1
        host.silent(trial, now=1.0)
        assert trial.patience == pytest.approx(1.0 if full else 0.3)


@pytest.mark.parametrize(("neighbour", "seconds"), [("10.0.0.2", 1.3), ("10.9.9.9", 1.3), ("fd00::2", 2.0)])
def test_a_big_silent_host_is_asked_again_when_others_around_it_would_have_answered(
    neighbour: str, seconds: float
) -> None:
    """Of its family, and behind a gateway as it is. The last attempt waits the whole second."""

    def network(host: str, port: int, attempt: int, now: float) -> Answer | None:
        return Answer(0.001, "rst") if host == neighbour else None

    kernel = FakeKernel(network)
    engine, _ = engine_for(kernel, ListSource([neighbour, "10.0.0.1"], range(1, 301)))
    ended = [(at, row) for at, row in finish(kernel, engine) if row.state is State.TIMEOUT]
    assert {(row.address, row.attempts) for _, row in ended} == {("10.0.0.1", 2)}
    assert max(at for at, _ in ended) == pytest.approx(2.0, abs=0.1), "those that left before anybody had answered"
    assert min(at for at, _ in ended) == pytest.approx(seconds, abs=0.1)
