"""What each vantage saw of each target, compactly: a million targets from three vantages are some 300 MB.

Targets are numbered in the order in which they come, whichever report they come in. What a vantage saw of one of them,
its rows, repeats from target to target, so it is numbered as well: a vantage is two arrays, of those numbers and of the
times of the rows, 12 bytes a target. Rows of a report that say the same of a target are one.

Of what several reports of a vantage have the later stays, by the rule of `merging`, whichever is read first: a row
replaces those at the same address, and one without an address (no such name) speaks for the name as a whole.
"""

from array import array
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import NamedTuple

from scanner.reports.comparing.seen_targets import RowOutcome, SharedTexts, TargetKey
from scanner.reports.converting import RowsTold, info_of
from scanner.reports.merging import ReportPart, parts_of
from scanner.reports.reading import ReportRow, StoredReport
from scanner.reports.reading.text_lines import place_of

#: Rows of a target from a vantage: address and outcome of each. Empty: it was not scanned. An address that is the host
#: itself is left empty, as one that is not there.
SeenRows = tuple[tuple[str, RowOutcome], ...]
#: What was not scanned has this number.
UNSEEN = 0
#: So many rows of a target are numbered as they come. More wait for the end of their report, or each row would have all
#: those before it copied.
_FEW = 8


_ManyRows = dict[int, dict[tuple[str, RowOutcome], None]]


class Vantage(NamedTuple):
    """A vantage, and the reports that are of it. `sightings`: of each target the number of what was seen; those behind
    its end were not scanned. `times`: in milliseconds, of the last row of each."""

    name: str
    reports: list[StoredReport]
    sightings: "array[int]"
    times: "array[int]"

    def seen_of(self, target: int) -> int:
        """The number of what was seen of a target."""
        return self.sightings[target] if target < len(self.sightings) else UNSEEN


class _OfReport(NamedTuple):
    """What one report saw from a vantage. `many`: targets with many rows, each once."""

    sightings: "array[int]"
    times: "array[int]"
    many: "_ManyRows"


class Sightings:
    """All targets of some reports, and what was seen of them. `rows`: of each report; `parts`: what each is of;
    `superseded`: of rows of one vantage, of which another report has a later one; `nameless`: reports that do not name
    their vantage."""

    def __init__(self) -> None:
        self._shared = SharedTexts()
        self._numbers: dict[SeenRows, int] = {(): UNSEEN}
        self._targets: dict[TargetKey, int] = {}
        self._histories: dict[tuple[str, int], list[tuple[int, int]]] = {}
        self.seen: list[SeenRows] = [()]
        self.vantages: list[Vantage] = []
        self.rows: list[int] = []
        self.parts: list[ReportPart] = []
        self.superseded: dict[str, int] = {}
        self.nameless: list[StoredReport] = []

    @property
    def targets(self) -> Iterable[TargetKey]:
        """The targets, in the order of their numbers."""
        return self._targets

    def read(self, report: StoredReport) -> None:
        """Takes all rows of a report. Raises UsageError where it cannot be read."""
        found: dict[str, _OfReport] = {}
        rows = 0
        for batch in report.rows():
            rows += len(batch)
            self._add(batch, found)
        self.rows.append(rows)
        info = info_of(report, RowsTold())
        parts = parts_of(report.path, info)
        self.parts += parts
        home = info.vantage
        named = {name or home for name in found}
        for place in (part.vantage for part in parts):
            if place not in named and (place or not found):  # it has no row from there, and is to be seen all the same
                found[place] = _OfReport(array("I"), array("q"), {})
        if "" in found and not home:
            self.nameless.append(report)
        for name in sorted(found):
            sightings, times, many = found[name]
            for target, seen in many.items():
                sightings[target] = self._number(tuple(seen))
            self._take(Vantage(name or home or place_of(report.path), [report], sightings, times))

    def _add(self, batch: Sequence[ReportRow], found: dict[str, _OfReport]) -> None:
        """The hot loop, so all that it asks of others stands here."""
        text, ports, known = self._shared.texts.setdefault, self._shared.ports, self._shared.outcomes
        targets, numbers, seen = self._targets, self._numbers, self.seen
        last, sightings, times = None, array("I"), array("q")
        many: _ManyRows = {}
        for (
            name, host, address, port, _, state, reason, icmp_from, _, _, expect, met, _, vantage, time, _, doubt, _, _,
        ) in batch:  # fmt: skip
            if vantage != last:
                last = vantage
                if vantage not in found:
                    found[vantage] = _OfReport(array("I"), array("q"), {})
                sightings, times, many = found[vantage]
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
            before = seen[sightings[target]]
            if len(before) == _FEW:
                (many.get(target) or many.setdefault(target, dict.fromkeys(before)))[row] = None
            elif row not in before:
                rows = (*before, row)
                number = sightings[target] = numbers.setdefault(rows, len(seen))
                if number == len(seen):
                    seen.append(rows)
            if time and (when := milliseconds(time)) > times[target]:
                times[target] = when

    def _take(self, vantage: Vantage) -> None:
        """Takes what a report saw from a vantage, beside what others of this vantage did."""
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
            if not number:
                continue
            if before := sightings[target]:
                both = [(times[target], before), (vantage.times[target], number)]
                sightings[target] = stands = self._standing((old.name, target), both)
                superseded += len(self.seen[before]) + len(self.seen[number]) - len(self.seen[stands])
            else:
                sightings[target] = number
            times[target] = max(times[target], vantage.times[target])
        self.vantages[at] = Vantage(old.name, [*old.reports, *vantage.reports], sightings, times)
        if superseded:
            self.superseded[old.name] = self.superseded.get(old.name, 0) + superseded

    def _standing(self, whose: tuple[str, int], both: list[tuple[int, int]]) -> int:
        """The number of the rows that stand of those that were there and those that came, each with their time; where
        nobody knows when that was, those that came are later. A name at several addresses has all of its history
        asked: what an early row without an address replaced depends on more than the latest time."""
        history = both
        if any(address for _, number in both for address, _ in self.seen[number]):
            history = self._histories.setdefault(whose, both[:1])
            history.append(both[1])
            history.sort(key=_time_of)
        elif both[0][0] > both[1][0]:
            history = both[::-1]
        rows: SeenRows = ()
        for _, number in history:
            rows = _later(self.seen[number], rows)
        return self._number(rows)

    def _number(self, rows: SeenRows) -> int:
        number = self._numbers.setdefault(rows, len(self.seen))
        if number == len(self.seen):
            self.seen.append(rows)
        return number


def _time_of(sighting: tuple[int, int]) -> int:
    return sighting[0]


def _later(later: SeenRows, earlier: SeenRows) -> SeenRows:
    """What stands of both."""
    there = {address for address, _ in later}
    return later if "" in there else later + tuple(row for row in earlier if row[0] and row[0] not in there)


@lru_cache(65_536)
def _seconds(text: str) -> int:
    """A number that grows with the time, which is `2026-01-31T12:00:00`."""
    return int(text.translate(_DIGITS_ALONE))


_DIGITS_ALONE = str.maketrans("", "", "-:T")


def milliseconds(time: str) -> int:
    """A number that grows with the time of a row, which was checked when it was read."""
    return _seconds(time[:19]) * 1000 + int((time[20:-1] + "000")[:3])
