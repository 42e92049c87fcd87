"""What a "no" comes to: the rule in plain numbers, and scenarios (who, when, answer) with their exact outcomes."""

import errno
from collections import Counter
from collections.abc import Iterable
from random import Random

import pytest

from scanner.engine.flight.probe import BareTrial, Denial
from scanner.engine.flight.verdict import OPEN, REFUSED, TIMEOUT, No, Verdict, kind_of_no, local_error
from scanner.engine.truth import denial_rule
from scanner.engine.truth.cohorts import Cohort, Era
from scanner.engine.truth.loss_estimate import estimate
from scanner.engine.truth.network_evidence import Network
from scanner.engine.truth.path import Path
from scanner.engine.truth.stands import Stand
from scanner.model import Endpoint, Place, Request, Result, State
from tests.engine.fakes import AF_INET, START, Answer, FakeKernel, ListSource, engine_for, finish, play
from tests.engine.fakes import Network as Answers

HOST = "10.0.0.1"
RST = Answer(0.001, "rst")
REJECT = Answer(0.001, "host-unreach")


def denial(attempt: int, reason: str = "host-unreach", sender: str = "192.0.2.1") -> Denial:
    return Denial(attempt, Verdict(State.UNREACHABLE, reason, sender), 1.0)


class TestKinds:
    @pytest.mark.parametrize("reason", ["net-unreach", "host-unreach", "port-unreach", "proto-unreach",
                                        "admin-prohibited", "time-exceeded"])  # fmt: skip
    @pytest.mark.parametrize("sender", ["192.0.2.1", ""])
    def test_what_others_say_may_pass_and_what_this_host_says_is_final(self, reason: str, sender: str) -> None:
        verdict = Verdict(State.UNREACHABLE, reason, sender)
        assert (kind_of_no(verdict, own=False), kind_of_no(verdict, own=True)) == (No.PASSING, No.FINAL)

    def test_a_way_may_come_back_and_what_is_forbidden_stays_so(self) -> None:
        ways = [errno.ENETUNREACH, errno.EHOSTUNREACH, errno.ENETDOWN]
        assert {kind_of_no(local_error(code), own=False) for code in ways} == {No.PASSING}
        forbidden = [errno.EACCES, errno.EPERM, errno.EINVAL, errno.EADDRNOTAVAIL]
        assert {kind_of_no(local_error(code), own=False) for code in forbidden} == {No.FINAL}
        assert {kind_of_no(verdict, own=False) for verdict in (OPEN, REFUSED, TIMEOUT)} == {No.FINAL}


class TestTheBest:
    def test_is_the_most_frequent_and_of_equals_the_latest(self) -> None:
        often = [denial(1, "admin-prohibited"), denial(2), denial(3, "admin-prohibited")]
        assert denial_rule.best(often).verdict.reason == "admin-prohibited"
        assert denial_rule.best([denial(1), denial(2, "net-unreach")]).verdict.reason == "net-unreach"

    def test_routers_may_share_a_word_but_not_contradict_each_other_or_the_target(self) -> None:
        assert not denial_rule.differ([denial(1), denial(2, sender="192.0.2.77")], HOST)
        assert denial_rule.differ([denial(1), denial(2, "net-unreach")], HOST)
        assert denial_rule.differ([denial(1), denial(2, sender=HOST)], HOST)
        assert not denial_rule.differ([denial(1), denial(2, sender="1.1.1.1")], HOST)


class TestTheRule:
    """Whether a "no" stands, and with what doubt, or not yet."""

    @staticmethod
    def stand(attempts: int, *, noes_: int = 0, wanted: int = 2, differed: bool = False, chance: float = 0.0) -> Stand:
        return denial_rule.stand(
            attempts=attempts, noes=noes_ or attempts, wanted=wanted, differed=differed, targets=10, chance=chance
        )

    def test_stands_where_nothing_says_that_noes_come_by_chance(self) -> None:
        assert self.stand(2) is Stand.SURE

    def test_where_they_do_it_is_asked_until_chance_cannot_explain_it(self) -> None:
        assert [self.stand(n, chance=0.5) for n in (2, 10, 11)] == [Stand.AGAIN, Stand.AGAIN, Stand.SURE]
        assert [self.stand(n, chance=0.9) for n in (19, 20, 21)] == [Stand.AGAIN, Stand.UNVERIFIED, Stand.UNVERIFIED]

    def test_silent_attempts_explain_nothing(self) -> None:
        assert self.stand(11, noes_=9, chance=0.5) is Stand.AGAIN

    def test_one_that_contradicts_itself_is_asked_four_times_more(self) -> None:
        assert [self.stand(n, differed=True) for n in (2, 5, 6)] == [Stand.AGAIN, Stand.AGAIN, Stand.FLIPPED]
        assert self.stand(7, differed=True) is Stand.FLIPPED
        assert [self.stand(n, wanted=5, differed=True) for n in (8, 9)] == [Stand.AGAIN, Stand.FLIPPED]
        assert [self.stand(n, wanted=18, differed=True) for n in (19, 20)] == [Stand.AGAIN, Stand.FLIPPED]

    @pytest.mark.parametrize(
        ("chance", "differed", "stand"),
        [(0.0, False, Stand.SURE), (0.5, False, Stand.UNVERIFIED), (0.0, True, Stand.FLIPPED)],
    )
    def test_a_single_attempt_stays_single_and_may_be_in_doubt(
        self, chance: float, differed: bool, stand: Stand
    ) -> None:
        assert self.stand(1, wanted=1, chance=chance, differed=differed) is stand


def cohort(network: Network, denied: int, *, vouched: bool = False, opened: float = 0.0) -> Cohort:
    made = Cohort(Era(), opened, 12)
    made.count = 12
    for _ in range(denied):
        made.deny(network)
    if vouched:
        made.witnesses.vouched.add(network)
    return made


class TestTheShare:
    """What share of the probes to known responders meets a "no"."""

    def test_a_silent_responder_may_have_met_one_that_was_never_sent(self) -> None:
        network = Network()
        some = cohort(network, 0, vouched=True)
        assert denial_rule.share(some, network, Path(1)) == 0.0
        for port in range(6):
            some.lose(Endpoint(Place(HOST, AF_INET), 1 + port, (Request(),)))
        assert denial_rule.share(some, network, Path(1)) > 0.5

    def test_others_on_the_way_tell_where_the_network_has_nobody(self) -> None:
        network, path = Network(), Path(1)
        path.counts.answered(5)
        assert denial_rule.share(None, network, path) == 0.0
        path.counts.met_noes(3)
        assert denial_rule.share(None, network, path) > 3 / 8
        network.met(answers=50)
        own = cohort(network, 0, vouched=True)
        assert denial_rule.share(own, network, path) == 0.0
        assert denial_rule.share(own, network, path, single=True) > 3 / 8

    @pytest.mark.parametrize(
        ("heard", "asked", "counts"), [(11, 12, True), (12, 12, False), (12, 11, True), (60, 60, False)]
    )
    def test_others_on_the_way_count_where_few_were_asked_or_few_of_its_network_were_heard(
        self, heard: int, asked: int, counts: bool
    ) -> None:
        network, path = Network(), Path(1)
        path.counts.answered(5)
        path.counts.met_noes(3)
        network.met(answers=heard)
        own = cohort(network, 0, vouched=True)
        own.count = asked
        assert (denial_rule.share(own, network, path) > 0.0) is counts

    def test_all_of_them_where_the_way_is_gone(self) -> None:
        network = Network()
        assert denial_rule.share(cohort(network, 1), network, Path(1)) == 1.0

    def test_what_its_network_the_cohort_and_the_way_met_in_numbers(self) -> None:
        network, path = Network(), Path(1)
        network.met(noes=5, answers=20)
        some = cohort(network, 3, vouched=True)
        some.count = 30
        assert denial_rule.share(some, network, path) == estimate(5, 25)
        for port in range(5):
            some.lose(Endpoint(Place(HOST, AF_INET), 1 + port, (Request(),)))
        assert denial_rule.share(some, network, path) == estimate(8, 30)
        path.counts.met_noes(3)
        path.counts.missed, path.counts.lost, path.counts.answers, path.counts.denied = 5, 12, 30, 5
        assert denial_rule.share(some, network, path, single=True) == estimate(20, 45)
        path.counts.answers = 0
        assert denial_rule.share(some, network, path, single=True) == estimate(20, 20)


class TestAWayThatIsGone:
    def test_is_waited_for_ten_seconds_from_where_it_began(self) -> None:
        network = Network()
        denial_rule.evaluate(cohort(network, 12, opened=1.0))
        denial_rule.evaluate(cohort(network, 11, opened=5.0))
        late = cohort(network, 1, opened=10.9)
        assert denial_rule.worth_waiting(late, network, 10.9)
        assert not denial_rule.worth_waiting(late, network, 11.0)
        assert not denial_rule.worth_waiting(late, network, 12.0)
        assert not denial_rule.worth_waiting(cohort(network, 1, vouched=True), network, 10.9), "it is there for some"
        assert not denial_rule.worth_waiting(cohort(other := Network(), 1), other, 10.9), "not known since when"

    def test_is_not_gone_while_some_are_answered(self) -> None:
        network, mixed = Network(), Network()
        denial_rule.evaluate(cohort(network, 12))
        some = cohort(network, 6, vouched=True)
        denial_rule.evaluate(some)
        assert network.denied_since is None
        assert not denial_rule.worth_waiting(some, network, 2.0)
        assert not denial_rule.worth_waiting(None, network, 2.0)
        assert not denial_rule.gone(cohort(network, 12), mixed), "another network's way says nothing"


class TestTheDoubtOfAnAnswer:
    @pytest.mark.parametrize(
        ("verdict", "attempts", "answered", "denied", "doubt"),
        [
            (REFUSED, 1, 1, 0, ""),
            (OPEN, 2, 2, 1, "flipped"),
            (OPEN, 2, 2, 0, "flipped"),  # it was silent before
            (REFUSED, 2, 2, 0, "flipped"),
            (REFUSED, 2, 1, 1, "flipped"),
            (REFUSED, 3, 1, 0, ""),  # its first attempt was answered late
            (REFUSED, 1, 2, 0, ""),
            (TIMEOUT, 2, 2, 0, ""),
            (None, 2, 2, 0, ""),
        ],
    )
    def test_after_silence_or_a_no_it_is_in_doubt(
        self, verdict: Verdict | None, attempts: int, answered: int, denied: int, doubt: str
    ) -> None:
        trial = BareTrial(Endpoint(Place(HOST, AF_INET), 9, (Request(),)))
        trial.verdict, trial.attempts, trial.answered = verdict, attempts, answered
        trial.denials = tuple(denial(nth) for nth in range(1, 1 + denied))
        assert denial_rule.doubt_of_answer(trial) == doubt


def rarely(draw: Random) -> Answers:
    """Half of the probes are answered; of the others a router rejects one per second, and drops the rest."""
    said = [float("-inf")]

    def network(host: str, port: int, attempt: int, now: float) -> Answer | None:
        if draw.random() < 0.5:
            return RST
        if now - said[0] < 1.0:
            return None
        said[0] = now
        return REJECT

    return network


def times(kernel: FakeKernel, port: int) -> list[float]:
    return [round(when - START, 1) for when, _, number in kernel.sent if number == port]


def facts(rows: Iterable[Result]) -> Counter[tuple[str, str, str, int]]:
    return Counter((row.state.value, row.reason, row.doubt, row.attempts) for row in rows)


class TestOneTarget:
    """There is nobody else who could tell."""

    def scan(self, network: Answers, **asked: float) -> tuple[Result, list[float]]:
        kernel = FakeKernel(network)
        (row,) = play(kernel, ListSource([HOST], [9], **asked))  # type: ignore[arg-type]
        return row, times(kernel, 9)

    def test_a_no_is_asked_again_when_its_wait_would_have_ended(self) -> None:
        row, sent = self.scan(lambda host, port, attempt, now: REJECT, timeout=1.0, retries=2)
        assert facts([row]) == {("unreachable", "host-unreach", "", 3): 1}
        assert (sent, row.icmp_from, row.lost_syns) == ([0.0, 1.0, 2.0], "192.0.2.1", 0)
        assert row.rtt_ms == pytest.approx(1.0)

    def test_the_last_one_stands_at_once(self) -> None:
        kernel = FakeKernel(lambda host, port, attempt, now: REJECT)
        engine, _ = engine_for(kernel, ListSource([HOST], [9], timeout=4.0, retries=1))
        ((seconds, _),) = finish(kernel, engine)
        assert seconds == pytest.approx(4.0, abs=0.1)

    def test_no_retry_is_exactly_one_attempt(self) -> None:
        row, sent = self.scan(lambda host, port, attempt, now: REJECT, retries=0)
        assert (facts([row]), sent) == ({("unreachable", "host-unreach", "", 1): 1}, [0.0])

    @pytest.mark.parametrize(
        ("kind", "state", "reason"), [("rst", "refused", "conn-refused"), ("open", "open", "syn-ack")]
    )
    def test_an_answer_after_a_no_is_the_verdict_with_a_doubt(self, kind: str, state: str, reason: str) -> None:
        row, _ = self.scan(lambda host, port, attempt, now: REJECT if attempt < 3 else Answer(0.002, kind), retries=2)
        assert facts([row]) == {(state, reason, "flipped", 3): 1}
        assert row.lost_syns == 0, "a SYN that met a no was not lost"
        assert row.icmp_from == ""

    @pytest.mark.parametrize("silent", [1, 2])
    def test_silence_beside_a_no_is_no_contradiction(self, silent: int) -> None:
        row, _ = self.scan(lambda host, port, attempt, now: None if attempt == silent else REJECT)
        assert facts([row]) == {("unreachable", "host-unreach", "", 2): 1}
        assert row.lost_syns == 0, "routers limit the rate of their ICMP errors"

    def test_noes_that_contradict_each_other_are_asked_about_and_told(self) -> None:
        network: Answers = lambda host, port, attempt, now: Answer(0.001, ("soft", "host-unreach")[attempt % 2])  # noqa: E731
        row, _ = self.scan(network)
        assert facts([row]) == {("unreachable", "admin-prohibited", "flipped", 6): 1}

    def test_an_answer_that_such_asking_finds_stands(self) -> None:
        kinds = ["soft", "host-unreach", "soft", "rst"]
        row, _ = self.scan(lambda host, port, attempt, now: Answer(0.001, kinds[attempt - 1]))
        assert facts([row]) == {("refused", "conn-refused", "flipped", 4): 1}

    def test_a_late_answer_to_a_silent_attempt_beats_a_later_no(self) -> None:
        row, sent = self.scan(
            lambda host, port, attempt, now: Answer(1.5, "rst") if attempt == 1 else REJECT, retries=3
        )
        assert (row.state, row.doubt, sent) == (State.REFUSED, "flipped", [0.0, 1.0])

    def test_a_late_no_counts_while_the_present_attempt_is_silent(self) -> None:
        row, sent = self.scan(lambda host, port, attempt, now: Answer(1.5, "host-unreach") if attempt == 1 else None)
        assert (facts([row]), sent) == ({("unreachable", "host-unreach", "", 2): 1}, [0.0, 1.0])


class TestBesideResponders:
    def test_a_steady_reject_costs_its_retries_and_some_sentinels(self) -> None:
        """3000 ports refuse and 3000 reject, each always the same."""
        kernel = FakeKernel(lambda host, port, attempt, now: (RST, REJECT)[port % 2])
        rows = play(kernel, ListSource([HOST], range(1, 6001)))
        assert facts(rows) == {
            ("refused", "conn-refused", "", 1): 3000, ("unreachable", "host-unreach", "", 2): 3000,
        }  # fmt: skip
        assert len(kernel.sent) < 1.3 * (3000 + 2 * 3000)

    @pytest.mark.parametrize("retries", [1, 2])
    def test_one_of_two_equal_ways_rejects(self, retries: int) -> None:
        """The way is chosen by a hash of the ports, so differently at every attempt: 40 scans of 10 ports."""
        for seed in range(40):
            random = Random(seed)
            kernel = FakeKernel(lambda host, port, attempt, now, draw=random: RST if draw.random() < 0.5 else REJECT)  # type: ignore[misc]
            rows = play(kernel, ListSource([HOST], range(1, 11), retries=retries))
            assert all(row.state is State.REFUSED or row.doubt == "flipped" for row in rows), seed
            assert sum(row.state is State.REFUSED for row in rows) == 10, seed

    @pytest.mark.parametrize(
        ("hosts", "ports"),
        [([HOST], 20), ([HOST], 3), ([HOST], 2), ([f"10.0.{net}.1" for net in range(6)], 1)],
        ids=["a host", "three ports", "two ports", "six networks"],
    )
    @pytest.mark.parametrize(("retries", "least", "most"), [(0, 30, 60), (1, 0, 15)])
    def test_one_of_two_ways_rejects_and_seldom_says_so(
        self, hosts: list[str], ports: int, retries: int, least: int, most: int
    ) -> None:
        """Its router sends one ICMP error per second, as routers do: whatever else it drops looks like loss. Asked
        again, hardly anybody is unreachable."""
        told = 0
        for seed in range(40):
            network = rarely(Random(seed))
            rows = play(FakeKernel(network), ListSource(hosts, range(1, ports + 1), retries=retries), rate=20.0)
            answered = any(row.state is State.REFUSED for row in rows)
            wrong = [row for row in rows if row.state is State.UNREACHABLE and not row.doubt]
            assert not (answered and wrong), (seed, wrong)
            assert all(row.doubt != "flipped" for row in rows if row.state is State.UNREACHABLE), seed
            told += sum(row.state is State.UNREACHABLE for row in rows)
        assert least <= told <= most

    def test_one_of_sixteen_ways_rejects_and_one_port_always(self) -> None:
        draw = Random(1)
        kernel = FakeKernel(lambda host, port, attempt, now: REJECT if port == 7 or draw.random() < 1 / 16 else RST)
        rows = {row.port: row for row in play(kernel, ListSource([HOST], range(1, 2001)))}
        wrong = [row for port, row in rows.items() if port != 7 and row.state is not State.REFUSED]
        assert wrong == []
        assert (rows[7].state, rows[7].doubt) == (State.UNREACHABLE, "")
        assert 2 < rows[7].attempts < 12

    @pytest.mark.parametrize("lasts", [0.4, 1.5, 4.0])
    @pytest.mark.parametrize("rate", [250.0, 5000.0])
    def test_a_flap_in_mid_scan_makes_nothing_unreachable(self, lasts: float, rate: float) -> None:
        """A router says no to everything for a while."""
        begins = START + 0.1
        kernel = FakeKernel(lambda host, port, attempt, now: REJECT if begins <= now < begins + lasts else RST)
        rows = play(kernel, ListSource([HOST], range(1, 1001)), rate=rate)
        assert {row.state for row in rows} == {State.REFUSED}
        assert {row.doubt for row in rows} == {"", "flipped"}
        assert all((row.attempts > 1) == (row.doubt == "flipped") for row in rows)
        assert max(row.attempts for row in rows) <= 4, "while all are told no, those known to answer are asked"

    def test_a_flap_of_one_network_among_many(self) -> None:
        """40 networks of five hosts each; the way to one is gone for a while, and the others say nothing about that."""
        hosts = [f"10.0.{net}.{host}" for net in range(40) for host in range(1, 6)]

        def network(host: str, port: int, attempt: int, now: float) -> Answer:
            return REJECT if host.startswith("10.0.7.") and 0.3 < now - START < 3.0 else RST

        kernel = FakeKernel(network)
        rows = play(kernel, ListSource(hosts, range(1, 11)), rate=1000.0)
        assert {row.state for row in rows} == {State.REFUSED}
        assert {row.doubt for row in rows} == {"", "flipped"}

    def test_what_rejects_all_along_is_told_so_after_a_flap(self) -> None:
        kernel = FakeKernel(lambda host, port, attempt, now: REJECT if port > 900 or 0.2 < now - START < 1.0 else RST)
        rows = play(kernel, ListSource([HOST], range(1, 1001)), rate=1000.0)
        assert {row.state for row in rows if row.port <= 900} == {State.REFUSED}
        assert {row.state for row in rows if row.port > 900} == {State.UNREACHABLE}

    def test_a_host_that_bans_us_is_told_with_a_doubt_and_in_time(self) -> None:
        """From then on everything is rejected, even ports known to refuse: what it was before, nobody can say."""
        kernel = FakeKernel(lambda host, port, attempt, now: RST if now < START + 0.2 else REJECT)
        engine, _ = engine_for(kernel, ListSource([HOST], range(1, 3001)), rate=1000.0)
        rows = [row for _, row in finish(kernel, engine)]
        assert {(row.state, row.doubt) for row in rows} == {(State.REFUSED, ""), (State.UNREACHABLE, "unverified")}
        assert kernel.now - START < 25
        assert max(row.attempts for row in rows) <= 4

    def test_a_no_in_a_flap_is_doubted_where_it_may_not_be_asked_again(self) -> None:
        kernel = FakeKernel(lambda host, port, attempt, now: REJECT if 0.2 < now - START < 1.0 else RST)
        rows = play(kernel, ListSource([HOST], range(1, 1001), retries=0), rate=500.0)
        assert {(row.state, row.doubt, row.attempts) for row in rows} == {
            (State.REFUSED, "", 1), (State.UNREACHABLE, "unverified", 1),
        }  # fmt: skip

    def test_a_network_that_says_no_to_all_is_believed(self) -> None:
        """Nobody who could tell ever answered; nothing is asked beyond the retries."""
        kernel = FakeKernel(lambda host, port, attempt, now: REJECT)
        rows = play(kernel, ListSource([HOST], range(1, 1001)))
        assert facts(rows) == {("unreachable", "host-unreach", "", 2): 1000}
        assert len(kernel.sent) == 2000
