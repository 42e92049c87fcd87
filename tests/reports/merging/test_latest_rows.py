"""Which rows stay: the latest of each target, whole reports' rows beside each other, and all of what is told once."""

import random
import sqlite3

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.errors import ReportError
from scanner.reports.merging import LatestRows
from scanner.reports.reading import ReportRow
from tests.reports.reading.made_rows import rows as any_rows

_NOON, _ONE, _TWO = (f"2026-01-31T{hour}:00:00.000Z" for hour in (12, 13, 14))


def row(port: int = 22, time: str = _NOON, *, state: str = "open", address: str = "10.0.0.1", **more: str) -> ReportRow:
    return ReportRow(**{"name": "web", "host": "web1", "vantage": "fra", **more},
                     port=port, time=time, state=state, address=address)  # type: ignore[arg-type]  # fmt: skip


def standing(*reports: list[ReportRow]) -> list[ReportRow]:
    with LatestRows() as latest:
        for number, rows in enumerate(reports):
            latest.add(number, rows[:1])
            latest.add(number, rows[1:])
        kept = latest.kept()
        batches = [batch for rows in reports for batch in (rows[:2], rows[2:])]
        found = [each for batch in kept.of(batches) for each in batch]
    assert kept.replaced == sum(map(len, reports)) - len(found)
    return found


def test_the_latest_stands_whichever_report_comes_first() -> None:
    old, new, other = row(time=_NOON), row(time=_ONE, state="timeout"), row(23)
    assert standing([old, other], [new]) == [other, new]
    assert standing([new], [old, other]) == [new, other]


def test_the_later_report_where_times_are_equal_or_there_is_none() -> None:
    first, second = row(state="open"), row(state="timeout")
    assert standing([first], [second]) == [second]
    assert standing([row(time="")], [row(time="", state="refused")]) == [row(time="", state="refused")]
    assert standing([first], [row(time="")]) == [first], "what has a time is later than what has none"


def test_a_second_without_milliseconds_is_before_its_fractions() -> None:
    early, late = row(time="2026-01-31T12:00:02Z"), row(time="2026-01-31T12:00:02.500Z")
    assert standing([late], [early]) == [late]


@pytest.mark.parametrize(
    "other",
    [{"vantage": "nyc"}, {"name": "db"}, {"host": "web2"}, {"address": "10.0.0.2"}, {"port": 23},
     {"name": "", "host": "webweb1"}],
)  # fmt: skip
def test_what_differs_in_whose_it_is_stays(other: dict[str, str]) -> None:
    rows = [row()], [row(**{"time": _ONE, **other})]  # type: ignore[arg-type]
    assert standing(*rows) == [*rows[0], *rows[1]]


def test_two_entries_of_one_target_are_two_rows_and_give_way_together() -> None:
    twice = [row(time=_NOON), row(time=_NOON)]
    assert standing(twice, [row(23)]) == [*twice, row(23)]
    again = [row(time=_ONE), row(time=_ONE)]
    assert standing(twice, again) == again
    assert standing(again, [row(time=_NOON)]) == again
    spread = [row(time=_NOON), row(time=_TWO)]
    assert standing(spread, [row(time=_ONE)]) == spread, "rows of one report stand or fall together"


def test_a_host_without_a_column_of_its_own_is_its_address() -> None:
    bare, told = row(host="", time=_NOON), row(host="10.0.0.1", time=_ONE)
    assert standing([bare], [told]) == [told]


def test_a_name_that_was_not_found_gives_way_to_its_addresses() -> None:
    lost = row(time=_NOON, state="error", address="")
    found = [row(time=_ONE, address="10.0.0.1"), row(time=_ONE, address="10.0.0.2")]
    assert standing([lost], found) == found
    assert standing(found, [lost]) == found


def test_addresses_give_way_to_a_later_word_that_there_are_none() -> None:
    found = [row(time=_NOON, address="10.0.0.1"), row(time=_NOON, address="10.0.0.2")]
    lost = [row(time=_ONE, state="error", address="")]
    assert standing(found, lost) == lost
    assert standing(found, lost, [row(time=_TWO, address="10.0.0.3")]) == [row(time=_TWO, address="10.0.0.3")]


def test_other_addresses_of_a_name_stay() -> None:
    old = [row(time=_NOON, address="10.0.0.1"), row(time=_NOON, address="10.0.0.2")]
    new = [row(time=_ONE, address="10.0.0.2"), row(time=_ONE, address="10.0.0.3")]
    assert standing(old, new) == [old[0], *new]


_few = st.builds(
    row,
    st.sampled_from([22, 23]),
    st.sampled_from(["", _NOON, _ONE, _TWO]),
    address=st.sampled_from(["", "10.0.0.1", "10.0.0.2"]),
    vantage=st.sampled_from(["fra", "nyc"]),
)


@given(st.lists(st.lists(_few, max_size=5), min_size=1, max_size=4))
def test_no_target_is_lost_and_the_latest_row_of_each_is_there(reports: list[list[ReportRow]]) -> None:
    found = standing(*reports)
    every = [each for rows in reports for each in rows]
    assert {(each.vantage, each.port) for each in found} == {(each.vantage, each.port) for each in every}
    for key in {(each.vantage, each.port) for each in every}:
        times = [each.time for each in every if (each.vantage, each.port) == key]
        assert max(times) in [each.time for each in found if (each.vantage, each.port) == key]
    if len(reports) == 1:
        assert found == every


@settings(max_examples=10)
@given(st.lists(any_rows, unique_by=lambda each: each[:5], max_size=30), st.randoms(use_true_random=False))
def test_any_partition_of_a_report_is_the_report(whole: list[ReportRow], by: random.Random) -> None:
    parts: list[list[ReportRow]] = [[], [], []]
    homes: dict[tuple[str, str, str, int], int] = {}
    for each in whole:  # a name is one unit, as shards have it
        homes.setdefault((each.vantage, each.name, each.host, each.port), by.randrange(3))
        parts[homes[each.vantage, each.name, each.host, each.port]].append(each)
    assert sorted(map(repr, standing(*parts))) == sorted(map(repr, whole))


def test_lone_surrogates_stop_nobody() -> None:
    odd = row(name="\ud800", vantage="\udfff", host="\ud800")
    assert standing([odd], [odd._replace(time=_ONE)]) == [odd._replace(time=_ONE)]


def test_a_folder_without_room_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    class Full(sqlite3.Connection):
        def executemany(self, *_: object) -> sqlite3.Cursor:
            raise sqlite3.OperationalError("database or disk is full")

    monkeypatch.setattr(sqlite3, "Connection", Full)
    with LatestRows() as latest, pytest.raises(ReportError, match=r"temporary file: .*full; TMPDIR names another"):
        latest.add(0, [row()])
