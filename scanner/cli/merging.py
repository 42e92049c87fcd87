"""What merging does before anything is written: it reads all, refuses what does not belong together, and says what of
it is missing, replaced, or cannot be judged."""

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from scanner.cli import stderr
from scanner.cli.conversion import AllRead
from scanner.cli.status import FAILED, OK, UNMET
from scanner.errors import UsageError
from scanner.words.plain import plain
from scanner.words.shown_text import many, named
from scanner.words.stamp import seconds_between

if TYPE_CHECKING:
    from scanner.cli.converting_options import Wish
    from scanner.model import Need
    from scanner.reports import ScanInfo
    from scanner.reports.converting import RowSpool
    from scanner.reports.merging import Belonging, GatheredRows
    from scanner.reports.merging.needed_rows import Judge
    from scanner.reports.reading import ReportRow

#: So many entries are told by name.
_TOLD = 8
#: Scans that were started so far apart may not have been meant to be one.
_FAR_APART_S = 2 * 3600


class Merging:
    """One merging. `force`: what does not belong together is merged as well."""

    def __init__(self, *, force: bool) -> None:
        self._force = force
        self._reports = self._rows = self._met = self._unmet = self._unjudged = 0
        self._complete = True
        self._apart = ""

    def gather(self, wish: "Wish", spool: "RowSpool") -> AllRead:
        """Reads the reports to their ends. Raises UsageError where they do not belong together."""
        from scanner.reports.converting import SortedRows
        from scanner.reports.merging import Belonging, GatheredRows, merged, parts_of

        check_given_once(wish.reports)
        found = GatheredRows(spool)
        found.read(wish.reports, wish.only)
        infos = [info for _, info in found.infos]
        parts = [part for path, info in found.infos for part in parts_of(path, info)]
        belonging = Belonging(parts, overlap=bool(found.replaced or found.blind))
        warnings = [*self._strangers(belonging), *belonging.doubts, *found.blind, *belonging.missing]
        if belonging.together:
            found.take_as_one(belonging.together)
        rows, said = self._judged(found, belonging)
        warnings += said
        stderr.say(*(f"warning: {text}" for text in warnings))
        if found.replaced:
            stderr.say(f"{many(found.replaced, 'row')} dropped: other reports have later ones of the same targets")
        self._reports, self._complete = len(infos), not belonging.missing
        self._apart = _hours_apart(infos)
        batches = self._counted(rows)
        if wish.sort:
            ordered = SortedRows(spool)
            for batch in batches:
                ordered.add(batch)
            batches = ordered.batches()
        info = merged(infos, complete=self._complete, replaced=found.replaced, warnings=warnings)
        return AllRead(batches, info, "explain" in info.extra, found.told.one_each, self._status)

    def _strangers(self, belonging: "Belonging") -> list[str]:
        if belonging.strangers and not self._force:
            raise UsageError(*belonging.strangers, hint="(--force merges them all the same)")
        return [f"merged all the same (--force): {text}" for text in belonging.strangers]

    def _judged(self, found: "GatheredRows", belonging: "Belonging") -> "tuple[Iterable[list[ReportRow]], list[str]]":
        """The rows with what can be judged only now, and what is to be said of it."""
        from scanner.reports.merging import NeededRows, count_unjudged, needs_of

        infos = [info for _, info in found.infos]
        needs, unclear = needs_of(infos)
        anew = found.replaced or any(map(_is_part, infos))
        needed = NeededRows(needs if anew else [], _judging(infos), belonging.together)
        if needed.wanted:
            for rows in found.batches():
                needed.add(rows)
            needed.end(lambda vantage: found.chosen or not belonging.lacking.isdisjoint(("", vantage)))
            self._unmet += needed.rowless
        if found.unjudged:
            self._unjudged = sum(map(count_unjudged, needed.settled(found.batches())))
        why = _why_unjudged(unclear, chosen=found.chosen, missing=bool(belonging.missing))
        rows_told = many(self._unjudged, "row")
        said = [f"{rows_told} with an expectation cannot be judged (met is empty): {why}"] if self._unjudged else []
        return needed.settled(found.batches()), [*needed.warnings, *said]

    def _counted(self, batches: "Iterable[list[ReportRow]]") -> "Iterator[list[ReportRow]]":
        for rows in batches:
            met = [row.met for row in rows]
            self._rows += len(rows)
            self._met += met.count(True)
            self._unmet += met.count(False)
            yield rows

    def _status(self) -> int:
        judged = f"; expectations: {self._met:,} met, {self._unmet:,} not met" if self._met or self._unmet else ""
        stderr.say(f"merged {many(self._reports, 'report')}{self._apart}: {many(self._rows, 'row')}{judged}")
        if not self._complete or self._unjudged:
            return FAILED
        return UNMET if self._unmet else OK


def check_given_once(paths: Iterable[str]) -> None:
    """Raises UsageError for a file that is named twice, however it is named: it would be its own duplicate."""
    seen: dict[tuple[int, int], str] = {}
    for path in paths:
        try:
            found = os.stat(0 if path == "-" else path)
        except (OSError, ValueError):
            continue  # whoever reads it says so
        first = seen.get((found.st_dev, found.st_ino))
        seen[found.st_dev, found.st_ino] = path
        if first is not None:
            raise UsageError(f"{path!r} is given twice{'' if first == path else f', also as {first!r}'}; write it once")


def _hours_apart(infos: "Iterable[ScanInfo]") -> str:
    """When the scans were started, where that lies so far apart that one may be of another day's work."""
    started = sorted(info.started for info in infos if info.started)
    if not started or seconds_between(started[0], started[-1]) < _FAR_APART_S:
        return ""
    return f", of scans started from {plain(started[0])} to {plain(started[-1])}"


def _is_part(info: "ScanInfo") -> bool:
    """Whether it is a shard, or holds some that nobody has judged together (`convert`)."""
    said = info.extra
    return bool(said.get("shard")) or (
        "shard" not in said and any(each.get("shard") for each in said.get("sources") or [])
    )


def _judging(infos: "Sequence[ScanInfo]") -> "Callable[[Sequence[Need], Callable[[Iterable[str]], object]], Judge]":
    """Who judges as these scans did: strictly if one of them was strict."""
    strict = any(info.options.get("strict") for info in infos)

    def make(needs: "Sequence[Need]", warn: Callable[[Iterable[str]], object]) -> "Judge":
        from scanner.api.judging import judge_of

        return judge_of(needs, warn, strict=strict)

    return make


def _why_unjudged(unclear: Sequence[str], *, chosen: bool, missing: bool) -> str:
    if missing:
        return "an entry needs some of its targets, and not all rows are there"
    if chosen:
        return "an entry needs some of its targets, and --only left out rows of a report"
    if unclear:
        told = named(list(unclear), _TOLD)
        return f"{told} needs some of its targets, and has no name of its own by which its rows would be known"
    return "where an entry needs some of its targets, only json and db reports say so; write one of each shard"
