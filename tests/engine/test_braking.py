"""What the loss on a path means for its pace: which evidence the rate law is shown."""

from typing import Any

import pytest

from scanner.engine.brakes.rate_law import RateLaw
from scanner.engine.truth.cohorts import Cohort, Era
from scanner.engine.truth.path import Path
from scanner.model import Endpoint, Place, Request
from tests.engine.fakes import AF_INET, evaluated

REQUESTS = (Request(),)


def refusing(targets: int = 1000) -> Path:
    """A path on which somebody refuses, so that sentinels can be asked."""
    path = Path(targets)
    path.responders.refuses(Endpoint(Place("10.0.0.1", AF_INET), 9, REQUESTS))
    return path


def test_what_was_sent_at_another_rate_says_nothing_of_the_present_one() -> None:
    path = refusing()
    before = path.cohorts.era
    evaluated(path, before, 30, 60)
    assert path.cohorts.era is not before, "evident loss changes the rate"
    assert path.pace.law.bucket is not None
    allowed = path.pace.law.bucket
    evaluated(path, before, 30, 60)  # its sentinels come back late
    assert path.pace.law.bucket is allowed
    assert (before.lost, before.n, path.cohorts.era.n) == (60, 120, 0)


def test_cohorts_too_small_to_tell_are_added_up() -> None:
    path = refusing()
    era = path.cohorts.era
    for lost in (2, 2):
        evaluated(path, era, lost, 6)
    assert path.cohorts.era is not era, "four of twelve are evident loss"


def test_where_nobody_refuses_later_answers_are_evidence_with_the_few_sentinels() -> None:
    path = Path(1000)
    era = path.cohorts.era
    path.sends(200, 0.5)
    assert not any(path.braking.answered(1, era, 1.0) for _ in range(20))
    assert not path.braking.answered(2, era, 1.0), "one of them may be chance"
    cut = [path.braking.answered(2, era, 1.0) for _ in range(10)]
    assert cut.count(True) == 1
    assert path.pace.held
    assert not path.braking.answered(2, era, 1.0), "the era is over"


def test_where_somebody_refuses_there_are_sentinels_enough() -> None:
    path = refusing()
    assert not any(path.braking.answered(2, path.cohorts.era, 1.0) for _ in range(30))
    assert not path.pace.held


@pytest.mark.parametrize(("targets", "rate"), [(100, 200.0), (120_000, 2000.0)])
def test_carefully_everybody_is_asked_within_a_minute(targets: int, rate: float) -> None:
    path = Path(targets)
    era = path.cohorts.era
    assert path.braking.go_carefully(1.0, mostly_lost=False)
    assert path.pace.held
    assert path.cohorts.era is not era
    assert not path.braking.go_carefully(2.0, mostly_lost=False), "it is held back already"
    waited = path.pace.delay()
    assert 0 < waited <= 1.0 / (0.9 * rate)


def test_it_is_not_held_back_where_enough_is_known() -> None:
    path = refusing()
    evaluated(path, path.cohorts.era, 0, 60)
    assert not path.braking.go_carefully(1.0, mostly_lost=False)


@pytest.mark.parametrize(
    ("case", "careful"),
    [
        ("", True),
        ("known", False),
        ("well known", False),
        ("held", False),
        ("held to more", False),
        ("held, mostly lost", False),
        ("held to more, mostly lost", True),
        ("known, held to more, mostly lost", False),
    ],
)
def test_it_goes_on_carefully_where_hardly_anything_tells_how_much_is_lost(case: str, careful: bool) -> None:
    path, law = told(refused=0)
    path.cohorts.era.counts(0, 40 if "well" in case else 12 if "known" in case else 11)
    if "held" in case:
        RateLaw.be_careful(law, 201.0 if "more" in case else 200.0, 0.0)
    era = path.cohorts.era
    assert path.braking.go_carefully(7.0, mostly_lost="mostly" in case) is careful
    assert (path.cohorts.era is not era) is careful
    assert bool(law.careful) is careful


def test_more_targets_mean_a_faster_careful_rate() -> None:
    path = Path(1, shared=True)
    path.has_targets(120_000)
    path.braking.go_carefully(1.0, mostly_lost=False)
    assert path.pace.delay() <= 1.0 / 1800.0


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
    path, law = refusing() if refused else Path(1000), Law(cuts=cuts)
    path.braking.has_targets(targets)
    path.pace.law = law
    return path, law


def small(path: Path, lost: int, n: int, *, target: int = 60, changed: int = 0) -> None:
    """A cohort of the present era, sent at 640 a second, is evaluated."""
    cohort = Cohort(path.cohorts.era, 0.0, target)
    cohort.count, cohort.changed = n, changed
    cohort.sending.ends_at(640.0)
    for port in range(lost):
        cohort.lose(Endpoint(Place("10.0.0.1", AF_INET), 1 + port, REQUESTS))
    path.braking.evaluate(cohort, 9.0)


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
        path.braking.new_era()
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
        assert [path.braking.answered(1, era, 9.0) for _ in range(6)] == [False] * 6
        assert [path.braking.answered(2, era, 9.0) for _ in range(3)] == [False, False, True]
        assert law.told == [
            {"lost": 6, "n": 12, "era_lost": 6, "era_n": 12, "rate": 0.0, "now": 9.0, "careful": 0.0}
        ]  # fmt: skip
        assert path.cohorts.era is not era

    def test_what_was_acted_on_is_not_told_twice(self) -> None:
        path, law = told(refused=0)
        era = path.cohorts.era
        small(path, 2, 6)
        for nth in (1, 1, 1, 1, 1, 1, 2, 2):
            assert not path.braking.answered(nth, era, 9.0)
        assert [(each["lost"], each["n"]) for each in law.told] == [(2 + 3, 6 + 10)]
        assert (path.cohorts.era, era.later.known) == (era, 0)
        assert not path.braking.answered(3, era, 9.0)
        assert [(each["lost"], each["n"]) for each in law.told[1:]] == [(3, 3)], "three lost ones are evidence"
        for nth in (1, 1, 1, 1, 1, 1, 2, 2, 2):
            assert not path.braking.answered(nth, era, 9.0)
        assert [(each["lost"], each["n"]) for each in law.told[2:]] == [(6, 12)]

    def test_two_lost_ones_are_no_evidence(self) -> None:
        path, law = told(refused=0, cuts=True)
        assert not path.braking.answered(2, path.cohorts.era, 9.0)
        assert law.told == []

    def test_a_small_cohort_is_weighed_with_them(self) -> None:
        path, law = told(refused=0)
        for _ in range(2):
            path.cohorts.era.later.hit(1)
        small(path, 4, 6)
        assert [(each["lost"], each["n"]) for each in law.told] == [(4, 8)]

    def test_more_than_a_full_cohort_they_never_are(self) -> None:
        path, law = told(refused=0)
        small(path, 2, 6)
        for _ in range(30):
            path.cohorts.era.later.hit(2)
        path.braking.answered(2, path.cohorts.era, 9.0)
        assert [(each["lost"], each["n"]) for each in law.told] == [(60, 60)]

    @pytest.mark.parametrize("case", ["another era", "refused", "not in this era"])
    def test_they_count_in_their_own_era_and_where_nobody_refuses(self, case: str) -> None:
        path, law = told(refused=case == "refused", cuts=True)
        era = Era() if case == "another era" else path.cohorts.era
        assert not path.braking.answered(0 if case == "not in this era" else 9, era, 9.0)
        assert (law.told, era.later.known) == ([], 0)

    def test_a_first_answer_cuts_nothing(self) -> None:
        path, law = told(refused=0, cuts=True)
        for _ in range(5):
            path.cohorts.era.later.hit(3)
        assert not path.braking.answered(1, path.cohorts.era, 9.0)
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
        path.braking.answered(3, path.cohorts.era, 9.0)
        assert [round(each["rate"], 6) for each in law.told] == [rate]

    @pytest.mark.parametrize(("targets", "careful"), [(1000, 200.0), (60_030, 1000.5)])
    def test_where_nearly_all_was_lost_the_capacity_is_sought_from_a_careful_rate(
        self, targets: int, careful: float
    ) -> None:
        path, law = told(refused=0, targets=targets)
        path.braking.answered(3, path.cohorts.era, 9.0)
        assert [each["careful"] for each in law.told] == [careful]
        path, law = told(refused=0, targets=targets)
        path.counts.lose(1)
        assert path.braking.go_carefully(7.0, mostly_lost=False)
        assert law.careful == [(careful, 7.0)]
