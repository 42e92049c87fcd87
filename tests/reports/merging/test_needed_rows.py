"""Entries of which some targets are enough: judged over the rows of all parts as one scan would have judged them."""

from collections.abc import Iterable, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.api.judging import judge_of
from scanner.model import Need, Request, Result
from scanner.reports import ScanInfo
from scanner.reports.merging import NeededRows, needs_of
from scanner.reports.merging.needs_told import NeedTold, as_told
from scanner.reports.reading import ReportRow
from scanner.scanning.expectations import Expectations
from tests.reports.made import result

_WEB = NeedTold("web", 2, False, "web")


def row(host: str, state: str = "open", *, address: str = "", name: str = "web", **more: str) -> ReportRow:
    return ReportRow(
        name=name, host=host, address=address or host, port=80, state=state, expect="open",
        vantage=more.pop("vantage", "fra"), **more,
    )  # type: ignore[arg-type]  # fmt: skip


def judged(
    rows: Sequence[ReportRow], *needs: NeedTold, lacking: Iterable[str] = (), strict: bool = False
) -> tuple[list[bool | None], NeededRows]:
    needed = NeededRows(needs or [_WEB], lambda asked, warn: judge_of(asked, warn, strict=strict))
    needed.add(rows[:2])
    needed.add(rows[2:])
    needed.end(lambda vantage: vantage in lacking)
    settled = [each for batch in needed.settled([list(rows[:1]), list(rows[1:])]) for each in batch]
    assert [each._replace(met=None) for each in settled] == [each._replace(met=None) for each in rows], "in their order"
    return [each.met for each in settled], needed


def test_enough_of_all_parts_together_meet_it() -> None:
    met, needed = judged([row("10.0.0.1"), row("10.0.0.2", "timeout"), row("10.0.0.3")])
    assert met == [True, True, True]
    assert (needed.warnings, needed.rowless) == ([], 0)


def test_too_few_are_told_and_unmet() -> None:
    met, needed = judged([row("10.0.0.1"), row("10.0.0.2", "timeout"), row("10.0.0.3", "refused")])
    assert met == [True, False, False]
    assert needed.warnings == ["web needs 2 targets as expected, and has 1"]
    assert judged([row("10.0.0.1")])[0] == [False], "nothing is wrong with it, but it is alone"


def test_others_are_left_as_they_are() -> None:
    other, unexpected = row("10.0.0.9", name="db")._replace(met=True), row("10.0.0.8")._replace(expect="")
    met, _ = judged([other, row("10.0.0.1"), unexpected, row("10.0.0.2")])
    assert met == [True, True, None, True]


def test_what_is_missing_leaves_it_open_unless_there_are_enough() -> None:
    assert judged([row("10.0.0.1")], lacking=["fra"])[0] == [None]
    assert judged([row("10.0.0.1"), row("10.0.0.2")], lacking=["fra"])[0] == [True, True]
    assert judged([row("10.0.0.1")._replace(met=False)], lacking=["fra"])[0] == [False], "what its own scan said"


def test_each_vantage_needs_its_own() -> None:
    rows = [row("10.0.0.1"), row("10.0.0.1", vantage="nyc"), row("10.0.0.2", vantage="nyc")]
    met, needed = judged(rows)
    assert met == [False, True, True]
    assert needed.warnings == ["web needs 2 targets as expected, and has 1 from vantage fra"]


def test_vantages_that_are_one_place_need_together() -> None:
    rows = [row("10.0.0.1", vantage="w1"), row("10.0.0.2", vantage="w2")]
    needed = NeededRows([_WEB], lambda asked, warn: judge_of(asked, warn), {"w1", "w2"})
    needed.add(rows)
    needed.end(lambda vantage: False)
    assert [each.met for batch in needed.settled([rows]) for each in batch] == [True, True]


def test_an_entry_without_a_row_lacks_them_all() -> None:
    _, needed = judged([row("10.0.0.9", name="db")])
    assert (needed.rowless, needed.warnings) == (1, ["web needs 2 targets as expected, and has 0"])


def test_a_name_counts_once_where_one_address_is_enough() -> None:
    rows = [row("db1", address="10.0.0.1"), row("db1", "timeout", address="10.0.0.2"), row("db2", address="10.0.0.3")]
    assert judged(rows[:2], _WEB._replace(one=True))[0] == [False, False]
    assert judged(rows, _WEB._replace(one=True))[0] == [True, True, True]


def test_doubt_meets_nothing_where_a_scan_was_strict() -> None:
    rows = [row("10.0.0.1", doubt="lossy"), row("10.0.0.2")]
    assert judged(rows)[0] == [True, True]
    assert judged(rows, strict=True)[0] == [False, True]


_ROWS = st.lists(st.tuples(st.integers(1, 4), st.sampled_from(["open", "timeout", "refused"])), min_size=1, max_size=8)


@given(_ROWS, st.integers(1, 4))
def test_it_is_what_one_scan_says(made: list[tuple[int, str]], enough: int) -> None:
    request = Request(name="web", expect="open", need=Need(enough, "web"), vantage="fra")
    results: list[Result] = [result(f"10.0.0.{host}", 80, state, request=request) for host, state in made]
    whole = Expectations(needs=[request.need] if request.need else [])
    whole.apply(results)
    whole.finish([], complete=True)
    parts = [row(f"10.0.0.{host}", state) for host, state in made]
    assert judged(parts, _WEB._replace(enough=enough))[0] == [each.met for each in results]


def _info(*needs: dict[str, object]) -> ScanInfo:
    return ScanInfo(extra={"needs": list(needs)} if needs else {})


def test_needs_are_told_and_read_again() -> None:
    told = as_told([_WEB, _WEB._replace(name="db", one=True, label="db")])
    needs, unclear = needs_of([_info(*told), _info(), _info(*told)])
    assert (as_told(needs), unclear) == (told, [])


@pytest.mark.parametrize("other", [{"count": 3}, {"addresses": "one"}])
def test_what_two_reports_tell_otherwise_is_unclear(other: dict[str, object]) -> None:
    (told,) = as_told([_WEB])
    assert needs_of([_info(told), _info(told | other)]) == ([], ["web"])


def test_what_has_no_name_is_unclear() -> None:
    (told,) = as_told([_WEB._replace(name="", label="t.yaml:4:5")])
    assert needs_of([_info(told)]) == ([], ["t.yaml:4:5"])
