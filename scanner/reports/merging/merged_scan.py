"""What is told of scans that were merged: as of any several scans in one report, but they are parts of one.

So which list that is, and what some of its entries need, is told of the whole; what was counted is added up, as long as
no row was replaced by a later one: the counts of a scan that was done again are not those of the rows that stand.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from scanner.reports.converting import joined
from scanner.reports.merging.needs_told import as_told, needs_of
from scanner.reports.report import ScanInfo
from scanner.words.part_words import ONLY_TOGETHER

_SUMS = (
    "timeouts", "unverified", "lossy", "neighbour_pending", "denied_in_doubt", "flipped", "sentinels", "sentinels_lost",
)  # fmt: skip
#: Of the whole list, so the same in all reports of it.
_SHARED = ("list_digest", "seed", "version", "skipped")
#: What one part alone was asked for.
_OWN = "shard"


def merged(infos: Sequence[ScanInfo], *, complete: bool, replaced: int, warnings: Iterable[str]) -> ScanInfo:
    """Of those that belong together: `complete` if nothing is missing, with further warnings. What a shard warned of
    that holds of shards alone is left out. `replaced`: how many rows of one gave way to another's.

    `shard` is None: whether all parts are there `complete` says, and which are there, `sources`.
    """
    info = joined(infos, always=bool(infos[0].extra.get(_OWN)))
    extra = {key: value for key in _SHARED if (value := _same(infos, key)) is not None}
    if needs := needs_of(infos)[0]:
        extra["needs"] = as_told(needs)
    return info.but(
        options={key: value for key, value in info.options.items() if key != _OWN},
        complete=complete,
        warnings=list(dict.fromkeys([*(text for text in info.warnings if ONLY_TOGETHER not in text), *warnings])),
        extra={**extra, _OWN: None, **({} if replaced else _evidence(infos)), **info.extra},
    )


def _same(infos: Sequence[ScanInfo], key: str) -> Any:
    """What all of them say, those that were joined before by source as well; or None."""
    said = [each.get(key) for info in infos for each in ([info.extra] if key in info.extra else _apart(info))]
    return said[0] if all(each == said[0] for each in said) else None


def _apart(info: ScanInfo) -> Sequence[Mapping[str, Any]]:
    sources: Sequence[Mapping[str, Any]] = info.extra.get("sources") or [{}]
    return sources


def _evidence(infos: Sequence[ScanInfo]) -> dict[str, Any]:
    """The numbers behind the verdicts, where all of them have such."""
    said = [info.extra for info in infos]
    if not all(type(each.get(key)) is int for each in said for key in _SUMS):
        return {}
    found: dict[str, Any] = {key: sum(each[key] for each in said) for key in _SUMS}
    bounds = [each.get("loss_below") for each in said if _asked(each)]
    known = [bound for bound in bounds if isinstance(bound, int | float)]
    found["loss_below"] = max(known) if known and len(known) == len(bounds) else None
    in_doubt = any(each.get("verified") is not True for each in said if _asked(each))
    found["verified"] = bool(found["sentinels"]) and not in_doubt
    found["heard"] = any(each.get("heard") is True for each in said)
    stopped = [each.get("stopped") for each in said]
    found["stopped"] = sorted(when for each in stopped if isinstance(each, list) for when in each if type(when) is str)
    return found


def _asked(said: Mapping[str, Any]) -> bool:
    """Whether there was anything to verify: a part that is open all over has neither silence nor sentinels."""
    return any(said[key] for key in _SUMS)
