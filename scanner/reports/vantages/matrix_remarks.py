"""What whoever reads a matrix has to know of its reports: that one lacks rows of its scan, is of another list, or does
not say where it is from. Without that `not scanned` would seem to say more than it does."""

from collections import defaultdict
from collections.abc import Iterable, Iterator

from scanner.reports.reading import StoredReport
from scanner.reports.reading.text_lines import place_of
from scanner.reports.vantages.matrix import VantageMatrix
from scanner.words.plain import plain
from scanner.words.shown_text import many, named

#: So many files are named in a line.
_NAMED = 4


def matrix_remarks(matrix: VantageMatrix) -> Iterator[str]:
    """A line each."""
    reports = matrix.reports
    yield from matrix.missing
    if unjudged := matrix.counts["unjudged"]:
        what = many(unjudged, "target has", "targets have")
        yield (
            f"{what} an expectation that was not judged (met is empty); where an entry needs some of its targets, "
            "scanner merge judges it by the reports of all shards"
        )
    for only, some in sorted(_by_only(reports).items()):
        yield f'{_places(some)}: only the rows of --only {only}, so "not scanned" is also what was left out'
    if nameless := matrix.sightings.nameless:
        yield f"{_places(nameless)}: without a vantage, so the file's name stands for it; scan --vantage NAME gives one"
    lists = {digest for each in reports if isinstance(digest := each.scan.get("list_digest"), str) and digest}
    if len(lists) > 1:
        yield 'the reports are of different lists, so "not scanned" is also what a list does not have'
    for name, count in matrix.sightings.superseded.items():
        yield f"{plain(name)} has several reports: {many(count, 'row')} left out for a later one of the same target"


def _by_only(reports: Iterable[StoredReport]) -> dict[str, list[StoredReport]]:
    found = defaultdict(list)
    for report in reports:
        options = report.scan.get("options")
        if isinstance(options, dict) and (only := options.get("only")):
            found[plain(str(only))].append(report)
    return found


def _places(reports: Iterable[StoredReport]) -> str:
    return plain(named([place_of(report.path) for report in reports], _NAMED))
