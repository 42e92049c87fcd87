"""Shards of one scan that several machines shared without a word on the vantage. Pure.

By default a vantage is the host's name, so such shards have as many. A vantage that somebody typed is a place of its
own, and half of one place's scan never completes half of another's. One that is merely a host's name may be either:
then the reading in which something was scanned is preferred to the one in which nobody scanned a place to the end.
"""

from collections.abc import Callable, Iterable, Sequence

from scanner.reports.merging.report_parts import ReportPart


def groups(parts: Iterable[ReportPart], key: Callable[[ReportPart], tuple[object, ...]]) -> Iterable[list[ReportPart]]:
    """The parts that have the same key, in the order in which they came."""
    found: dict[tuple[object, ...], list[ReportPart]] = {}
    for part in parts:
        found.setdefault(key(part), []).append(part)
    return found.values()


def count_of(part: ReportPart) -> int:
    """How many parts there are of which it is one; 0 for the whole."""
    return part.shard[1] if part.shard else 0


def is_covered(group: Sequence[ReportPart]) -> bool:
    """Whether all rows of a vantage are there."""
    done: dict[int, set[int]] = {}
    for part in group:
        if part.complete:
            done.setdefault(count_of(part), set()).add(part.shard[0] if part.shard else 0)
    return 0 in done or any(len(shards) == count for count, shards in done.items())


def spread_vantages(of_list: Iterable[ReportPart]) -> list[str]:
    """The vantages of a list's parts that are taken as one; none, or at least two.

    These are hosts' names, each with shards and not with all of them. If even together they have not all, and a single
    other host has, then what they have was run again for it, and they are taken as one with it.
    """
    hosts = [group for group in groups(of_list, lambda part: (part.vantage,)) if not any(part.named for part in group)]
    sharing = [group for group in hosts if any(part.shard for part in group)]
    lacking = [group for group in sharing if not is_covered(group)]
    all_there = [group for group in sharing if is_covered(group) and all(part.shard for part in group)]
    if lacking and len(all_there) == 1 and not is_covered([part for group in lacking for part in group]):
        lacking += all_there
    if len({count_of(part) for group in lacking for part in group if part.shard}) != 1 or len(lacking) < 2:
        return []
    return [group[0].vantage for group in lacking]
