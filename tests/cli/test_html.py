"""`-o FILE.html`, `-f html` and `convert` to a page: what the commands hand to the report."""

import resource
import signal
from pathlib import Path

from lxml import html

from tests.cli.process import PATIENCE_S, run, start, wait_for
from tests.reports.html.paged import paged


def test_a_scan_in_a_file(tmp_path: Path, open_port: int, closed_port: int) -> None:
    done = run("scan", f"127.0.0.1:{open_port},{closed_port}", "-o", "a.html", "--vantage", "box", cwd=tmp_path)
    assert done.returncode == 1
    page = paged((tmp_path / "a.html").read_text("utf-8"))
    assert page.headline == "1 of 2 targets as expected, 1 not"
    assert (page.facts()["List"], page.facts()["Probed from"]) == (f"127.0.0.1:{open_port},{closed_port}", "box")
    assert {row["port"]: row["state"] for row in page.rows} == {open_port: "open", closed_port: "refused"}
    assert page.listed()[0]["ports"] == str(closed_port)


def test_a_sweep_on_stdout_and_a_report_converted_are_the_same_rows(tmp_path: Path, closed_port: int) -> None:
    done = run("sweep", "127.0.0.1-2", "-p", closed_port, "-f", "html", "-o", "a.json", cwd=tmp_path)
    assert done.returncode == 0
    page = paged(done.stdout)
    assert page.headline == "2 targets: 2 refused"
    assert run("convert", "a.json", "-o", "b.htm", cwd=tmp_path).returncode == 0
    converted = paged((tmp_path / "b.htm").read_text("utf-8"))
    assert converted.rows == page.rows
    assert converted.facts()["List"] == "127.0.0.1-2"


def test_a_stop_leaves_a_page_that_says_so(tmp_path: Path, closed_port: int, silent_port: int) -> None:
    (tmp_path / "a.html").write_text("last night's")
    process = start(
        "scan", f"127.0.0.1:{closed_port},{silent_port}", "-t", "60s", "-o", "a.csv", "-o", "a.html", cwd=tmp_path
    )
    wait_for(tmp_path / "a.csv.partial", "conn-refused")
    process.send_signal(signal.SIGINT)
    _, stderr = process.communicate(timeout=PATIENCE_S)
    assert process.returncode == 130
    assert "Traceback" not in stderr
    page = paged((tmp_path / "a.html.partial").read_text("utf-8"))
    assert page.facts()["Complete"] == "no, stopped after 1 of 2 targets; what was not probed is not counted"
    assert (tmp_path / "a.html").read_text() == "last night's"


def test_on_a_full_disk_the_page_says_so(tmp_path: Path) -> None:
    words = ("sweep", "127.0.0.1", "-p", "1-9", "-q", "-o", "a.html", "--expect", "open")
    limit = (25_000, 25_000)
    done = run(*words, cwd=tmp_path, preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, limit))
    assert done.returncode == 3
    text = (tmp_path / "a.html.partial").read_text("utf-8")
    assert len(text) <= 25_000
    assert text.startswith("<!DOCTYPE html>")
    assert html.document_fromstring(text).xpath("//p/strong")[0].text.startswith("This report could not be written")
