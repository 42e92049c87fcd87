"""The verdict rule in numbers: how much loss sentinels show, what a cohort says of its probes, when silence stands."""

from typing import Any

import pytest

from scanner.engine.truth.stands import (
    CLEAN_LOSS,
    FULL_COHORT,
    Cohort,
    Era,
    Stand,
    doubtful,
    estimate,
    sentinels_needed,
    stands,
)

START = 100.0


def era(lost: int, n: int) -> Era:
    judged = Era()
    judged.lost, judged.n = lost, n
    return judged


def cohort(count: int, *, lost: int = 0, target: int = 60, of: Era | None = None) -> Cohort:
    """One opened at START, with so many sentinels."""
    made = Cohort(of or Era(), START, target, 0, 0.0)
    made.count, made.lost = count, lost
    return made


@pytest.mark.parametrize(
    ("lost", "n", "loss"),
    [
        (0, 0, 0.5),  # nothing is known
        (0, 1, 0.25),
        (0, 12, 0.0385),  # a dozen clean ones are no clean way yet
        (0, 59, 0.0083),
        (0, 60, 0.001),  # the whole cohort is clean: so is the way
        (0, 499, 0.001),
        (0, 1000, 0.0005),
        (1, 12, 0.2040),  # a standard error more than the share: chance made the one look like few
        (3, 60, 0.0872),
        (300, 6000, 0.0529),  # of many it is small
        (12, 12, 1.0),  # never more than all
        (60, 60, 1.0),
    ],
)
def test_loss_that_sentinels_show(lost: int, n: int, loss: float) -> None:
    assert round(estimate(lost, n), 4) == loss
    assert era(lost, n).loss() == estimate(lost, n)


def test_more_lost_is_more_loss() -> None:
    shown = [estimate(lost, 60) for lost in range(61)]
    assert shown == sorted(shown)


@pytest.mark.parametrize(
    ("lost", "n", "dead"),
    [
        (23, 23, False),  # two small cohorts at least
        (24, 24, True),
        (22, 24, True),
        (21, 24, False),
        (54, 60, True),
        (53, 60, False),  # something still comes through: probing again is not hopeless
        (30, 60, False),
    ],
)
def test_an_era_is_dead_when_nine_of_ten_fall_silent(lost: int, n: int, dead: bool) -> None:
    assert era(lost, n).dead is dead


@pytest.mark.parametrize(
    ("count", "target", "after", "whole", "ripe"),
    [
        (59, 60, 0.0, False, False),
        (60, 60, 0.0, True, True),
        (23, 23, 0.0, True, True),  # a small path wants fewer
        (59, 60, 0.29, False, False),
        (12, 60, 0.31, False, True),  # a dozen will do when they are long in coming
        (11, 60, 0.31, False, False),
        (11, 60, 0.9, False, False),
        (12, 60, 0.0, False, False),
    ],
)
def test_a_cohort_ends_whole_or_after_a_dozen_and_a_while(
    count: int, target: int, after: float, whole: bool, ripe: bool
) -> None:
    gathered = cohort(count, target=target)
    assert (gathered.whole, gathered.ripe(START + after)) == (whole, ripe)


@pytest.mark.parametrize(
    ("of_era", "own", "loss"),
    [
        ((0, 600), (0, 60), 0.00083),  # clean as the rest
        ((60, 600), (0, 12), 0.11294),  # that it lost none itself says less than the era
        ((0, 600), (20, 60), 0.39655),  # a burst: its probes met it, whatever the average says
        ((60, 600), (1, 60), 0.11294),  # it lost less than the average: that is luck
    ],
)
def test_what_the_probes_of_a_cohort_met(of_era: tuple[int, int], own: tuple[int, int], loss: float) -> None:
    lost, count = own
    assert round(cohort(count, lost=lost, of=era(*of_era)).loss(), 5) == loss


@pytest.mark.parametrize(
    ("targets", "attempts", "sentinels"),
    [(1, 2, 12), (10, 2, 23), (40, 2, 45), (100, 2, 60), (100_000, 2, 60), (100, 3, 14), (1, 1, 60), (0, 2, 12)],
)
def test_clean_sentinels_needed(targets: int, attempts: int, sentinels: int) -> None:
    """Twelve at least, a full cohort at most; for more targets more, for more attempts fewer."""
    assert sentinels_needed(targets, attempts) == sentinels
    if sentinels < FULL_COHORT:
        assert not doubtful(targets, [estimate(0, sentinels)] * attempts)


@pytest.mark.parametrize(
    ("targets", "loss", "attempts"),
    [
        (1, 0.5, 8),
        (5, CLEAN_LOSS, 1),  # 0.005 false ones expected: just enough
        (6, CLEAN_LOSS, 2),
        (1000, CLEAN_LOSS, 2),
        (20_000, CLEAN_LOSS, 3),
        (20_000, 0.05, 6),
        (20_000, 0.2, 10),
        (20_000, 0.4, 17),
    ],
)
def test_silent_attempts_until_loss_does_not_explain_them(targets: int, loss: float, attempts: int) -> None:
    assert doubtful(targets, [loss] * (attempts - 1))
    assert not doubtful(targets, [loss] * attempts)


def test_each_attempt_counts_with_the_loss_it_met() -> None:
    assert doubtful(100, [0.5, 0.001])
    assert not doubtful(100, [0.05, 0.001])


def stand(attempts: int, losses: list[float] | None, **others: Any) -> Stand:
    """For one of 100 targets, one retry asked for, on a path without loss; `others` override that."""
    given: dict[str, Any] = {"wanted": 2, "full": True, "targets": 100, "lossy": False, "hopeless": False}
    return stands(attempts=attempts, losses=losses, **{**given, **others})


CLEAN, BAD = [CLEAN_LOSS] * 30, [0.9] * 30  #: of which each case takes as many as there were attempts


@pytest.mark.parametrize(
    ("attempts", "losses", "others", "verdict"),
    [
        # The attempts that were asked for, the last one for as long as was asked for, whatever is known.
        (1, CLEAN, {}, Stand.AGAIN),
        (2, CLEAN, {}, Stand.TIMEOUT),
        (2, CLEAN, {"full": False}, Stand.AGAIN),
        (3, CLEAN, {"wanted": 4}, Stand.AGAIN),
        (4, CLEAN, {"wanted": 4}, Stand.TIMEOUT),
        (1, None, {}, Stand.AGAIN),
        (1, BAD, {"hopeless": True}, Stand.AGAIN),
        # Loss may explain it: again, twenty times at most.
        (2, BAD, {"lossy": True}, Stand.AGAIN),
        (19, BAD, {"lossy": True}, Stand.AGAIN),
        (20, BAD, {"lossy": True}, Stand.LOSSY),
        (19, CLEAN, {"full": False}, Stand.AGAIN),
        (20, CLEAN, {"full": False}, Stand.LOSSY),
        # Or as often as its user asked for: "at least" holds for every number.
        (29, CLEAN, {"wanted": 30}, Stand.AGAIN),
        (30, CLEAN, {"wanted": 30}, Stand.TIMEOUT),
        (30, BAD, {"wanted": 30, "lossy": True}, Stand.LOSSY),
        # Loss was seen, and cannot explain it any more.
        (3, [0.05, 0.01, 0.001], {"lossy": True}, Stand.TIMEOUT),
        # The same attempts: enough for 100 targets, not for 10,000.
        (2, CLEAN, {"targets": 5000}, Stand.TIMEOUT),
        (2, CLEAN, {"targets": 10_000}, Stand.AGAIN),
        # Nobody can tell, or nobody can tell any more.
        (2, None, {}, Stand.UNVERIFIED),
        (2, None, {"hopeless": True}, Stand.UNVERIFIED),
        (2, BAD, {"lossy": True, "hopeless": True}, Stand.LOSSY),
        # -r 0 is exactly one attempt, whatever it met.
        (1, CLEAN, {"wanted": 1}, Stand.TIMEOUT),
        (1, [0.02], {"wanted": 1}, Stand.TIMEOUT),
        (1, [0.02], {"wanted": 1, "lossy": True}, Stand.LOSSY),
        (1, None, {"wanted": 1}, Stand.UNVERIFIED),
        # With few asked beside it, they are asked first; where that cannot be, chance decides.
        (1, [0.02], {"wanted": 1, "few": True}, Stand.AGAIN),
        (1, [0.02], {"wanted": 1, "few": True, "lossy": True}, Stand.LOSSY),
        (1, None, {"wanted": 1, "few": True}, Stand.UNVERIFIED),
        (1, [0.02], {"wanted": 1, "few": True, "exhausted": True, "targets": 20}, Stand.TIMEOUT),
        (1, [0.02], {"wanted": 1, "few": True, "exhausted": True, "targets": 30}, Stand.UNVERIFIED),
        (1, None, {"wanted": 1, "lossy": True}, Stand.LOSSY),
    ],
)
def test_when_silence_stands(attempts: int, losses: list[float] | None, others: dict[str, Any], verdict: Stand) -> None:
    met = None if losses is None else losses[:attempts]
    assert stand(attempts, met, **others) is verdict


def test_more_lost_than_were_asked_is_all_lost() -> None:
    assert estimate(61, 60) == estimate(60, 60) <= 1.0
