"""A scan from its first to its last word, also where the surroundings are odd."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from scanner.model import FIELDS
from tests.cli.process import PATIENCE_S, environment, run


def test_nothing_is_left_open_and_nobody_is_warned(tmp_path: Path, open_port: int, closed_port: int) -> None:
    words = ["sweep", "127.0.0.1", "localhost", "-p", f"{open_port},{closed_port}", "-o", "a.json", "-f", "csv"]
    done = subprocess.run(
        [sys.executable, "-X", "dev", "-W", "error", "-m", "scanner", *words, "--progress"],
        cwd=tmp_path,
        env=environment({"PYTHONPATH": str(Path(__file__).parents[2])}),
        capture_output=True,
        timeout=PATIENCE_S,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0
    assert "Warning" not in done.stderr
    assert "Traceback" not in done.stderr
    assert os.listdir(tmp_path) == ["a.json"]


@pytest.mark.skipif(os.name == "nt", reason="a current folder cannot be removed there")
def test_neither_home_nor_folder_is_needed(tmp_path: Path, closed_port: int) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()
    script = 'cd "$1" && rmdir "$1" && shift && exec "$@"'
    done = subprocess.run(
        ["/bin/sh", "-c", script, "sh", gone, sys.executable, "-m", "scanner", "scan", f"127.0.0.1:{closed_port}"],
        env={"PYTHONPATH": str(Path(__file__).parents[2])},
        capture_output=True,
        timeout=PATIENCE_S,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 1
    assert f"127.0.0.1:{closed_port}" in done.stdout
    assert done.stderr.startswith("1 target: 1 refused in ")


def test_report_has_every_field_with_its_type(tmp_path: Path, open_port: int, closed_port: int) -> None:
    targets = tmp_path / "t.yaml"
    targets.write_text(
        f"targets: [{{name: =a, host: 127.0.0.1, port: {open_port}, tags: [x, y]}}, '127.0.0.1:{closed_port}']"
    )
    done = run("scan", targets, "-f", "json", "--vantage", "dmz", "-r", "0", "-o", tmp_path / "r.csv")
    document = json.loads(done.stdout)
    assert document["schema"] == "scanner-report/1"
    by_port = {row["port"]: row for row in document["results"]}
    for row in by_port.values():
        assert list(row) == list(FIELDS)
        for field, kind in FIELDS.items():
            assert row[field] is None or type(row[field]) is kind, field
    opened, closed = by_port[open_port], by_port[closed_port]
    assert (opened["name"], opened["state"], opened["met"], opened["tags"]) == ("=a", "open", True, ["x", "y"])
    assert (closed["name"], closed["state"], closed["met"], closed["tags"]) == (None, "refused", False, [])
    assert opened["rtt_ms"] == round(opened["rtt_ms"], 3)
    assert (opened["vantage"], opened["source"], opened["time"][-1]) == ("dmz", "127.0.0.1", "Z")
    scan = document["scan"]
    assert list(scan)[:8] == [
        "started", "finished", "elapsed_s", "vantage", "options", "counts", "complete", "warnings",
    ]  # fmt: skip
    assert scan["counts"] == {"open": 1, "refused": 1, "timeout": 0, "unreachable": 0, "error": 0}
    assert (scan["complete"], scan["vantage"], scan["warnings"]) == (True, "dmz", [])
    assert scan["options"] == {"command": "scan", "targets": [str(targets)], "retries": 0, "vantage": "dmz"}
    assert "'=a" in (tmp_path / "r.csv").read_text()


def test_counts_are_of_all_rows_whatever_is_shown(open_port: int, closed_port: int) -> None:
    words = ("sweep", "127.0.0.1", "-p", f"{open_port},{closed_port}", "-f", "json", "--open")
    document = json.loads(run(*words).stdout)
    assert [row["port"] for row in document["results"]] == [open_port]
    assert document["scan"]["counts"]["refused"] == 1


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="this system has no /dev/full")
def test_a_lost_report_outweighs_an_unmet_expectation(closed_port: int) -> None:
    done = run("scan", f"127.0.0.1:{closed_port}", "-o", "csv:/dev/full")
    assert done.returncode == 3
    assert done.stderr.splitlines()[0] == "error: /dev/full: the report could not be written: No space left on device"
    assert "expected open" in done.stdout, "the other report is whole"
