"""How sure the answers are, in sentences: what the timeouts rest on, and what was seen of loss. Pure.

"Rule of three": if none of n sentinels was lost, the loss per probe is under 3/n with 95 % confidence (Hanley and
Lippman-Hand 1983, "If nothing goes wrong, is everything all right?").
"""

from collections.abc import Iterable
from typing import Any, Protocol


class PathCounts(Protocol):
    """What the engine counted on one path (`engine.paths.Path`)."""

    answers: int
    flipped: int
    lost: int
    sentinels: int
    timeouts: int


def evidence(paths: Iterable[PathCounts], timeouts: int) -> dict[str, Any]:
    """The numbers for the report's `scan` part: timeouts and what backs them."""
    paths = [path for path in paths if path.answers or path.timeouts]
    sentinels = sum(path.sentinels for path in paths)
    lost = sum(path.lost for path in paths)
    return {
        "timeouts": timeouts,
        "sentinels": sentinels,
        "sentinels_lost": lost,
        "flipped": sum(path.flipped for path in paths),
        "loss_below": round(min(1.0, 3 / sentinels), 6) if sentinels and not lost else None,
        "verified": bool(sentinels),
    }


def sentences(numbers: dict[str, Any]) -> list[str]:
    """The same for people, a line each; nothing to say is nothing said."""
    lines = []
    timeouts, sentinels, lost = numbers["timeouts"], numbers["sentinels"], numbers["sentinels_lost"]
    if timeouts and not sentinels:
        lines.append(f"{timeouts:,} timeouts are unverified: nothing ever answered that could be asked again")
    elif timeouts and not lost:
        bound = min(1.0, 3 / sentinels)
        lines.append(
            f"{timeouts:,} timeouts, backed by {sentinels:,} clean sentinels "
            f"(known responders asked again): loss per probe under {bound:.2%}"
        )
    elif lost:
        lines.append(
            f"loss was seen: {lost:,} of {sentinels:,} sentinels unanswered; "
            f"silent targets were probed again until that could not explain them"
        )
    if numbers["flipped"]:
        lines.append(f"{numbers['flipped']:,} targets answered only when probed again (flipped)")
    return lines
