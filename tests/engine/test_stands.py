"""The verdict rule in numbers: how much loss sentinels show, what a cohort says of its probes, when silence stands."""

from typing import Any

import pytest

from scanner.engine.truth.loss_estimate import CLEAN_LOSS
from scanner.engine.truth.stands import Stand, doubtful, stands, vouched
from scanner.model import Doubt


@pytest.mark.parametrize("stand", [Stand.SURE, Stand.UNVERIFIED, Stand.LOSSY, Stand.FLIPPED])
def test_the_doubt_of_what_stands_is_a_member(stand: Stand) -> None:
    assert stand.doubt == stand
    assert type(stand.doubt) is (Doubt if stand else str)


@pytest.mark.parametrize(
    ("targets", "loss", "attempts"),
    [
        (1, 0.5, 8),
        (5, CLEAN_LOSS, 1),  # 0.005 false ones are expected: just enough
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
    """The stand for one of 100 targets, with one retry asked for, on a path without loss; `others` override that."""
    given: dict[str, Any] = {"wanted": 2, "full": True, "targets": 100, "lossy": False, "hopeless": False}
    return stands(attempts=attempts, losses=losses, **{**given, **others})


CLEAN, BAD = [CLEAN_LOSS] * 30, [0.9] * 30  #: each case takes as many of these as there were attempts


@pytest.mark.parametrize(
    ("attempts", "losses", "others", "verdict"),
    [
        # The attempts that were asked for come first, the last one in full length, whatever is known.
        (1, CLEAN, {}, Stand.AGAIN),
        (2, CLEAN, {}, Stand.SURE),
        (2, CLEAN, {"full": False}, Stand.AGAIN),
        (3, CLEAN, {"wanted": 4}, Stand.AGAIN),
        (4, CLEAN, {"wanted": 4}, Stand.SURE),
        (1, None, {}, Stand.AGAIN),
        (1, BAD, {"hopeless": True}, Stand.AGAIN),
        # Loss may explain it: again, at most twenty times.
        (2, BAD, {"lossy": True}, Stand.AGAIN),
        (19, BAD, {"lossy": True}, Stand.AGAIN),
        (20, BAD, {"lossy": True}, Stand.LOSSY),
        (21, BAD, {"lossy": True}, Stand.LOSSY),  # one more left before that was known
        (19, CLEAN, {"full": False}, Stand.AGAIN),
        (20, CLEAN, {"full": False}, Stand.UNVERIFIED),
        (21, CLEAN, {"full": False}, Stand.UNVERIFIED),
        # Or as often as the user asked for: "at least" holds for every number.
        (29, CLEAN, {"wanted": 30}, Stand.AGAIN),
        (30, CLEAN, {"wanted": 30}, Stand.SURE),
        (30, BAD, {"wanted": 30, "lossy": True}, Stand.LOSSY),
        # Loss was seen, but can no longer explain it.
        (3, [0.05, 0.01, 0.001], {"lossy": True}, Stand.SURE),
        # The same attempts: enough for 100 targets, not for 10,000.
        (2, CLEAN, {"targets": 5000}, Stand.SURE),
        (2, CLEAN, {"targets": 10_000}, Stand.AGAIN),
        # Nobody can tell, or nobody can tell any more.
        (2, None, {}, Stand.UNVERIFIED),
        (2, None, {"hopeless": True}, Stand.UNVERIFIED),
        (2, BAD, {"lossy": True, "hopeless": True}, Stand.LOSSY),
        # Nobody may be asked again: all that can be known is known, unless loss was seen.
        (2, BAD, {"exhausted": True}, Stand.SURE),
        (2, BAD, {"exhausted": True, "lossy": True}, Stand.AGAIN),
        (2, BAD, {"spent": True}, Stand.UNVERIFIED),
        (2, BAD, {"spent": True, "lossy": True}, Stand.LOSSY),
        # -r 0 is exactly one attempt, whatever it met.
        (1, CLEAN, {"wanted": 1}, Stand.SURE),
        (1, [0.02], {"wanted": 1}, Stand.SURE),
        (1, [0.02], {"wanted": 1, "lossy": True}, Stand.LOSSY),
        (1, None, {"wanted": 1}, Stand.UNVERIFIED),
        # If few were asked along with it, more are asked first; where that cannot be, chance decides.
        (1, [0.02], {"wanted": 1, "few": True}, Stand.ASK_MORE),
        (1, [0.02], {"wanted": 1, "few": True, "lossy": True}, Stand.LOSSY),
        (1, None, {"wanted": 1, "few": True}, Stand.UNVERIFIED),
        (1, [0.02], {"wanted": 1, "few": True, "exhausted": True, "targets": 25}, Stand.SURE),
        (1, [0.02], {"wanted": 1, "few": True, "exhausted": True, "targets": 26}, Stand.UNVERIFIED),
        (1, None, {"wanted": 1, "lossy": True}, Stand.LOSSY),
    ],
)
def test_when_silence_stands(attempts: int, losses: list[float] | None, others: dict[str, Any], verdict: Stand) -> None:
    met = None if losses is None else losses[:attempts]
    assert stand(attempts, met, **others) is verdict


NOBODY, ONCE, TWICE = [1.0, 1.0], [1.0, 0.001], [0.001, 0.001]  #: for how many of two attempts its network vouched


@pytest.mark.parametrize(
    ("losses", "others", "verdict"),
    [
        (TWICE, {}, Stand.SURE),
        (TWICE, {"lossy": True}, Stand.SURE),
        (TWICE, {"targets": 10_000}, Stand.UNVERIFIED),  # 0.01 false ones expected, and loss was seen
        (TWICE, {"targets": 10_000, "lossy": False}, Stand.SURE),
        # Somebody in its network may be asked along with one more attempt.
        (ONCE, {"witnesses": True}, Stand.AGAIN),
        (NOBODY, {"witnesses": True, "lossy": False}, Stand.AGAIN),
        (NOBODY, {"witnesses": True, "attempts": 19}, Stand.AGAIN),
        (NOBODY, {"witnesses": True, "attempts": 20}, Stand.UNVERIFIED),
        (NOBODY, {"witnesses": True, "attempts": 21}, Stand.UNVERIFIED),
        (NOBODY, {"witnesses": True, "attempts": 29, "wanted": 30}, Stand.AGAIN),
        # Nobody may: half a false one is accepted where nothing was lost, none where something was.
        (NOBODY, {}, Stand.UNVERIFIED),
        (NOBODY, {"lossy": False}, Stand.UNVERIFIED),
        (ONCE, {}, Stand.UNVERIFIED),
        (ONCE, {"targets": 500, "lossy": False}, Stand.SURE),
        (ONCE, {"targets": 501, "lossy": False}, Stand.UNVERIFIED),
        # -r 0: there is only one attempt, and somebody answered along with it or nobody did.
        ([0.5], {"wanted": 1}, Stand.SURE),
        ([0.95], {"wanted": 1}, Stand.SURE),
        ([1.0], {"wanted": 1}, Stand.UNVERIFIED),
        ([1.0], {"wanted": 1, "witnesses": True}, Stand.UNVERIFIED),
        ([1.0, 0.5], {"wanted": 1}, Stand.SURE),  # the last one counts
        ([0.5, 1.0], {"wanted": 1}, Stand.UNVERIFIED),
        ([0.5], {"wanted": 2}, Stand.UNVERIFIED),
    ],
)
def test_whether_its_own_network_bears_a_timeout_out(
    losses: list[float], others: dict[str, Any], verdict: Stand
) -> None:
    """For one of 100 targets on a path with loss, where nobody in its network may be asked again."""
    given: dict[str, Any] = {"attempts": len(losses), "wanted": 2, "targets": 100, "lossy": True, "witnesses": False}
    assert vouched(losses=losses, **{**given, **others}) is verdict


def test_a_stand_is_the_doubt_that_a_row_tells() -> None:
    """What is sure has none, and what does not stand yet is not a doubt."""
    assert [stand.value for stand in Stand] == ["", "unverified", "lossy", "flipped", "again", "ask more"]
    assert {Stand.AGAIN, Stand.ASK_MORE}.isdisjoint(Doubt)
