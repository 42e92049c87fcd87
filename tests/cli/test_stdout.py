"""A stdout that is full, closed, or no longer read: the right status, a clear message, never a traceback."""

import os
import resource
import socket
import subprocess
from pathlib import Path

import pytest

from tests.cli.process import PATIENCE_S, run, start

FULL = Path("/dev/full")
needs_full = pytest.mark.skipif(not FULL.exists(), reason="this system has no /dev/full")

#: Each prints on stdout in its own way; {port} is refused.
PRINTING = ["--help", "--version", "sweep --help", "sweep 127.0.0.1 -p {port} --dry-run", "sweep 127.0.0.1 -p {port}",
            "sweep 127.0.0.1 -p {port} -f csv"]  # fmt: skip


@needs_full
@pytest.mark.parametrize("words", PRINTING)
def test_full_stdout_is_status_3(words: str, closed_port: int) -> None:
    with FULL.open("w") as full:
        done = run(*words.format(port=closed_port).split(), stdout=full)
    assert done.returncode == 3
    assert "No space left on device" in done.stderr
    assert "Traceback" not in done.stderr
    assert "Exception ignored" not in done.stderr


@pytest.mark.parametrize("words", PRINTING)
def test_reader_that_is_gone_is_status_141_and_quiet(words: str, closed_port: int) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    done = run(*words.format(port=closed_port).split(), stdout=writer)
    os.close(writer)
    assert (done.returncode, done.stderr) == (141, "")


@needs_full
def test_full_report_does_not_stop_the_others(tmp_path: Path, closed_port: int) -> None:
    done = run("sweep", "127.0.0.1", "-p", closed_port, "-q", "-o", "csv:/dev/full", "-o", "o.csv", cwd=tmp_path)
    assert done.returncode == 3
    assert done.stderr == "error: /dev/full: the report could not be written: No space left on device\n"
    assert "conn-refused" in (tmp_path / "o.csv").read_text()


@pytest.mark.parametrize("words", ["-f csv", ""])
def test_reader_that_leaves_ends_a_scan_in_the_middle(words: str, silent_port: int) -> None:
    """Long before there is another row, or a table at all, to be written."""
    process = start("scan", f"127.0.0.1:{silent_port}", "-t", "60s", *words.split())
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.close()
    assert process.wait(PATIENCE_S) == 141
    assert process.stderr.read() == ""
    process.stderr.close()


def test_other_reports_are_finished_without_the_reader(tmp_path: Path, closed_port: int, open_port: int) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    done = run(
        *("scan", f"127.0.0.1:{open_port},{closed_port}", "-f", "csv", "-o", "o.csv"), cwd=tmp_path, stdout=writer
    )
    os.close(writer)
    assert done.returncode == 1  # the usual status: the closed port is not as expected
    assert len((tmp_path / "o.csv").read_text().splitlines()) == 3


@pytest.mark.parametrize(("words", "status"), [("", 3), ("-f csv", 3), ("-q", 0)])
def test_stdout_closed_from_the_start(words: str, status: int, closed_port: int) -> None:
    done = run("sweep", "127.0.0.1", "-p", closed_port, *words.split(), stdout=None, preexec_fn=lambda: os.close(1))
    assert done.returncode == status
    assert ("stdout is closed" in done.stderr) == bool(status)


def test_report_never_lands_on_a_closed_descriptor(tmp_path: Path, closed_port: int) -> None:
    done = run(
        *("sweep", "127.0.0.1", "-p", closed_port, "-q", "-o", "o.csv"),
        cwd=tmp_path,
        stdout=None,
        stderr=None,
        preexec_fn=lambda: os.closerange(0, 3),
    )
    assert done.returncode == 0
    assert len((tmp_path / "o.csv").read_text().splitlines()) == 2


@needs_full
def test_full_stderr_stops_nobody(closed_port: int) -> None:
    with FULL.open("w") as full:
        assert run("sweep", "127.0.0.1", "-p", closed_port, stderr=full).returncode == 0
        assert run("sweep", stderr=full).returncode == 2


@pytest.mark.parametrize(("words", "status"), [("bogus", 2), ("sweep", 2), ("scan 127.0.0.1:{port}", 1)])
def test_a_stderr_that_cannot_be_written_changes_no_status(
    words: str, status: int, closed_port: int, tmp_path: Path
) -> None:
    """A device that is full, a pipe that nobody reads, a file that may not grow (a log on a full disk)."""
    reader, gone = os.pipe()
    os.close(reader)
    (tmp_path / "log").write_text("full")
    with (tmp_path / "log").open("a") as log:
        for stderr in (gone, log, *([FULL.open("w")] if FULL.exists() else [])):
            limit = (lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (4, 4))) if stderr is log else None
            done = run(*words.format(port=closed_port).split(), stderr=stderr, preexec_fn=limit)
            assert done.returncode == status
    os.close(gone)


def test_rows_stream_into_a_pipe(silent_port: int) -> None:
    """The first verdict is read while the scan still waits for another."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        process: subprocess.Popen[str] = start("scan", f"127.0.0.1:{port},{silent_port}", "-t", "60s", "-f", "jsonl")
        assert process.stdout is not None
        assert '"state": "open"' in process.stdout.readline()
        assert process.poll() is None
        process.terminate()
        process.communicate(timeout=PATIENCE_S)
