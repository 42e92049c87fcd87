"""How sure the answers are, in sentences: what the timeouts rest on, and how much loss was seen. Pure.

"Rule of three": if none of n sentinels was lost, the loss per probe is under 3/n with 95% confidence (Hanley and
Lippman-Hand 1983, "If nothing goes wrong, is everything all right?"). Each path has its own loss: the bound given is
that of the path with the fewest sentinels among those that have timeouts.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from scanner.engine.truth.path_counts import PathCounts
from scanner.model import Doubt
from scanner.scanning.joined_ranges import address_count, joined_ranges
from scanner.words.shown_text import many

_SURE = 3.0
_NOTHING = "no host answered that could be probed again"
#: Fewer clean sentinels than this give no bound worth reporting: three say "under 100%".
_LEAST = 12
#: What is counted, first what the rows tell by themselves.
OF_ROWS = ("timeouts", "unverified", "lossy", "neighbour_pending", "denied_in_doubt")
_BESIDE_ROWS = ("sentinels", "sentinels_lost", "flipped")
_COUNTED = (*OF_ROWS, *_BESIDE_ROWS)


def evidence(
    paths: Iterable[PathCounts],
    timeouts: Mapping[str, int],
    clock: Callable[[float], str] = str,
    denied: Mapping[str, int] | None = None,
) -> dict[str, Any]:
    """The numbers for the report's `scan` part. `timeouts`, `denied`: rows that timed out, or that an ICMP error
    decided, by their doubt.

    timeouts, and of those unverified (nobody of their own network vouches), lossy (it may be loss) and
    neighbour_pending (the kernel does not know yet whether anybody is there): rows; denied_in_doubt: rows with an ICMP
    error that may be otherwise in a moment; sentinels, sentinels_lost: known responders asked again, and those of them
    that stayed silent; flipped: targets whose attempts were answered differently; loss_below: the rule of three's
    bound, a share of 1, None where it does not hold or says next to nothing; verified: whether there were sentinels and
    none of those rows is in doubt; heard: whether anything answered on the paths of those that timed out; stopped: when
    the known responders of networks stopped answering, as `clock` renders the engine's time.
    """
    paths = [path for path in paths if path.answers or path.silent_attempts]
    sentinels = sum(path.sentinels for path in paths)
    lost = sum(path.lost for path in paths)
    of_denied = denied or {}
    in_doubt = sum(timeouts.values()) - timeouts.get("", 0)
    denied_in_doubt = sum(of_denied.values()) - of_denied.get("", 0)
    fewest = min((path.sentinels for path in paths if path.silent_attempts and path.sentinels), default=sentinels)
    return {
        "timeouts": sum(timeouts.values()),
        "unverified": timeouts.get(Doubt.UNVERIFIED, 0),
        "lossy": timeouts.get(Doubt.LOSSY, 0),
        "neighbour_pending": timeouts.get(Doubt.NEIGHBOUR_PENDING, 0),
        "denied_in_doubt": denied_in_doubt,
        "sentinels": sentinels,
        "sentinels_lost": lost,
        "flipped": sum(path.flipped + path.turned for path in paths),
        "loss_below": round(_SURE / fewest, 6) if fewest >= _LEAST and not lost else None,
        "verified": bool(sentinels) and not in_doubt and not denied_in_doubt,
        "heard": any(path.answers for path in paths if path.silent_attempts),
        "stopped": [clock(when) for when in sorted(when for path in paths for when in path.stopped)],
    }


def joined(parts: Sequence[Mapping[str, Any]], *, replaced: Sequence[Mapping[str, Any]] = ()) -> dict[str, Any]:
    """The numbers of several parts of one scan as those of all of it: counts are added, the weakest bound holds, and
    all is verified where every part with anything in doubt, or to vouch for, is. A host that is silent from several
    places is one silent host. No parts: as of a scan of nothing.

    `replaced`: parts that broke off, whose targets others of `parts` count anew. Their rows may have been told already,
    and what those rest on counts."""
    known = [evidence([], {}), *parts]
    sums = {name: sum(part.get(name, 0) for part in known) for name in (*_COUNTED, "skipped")}
    for name in _BESIDE_ROWS:
        sums[name] += sum(part[name] for part in replaced)
    parts = [*parts, *replaced]
    silent = [part for part in parts if part["timeouts"]]
    bounds = [part["loss_below"] for part in silent or parts]
    told = [part["silent_hosts"] for part in parts if "silent_hosts" in part]
    ranges = joined_ranges(_all(told))
    hosts = {"count": address_count(ranges), "ranges": ranges} if told else None
    clean = bounds and None not in bounds and not sums["sentinels_lost"]
    return {
        **sums,
        "loss_below": max(bounds) if clean else None,
        "verified": is_verified(sums),
        "heard": any(part["heard"] for part in parts),
        "stopped": sorted(when for part in parts for when in part["stopped"]),
        **({"silent_hosts": hosts} if hosts is not None else {}),
    }


def is_verified(numbers: Mapping[str, Any]) -> bool:
    """Whether there were sentinels, and none of the rows is in doubt."""
    return bool(numbers["sentinels"]) and not any(numbers[name] for name in OF_ROWS if name != "timeouts")


def _all(told: Iterable[Mapping[str, Any]]) -> Iterable[str]:
    return (text for each in told for text in each["ranges"])


def stopped_sentence(numbers: Mapping[str, Any]) -> list[str]:
    """When those who had answered stopped doing so, or nothing."""
    stopped = numbers["stopped"]
    if not stopped:
        return []
    more = f", of {len(stopped):,} hosts or networks" if len(stopped) > 1 else ""
    return [f"known responders stopped answering at {stopped[0]}{more}"]


def statistics(numbers: Mapping[str, Any]) -> list[str]:
    """What the timeouts rest on for people who ask for it, a line each; no lines where there is nothing to say."""
    lines = []
    unverified, lossy = numbers["unverified"], numbers["lossy"]
    sentinels, lost, bound = numbers["sentinels"], numbers["sentinels_lost"], numbers["loss_below"]
    backed = numbers["timeouts"] - unverified - lossy - numbers["neighbour_pending"]
    if backed and sentinels and not lost:
        least = f": loss per probe under {bound:.2%}" if bound is not None else ""
        lines.append(
            f"{many(backed, 'timeout')}, backed by {many(sentinels, 'clean sentinel')} "
            f"(known responders asked again){least}"
        )
    if lost:
        loss = f"loss was seen: {lost:,} of {sentinels:,} sentinels unanswered"
        after = f"; {many(backed, 'timeout')} stood when that could no longer explain them" if backed else ""
        lines.append(loss + after)
    if lossy:
        lines.append(f"{many(lossy, 'timeout')} may be lost packets: probing again could not rule that out")
    if unverified:
        are = "is" if unverified == 1 else "are"
        why = "nothing on their own network could vouch for them" if numbers["heard"] else _NOTHING
        lines.append(f"{many(unverified, 'timeout')} {are} unverified: {why}")
    if flipped := numbers["flipped"]:
        lines.append(f"{many(flipped, 'target')} answered only, or otherwise, when probed again (flipped)")
    return lines
