"""Which scans of a `.db` were made together: the shards of one night, and not those of the night before. Pure.

A file that every night's scans are appended to holds each shard many times. If tonight one of them did not run, last
night's is no substitute: it would pass for what was found tonight. So scans are taken in rounds, in the order in which
they were started. A new round begins with a scan of which the round has one already, unless that one was cut off (then
this one makes it good); with shards of another number at one place; and when for half a day nothing was scanned: then
what comes next is not what was still to do, but the next night, in which the first of the shards did not run.

Where the vantage is merely the host's name, shards are one scan's whatever machine they ran on.
"""

from collections.abc import Iterable

from scanner.reports.db_reading import StoredScan
from scanner.reports.reading.stored_report import names_vantage
from scanner.words.stamp import seconds_between

#: So long a pause ends a round.
_QUIET_S = 12 * 3600


def newest_round(scans: Iterable[StoredScan]) -> list[StoredScan]:
    """Of scans of one list, in the order of their starts: the last one and those that were made with it, in this order.
    Of one that was cut off and then came to its end, only the latter."""
    found = _Round()
    for scan in scans:
        if not found.takes(scan):
            found = _Round()
        found.add(scan)
    return sorted((scan for same in found.scans.values() for scan in same), key=lambda scan: (scan.started, scan.id))


class _Round:
    """The scans of a round so far, by place and shard. `counts`: the number of shards at each place."""

    def __init__(self) -> None:
        self.scans: dict[tuple[str, str], list[StoredScan]] = {}
        self.counts: dict[str, str] = {}
        self.until = ""

    def takes(self, scan: StoredScan) -> bool:
        place, shard = key = _key(scan)
        before = self.scans.get(key)
        if before and before[-1].complete:
            return False
        if shard and self.counts.get(place, _count(shard)) != _count(shard):
            return False
        return seconds_between(self.until, scan.started) < _QUIET_S

    def add(self, scan: StoredScan) -> None:
        place, shard = key = _key(scan)
        self.scans[key] = [scan] if scan.complete else [*self.scans.get(key, []), scan]
        if shard:
            self.counts[place] = _count(shard)
        self.until = max(self.until, scan.finished or scan.started)


def _key(scan: StoredScan) -> tuple[str, str]:
    shard = scan.extra.get("shard")
    part = shard if isinstance(shard, str) else ""
    return (scan.vantage if not part or names_vantage(scan.options) else ""), part


def _count(shard: str) -> str:
    return shard.partition("/")[2]
