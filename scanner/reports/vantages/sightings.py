"""What each vantage saw of each target, compactly: a million targets from three vantages are some 300 MB.

Targets are numbered in the order in which they come, whichever report they come in. What a vantage saw of one of them,
its rows, repeats from target to target, so it is numbered as well: a vantage is two arrays, of those numbers and of the
times of the rows, 12 bytes a target.
"""

from array import array
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import NamedTuple

from scanner.reports.comparing.seen_targets import RowOutcome, SharedTexts, TargetKey
from scanner.reports.reading import ReportRow, StoredReport
from scanner.reports.reading.text_lines import place_of

#: Rows of a target from a vantage: address and outcome of each. Empty: it was not scanned.
SeenRows = tuple[tuple[str, RowOutcome], ...]
#: What was not scanned has this number.
UNSEEN = 0
_NO_TIME = 0


class Vantage(NamedTuple):
    """A vantage, and the reports that have its rows. `sightings`: of each target the number of what was seen; those
    behind its end were not scanned. `times`: in milliseconds, of the last row of each."""

    name: str
    reports: list[StoredReport]
    sightings: "array[int]"
    times: "array[int]"

    def seen_of(self, target: int) -> int:
        """The number of what was seen of a target."""
        return self.sightings[target] if target < len(self.sightings) else UNSEEN


class Sightings:
    """All targets of some reports, and what was seen of them. `rows`: of each report; `superseded`: of rows of one
    vantage, of which another report has a later one; `nameless`: reports that do not name their vantage."""

    def __init__(self) -> None:
        self._shared = SharedTexts()
        self._numbers: dict[SeenRows, int] = {(): UNSEEN}
        self._targets: dict[TargetKey, int] = {}
        self.seen: list[SeenRows] = [()]
        self.vantages: list[Vantage] = []
        self.rows: list[int] = []
        self.superseded: dict[str, int] = {}
        self.nameless: list[StoredReport] = []

    @property
    def targets(self) -> Iterable[TargetKey]:
        """The targets, in the order of their numbers."""
        return self._targets

    def read(self, report: StoredReport) -> None:
        """Takes all rows of a report. Raises UsageError where it cannot be read."""
        found: dict[str, Vantage] = {}
        rows = 0
        for batch in report.rows():
            rows += len(batch)
            self._add(batch, found, report)
        self.rows.append(rows)
        said = report.scan.get("vantage")
        home = said if isinstance(said, str) and said else ""
        if "" in found and not home:
            self.nameless.append(report)
        for name in sorted(found):
            self._take(found[name]._replace(name=name or home or place_of(report.path)))

    def _add(self, batch: Sequence[ReportRow], found: dict[str, Vantage], report: StoredReport) -> None:
        """The hot loop, so all that it asks of others stands here."""
        text, ports, known = self._shared.texts.setdefault, self._shared.ports, self._shared.outcomes
        targets, numbers, seen = self._targets, self._numbers, self.seen
        last, sightings, times = None, array("I"), array("q")
        for (
            name, host, address, port, _, state, reason, icmp_from, _, _, expect, met, _, vantage, time, _, doubt, _, _,
        ) in batch:  # fmt: skip
            if vantage != last:
                last = vantage
                if vantage not in found:
                    found[vantage] = Vantage(vantage, [report], array("I"), array("q"))
                _, _, sightings, times = found[vantage]
            host = host or address
            key = text(name, name), text(host, host), ports[port]
            target = targets.setdefault(key, len(targets))
            said = state, reason, icmp_from, doubt, expect, met
            outcome = known.get(said) or known.setdefault(said, RowOutcome(*said))
            row = ("" if address == host else text(address, address), outcome)
            if target >= len(sightings):
                room = max(target + 1 - len(sightings), len(sightings) >> 3, 1024)
                sightings.frombytes(bytes(sightings.itemsize * room))
                times.frombytes(bytes(times.itemsize * room))
            before = sightings[target]
            rows = (*seen[before], row) if before else (row,)
            number = numbers.setdefault(rows, len(seen))
            if number == len(seen):
                seen.append(rows)
            sightings[target] = number
            if time and (when := milliseconds(time)) > times[target]:
                times[target] = when

    def _take(self, vantage: Vantage) -> None:
        """Takes what a report saw from a vantage. Of each row that another report of this vantage has too, the later
        one stays; where nobody knows when that was, the one that was named later."""
        at = next((at for at, each in enumerate(self.vantages) if each.name == vantage.name), None)
        if at is None:
            self.vantages.append(vantage)
            return
        old = self.vantages[at]
        sightings, times = array("I", old.sightings), array("q", old.times)
        room = max(0, len(vantage.sightings) - len(sightings))
        sightings.frombytes(bytes(sightings.itemsize * room))
        times.frombytes(bytes(times.itemsize * room))
        superseded = 0
        for target, number in enumerate(vantage.sightings):
            if number and (before := sightings[target]):
                later, earlier = self.seen[number], self.seen[before]
                if vantage.times[target] < times[target]:
                    later, earlier = earlier, later
                there = {address for address, _ in later}
                kept = tuple(row for row in earlier if row[0] not in there)
                superseded += len(earlier) - len(kept)
                sightings[target] = self._number(later + kept)
            elif number:
                sightings[target] = number
            if number:
                times[target] = max(times[target], vantage.times[target])
        self.vantages[at] = Vantage(old.name, [*old.reports, *vantage.reports], sightings, times)
        if superseded:
            self.superseded[old.name] = self.superseded.get(old.name, 0) + superseded

    def _number(self, rows: SeenRows) -> int:
        number = self._numbers.setdefault(rows, len(self.seen))
        if number == len(self.seen):
            self.seen.append(rows)
        return number


@lru_cache(65_536)
def _seconds(text: str) -> int:
    """A number that grows with the time, which is `2026-01-31T12:00:00`."""
    return int(text.translate(_DIGITS_ALONE))


_DIGITS_ALONE = str.maketrans("", "", "-:T")


def milliseconds(time: str) -> int:
    """A number that grows with the time of a row, which was checked when it was read."""
    return _seconds(time[:19]) * 1000 + int((time[20:-1] + "000")[:3])
