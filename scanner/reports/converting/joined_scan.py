"""What is told of several scans whose rows become one report: nothing that one of them does not bear out."""

from collections.abc import Mapping, Sequence
from typing import Any

from scanner.reports.converting.said_of_scan import seconds_between
from scanner.reports.report import ScanInfo


def joined(infos: Sequence[ScanInfo], *, always: bool = False) -> ScanInfo:
    """Of one, that one, unless `always` says that it is told of like several: from the earliest start to the latest
    finish, complete if all are.

    The vantage and each option are there where all say the same. What was left out of any (`only`, `excludes`,
    `silent_hosts`) was left out of it: what has no row was not scanned everywhere. All else that they say of
    themselves, the numbers behind their verdicts too, stands by source in `sources`; of what was joined before, by that
    one's sources. The order of `infos` is no matter.
    """
    if len(infos) == 1 and not always:
        return infos[0]
    infos = sorted(infos, key=_when)
    started = min((info.started for info in infos if info.started), default=None)
    finished = max((info.finished for info in infos if info.finished), default=None)
    warnings = dict.fromkeys(warning for info in infos for warning in info.warnings)
    return ScanInfo(
        started=started,
        finished=finished,
        elapsed_s=seconds_between(started, finished),
        vantage=_same([info.vantage for info in infos]) or "",
        options=_options([info.options for info in infos]),
        complete=all(info.complete for info in infos),
        says_complete=all(info.says_complete for info in infos),
        warnings=[*warnings],
        extra=_left_out([info.extra for info in infos])
        | {"sources": [each for info in infos for each in _sources(info)]},
    )


def _when(info: ScanInfo) -> tuple[str, str, str, str]:
    return info.started or "", info.finished or "", info.vantage, repr(sorted(info.extra.items()))


def _same(values: Sequence[Any]) -> Any:
    """The value that all of them are, or None."""
    return values[0] if all(value == values[0] for value in values) else None


def _options(options: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    found = {key: value for key, value in options[0].items() if _same([each.get(key) for each in options]) is not None}
    only = dict.fromkeys(each["only"] for each in options if each.get("only"))
    return found | ({"only": ",".join(sorted(only))} if only else {})


def _left_out(extras: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    excludes = [extra["excludes"] for extra in extras if isinstance(extra.get("excludes"), list)]
    if excludes:
        found["excludes"] = [*dict.fromkeys(str(text) for texts in excludes for text in texts)]
    silent = [extra["silent_hosts"] for extra in extras if extra.get("silent_hosts")]
    if silent:
        ranges = dict.fromkeys(text for each in silent for text in each["ranges"])
        counts = {tuple(each["ranges"]): each["count"] for each in silent}  # of the same hosts but once
        found["silent_hosts"] = {"count": sum(counts.values()), "ranges": [*ranges]}
    return found


def _sources(info: ScanInfo) -> Sequence[Mapping[str, Any]]:
    """A source's own `scan` part, without what the joined one has of it; or those of its sources."""
    before = info.extra.get("sources")
    return before or [{key: value for key, value in info.as_dict().items() if key not in ("warnings", "counts")}]
