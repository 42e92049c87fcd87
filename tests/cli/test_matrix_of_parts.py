"""`scanner matrix` of shards, databases and unfinished reports: whether all is there, and what the exit status says."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.cli.test_merge import Ran, ran, report, row

__all__ = ["ran"]  # the fixture

_NYC = {"vantage": "nyc"}
_LATER = "2026-01-31T12:30:00.000Z"


def shards(count: int = 3, **more: Any) -> list[str]:
    place = more.get("vantage", "fra")
    return [report(f"{place}{at}.json", [row(at, **more)], f"{at}/{count}", **more) for at in range(1, count + 1)]


def test_all_shards_are_a_vantage(ran: Ran) -> None:
    ended, table, said = ran("matrix", *shards(), *shards(**_NYC))
    assert (ended, said) == (0, "3 targets from 2 vantages: none differs between them\n")
    assert "agree  10.0.0.1:1-3  open  open\n" in table


def test_a_shard_that_is_missing_is_told_and_not_all_is_well(ran: Ran) -> None:
    assert ran("matrix", "-f", "csv", *shards()[:2], *shards(**_NYC))[::2] == (
        3,
        "warning: shard 3 of 3 from vantage fra is missing\n"
        "3 targets from 2 vantages: none differs between them; not scanned: 1 from fra; rows are missing\n",
    )
    assert ran("matrix", "-q", *shards()[:2])[0] == 3
    head = "host,address,port,state,vantage\n"
    Path("nyc.csv").write_text(head + "10.0.0.1,10.0.0.1,9,open,nyc\n")
    ended, _, said = ran("matrix", *shards()[:2], "nyc.csv")
    assert ended == 3, "a report from elsewhere is no shard of it"
    assert said.startswith("warning: shard 3 of 3 from vantage fra is missing")


def test_of_a_database_all_shards_of_each_vantage(ran: Ran) -> None:
    older = report("older.json", [row(1, state="timeout")], "1/3", started="2026-01-30T12:00:00.000Z")
    other = report("other.json", [row(99)], None, list_digest="cd" * 32, started="2026-01-29T12:00:00.000Z")
    for name in (other, older, *shards(**_NYC), *shards()):
        assert ran("convert", name, "-o", "all.db")[0] == 0
    ended, table, said = ran("matrix", "all.db")
    assert (ended, said) == (0, "3 targets from 2 vantages: none differs between them\n")
    assert table.count("fra: all.db (1 row, ") == table.count("nyc: all.db (1 row, ") == 3
    for name in shards()[:2]:
        assert ran("convert", name, "-o", "lacking.db")[0] == 0
    assert ran("matrix", "lacking.db")[2].startswith("warning: shard 3 of 3 from vantage fra is missing\n")


def test_a_vantage_that_was_stopped_before_its_first_row_is_a_column(ran: Ran) -> None:
    names = report("fra.json", [row(1)]), report("nyc.json", [], complete=False, **_NYC)
    ended, table, said = ran("matrix", *names)
    assert ended == 3
    assert "partial  10.0.0.1:1  open  not scanned\n" in table
    assert said == (
        "warning: nyc.json: was not finished, so rows may be missing\n"
        "1 target from 2 vantages: none differs between them; not scanned: 1 from nyc; rows are missing\n"
    )
    found = json.loads(ran("matrix", *names, "-f", "json")[1])
    assert (found["vantages"], found["missing"]) == (
        ["fra", "nyc"], ["nyc.json: was not finished, so rows may be missing"]
    )  # fmt: skip
    whole = report("again.json", [row(1, **_NYC)], **_NYC)
    assert ran("matrix", *names, whole)[0] == 0, "made good by another run"


def test_what_was_not_judged_is_not_as_expected(ran: Ran) -> None:
    ended, _, said = ran("matrix", report("need.json", [row(1, met=None), row(2)]))
    assert ended == 3
    assert said.startswith("warning: 1 target has an expectation that was not judged (met is empty); ")
    assert said.endswith("\n2 targets from 1 vantage: 1 not judged\n")


def test_what_could_not_be_resolved_last_night_gives_way(ran: Ran) -> None:
    name = {"host": "db.test"}
    failed = report("old.json", [row(1, **name) | {"address": None, "state": "error", "reason": "dns-failed",
                                                    "met": False}])  # fmt: skip
    resolved = report("new.json", [row(1, **name, time=_LATER)])
    for names in ((failed, resolved), (resolved, failed)):
        ended, table, said = ran("matrix", *names)
        assert ended == 0
        assert "dns-failed" not in table
        assert said.startswith("warning: fra has several reports: 1 row left out for a later one")


@pytest.mark.parametrize("again", ["a.json", "./a.json", "link.json"])
def test_a_report_is_given_once(ran: Ran, again: str) -> None:
    report("a.json", [row(1)])
    Path("link.json").symlink_to("a.json")
    ended, out, said = ran("matrix", "a.json", again)
    assert (ended, out) == (2, "")
    assert f"{again!r} is given twice" in said
