"""One way and the evidence on it, in plain numbers: when sentinels are due, what is lost, and what follows from it."""

from typing import Any

import pytest

from scanner.engine.brakes.rate_law import RateLaw
from scanner.engine.truth.cohorts import Cohort, Era
from scanner.engine.truth.path import Path
from scanner.engine.truth.vouchers import Network
from scanner.model import Endpoint, Place, Request
from tests.engine.fakes import AF_INET

REQUESTS = (Request(),)


def answering(*, refused: int = 100) -> Path:
    """A path on which this many ports refused."""
    path = Path(1000)
    for port in range(1, 1 + refused):
        path.responders.refuses(Endpoint(Place("10.0.0.1", AF_INET), port, REQUESTS))
    return path


def due(path: Path, now: float = 0.0, room: int = 100) -> int:
    """How many sentinels are due; each of them leaves."""
    count = len(list(path.due_sentinels(now, room)))
    path.counts.asked(count)
    return count


def test_one_sentinel_for_every_four_probes_at_first_and_for_every_sixteen_later() -> None:
    path = answering()
    asked = []
    for _ in range(800):
        path.sends(1, 0.0)
        asked.append(due(path))
    assert [sum(asked[:count]) for count in (3, 4, 8, 240, 255, 256, 800)] == [0, 1, 2, 60, 60, 61, 60 + 560 // 16]


def test_never_a_burst_of_sentinels() -> None:
    """A burst would only measure itself."""
    path = answering()
    path.sends(1000, 0.0)
    assert [due(path), due(path)] == [2, 0]


def test_sentinels_do_not_call_for_sentinels() -> None:
    path = answering()
    path.sends(1000, 0.0, sentinels=True)
    assert due(path) == 0
    assert path.counts.sentinels == 1000


def test_no_more_sentinels_than_there_is_room_for_and_what_is_due_stays_due() -> None:
    path = answering()
    path.sends(8, 0.0)
    assert [due(path, room=room) for room in (1, 0, -1, 9)] == [1, 0, 0, 1]
    path.sends(8, 0.0)
    assert due(path, room=2) == 2


@pytest.mark.parametrize(("targets", "sentinels"), [(1, 12), (10, 23), (40, 45), (1000, 60)])
def test_a_small_path_wants_fewer_sentinels(targets: int, sentinels: int) -> None:
    """As many as it takes to let two silent attempts stand."""
    assert Path(targets).open_cohort(0.0).target == sentinels


@pytest.mark.parametrize("seen", ["lost", "flipped", "resent"])
def test_each_sign_of_loss_counts(seen: str) -> None:
    """An unanswered sentinel, an answer to a later attempt, a SYN that the kernel had to repeat."""
    path = answering()
    assert not path.lossy
    setattr(path.counts, seen, 1)
    assert path.lossy


def evaluated(path: Path, era: Era, lost: int, n: int) -> Cohort:
    cohort = Cohort(era, 0.0, 60)
    cohort.count = n
    for port in range(lost):
        cohort.lose(Endpoint(Place("10.0.0.1", AF_INET), 1 + port, REQUESTS))
    path.evaluate(cohort, 1.0)
    return cohort


def test_what_was_sent_at_another_rate_says_nothing_of_the_present_one() -> None:
    path = answering()
    before = path.cohorts.era
    evaluated(path, before, 30, 60)
    assert path.cohorts.era is not before, "evident loss changes the rate"
    assert path.pace.law.bucket is not None
    allowed = path.pace.law.bucket
    evaluated(path, before, 30, 60)  # its sentinels come back late
    assert path.pace.law.bucket is allowed
    assert (before.lost, before.n, path.cohorts.era.n) == (60, 120, 0)


@pytest.mark.parametrize(
    ("known", "nth", "spent"), [(6, 2, True), (7, 2, True), (6, 1, False), (5, 2, False), (5, 3, False), (5, 4, True)]
)
def test_asking_on_tells_nothing_more_once_all_attempts_were_made_at_a_rate_that_loses_nothing(
    known: int, nth: int, spent: bool
) -> None:
    """Of two that its user wants; two more where hardly an answer tells that nothing is lost."""
    path = answering(refused=0)
    path.pace.law.be_careful(200.0, 0.0)
    for _ in range(known):
        path.cohorts.era.late.hit(1)
    assert path.spent(path.cohorts.era, nth, 2) is spent
    assert not path.spent(Era(), nth, 2), "its attempts were made at another rate"


def test_asking_on_tells_more_where_something_is_lost_or_somebody_left_or_the_rate_free() -> None:
    held = answering(refused=0)
    held.pace.law.be_careful(200.0, 0.0)
    assert held.spent(held.cohorts.era, 9, 2)
    held.cohorts.era.late.hit(2)
    assert not held.spent(held.cohorts.era, 9, 2), "an answer to a later attempt"
    held.new_era()
    held.cohorts.era.counts(lost=1, n=60)
    assert not held.spent(held.cohorts.era, 9, 2), "a sentinel unanswered"
    free, asked = answering(refused=0), answering(refused=1)
    asked.pace.law.be_careful(200.0, 0.0)
    assert not free.spent(free.cohorts.era, 9, 2)
    assert not asked.spent(asked.cohorts.era, 9, 2)


class Law(RateLaw):
    """Notes what it is told; `cuts`: what it says to that."""

    def __init__(self, *, cuts: bool = False) -> None:
        super().__init__()
        self.cuts = cuts
        self.told: list[dict[str, float]] = []
        self.careful: list[tuple[float, float]] = []

    def learn(self, **told: Any) -> bool:
        self.told.append(told)
        return self.cuts

    def be_careful(self, rate: float, now: float) -> None:
        self.careful.append((rate, now))


def told(*, refused: int, cuts: bool = False, targets: int = 1000) -> tuple[Path, Law]:
    """A path whose law notes what it is told."""
    path, law = answering(refused=refused), Law(cuts=cuts)
    path.targets, path.pace.law = targets, law
    return path, law


def small(path: Path, lost: int, n: int, *, target: int = 60, changed: int = 0) -> None:
    """A cohort of the present era, sent at 640 a second, is evaluated."""
    cohort = Cohort(path.cohorts.era, 0.0, target)
    cohort.count, cohort.changed = n, changed
    cohort.sending.ends_at(640.0)
    for port in range(lost):
        cohort.lose(Endpoint(Place("10.0.0.1", AF_INET), 1 + port, REQUESTS))
    path.evaluate(cohort, 9.0)


class TestWhatTheLawIsTold:
    def test_what_a_cohort_and_its_era_lost(self) -> None:
        path, law = told(refused=1)
        path.cohorts.era.counts(3, 40)
        era = path.cohorts.era
        small(path, 2, 20)
        assert law.told == [{"lost": 2, "n": 20, "era_lost": 5, "era_n": 60, "rate": 640.0, "now": 9.0}]
        assert path.cohorts.era is era

    def test_a_cut_begins_a_new_era(self) -> None:
        path, _ = told(refused=1, cuts=True)
        era = path.cohorts.era
        small(path, 2, 20)
        assert path.cohorts.era is not era

    def test_what_is_too_small_is_told_with_the_next(self) -> None:
        path, law = told(refused=1)
        small(path, 3, 7)
        assert law.told == []
        small(path, 1, 5)
        assert [(each["lost"], each["n"]) for each in law.told] == [(4, 12)]
        small(path, 1, 11)
        small(path, 2, 4)
        assert [(each["lost"], each["n"]) for each in law.told[1:]] == [(3, 15)], "and once only"
        small(path, 1, 11)
        path.new_era()
        small(path, 1, 11)
        small(path, 2, 4)
        assert [(each["lost"], each["n"]) for each in law.told[2:]] == [(3, 15)], "what was learned does not hold"

    def test_a_small_one_that_is_whole_is_enough(self) -> None:
        path, law = told(refused=1)
        small(path, 0, 5, target=5)
        assert [(each["lost"], each["n"]) for each in law.told] == [(0, 5)]

    def test_nothing_of_what_was_sent_at_another_rate(self) -> None:
        path, law = told(refused=1)
        evaluated(path, Era(), 30, 60)
        assert law.told == []

    def test_nothing_where_all_were_answered_otherwise(self) -> None:
        path, law = told(refused=1)
        small(path, 0, 12, target=12, changed=12)
        assert law.told == []


class TestWhereOnlyOpenPortsAnswer:
    """Answers to later attempts are nearly all that tells of loss."""

    def test_they_are_told_once_they_are_evident(self) -> None:
        path, law = told(refused=0, cuts=True)
        era = path.cohorts.era
        assert [path.answered(1, era, 9.0) for _ in range(6)] == [False] * 6
        assert [path.answered(2, era, 9.0) for _ in range(3)] == [False, False, True]
        assert law.told == [
            {"lost": 6, "n": 12, "era_lost": 6, "era_n": 12, "rate": 0.0, "now": 9.0, "careful": 0.0}
        ]  # fmt: skip
        assert path.cohorts.era is not era

    def test_what_was_acted_on_is_not_told_twice(self) -> None:
        path, law = told(refused=0)
        era = path.cohorts.era
        small(path, 2, 6)
        for nth in (1, 1, 1, 1, 1, 1, 2, 2):
            assert not path.answered(nth, era, 9.0)
        assert [(each["lost"], each["n"]) for each in law.told] == [(2 + 3, 6 + 10)]
        assert (path.cohorts.era, era.late.known) == (era, 0)
        assert not path.answered(3, era, 9.0)
        assert [(each["lost"], each["n"]) for each in law.told[1:]] == [(3, 3)], "three lost ones are evidence"
        for nth in (1, 1, 1, 1, 1, 1, 2, 2, 2):
            assert not path.answered(nth, era, 9.0)
        assert [(each["lost"], each["n"]) for each in law.told[2:]] == [(6, 12)]

    def test_two_lost_ones_are_no_evidence(self) -> None:
        path, law = told(refused=0, cuts=True)
        assert not path.answered(2, path.cohorts.era, 9.0)
        assert law.told == []

    def test_a_small_cohort_is_weighed_with_them(self) -> None:
        path, law = told(refused=0)
        for _ in range(2):
            path.cohorts.era.late.hit(1)
        small(path, 4, 6)
        assert [(each["lost"], each["n"]) for each in law.told] == [(4, 8)]

    def test_more_than_a_full_cohort_they_never_are(self) -> None:
        path, law = told(refused=0)
        small(path, 2, 6)
        for _ in range(30):
            path.cohorts.era.late.hit(2)
        path.answered(2, path.cohorts.era, 9.0)
        assert [(each["lost"], each["n"]) for each in law.told] == [(60, 60)]

    @pytest.mark.parametrize("case", ["another era", "refused", "not in this era"])
    def test_they_count_in_their_own_era_and_where_nobody_refuses(self, case: str) -> None:
        path, law = told(refused=case == "refused", cuts=True)
        era = Era() if case == "another era" else path.cohorts.era
        assert not path.answered(0 if case == "not in this era" else 9, era, 9.0)
        assert (law.told, era.late.known) == ([], 0)

    def test_a_first_answer_cuts_nothing(self) -> None:
        path, law = told(refused=0, cuts=True)
        for _ in range(5):
            path.cohorts.era.late.hit(3)
        assert not path.answered(1, path.cohorts.era, 9.0)
        assert law.told == []

    @pytest.mark.parametrize(
        ("before", "sent", "closed", "rate"),
        [
            (0.0, 8, False, 64.0),
            (100.0, 63, False, 100.0),
            (100.0, 64, False, 64.0),
            (100.0, 65, False, 64.0),
            (100.0, 65, True, 100.0),
        ],
    )
    def test_the_rate_is_that_of_the_present_cohort_if_it_shows_one(
        self, before: float, sent: int, closed: bool, rate: float
    ) -> None:
        path, law = told(refused=0)
        path.sends(0, 8.0)
        cohort = path.open_cohort(8.0)
        for step in range(1, 1 + sent):
            path.sends(1, 8.0 + step / 64)
        if closed:
            path.cohorts.close(cohort)
        path.cohorts.rate = before
        path.answered(3, path.cohorts.era, 9.0)
        assert [round(each["rate"], 6) for each in law.told] == [rate]

    @pytest.mark.parametrize(("targets", "careful"), [(1000, 200.0), (60_030, 1000.5)])
    def test_where_nearly_all_was_lost_the_capacity_is_sought_from_a_careful_rate(
        self, targets: int, careful: float
    ) -> None:
        path, law = told(refused=0, targets=targets)
        path.answered(3, path.cohorts.era, 9.0)
        assert [each["careful"] for each in law.told] == [careful]
        path, law = told(refused=0, targets=targets)
        path.counts.lose(1)
        assert path.grope(7.0)
        assert law.careful == [(careful, 7.0)]


@pytest.mark.parametrize(
    ("case", "gropes"),
    [
        ("", True),
        ("known", False),
        ("well known", False),
        ("held", False),
        ("refused", False),
        ("clean", False),
        ("gone", False),
    ],
)
def test_it_gropes_where_something_was_lost_and_hardly_anybody_is_left_to_tell(case: str, gropes: bool) -> None:
    path, law = told(refused=case == "refused")
    path.counts.lose(case != "clean")
    path.cohorts.era.counts(0, {"known": 12, "well known": 40}.get(case, 11))
    path.gone = case == "gone"
    if case == "held":
        RateLaw.be_careful(law, 200.0, 0.0)
    era = path.cohorts.era
    assert path.grope(7.0) is gropes
    assert (path.cohorts.era is not era) is gropes
    assert bool(law.careful) is gropes


@pytest.mark.parametrize(
    ("case", "unsure"),
    [("", True), ("known", False), ("well known", False), ("lost", False), ("exhausted", False), ("gone", False)],
)
def test_it_is_unsure_while_nothing_was_lost_and_too_few_say_so(case: str, unsure: bool) -> None:
    path = answering(refused=case != "exhausted")
    path.cohorts.era.counts(case == "lost", {"known": 60, "well known": 99}.get(case, 59))
    path.gone = case == "gone"
    assert path.unsure is unsure


def test_where_nobody_answers_any_more_it_is_gone_until_somebody_does() -> None:
    path = answering()
    assert (path.gone, path.misses, path.watched) == (False, 0, False)
    path.pace.law.be_careful(200.0, 0.0)
    path.missed_one()
    path.missed_one()
    era = path.cohorts.era
    path.all_gone()
    assert (path.gone, path.misses, path.pace.held, path.cohorts.era is era) == (True, 2, False, False)
    path.answered_as_before()
    assert (path.gone, path.misses) == (False, 0)


def test_of_a_shared_path_the_rows_of_the_scan_are_its_targets() -> None:
    shared, own = Path(100, shared=True), Path(100)
    for path in (shared, own):
        path.has_targets(70)
        assert path.targets == 100
        path.has_targets(300)
    assert (shared.targets, own.targets) == (300, 100)
    assert (own.shared, own.attached, shared.attached) == (False, False, False)
    shared.watch()
    assert shared.watched


def heard(path: Path, network: Network, port: int, *, refused: bool, attempts: int = 1) -> None:
    endpoint = Endpoint(Place("10.0.0.1", AF_INET), port, REQUESTS)
    path.heard(endpoint, network, refused=refused, attempts=attempts, rtt_ms=250.0, now=8.0)


@pytest.mark.parametrize("refused", [True, False])
@pytest.mark.parametrize("same", [True, False])
def test_who_answers_is_a_responder_of_the_path_and_of_its_network(refused: bool, same: bool) -> None:
    path = answering(refused=0)
    network = Network(responders=path.responders if same else None)
    assert (path.can_tell, path.exhausted) == (False, True)
    heard(path, network, 1, refused=refused)
    assert (len(path.responders), len(network.responders), network.first) == (1, 1, 7.75)
    assert (path.can_tell, path.exhausted) == (True, False)


def test_an_open_port_that_was_asked_thrice_is_none_and_its_network_was_heard_all_the_same() -> None:
    path, network = answering(refused=0), Network()
    heard(path, network, 1, refused=False, attempts=3)
    assert (path.can_tell, path.exhausted, network.first) == (False, True, 7.75)
    path.counts.asked(1)
    assert (path.can_tell, path.exhausted) == (True, True), "one was asked before"


def test_open_ports_are_remembered_as_long_as_either_wants_them() -> None:
    path, network, parent = answering(refused=0), Network(1), Network()
    network.parent = parent
    for port in range(1, 41):
        heard(path, network, port, refused=False)
    assert (len(path.responders), len(network.responders)) == (32, 1)
    other = Network(2)
    heard(path, other, 41, refused=False)
    assert (len(path.responders), len(other.responders), parent.first) == (32, 1, 7.75)


def test_a_part_takes_its_responders_and_losses_along() -> None:
    path, here, there = answering(refused=0), Network(), Network()
    heard(path, here, 1, refused=True)
    path.round_trip.measured(0.5)
    other = Endpoint(Place("10.0.1.1", AF_INET), 1, REQUESTS)
    path.heard(other, there, refused=True, attempts=1, rtt_ms=None, now=8.0)
    for endpoint in (other, other, path.responders.refused[0]):
        path.lose(path.open_cohort(8.0), endpoint)
    part = path.split(lambda place: place.numeric == "10.0.1.1")
    assert (there.first, part.shared, part.targets, part.round_trip.rto) == (8.0, True, 1000, path.round_trip.rto)
    assert ([*part.responders.refused], len(path.responders), path.counts.lost, part.counts.lost) == ([other], 1, 1, 2)
    assert part.cohorts.unseen.loss() == 1.0


def test_what_is_forgiven_is_no_loss_of_the_path() -> None:
    path = answering(refused=2)
    for endpoint in path.responders.refused:
        path.lose(path.open_cohort(8.0), endpoint)
    assert path.counts.lost == 2
    assert path.forgive(lambda place: True, since=20.0) == 0
    assert path.forgive(lambda place: True) == 2
    assert path.counts.lost == 0


def test_sentinels_leave_at_the_pace_of_the_path_and_never_to_hosts_that_are_busy() -> None:
    path = answering()
    path.pace.law.be_careful(200.0, 0.0)
    path.sends(8, 0.0)
    assert due(path) == 0
    assert list(path.due_sentinels(1.0, 100, lambda host: True)) == []
    path.sends(3, 1.0)
    assert due(path, 1.0) == 0, "what was due for a busy host is over"
    path.sends(1, 1.0)
    assert due(path, 1.0) == 1
