"""`-o FILE.md` and `-f md` as whole runs."""

import resource
from pathlib import Path

import pytest

from tests.cli.process import run
from tests.reports.rendered import rendered


def test_scan_and_sweep_write_it(open_port: int, closed_port: int, tmp_path: Path) -> None:
    target = f"127.0.0.1:{open_port},{closed_port}"
    done = run("scan", target, "-q", "-o", "a.md", "--only", "unmet", "--vantage", "lab", cwd=tmp_path)
    assert (done.returncode, done.stdout, done.stderr) == (1, "", "")
    page = rendered((tmp_path / "a.md").read_text())
    assert page.headings == [("h1", "1 of 2 targets as expected, 1 not"), ("h2", "Not as expected: 1 target")]
    assert (page.tables[0][0]["ports"], page.tables[0][0]["found"]) == (str(closed_port), "refused")
    assert "Probed from lab, " in page.paragraphs[0]
    done = run("sweep", "127.0.0.1", "-p", f"{open_port},{closed_port}", "-q", "-f", "md")
    assert done.returncode == 0
    assert rendered(done.stdout).headings[0] == ("h1", "2 targets: 1 open, 1 refused")


def test_on_a_full_disk_the_last_line_says_so(tmp_path: Path) -> None:
    words = ("sweep", "127.0.0.1", "-p", "1-9", "-q", "-o", "a.md", "--expect", "open")
    done = run(*words, cwd=tmp_path, preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (300, 300)))
    assert done.returncode == 3
    text = (tmp_path / "a.md.partial").read_text()
    assert len(text) <= 300
    assert text.startswith("# ")
    assert text.endswith("\n**This report could not be written to its end.**\n")


@pytest.mark.slow
def test_it_says_where_it_stops(silent_port: int) -> None:
    done = run("scan", f"127.0.0.1:{silent_port}", "-t", "50ms", "-r", "0", "-q", "-f", "md", "--explain")
    assert done.returncode == 1
    assert "Where it stops:" in rendered(done.stdout).code[0]
