"""What is told of the scans that rows are from: of one as it says, of several what all bear out."""

import json
from pathlib import Path
from typing import Any

import pytest

from scanner.errors import UsageError
from scanner.reports import ScanInfo
from scanner.reports.converting import RowsTold, info_of, joined
from scanner.reports.reading import ReportRow, open_stored

_ROW = {"host": "db1", "port": 22, "state": "open"}


def told(path: Path, only: str = "") -> ScanInfo:
    report, rows = open_stored(str(path)), RowsTold()
    for batch in report.rows():
        rows.add(batch)
    return info_of(report, rows, only)


def document(folder: Path, scan: Any, name: str = "r.json") -> Path:
    path = folder / name
    path.write_text(json.dumps({"schema": "scanner-report/1", "results": [_ROW], "scan": scan}))
    return path


def test_one_source_is_as_it_says(tmp_path: Path) -> None:
    scan = {
        "started": "2026-01-31T12:00:00.000Z", "finished": "2026-01-31T12:00:09.000Z", "elapsed_s": 8.5,
        "vantage": "fra", "options": {"command": "sweep", "rate": 5}, "counts": {"open": 7}, "complete": False,
        "warnings": ["slow"], "timeouts": 3, "loss_below": None, "version": "9.9", "excludes": ["10.0.0.1"],
        "silent_hosts": {"count": 2, "ranges": ["10.0.0.8-9"]},
    }  # fmt: skip
    info = joined([told(document(tmp_path, scan))])
    assert info.as_dict() == scan | {"counts": {}}
    assert info.says_complete


def test_a_csv_is_what_its_rows_tell(tmp_path: Path) -> None:
    path = tmp_path / "r.csv.partial"
    times = ["2026-01-31T12:00:02.500Z", "2026-01-31T12:00:02Z", "", "2026-01-31T12:00:09.000Z"]
    path.write_text("host,port,state,vantage,time\n" + "".join(f"a,1,open,fra,{time}\n" for time in times))
    info = told(path)
    assert (info.started, info.finished) == ("2026-01-31T12:00:02Z", "2026-01-31T12:00:09.000Z")
    assert (info.elapsed_s, info.vantage, info.complete, info.options) == (7.0, "fra", False, {})
    assert not info.says_complete
    assert not joined([info, ScanInfo()]).says_complete


def test_rows_of_several_places_have_none() -> None:
    rows = RowsTold()
    rows.add([ReportRow(vantage="a"), ReportRow(vantage="b")])
    assert (rows.vantage, rows.first, rows.last) == ("", "", "")


def test_what_only_keeps_is_noted(tmp_path: Path) -> None:
    assert told(document(tmp_path, {}), "open").options == {"only": "open"}
    assert told(document(tmp_path, {"options": {"only": "unmet"}}), "open").options["only"] == "unmet; of these open"


def test_of_several_what_all_bear_out() -> None:
    one = ScanInfo(
        started="2026-01-31T12:00:00.000Z", finished="2026-01-31T12:00:05.000Z", elapsed_s=5, vantage="fra",
        options={"command": "sweep", "ports": "22", "only": "open"}, warnings=["slow", "late"],
        extra={"timeouts": 1, "excludes": ["a", "b"], "silent_hosts": {"count": 1, "ranges": ["x"]}},
    )  # fmt: skip
    other = ScanInfo(
        started="2026-01-31T11:00:00.000Z", finished="2026-01-31T12:00:04.000Z", elapsed_s=9, vantage="fra",
        options={"command": "sweep", "ports": "80"}, complete=False, warnings=["slow"],
        extra={"timeouts": 2, "excludes": ["b", "c"], "silent_hosts": {"count": 2, "ranges": ["x", "y"]}},
    )  # fmt: skip
    info = joined([one, other])
    assert (info.started, info.finished, info.elapsed_s) == (other.started, one.finished, 3605.0)
    assert (info.vantage, info.complete, info.warnings) == ("fra", False, ["slow", "late"])
    assert info.options == {"command": "sweep", "only": "open"}
    assert info.extra["excludes"] == ["b", "c", "a"]
    assert info.extra["silent_hosts"] == {"count": 3, "ranges": ["x", "y"]}
    assert "timeouts" not in info.extra
    assert [source["timeouts"] for source in info.extra["sources"]] == [2, 1]
    assert joined([other, one]).as_dict() == info.as_dict()
    assert joined([one, ScanInfo(vantage="ams")]).vantage == ""


_GROUP = {"targets": 1, "traced": 1, "state": "timeout", "reason": "no-response", "at": "hop", "address": None,
          "hop": 3}  # fmt: skip
_WITNESS = {"address": "10.0.0.1", "targets": 1, "unmet": 0, "ports": [443], "witness": "nothing", "port": None,
            "state": None, "reason": None, "doubt": None, "asked": [22, 80]}  # fmt: skip


@pytest.mark.parametrize(
    ("scan", "tells"),
    [
        ({"started": 5}, "scan.started is not as scanner writes it; expected a time"),
        ({"finished": "yesterday"}, "scan.finished"),
        ({"started": "2026-99-31T12:00:00.000Z"}, "scan.started"),
        ({"elapsed_s": "x"}, "scan.elapsed_s"),
        ({"elapsed_s": -1}, "scan.elapsed_s"),
        ({"vantage": ["x"]}, "scan.vantage"),
        ({"options": [1]}, "scan.options"),
        ({"options": {"only": 5}}, "scan.options.only"),
        ({"warnings": [5]}, "scan.warnings"),
        ({"warnings": "slow"}, "scan.warnings"),
        ({"silent_hosts": 5}, "scan.silent_hosts"),
        ({"silent_hosts": {"count": 1, "ranges": ["\x1b[2J"]}}, "scan.silent_hosts"),
        ({"silent_hosts": {"count": "1", "ranges": []}}, "scan.silent_hosts"),
        ({"explain": {"groups": [{"targets": 1}]}}, "scan.explain"),
        ({"explain": {"complete": 1}}, "scan.explain.complete"),
        ({"explain": {"groups": [_GROUP | {"key": 5}]}}, "scan.explain.groups"),
        ({"explain": {"groups": [_GROUP | {"key": "A", "entries": [5]}]}}, "scan.explain.groups"),
        ({"explain": {"witnesses": [{"address": "10.0.0.1"}]}}, "scan.explain.witnesses"),
        ({"explain": {"witnesses": [_WITNESS | {"asked": ["22"]}]}}, "scan.explain.witnesses"),
        ({"explain": {"witnesses": [_WITNESS | {"late": 22}]}}, "scan.explain.witnesses"),
        ({"explain": {"witnesses": [_WITNESS | {"silence_doubt": 1}]}}, "scan.explain.witnesses"),
        ({"explain": {"more_targets": "many"}}, "scan.explain.more_targets"),
        ({"loss_below": 1e999}, "too large"),
        ({"x": json.loads("[" * 60 + "]" * 60)}, "nested too deeply"),
    ],
)
def test_what_is_not_as_we_write_it_is_told(scan: dict[str, Any], tells: str, tmp_path: Path) -> None:
    path = document(tmp_path, scan)
    path.write_text(path.read_text().replace("Infinity", "1e999"))
    with pytest.raises(UsageError) as said:
        told(path)
    assert str(said.value).startswith(f"{path}: ")
    assert tells in str(said.value)


def test_what_explain_says_is_kept(tmp_path: Path) -> None:
    explain: dict[str, Any] = {"complete": True, "traced": 1, "groups": [_GROUP]}
    assert told(document(tmp_path, {"explain": explain})).extra["explain"] == explain, "as it was written before"
    newer = {"key": "A", "unmet": 1, "entries": ["a\tb"], "more_entries": None}
    explain |= {"groups": [_GROUP | newer], "witnesses": [_WITNESS], "by_row": {"10.0.0.1:443": "A"}, "more_targets": 0}
    assert told(document(tmp_path, {"explain": explain})).extra["explain"] == explain


@pytest.mark.parametrize(
    ("ports", "vantages", "one_each"), [((22,), "a", True), ((22, 80), "a", False), ((22,), "ab", False)]
)
def test_whether_each_host_has_but_one_row(
    ports: tuple[int, ...], vantages: str, one_each: bool, tmp_path: Path
) -> None:
    path = tmp_path / "r.csv"
    rows = [f"{host},{port},open,{vantage}\n" for host in "xy" for port in ports for vantage in vantages]
    path.write_text("host,port,state,vantage\n" + "".join(rows))
    told = RowsTold()
    assert not told.one_each
    for batch in open_stored(str(path)).rows():
        told.add(batch)
    assert told.one_each is one_each
