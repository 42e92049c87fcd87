"""How sure the answers are, in sentences: what the timeouts rest on, and what was seen of loss. Pure.

"Rule of three": if none of n sentinels was lost, the loss per probe is under 3/n with 95 % confidence (Hanley and
Lippman-Hand 1983, "If nothing goes wrong, is everything all right?"). Paths lose each for itself: the bound given is
that of the path with the fewest sentinels among those that have timeouts.
"""

from collections.abc import Iterable, Mapping
from typing import Any, Protocol

_SURE = 3.0


class PathCounts(Protocol):
    """What the engine counted on one path (`engine.paths.Path`)."""

    answers: int
    flipped: int
    lost: int
    sentinels: int
    timeouts: int


def evidence(paths: Iterable[PathCounts], timeouts: Mapping[str, int]) -> dict[str, Any]:
    """The numbers for the report's `scan` part. `timeouts`: rows that timed out, by their doubt.

    timeouts, and of them unverified (nothing ever answered) and lossy (loss could not be ruled out): rows;
    sentinels, sentinels_lost: known responders asked again, and those of them that stayed silent;
    flipped: targets that answered only when probed again; loss_below: the rule of three's bound, a share of 1, None
    where it does not hold; verified: whether any sentinel was sent.
    """
    paths = [path for path in paths if path.answers or path.timeouts]
    sentinels = sum(path.sentinels for path in paths)
    lost = sum(path.lost for path in paths)
    fewest = min((path.sentinels for path in paths if path.timeouts and path.sentinels), default=sentinels)
    return {
        "timeouts": sum(timeouts.values()),
        "unverified": timeouts.get("unverified", 0),
        "lossy": timeouts.get("lossy", 0),
        "sentinels": sentinels,
        "sentinels_lost": lost,
        "flipped": sum(path.flipped for path in paths),
        "loss_below": round(min(1.0, _SURE / fewest), 6) if fewest and not lost else None,
        "verified": bool(sentinels),
    }


def sentences(numbers: Mapping[str, Any]) -> list[str]:
    """The same for people, a line each; nothing to say is nothing said."""
    lines = []
    unverified, lossy = numbers["unverified"], numbers["lossy"]
    sentinels, lost, bound = numbers["sentinels"], numbers["sentinels_lost"], numbers["loss_below"]
    backed = numbers["timeouts"] - unverified - lossy
    if backed and bound is not None:
        lines.append(
            f"{_timeouts(backed)}, backed by {sentinels:,} clean sentinel{'s' * (sentinels > 1)} "
            f"(known responders asked again): loss per probe under {bound:.2%}"
        )
    if lost:
        loss = f"loss was seen: {lost:,} of {sentinels:,} sentinels unanswered"
        after = f"; {_timeouts(backed)} stood when that could no longer explain them" if backed else ""
        lines.append(loss + after)
    if lossy:
        lines.append(f"{_timeouts(lossy)} may be lost packets: probing again could not rule that out")
    if unverified:
        are = "is" if unverified == 1 else "are"
        lines.append(f"{_timeouts(unverified)} {are} unverified: nothing ever answered that could be asked again")
    if flipped := numbers["flipped"]:
        lines.append(f"{flipped:,} target{'s' * (flipped > 1)} answered only when probed again (flipped)")
    return lines


def _timeouts(count: int) -> str:
    return f"{count:,} timeout{'s' * (count > 1)}"
