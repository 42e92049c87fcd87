"""What people are told of what has no row: hosts that were asked whether they are there, did not answer and were passed
over, and the rest of the list where a scan is a shard of it."""

from collections.abc import Mapping
from typing import Any

from scanner.reports.host_ranges import RANGES, shortened
from scanner.words.shown_text import many


def shard_line(shard: str) -> str:
    """That there is more of the list than the rows tell; empty without a shard."""
    return f"shard {shard}: the rest of the list is in the reports of the other shards" if shard else ""


def passed_over_line(extra: Mapping[str, Any], rows: int) -> str:
    """Who was passed over, or empty where nobody was asked first, or all answered. `extra` is that of `ScanInfo`;
    `rows`: how many rows there are of others. Not all of their ranges are named; a JSON report has all."""
    silent = extra.get("silent_hosts")
    if not silent or not silent["count"]:
        return ""
    ranges = silent["ranges"]
    more = f" and {many(len(ranges) - RANGES, 'more range')}" if len(ranges) > RANGES else ""
    none = "" if rows else "no host answered; "
    return (
        f"{none}{many(silent['count'], 'silent host')} passed over: {', '.join(map(shortened, ranges[:RANGES]))}{more}"
    )
