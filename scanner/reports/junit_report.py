"""JUnit's XML, which CI systems show: a case for each row with an expectation, and a failure where it is not met.

The counts stand before the cases, so all is written at the end. Until then rows wait as they are, at most 10,000 of
them (about 600 bytes each); once there are more, there is a case for each entry, of which no more than counts and the
first 25 unmet targets are kept (`junit_entry.py`; 1 to 4 KB an entry, whatever it has in rows).

A target that could not be probed is a failure like any other, for a check must not pass it over. Pairs of `classname`
and `name` are unique: CI systems take equal ones for one case. Cases have the order of the list, so that rows that are
alike keep their numbers from run to run. Rows without an expectation are no cases, nor are those that were not judged
because the scan was stopped; a property counts each.
"""

import time
from collections.abc import Hashable, Iterable

from scanner.model import Result
from scanner.reports.junit_case import Case, Failure, case_of, spelled
from scanner.reports.junit_entry import JunitEntry, entry_of
from scanner.reports.nmap_run import epoch_s
from scanner.reports.outlets.outlet import Outlet
from scanner.reports.report import ScanInfo
from scanner.reports.tables import address_key
from scanner.reports.xml_text import DECLARATION, end_after, xml_text
from scanner.words.shown_text import many

#: Beyond so many rows there is a case for each entry.
CASES = 10_000

#: What the report may end after, when the disk is full.
record_end = end_after(b"</testcase>", b"</properties>")
_END = "</testsuite>\n</testsuites>\n"


class JunitReport:
    """Results as JUnit's XML, written at the end."""

    def __init__(self, outlet: Outlet) -> None:
        self._outlet = outlet
        self._rows: list[Result] | None = []
        self._entries: dict[Hashable, JunitEntry] = {}
        self._not_cases = self._undecided = 0

    def write(self, results: list[Result]) -> None:
        for result in results:
            if result.met is None:
                self._not_cases += not result.expect
                self._undecided += bool(result.expect)
            elif self._rows is None:
                self._add_to_entry(result)
            else:
                self._rows.append(result)
                if len(self._rows) > CASES:
                    self._by_entry(self._rows)

    def flush(self) -> None:
        """Nothing waits that could be written: the counts come first."""

    def finish(self, info: ScanInfo) -> None:
        if not self._outlet.ended:
            self._write_all(info, info.complete)
            self._outlet.finish(_END)

    def abandon(self, info: ScanInfo) -> None:
        if not self._outlet.ended and not self._outlet.failed:
            self._write_all(info, False)
        self._outlet.abandon(_END)

    def _by_entry(self, rows: list[Result]) -> None:
        self._rows = None
        for row in rows:
            self._add_to_entry(row)

    def _add_to_entry(self, result: Result) -> None:
        key = entry_of(result)
        entry = self._entries.get(key)
        if entry is None:
            entry = self._entries[key] = JunitEntry(result)
        entry.add(result)

    def _write_all(self, info: ScanInfo, complete: bool) -> None:
        """Writes everything but the end."""
        cases = self._cases(info)
        failures = sum(case.failure is not None for case in cases)
        self._outlet.write(self._head(info, complete, len(cases), failures))
        names = UniqueNames()
        for case in cases:
            self._outlet.write(spelled(case, names.of(case)))

    def _cases(self, info: ScanInfo) -> list[Case]:
        """All cases, in the order of the list."""
        lacking = [_rowless(info.rules_lacking)] if info.rules_lacking else []
        if self._rows is not None:
            rows = sorted(self._rows, key=_place_in_list)
            return [*(case_of(row, info.vantage) for row in rows), *lacking]
        entries = sorted(self._entries.values(), key=lambda entry: entry.first.request.order)
        return [*(entry.case(info.vantage) for entry in entries), *lacking]

    def _head(self, info: ScanInfo, complete: bool, tests: int, failures: int) -> str:
        counts = f'tests="{tests}" failures="{failures}" errors="0" skipped="0" time="{info.elapsed_s:.3f}"'
        started = epoch_s(info.started or "")
        when = "" if started is None else f' timestamp="{time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(started))}"'
        told = {
            "complete": str(complete).lower(),
            **({"shard": info.shard} if info.shard else {}),
            "cases": "targets" if self._rows is not None else "entries",
            "targets without an expectation": str(self._not_cases),
            **({"targets that are not judged": str(self._undecided)} if self._undecided else {}),
            **{f"warning {number}": warning for number, warning in enumerate(info.warnings, 1)},
        }
        return (
            f'{DECLARATION}<testsuites name="scanner" {counts}>\n'
            f'<testsuite name="scanner" {counts}{when} hostname="{xml_text(info.vantage)}">\n'
            f"<properties>{_properties(told.items())}</properties>\n"
        )


class UniqueNames:
    """Names for cases: one that another case of its class has already gets a number."""

    def __init__(self) -> None:
        self._taken: set[tuple[str, str]] = set()
        self._last: dict[tuple[str, str], int] = {}

    def of(self, case: Case) -> str:
        """The case's name as XML. What counts is how readers see it, so it is spelled texts that are compared."""
        pair = xml_text(case.classname), xml_text(case.name)
        unique = pair
        while unique in self._taken:
            number = self._last[pair] = self._last.get(pair, 1) + 1
            unique = pair[0], f"{pair[1]} #{number}"
        self._taken.add(unique)
        return unique[1]


def _rowless(count: int) -> Case:
    """What fails where entries need targets and have none: no row stands for them."""
    said = f"{many(count, 'entry needs', 'entries need')} targets as expected, and none is left; the warnings say which"
    return Case("scanner", "targets that are needed are there", 0.0, Failure(said, "unmet", []))


def _place_in_list(result: Result) -> tuple[object, ...]:
    request = result.request
    return request.order, address_key(result.address, result.host), result.port, request.name, request.expect


def _properties(pairs: Iterable[tuple[str, str]]) -> str:
    return "".join(f'<property name="{name}" value="{xml_text(value)}"/>' for name, value in pairs)
