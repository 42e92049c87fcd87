"""The Prometheus report, read back by its own client's parser, and by promtool where that is."""

import os
import stat
import subprocess
import sys
import tracemalloc
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from prometheus_client.parser import text_string_to_metric_families

from scanner.model import Request, Result, State
from scanner.reports import Look, ScanInfo, make_report, open_outlet, plain
from tests import needs
from tests.reports.made import batches, hostile, opened, place, result, results

#: Samples of one metric: labels (sorted) -> value.
Samples = dict[tuple[tuple[str, str], ...], float]
INFO = ScanInfo(
    started="2026-01-02T03:04:05.500Z",
    finished="2026-01-02T03:04:07Z",
    elapsed_s=1.5,
    vantage="box",
    options={"command": "scan"},
    counts={"open": 1, "refused": 2},
    expectations={True: 1, False: 1},
    warnings=["slow"],
)


def written(path: Path, *rows: Result, info: ScanInfo = INFO, all_metrics: bool = True) -> str:
    outlet = open_outlet(str(path))
    report = make_report("prom", outlet, str(path), look=Look(), command="scan", all_metrics=all_metrics)
    outlet.begin()
    for batch in batches(list(rows)):
        report.write(batch)
        report.flush()
    report.finish(info)
    return path.read_bytes().decode("utf-8")


def read(text: str) -> dict[str, Samples]:
    """By metric; each is one family, with its help and type, and no series is there twice."""
    found: dict[str, Samples] = {}
    heads = [line for line in text.split("\n") if line.startswith("#")]
    assert len(set(heads)) == len(heads)
    for family in text_string_to_metric_families(text):
        assert family.name not in found
        assert (family.type, bool(family.documentation)) == ("gauge", True)
        samples = [(tuple(sorted(sample.labels.items())), sample.value) for sample in family.samples]
        assert {sample.name for sample in family.samples} == {family.name}
        assert not [labels for labels, count in Counter(labels for labels, _ in samples).items() if count > 1]
        found[family.name] = dict(samples)
    return found


def own(row: Result, **more: str) -> tuple[tuple[str, str], ...]:
    labels = {"name": row.name, "host": row.host, "address": row.address, "port": str(row.port)} | more
    return tuple(sorted((name, plain(value)) for name, value in labels.items()))


def test_rows_as_the_contract_says(tmp_path: Path) -> None:
    wanted = Request("db1", name='say "hi"', expect="open", vantage="box")
    rows = [
        result("10.0.0.5", 5432, "open", request=wanted, rtt_ms=1.25),
        result("10.0.0.5", 22, "unreachable", "host-prohibited", wanted, icmp_from="10.1.0.1", doubt="lossy"),
    ]
    first, second = (
        f'name="say \\"hi\\"",host="db1",address="10.0.0.5",port="{port}"' for port in (22, 5432)
    )  # fmt: skip
    states = {
        first: ["open 0", "refused 0", "timeout 0", "unreachable 1", "error 0"],
        second: ["open 1", "refused 0", "timeout 0", "unreachable 0", "error 0"],
    }
    lines = [line for line in written(tmp_path / "a.prom", *rows).splitlines() if not line.startswith("# HELP")]
    assert lines == [
        "# TYPE probe_success gauge",
        f"probe_success{{{first}}} 0",
        f"probe_success{{{second}}} 1",
        "# TYPE probe_duration_seconds gauge",
        f"probe_duration_seconds{{{second}}} 0.001250",
        "# TYPE scanner_state gauge",
        *(f'scanner_state{{{of},state="{said.split()[0]}"}} {said.split()[1]}' for of in states for said in states[of]),
        "# TYPE probe_failure_info gauge",
        f'probe_failure_info{{{first},reason="host-prohibited",icmp_from="10.1.0.1",doubt="lossy"}} 1',
        "# TYPE scanner_scan_info gauge",
        'scanner_scan_info{report="a.prom",command="scan",vantage="box"} 1',
        "# TYPE scanner_scan_complete gauge",
        'scanner_scan_complete{report="a.prom"} 1',
        "# TYPE scanner_scan_started_timestamp_seconds gauge",
        'scanner_scan_started_timestamp_seconds{report="a.prom"} 1767323045.500',
        "# TYPE scanner_scan_finished_timestamp_seconds gauge",
        'scanner_scan_finished_timestamp_seconds{report="a.prom"} 1767323047.000',
        "# TYPE scanner_scan_duration_seconds gauge",
        'scanner_scan_duration_seconds{report="a.prom"} 1.500',
        "# TYPE scanner_scan_warnings gauge",
        'scanner_scan_warnings{report="a.prom"} 1',
        "# TYPE scanner_scan_rows gauge",
        'scanner_scan_rows{report="a.prom",state="open"} 1',
        'scanner_scan_rows{report="a.prom",state="refused"} 2',
        "# TYPE scanner_scan_expectations gauge",
        'scanner_scan_expectations{report="a.prom",met="true"} 1',
        'scanner_scan_expectations{report="a.prom",met="false"} 1',
    ]


def test_what_is_not_known_has_no_metric(tmp_path: Path) -> None:
    assert set(read(written(tmp_path / "a.prom", info=ScanInfo()))) == {
        "scanner_scan_info", "scanner_scan_complete", "scanner_scan_duration_seconds", "scanner_scan_warnings",
    }  # fmt: skip


def test_rows_without_an_expectation_are_there_when_asked_for(tmp_path: Path) -> None:
    """And success is an open port then."""
    rows = [
        result("10.0.0.1", 1, "open"),
        result("10.0.0.1", 2, "refused"),
        result("10.0.0.1", 3, "timeout", request=Request(expect="blocked")),
        result("10.0.0.1", 4, "timeout", request=Request(expect="open")),
    ]
    some = read(written(tmp_path / "some.prom", *rows, all_metrics=False))
    assert some["probe_success"] == {own(rows[2]): 1, own(rows[3]): 0}
    every = read(written(tmp_path / "all.prom", *rows))
    assert every["probe_success"] == {own(rows[0]): 1, own(rows[1]): 0, own(rows[2]): 1, own(rows[3]): 0}
    reasons = {own(row, reason=row.reason, icmp_from="", doubt=""): 1.0 for row in (rows[1], rows[3])}
    assert every["probe_failure_info"] == reasons


@pytest.mark.parametrize("turn", [1, -1])
@pytest.mark.parametrize(
    ("worse", "better"),
    [
        (("open", "refused"), ("open", "open")),
        (("refused", ""), ("refused", "refused")),
        (("timeout", "open"), ("refused", "open")),
        (("unreachable", "any"), ("open", "any")),
    ],
)
def test_of_rows_with_the_same_labels_the_worse_one_stands(
    worse: tuple[str, str], better: tuple[str, str], turn: int, tmp_path: Path
) -> None:
    rows = [
        result("10.0.0.1", 22, state, reason, Request(name="twice", expect=expect))
        for (state, expect), reason in ((worse, "worse"), (better, "better"))
    ]
    found = read(written(tmp_path / "a.prom", *rows[::turn], result("10.0.0.1", 23, "open")))
    state = own(rows[0], state=worse[0])
    assert found["probe_success"][own(rows[0])] == (worse[1] == "any")
    assert found["scanner_state"][state] == 1
    assert [dict(labels)["reason"] for labels in found.get("probe_failure_info", ())] in ([], ["worse"])
    assert len(found["probe_success"]) == 2


def test_labels_that_are_equal_once_they_are_written_are_equal(tmp_path: Path) -> None:
    names = ["a\nb", "a\\nb", "\ud800", "\\ud800"]
    rows = [result("10.0.0.1", 22, "open", request=Request(name=name, vantage=name)) for name in names]
    assert len(read(written(tmp_path / "a.prom", *rows))["probe_success"]) == 2


def test_the_vantage_is_a_label_only_where_there_are_several(tmp_path: Path) -> None:
    one, two = (result("10.0.0.1", 22, "open", request=Request("db", vantage=word)) for word in ("dmz", "lan"))
    assert list(read(written(tmp_path / "a.prom", one))["probe_success"]) == [own(one)]
    found = read(written(tmp_path / "b.prom", one, two, one))["probe_success"]
    assert list(found) == [own(one, vantage="dmz"), own(two, vantage="lan")]


def test_one_place_serves_several_requests(tmp_path: Path) -> None:
    at = place("10.0.0.1")
    rows = [result(at, port, "open", request=Request(name=name)) for port, name in ((1, "a"), (2, "b"), (3, "a"))]
    assert set(read(written(tmp_path / "a.prom", *rows))["probe_success"]) == {own(row) for row in rows}


def test_more_rows_than_a_block_and_more_places_than_are_remembered(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("scanner.reports.prom_report._BLOCK", 3)
    monkeypatch.setattr("scanner.reports.prom_report._KEPT", 2)
    rows = [result(f"10.0.0.{at % 5}", at, "open") for at in range(1, 11)]
    held = sys.getrefcount(rows[0].place)
    outlet = open_outlet(str(tmp_path / "b.prom"))
    report = make_report("prom", outlet, "b.prom", look=Look(), command="scan", all_metrics=True)
    report.write(rows)
    after = sys.getrefcount(rows[0].place)
    assert after == held
    report.abandon(INFO)
    assert set(read(written(tmp_path / "a.prom", *rows))["probe_success"]) == {own(row) for row in rows}


def test_a_shard_says_which_it_is(tmp_path: Path) -> None:
    (labels,) = read(written(tmp_path / "a.prom", info=ScanInfo(extra={"shard": "2/3"})))["scanner_scan_info"]
    assert dict(labels)["shard"] == "2/3"


def test_reports_of_one_folder_share_no_series_of_the_scan(tmp_path: Path) -> None:
    found = [read(written(tmp_path / name)) for name in ("a.prom", 'b "x".prom')]
    assert set(found[0]["scanner_scan_complete"]) == {(("report", "a.prom"),)}
    assert set(found[1]["scanner_scan_complete"]) == {(("report", 'b "x".prom'),)}


@settings(max_examples=60)
@given(rows=st.lists(results(), max_size=8), name=hostile)
@example(rows=[], name="\\")
def test_any_text_comes_back_through_a_parser(rows: list[Result], name: str, tmp_path_factory) -> None:  # type: ignore[no-untyped-def]
    path = tmp_path_factory.mktemp("prom") / "a.prom"
    found = read(written(path, *rows, info=ScanInfo(vantage=name, counts={"open": 1})))
    several = len({plain(row.vantage) for row in rows}) > 1
    goodness: dict[tuple[tuple[str, str], ...], list[tuple[float, int, Result]]] = {}
    for row in rows:
        success = row.state is State.OPEN if row.met is None else row.met
        more = {"vantage": row.vantage} if several else {}
        goodness.setdefault(own(row, **more), []).append((success, -list(State).index(row.state), row))
    worst = {labels: min(known, key=lambda each: each[:2]) for labels, known in goodness.items()}
    assert found.get("probe_success", {}) == {labels: success for labels, (success, *_) in worst.items()}
    assert found.get("scanner_state", {}) == {
        tuple(sorted((*labels, ("state", str(state))))): row.state is state
        for labels, (*_, row) in worst.items()
        for state in State
    }
    assert found.get("probe_failure_info", {}) == {
        tuple(sorted((*labels, ("reason", plain(row.reason)), ("icmp_from", plain(row.icmp_from)),
                      ("doubt", plain(row.doubt))))): 1
        for labels, (success, _, row) in worst.items() if not success
    }  # fmt: skip
    assert found.get("probe_duration_seconds", {}) == {
        labels: pytest.approx(row.rtt_ms / 1000, abs=1e-6)
        for labels, (*_, row) in worst.items()
        if row.rtt_ms is not None
    }
    assert dict(next(iter(found["scanner_scan_info"])))["vantage"] == plain(name)


def test_promtool_has_nothing_to_say(tmp_path: Path) -> None:
    needs.require("promtool")
    words = ["", "a\\", '"', "\n", "\x00", "\ud800", "é漢", "}", "{", "a,b=", "#", "\u202e", " "]
    rows = [
        result(place(word), port, state, "r" + word, Request(word, name=word), icmp_from=word, rtt_ms=port / 3)
        for word in words
        for port, state in enumerate(State, 1)
    ]
    text = written(tmp_path / "a.prom", *rows)
    done = subprocess.run(["promtool", "check", "metrics"], input=text, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


@pytest.mark.parametrize("old", [None, 0o644, 0o600])
def test_the_collector_may_read_it(old: int | None, tmp_path: Path) -> None:
    """It runs as another user: a new file has what the umask leaves, and an old one's mode is kept."""
    path = tmp_path / "a.prom"
    if old is not None:
        path.write_text("old 1\n")
        path.chmod(old)
    before = os.umask(0o022)
    try:
        assert "probe_success" in written(path, result("10.0.0.1", 1, "open"))
    finally:
        os.umask(before)
    assert stat.S_IMODE(path.stat().st_mode) == (0o644 if old is None else old)
    assert os.listdir(tmp_path) == ["a.prom"]


def test_an_unfinished_scan_leaves_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "a.prom"
    path.write_text("old 1\n")
    report, outlet = opened("prom", path)
    report.write([result("10.0.0.1", 1, "open", request=Request(expect="open"))])
    report.abandon(INFO)
    report.abandon(INFO)
    assert outlet.ended
    assert path.read_text() == "old 1\n"
    found = read((tmp_path / "a.prom.partial").read_text())
    assert len(found["probe_success"]) == 1
    assert list(found["scanner_scan_complete"].values()) == [0]


def test_a_row_takes_few_bytes(tmp_path: Path) -> None:
    outlet = open_outlet(str(tmp_path / "a.prom"))
    report = make_report("prom", outlet, "a.prom", look=Look(), command="scan", all_metrics=True)
    at = place("10.0.0.1")
    rows = [result(at, port, "refused", rtt_ms=1) for port in range(1, 20_001)]
    report.write(rows[:1000])
    tracemalloc.start()
    try:
        before = tracemalloc.get_traced_memory()[0]
        report.write(rows[1000:])
        assert (tracemalloc.get_traced_memory()[0] - before) / 19_000 < 25
    finally:
        tracemalloc.stop()
    report.abandon(INFO)
