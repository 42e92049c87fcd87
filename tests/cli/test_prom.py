"""`-o FILE.prom` and `-f prom` as whole runs: which rows are there, what is said, and what a full disk leaves."""

import resource
from pathlib import Path

from prometheus_client.parser import text_string_to_metric_families

from tests.cli.process import run


def read(text: str) -> dict[str, list[float]]:
    """The values by metric."""
    return {each.name: [sample.value for sample in each.samples] for each in text_string_to_metric_families(text)}


def test_scan_writes_what_is_expected_and_sweep_what_is_asked_for(
    open_port: int, closed_port: int, tmp_path: Path
) -> None:
    ports = f"{open_port},{closed_port}"
    done = run("scan", f"127.0.0.1:{ports}", "-q", "-o", "a.prom", cwd=tmp_path)
    assert (done.returncode, done.stderr) == (1, "")
    found = read((tmp_path / "a.prom").read_text())
    assert sorted(found["probe_success"]) == [0, 1]
    assert sum(found["scanner_scan_rows"]) == 2
    assert found["scanner_scan_expectations"] == [1, 1]
    done = run("sweep", "127.0.0.1", "-p", ports, "-q", "-f", "prom", "--all-metrics")
    assert (done.returncode, done.stderr) == (0, "")
    assert sorted(read(done.stdout)["probe_success"]) == [0, 1]


def test_a_sweep_that_expects_nothing_is_told_so(closed_port: int, tmp_path: Path) -> None:
    words = ("sweep", "127.0.0.1", "-p", closed_port, "-q", "-o", "a.prom")
    done = run(*words, cwd=tmp_path)
    assert done.returncode == 0
    assert done.stderr.startswith("warning: 'a.prom': no target has an expectation, so only the whole scan has metrics")
    assert "probe_success" not in (tmp_path / "a.prom").read_text()
    done = run(*words, "--expect", "refused", cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert read((tmp_path / "a.prom").read_text())["probe_success"] == [1]


def test_on_a_full_disk_there_are_whole_lines_and_the_scan_is_not_complete(tmp_path: Path) -> None:
    words = ("sweep", "127.0.0.1", "-p", "1-2000", "-q", "-o", "a.prom", "--all-metrics")
    limit = 500_003
    done = run(*words, cwd=tmp_path, preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit)))
    assert done.returncode == 3
    assert "File too large" in done.stderr
    text = (tmp_path / "a.prom.partial").read_text()
    assert len(text) <= limit
    assert read(text)["scanner_scan_complete"] == [0]
    assert read(text)["scanner_state"]
