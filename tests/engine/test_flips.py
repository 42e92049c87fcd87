"""What the targets of an era say of its loss, in plain numbers; and a way whose sentinels all have luck."""

import random

import pytest

from scanner.engine.truth.cohorts import Era
from scanner.engine.truth.flips import Flips
from scanner.engine.truth.loss_estimate import FULL_COHORT, estimate
from scanner.engine.truth.path_counts import PathCounts
from scanner.engine.truth.stands import doubtful
from scanner.model import State
from tests.engine.fakes import START, Answer, FakeKernel, ListSource, Network, play


def told(missed: int, answers: int) -> Flips:
    """So many targets answered in an era, after so many silent attempts."""
    counts = PathCounts()
    flips = Flips(counts)
    counts.answered(answers)
    for _ in range(missed):
        flips.miss()
    return flips


@pytest.mark.parametrize(
    ("missed", "answers", "sentinels", "loss"),
    [
        (0, 0, (0, 60), 0.0),
        (0, 900, (0, 60), 0.0),  # nothing to add
        (0, 900, (3, 60), 0.0),
        (45, 855, (0, 60), 0.0578),  # 5 %, and little doubt of it
        (45, 855, (0, 600), 0.0578),  # however many sentinels had luck
        (45, 855, (0, 0), 0.0578),
        (1, 899, (0, 60), 0.003),
        (1, 59, (0, 600), 0.0444),  # as many as a full cohort are a sample of their own,
        (1, 58, (0, 60), 0.0226),  # fewer are counted with the sentinels
        (1, 3, (0, 60), 0.0417),
        (3, 1, (2, 10), 0.4911),
        (1, 1, (0, 0), 0.7887),
    ],
)  # fmt: skip
def test_the_loss_that_targets_show(missed: int, answers: int, sentinels: tuple[int, int], loss: float) -> None:
    assert round(told(missed, answers).loss(*sentinels), 4) == loss


def test_of_each_attempt_is_known_what_became_of_it() -> None:
    assert [told(missed, answers).known for missed, answers in ((0, 0), (0, 7), (3, 7))] == [0, 7, 10]


def test_it_knows_of_its_own_era_only() -> None:
    """Who answered before it, and who answers when it is over, says nothing of it; who missed an attempt in it does."""
    counts = PathCounts()
    counts.answered(500)
    flips = Flips(counts)
    counts.answered(99)
    flips.end()
    counts.answered(400)
    flips.miss()
    assert flips.known == 100
    assert flips.loss(0, 60) == estimate(1, 100)


def test_answers_that_are_counted_elsewhere_from_now_on_leave_no_less_than_none() -> None:
    counts = PathCounts()
    flips = Flips(counts)
    counts.answered(-1)
    flips.miss()
    assert flips.known == 1


def test_an_era_is_never_cleaner_than_its_targets_found_it() -> None:
    counts = PathCounts()
    era = Era(0, FULL_COHORT, counts)
    counts.answered(900)
    assert era.loss() == estimate(0, FULL_COHORT), "nobody flipped: as the sentinels say"
    for _ in range(45):
        era.flips.miss()
    assert era.loss() == estimate(45, 945)
    assert doubtful(1000, [era.loss()] * 2)
    era.counts(20, 40)
    assert era.loss() == estimate(20, 100), "nor than its sentinels did"


SILENT = range(801, 901)


def lucky(seed: int, loss: float) -> Network:
    """Chance takes so many SYNs, but never one to a port that is known to answer."""
    draw, known = random.Random(seed), set[int]()

    def network(host: str, port: int, attempt: int, now: float) -> Answer | None:
        if port in SILENT or (port not in known and draw.random() < loss):
            return None
        known.add(port)
        return Answer(0.0005, "rst")

    return network


def sweep(network: Network, rate: float | None) -> tuple[list[int], list[int], FakeKernel]:
    """A thousand ports, a tenth of them silent: those whose timeout is false and beyond doubt, the attempts of the
    silent ones, and the kernel that it happened on."""
    kernel = FakeKernel(network)
    rows = play(kernel, ListSource(["10.0.0.1"], range(1, 1001), timeout=0.5, retries=1), rate=rate)
    timeouts = [row for row in rows if row.state is State.TIMEOUT and not row.doubt]
    return (
        [row.port for row in timeouts if row.port not in SILENT],
        [row.attempts for row in timeouts if row.port in SILENT],
        kernel,
    )


@pytest.mark.parametrize(("loss", "worlds"), [(0.05, 3), (0.2, 1)])
def test_sentinels_that_had_luck_do_not_overrule_hundreds_of_targets(loss: float, worlds: int) -> None:
    """At 5 % sixty of them come through one time in 22. Were silence in two attempts to stand then, one port in 400
    that answers would be told as silent: two of these 900."""
    false, attempts = [], []
    for seed in range(worlds):
        more_false, more_attempts, _ = sweep(lucky(seed, loss), rate=1000.0)
        false += more_false
        attempts += more_attempts
    assert false == []
    assert len(attempts) == worlds * len(SILENT), "and what is silent is still known to be"
    assert max(attempts) <= 10


@pytest.mark.parametrize("rate", [None, 1000.0])
def test_a_clean_way_costs_what_it_cost(rate: float | None) -> None:
    false, attempts, kernel = sweep(lucky(0, 0.0), rate=rate)
    assert (false, attempts) == ([], [2] * len(SILENT))
    assert len(kernel.sent) == 1000 + len(SILENT) + 60
    assert kernel.now - START < (2.0 if rate else 1.2)
