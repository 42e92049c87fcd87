"""Rows of entries of which some targets are enough (`need: N`), judged once the rows of all parts are together.

The rules are those of a scan (`scanning/expectations.py`), and so is who judges: this room must not know it, and is
given it. It wants results, keeps them back until it knows, and hands them out again in any order. What is needed of it
here is one bit for each row in the order of the rows, so that they can be read once more and written as they lie.
"""

from collections.abc import Callable, Container, Iterable, Iterator, Sequence
from typing import Protocol

from scanner.model import Need, Place, Request, Result, State
from scanner.reports.merging.needs_told import NeedTold
from scanner.reports.reading import ReportRow

_KNOWN = 4096
_MET = {None: 0, False: 1, True: 2}
_OF_CODE = {code: met for met, code in _MET.items()}


class Judge(Protocol):
    """Sets `met` on results, and hands each out once it is known."""

    rowless: int

    def apply(self, rows: list[Result]) -> list[Result]:
        """Takes rows; returns those of which it is known now."""

    def finish(self, rows: list[Result], *, complete: bool) -> list[Result]:
        """The last rows, and those that were kept. `complete`: none is missing."""


#: Makes a judge of needs, each of which is told of where it is not met, by the function.
MakeJudge = Callable[[Sequence[Need], Callable[[Iterable[str]], object]], Judge]


class NeededRows:
    """Takes all rows (`add`), then `end`, then settles the same rows in the same order (`settled`). `warnings`: the
    entries that have too few; `rowless`: how many of them have not a single row. `together`: vantages that are one."""

    def __init__(self, needs: Iterable[NeedTold], make: MakeJudge, together: Container[str] = ()) -> None:
        self.warnings: list[str] = []
        self.rowless = 0
        self._told = {need.name: need for need in needs}
        self._make = make
        self._together = together
        self._judges: dict[str, _OfVantage] = {}
        self._verdicts = bytearray()

    @property
    def wanted(self) -> bool:
        """Whether any rows are to be judged at all."""
        return bool(self._told)

    def add(self, rows: Iterable[ReportRow]) -> None:
        """Takes rows, all of them, also those that nobody needs."""
        for row in rows:
            vantage = "" if row.vantage in self._together else row.vantage
            judge = self._judges.get(vantage) or self._new_judge(vantage)
            if row.expect and (told := self._told.get(row.name)) is not None:
                self._verdicts.append(0)
                judge.add(row, told, len(self._verdicts) - 1, self._verdicts)

    def end(self, lacks: Callable[[str], bool]) -> None:
        """All rows were added. `lacks`: whether some of a vantage's rows are missing."""
        several = len(self._judges) > 1
        for vantage, judge in self._judges.items():
            said = judge.end(self._verdicts, complete=not lacks(vantage))
            self.warnings += [f"{text} from vantage {vantage}" if several else text for text in said]
            self.rowless += judge.rowless

    def settled(self, batches: Iterable[list[ReportRow]]) -> Iterator[list[ReportRow]]:
        """The same rows with their `met`; where that is not known even now, as it was."""
        verdicts = iter(self._verdicts)
        told = self._told
        for rows in batches:
            yield [
                row if not row.expect or row.name not in told else _with(row, _OF_CODE[next(verdicts)]) for row in rows
            ]

    def _new_judge(self, vantage: str) -> "_OfVantage":
        judge = self._judges[vantage] = _OfVantage(self._told.values(), self._make)
        return judge


class _OfVantage:
    """Those from one vantage: what is reachable from elsewhere is no help here."""

    def __init__(self, needs: Iterable[NeedTold], make: MakeJudge) -> None:
        self._needs = {told.name: (order, Need(told.enough, told.label)) for order, told in enumerate(needs)}
        self._said: list[str] = []
        self._judge = make([need for _, need in self._needs.values()], self._said.extend)
        self._waiting: dict[int, int] = {}
        self._requests: dict[tuple[str, str, str], Request] = {}

    @property
    def rowless(self) -> int:
        return self._judge.rowless

    def add(self, row: ReportRow, told: NeedTold, at: int, verdicts: bytearray) -> None:
        result = Result(
            Place(row.address, 0), row.port, self._request(row, told), State(row.state), row.reason, doubt=row.doubt
        )
        self._waiting[id(result)] = at  # as long as it waits the judge has it, so no other has its number
        self._note(self._judge.apply([result]), verdicts)

    def end(self, verdicts: bytearray, *, complete: bool) -> list[str]:
        self._note(self._judge.finish([], complete=complete), verdicts)
        return self._said

    def _note(self, results: Iterable[Result], verdicts: bytearray) -> None:
        for result in results:
            verdicts[self._waiting.pop(id(result))] = _MET[result.met]

    def _request(self, row: ReportRow, told: NeedTold) -> Request:
        key = row.name, row.host, row.expect
        request = self._requests.get(key)
        if request is None:
            if len(self._requests) >= _KNOWN:
                self._requests.clear()
            order, need = self._needs[told.name]
            request = self._requests[key] = Request(
                row.host, name=row.name, expect=row.expect, order=order, one=told.one, need=need
            )
        return request


def _with(row: ReportRow, met: bool | None) -> ReportRow:
    return row if met is None or met is row.met else row._replace(met=met)
