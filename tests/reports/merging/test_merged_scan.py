"""What is told of scans that were merged: of the whole what all agree in, of the numbers what adds up."""

from typing import Any

import pytest

from scanner.reports import ScanInfo
from scanner.reports.merging import merged
from scanner.words.part_words import ONLY_TOGETHER

_LIST = "ab" * 32
_NUMBERS = {"timeouts": 2, "unverified": 0, "lossy": 0, "neighbour_pending": 0, "denied_in_doubt": 0, "flipped": 1,
            "sentinels": 30, "sentinels_lost": 0, "loss_below": 0.1, "verified": True, "heard": True,
            "stopped": ["14:02:07 UTC"]}  # fmt: skip
#: A part that is open all over.
_QUIET = dict.fromkeys(_NUMBERS, 0) | {"loss_below": None, "verified": False, "heard": False, "stopped": []}


def part(shard: str | None, **more: Any) -> ScanInfo:
    extra = {"list_digest": _LIST, "version": "1", "seed": 7, "skipped": 2, "shard": shard} | _NUMBERS | more
    warnings = ["slow", f"1 entry needs so many targets, {ONLY_TOGETHER}: join them"]
    return ScanInfo(vantage="fra", options={"shard": shard, "command": "scan"}, extra=extra, warnings=warnings)


def told(*infos: ScanInfo, complete: bool = True, replaced: int = 0) -> ScanInfo:
    return merged(infos, complete=complete, replaced=replaced, warnings=["odd", "slow"])


def test_it_is_a_scan_of_the_whole_list() -> None:
    info = told(part("1/2"), part("2/2"))
    assert (info.extra["shard"], info.extra["list_digest"], info.extra["seed"]) == (None, _LIST, 7)
    assert (info.options, info.warnings) == ({"command": "scan"}, ["slow", "odd"])
    assert (info.complete, info.lacks_parts) == (True, False)
    assert [source["shard"] for source in info.extra["sources"]] == ["1/2", "2/2"]
    assert told(part("1/2"), part("2/2"), complete=False).lacks_parts


def test_what_differs_is_told_by_source_alone() -> None:
    info = told(part("1/2"), part("2/2", seed=8, version="2"))
    assert {"seed", "version"}.isdisjoint(info.extra)


def test_one_shard_alone_is_told_of_as_a_part() -> None:
    info = told(part("1/2"), complete=False)
    assert (info.extra["shard"], info.extra["sources"][0]["shard"], info.lacks_parts) == (None, "1/2", True)
    whole = told(part(None))
    assert "sources" not in whole.extra


def test_what_was_counted_adds_up() -> None:
    extra = told(part("1/2"), part("2/2", loss_below=0.25)).extra
    assert {key: extra[key] for key in _NUMBERS} == _NUMBERS | {
        "timeouts": 4, "flipped": 2, "sentinels": 60, "loss_below": 0.25, "stopped": ["14:02:07 UTC"] * 2,
    }  # fmt: skip
    assert extra["skipped"] == 2, "of the list, not of a part"


def test_a_part_without_silence_takes_nothing_away() -> None:
    extra = told(part("1/2"), part("2/2", **_QUIET)).extra
    assert {key: extra[key] for key in _NUMBERS} == _NUMBERS
    nothing = told(part("1/2", **_QUIET), part("2/2", **_QUIET)).extra
    assert (nothing["verified"], nothing["loss_below"], nothing["heard"]) == (False, None, False)


@pytest.mark.parametrize("other", [{"loss_below": None}, {"verified": False}])
def test_the_worst_counts(other: dict[str, object]) -> None:
    extra = told(part("1/2"), part("2/2", **other)).extra
    (key,) = other
    assert extra[key] == other[key]


def test_what_was_counted_of_rows_that_are_gone_is_not_told() -> None:
    assert "timeouts" not in told(part("1/2"), part("1/2"), replaced=1).extra
    assert "timeouts" not in told(part("1/2"), ScanInfo()).extra
