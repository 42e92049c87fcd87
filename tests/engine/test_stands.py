"""The verdict rule in numbers: how much loss sentinels show, what a cohort says of its probes, when silence stands."""

from typing import Any

import pytest

from scanner.engine.truth.loss_estimate import CLEAN_LOSS
from scanner.engine.truth.stands import Stand, doubtful, stands


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
        (20, CLEAN, {"full": False}, Stand.UNVERIFIED),
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
        (1, [0.02], {"wanted": 1, "few": True}, Stand.ASK_MORE),
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
