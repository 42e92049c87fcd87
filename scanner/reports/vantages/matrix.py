"""Targets x vantages: each line a target with what every vantage saw of it, and whether they disagree.

A target is a name, a host and a port. A name may lead to several addresses. Where all vantages that scanned it know the
same ones, each is a line of its own; where they do not (split DNS), nobody can say which belongs to which, so the
target is one line, in which each vantage tells its addresses.

Vantages differ where what they found would be a move to `diff`: open, refused, blocked, or no answer to be had. That
one firewall drops what another rejects is to be seen in what they say, and makes no difference: blocked is blocked.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from enum import StrEnum
from typing import NamedTuple

from scanner.model import State
from scanner.reports.comparing.change import MOVES
from scanner.reports.comparing.seen_targets import RowOutcome
from scanner.reports.merging import Belonging
from scanner.reports.phrases import doubts_pass
from scanner.reports.reading import StoredReport
from scanner.reports.vantages.sightings import SeenRows, Sightings, Vantage

_Addresses = frozenset[str]
_REMEMBERED = 65_536


class LineKind(StrEnum):
    """What a line may be of, that somebody may ask for alone."""

    UNMET = "unmet"  #: a vantage saw what is not as expected from there
    DIFFER = "differ"  #: open, refused, blocked or in error: it is not the same from all of them
    PARTIAL = "partial"  #: a vantage did not scan it


KINDS = tuple(LineKind)


class View(NamedTuple):
    """What is to be seen of a target. `address`: the one that all its rows have, if that is not its host. `seen`: what
    each vantage saw there, with addresses only where these differ. `expected`: something is expected of it; `unjudged`:
    nobody knows of all that is expected whether it is so."""

    address: str
    seen: tuple[SeenRows, ...]
    kinds: tuple[LineKind, ...]
    expected: bool
    unjudged: bool

    @property
    def counted(self) -> Iterator[str]:
        """What it counts as."""
        yield from ("lines", *self.kinds)
        if self.expected:
            yield "expected"
        if self.unjudged:
            yield "unjudged"


class MatrixLine(NamedTuple):
    """A target, or one of its addresses."""

    name: str
    host: str
    port: int
    view: View


class VantageMatrix:
    """The reports as a matrix. `counts`: of all lines, by kind, and `lines`, `expected` and `unjudged`. `missing`: what
    of the scans is not there, in sentences; empty where all is."""

    def __init__(self, reports: Collection[StoredReport], sightings: Sightings) -> None:
        self.reports = tuple(reports)
        self.sightings = sightings
        self._views: dict[tuple[int, ...], tuple[View, ...]] = {}
        self._patterns: dict[tuple[SeenRows, ...], tuple[SeenRows, ...]] = {}
        self.missing = Belonging(sightings.parts, apart=True).missing
        self.counts: Counter[str] = Counter()
        for line in self.lines():
            self.counts.update(line.view.counted)

    @property
    def vantages(self) -> list[Vantage]:
        """The vantages, in the order in which they were named."""
        return self.sightings.vantages

    @property
    def is_whole(self) -> bool:
        """Whether all rows are there, and what is expected of them was judged: else nobody can say that all is well."""
        return not self.missing and not self.counts["unjudged"]

    @property
    def names(self) -> list[str]:
        """What they are called."""
        return [each.name for each in self.vantages]

    def lines(self, only: Collection[LineKind] = KINDS) -> Iterator[MatrixLine]:
        """All lines in the order of the reports, or those of some kinds only."""
        every = len(only) == len(KINDS)
        vantages = self.vantages
        for number, (name, host, port) in enumerate(self.sightings.targets):
            for view in self._views_of(tuple([vantage.seen_of(number) for vantage in vantages])):
                if every or any(kind in only for kind in view.kinds):
                    yield MatrixLine(name, host, port, view)

    def lenient(self) -> bool:
        """Whether a verdict in doubt was as good as another to all of their scans."""
        options = (report.scan.get("options") for report in self.reports)
        return all(isinstance(each, dict) and doubts_pass(each) for each in options)

    def _views_of(self, numbers: tuple[int, ...]) -> tuple[View, ...]:
        found = self._views.get(numbers)
        if found is None:
            if len(self._views) >= _REMEMBERED:  # where each name has an address of its own, none comes again
                self._views.clear()
            made = _views([self.sightings.seen[number] for number in numbers])
            found = self._views[numbers] = tuple(map(self._sharing, made))
        return found

    def _sharing(self, view: View) -> View:
        """The same, what was seen being one object in all of which it is the same."""
        if len(self._patterns) >= _REMEMBERED:
            self._patterns.clear()
        return view._replace(seen=self._patterns.setdefault(view.seen, view.seen))


def matrix_of(reports: Iterable[StoredReport]) -> VantageMatrix:
    """Reads them all. Raises UsageError where one cannot be read."""
    kept, sightings = [], Sightings()
    for report in reports:
        sightings.read(report)
        kept.append(report)
    return VantageMatrix(kept, sightings)


def _views(seen: list[SeenRows]) -> Iterator[View]:
    """A view of each address where all who scanned it know the same ones; else one of all of them."""
    known = {_addresses(each) for each in seen if each}
    if len(known) > 1:
        yield _view("", tuple(seen))
        return
    split = [_by_address(each) for each in seen]
    for address in sorted(*known):
        yield _view(address, tuple([tuple(each.get(address, ())) for each in split]))


def _by_address(seen: SeenRows) -> dict[str, list[tuple[str, RowOutcome]]]:
    found: dict[str, list[tuple[str, RowOutcome]]] = {}
    for address, outcome in seen:
        found.setdefault(address, []).append(("", outcome))
    return found


def _addresses(seen: SeenRows) -> _Addresses:
    return frozenset(address for address, _ in seen)


def _view(address: str, seen: tuple[SeenRows, ...]) -> View:
    classes = {frozenset(MOVES[State(outcome.state)] for _, outcome in each) for each in seen if each}
    kinds = {
        LineKind.UNMET: any(outcome.met is False for each in seen for _, outcome in each),
        LineKind.DIFFER: len(classes) > 1,
        LineKind.PARTIAL: not all(seen),
    }
    judged = {outcome.met is not None for each in seen for _, outcome in each if outcome.expect}
    return View(address, seen, tuple(kind for kind, holds in kinds.items() if holds), bool(judged), False in judged)
