"""`-o FILE` as a whole run: what is said before, what is left when it cannot be, and that exit 2 touches nothing."""

import json
import os
import resource
import subprocess
import sys
from pathlib import Path

import pytest

from tests import needs
from tests.cli.process import PATIENCE_S, environment, run, start, wait_for


def snapshot(folder: Path) -> dict[str, tuple[bytes, float]]:
    return {path.name: (path.read_bytes(), path.stat().st_mtime) for path in folder.iterdir()}


@pytest.mark.parametrize("fmt", ["csv", "json"])
def test_exit_2_touches_nothing_even_when_it_is_known_only_after_the_names(fmt: str, tmp_path: Path) -> None:
    (tmp_path / f"old.{fmt}").write_text("last night's")
    (tmp_path / f"old.{fmt}.partial").write_text("what was left")
    before = snapshot(tmp_path)
    words = ["-o", f"old.{fmt}", "-o", f"new.{fmt}", "-f", fmt, "--exclude", "127.0.0.0/8,::1"]
    done = run("scan", "localhost:1", *words, cwd=tmp_path)
    assert done.returncode == 2
    assert "nothing left to probe" in done.stderr
    assert done.stdout == ""
    assert snapshot(tmp_path) == before


def test_a_second_scan_is_refused_before_probing_and_the_first_loses_nothing(tmp_path: Path, silent_port: int) -> None:
    first = start("scan", f"127.0.0.1:{silent_port},1", "-t", "60s", "-o", "o.csv", cwd=tmp_path)
    wait_for(tmp_path / "o.csv.partial", "conn-refused")
    (tmp_path / "link.csv").symlink_to("o.csv")
    for name in ("o.csv", "link.csv"):
        second = run("scan", "127.0.0.1:1", "-o", name, "-o", "other.json", cwd=tmp_path)
        assert (second.returncode, second.stdout) == (2, "")
        assert "another scan is writing this report" in second.stderr
    assert sorted(os.listdir(tmp_path)) == ["link.csv", "o.csv.partial"]
    first.terminate()
    first.communicate(timeout=PATIENCE_S)
    assert (tmp_path / "o.csv.partial").read_text().count("conn-refused") == 1


def test_a_trace_holds_its_report_too(tmp_path: Path, silent_port: int) -> None:
    first = start("trace", "-n", f"127.0.0.1:{silent_port}", "-t", "60s", "-o", "o.json", cwd=tmp_path)
    wait_for(tmp_path / "o.json.partial", "")
    second = run("trace", "-n", "127.0.0.1:1", "-o", "o.json", cwd=tmp_path)
    assert (second.returncode, second.stdout) == (2, "")
    assert "another scan is writing this report" in second.stderr
    first.terminate()
    first.communicate(timeout=PATIENCE_S)
    assert first.returncode == 143


def test_a_trace_says_beforehand_what_will_not_be_as_it_was(tmp_path: Path) -> None:
    (tmp_path / "o.json").touch()
    os.link(tmp_path / "o.json", tmp_path / "too.json")
    done = run("trace", "-n", "127.0.0.1:1", "-o", "o.json", cwd=tmp_path)
    assert done.returncode == 0
    assert "has another name (hard links)" in done.stderr


@pytest.mark.parametrize("limit", [200, 700, 1000])
def test_a_trace_on_a_full_disk_is_a_document(limit: int, tmp_path: Path) -> None:
    words = ["trace", "-n", "127.0.0.1:1,2,3,4,5,6,7,8", "-o", "o.json"]
    done = run(*words, cwd=tmp_path, preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit)))
    assert done.returncode == 3
    assert "File too large" in done.stderr
    traces = json.loads((tmp_path / "o.json.partial").read_text())["traces"]
    assert len(traces) < 8
    assert bool(traces) is (limit > 200)


def test_hard_links_are_said_before_the_scan_under_q_too(tmp_path: Path) -> None:
    (tmp_path / "o.csv").touch()
    os.link(tmp_path / "o.csv", tmp_path / "too.csv")
    done = run("sweep", "127.0.0.1", "-p", "1", "-q", "-o", "o.csv", cwd=tmp_path)
    assert done.returncode == 0
    assert done.stderr == "warning: 'o.csv': has another name (hard links): only this one will be the new report\n"
    assert (tmp_path / "too.csv").read_text() == ""


@pytest.mark.slow
def test_a_name_that_cannot_be_taken_is_told_with_where_the_whole_report_is(tmp_path: Path, silent_port: int) -> None:
    words = ["sweep", "127.0.0.1", "-p", f"1,{silent_port}", "-q", "-t", "2s", "-o", "o.csv"]
    process = start(*words, cwd=tmp_path)
    wait_for(tmp_path / "o.csv.partial", "conn-refused")
    (tmp_path / "o.csv").mkdir()
    _, stderr = process.communicate(timeout=PATIENCE_S)
    assert process.returncode == 3
    assert stderr == (
        "error: o.csv: the report is complete, but could not be given this name: Is a directory; "
        "it is in o.csv.partial\n"
    )
    assert (tmp_path / "o.csv.partial").read_text().count("\n") == 3


def well_formed(folder: Path) -> None:
    """The JSON is a document, and the last line of the JSONL a whole one."""
    document = json.loads((folder / "a.json.partial").read_text())
    assert document["scan"]["complete"] is False
    assert any("could not be written" in warning for warning in document["scan"]["warnings"])
    lines = (folder / "b.jsonl.partial").read_text().splitlines()
    assert 0 < len(lines) < 4000
    assert [json.loads(line)["state"] for line in lines] == ["refused"] * len(lines)


FULL = ["sweep", "127.0.0.1", "-p", "1-4000", "-o", "a.json", "-o", "b.jsonl", "-f", "csv"]


def test_a_limit_on_files_leaves_whole_rows_and_the_other_reports_go_on(tmp_path: Path) -> None:
    limit = 100_003
    done = run(*FULL, cwd=tmp_path, preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit)))
    assert done.returncode == 3
    assert done.stderr.count("File too large (the rows so far are in ") == 2
    assert done.stdout.count("\n") == 4001
    well_formed(tmp_path)


def test_a_full_disk_leaves_whole_rows_and_the_other_reports_go_on(tmp_path: Path) -> None:
    needs.require("unshare", "mount")
    script = 'mount -t tmpfs -o size=300k none "$1" && cd "$1" && shift && "$@"; status=$?; cp * ..; exit $status'
    (tmp_path / "small").mkdir()
    done = subprocess.run(
        ["unshare", "-Urm", "/bin/sh", "-c", script, "sh", tmp_path / "small", sys.executable, "-m", "scanner", *FULL],
        env=environment({"PYTHONPATH": str(Path(__file__).parents[2])}),
        capture_output=True,
        timeout=PATIENCE_S,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 3, done.stderr
    assert "No space left on device (the rows so far are in " in done.stderr
    assert done.stdout.count("\n") == 4001
    well_formed(tmp_path)


def test_what_was_written_is_confirmed(tmp_path: Path, closed_port: int) -> None:
    files = ("-o", "a.csv", "-o", "csv:b\x1b.txt")
    done = run("sweep", "127.0.0.1", "-p", closed_port, *files, cwd=tmp_path)
    assert done.stderr.splitlines()[-1] == "written: a.csv, b\\x1b.txt"
    assert "written" not in run("sweep", "127.0.0.1", "-p", closed_port, cwd=tmp_path).stderr
    full = run("sweep", "127.0.0.1", "-p", closed_port, "-o", "csv:/dev/full", "-o", "a.csv", cwd=tmp_path)
    assert full.returncode == 3
    assert full.stderr.splitlines()[-1] == "written: a.csv"
