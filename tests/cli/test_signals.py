"""Ctrl-C, SIGTERM, SIGHUP: status, well-formed reports, last night's report untouched; twice leaves at once."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from scanner.cli.signals import Signals
from scanner.cli.status import Stopped
from tests.cli.process import PATIENCE_S, start, wait_for


@pytest.mark.parametrize(("name", "status"), [("SIGINT", 130), ("SIGTERM", 143), ("SIGHUP", 129)])
def test_signal_leaves_well_formed_reports(
    name: str, status: int, tmp_path: Path, closed_port: int, silent_port: int
) -> None:
    (tmp_path / "o.json").write_text("last night's")
    process = start(
        *("scan", f"127.0.0.1:{closed_port},{silent_port}", "-t", "60s", "-o", "o.csv", "-o", "o.json"),
        cwd=tmp_path,
    )
    wait_for(tmp_path / "o.csv.partial", "conn-refused")  # the scan is on its way
    process.send_signal(getattr(signal, name))
    stdout, stderr = process.communicate(timeout=PATIENCE_S)
    assert process.returncode == status
    assert "Traceback" not in stderr
    assert "stopped after " in stderr
    assert "incomplete" in stdout
    report = json.loads((tmp_path / "o.json.partial").read_text())
    assert report["scan"]["complete"] is False
    assert [row["port"] for row in report["results"]] == [closed_port]
    assert (tmp_path / "o.json").read_text() == "last night's"
    assert not (tmp_path / "o.csv").exists()


def test_signal_before_the_scan_leaves_nothing(tmp_path: Path) -> None:
    fifo = tmp_path / "targets.yaml"
    os.mkfifo(fifo)
    process = start("scan", fifo, "-o", "o.csv", cwd=tmp_path)
    with fifo.open("w"):  # it is reading its targets now
        process.send_signal(signal.SIGTERM)
        stdout, stderr = process.communicate(timeout=PATIENCE_S)
    assert (process.returncode, stdout, stderr) == (143, "", "")
    assert not list(tmp_path.glob("o.csv*"))


@pytest.mark.parametrize("name", ["SIGHUP", pytest.param("SIGTERM", marks=pytest.mark.slow)])
def test_a_signal_that_comes_twice_still_leaves_whole_reports(name: str, tmp_path: Path, silent_port: int) -> None:
    """When a terminal is closed, both the shell and the kernel send SIGHUP."""
    for turn in range(5):
        report = tmp_path / f"{turn}.json"
        process = start("scan", f"127.0.0.1:{silent_port},1-2000", "-t", "60s", "-o", report)
        wait_for(Path(f"{report}.partial"), "conn-refused")
        for _ in range(20):
            process.send_signal(getattr(signal, name))
        process.communicate(timeout=PATIENCE_S)
        assert process.returncode == 128 + getattr(signal, name)
        assert json.loads(Path(f"{report}.partial").read_text())["scan"]["complete"] is False


@pytest.fixture
def stuck() -> Iterator[int]:
    """The writing end of a pipe that is full, and that nobody reads."""
    reader, writer = os.pipe()
    os.set_blocking(writer, False)
    with suppress(BlockingIOError):
        while True:
            os.write(writer, b"x" * 4096)
    os.set_blocking(writer, True)
    yield writer
    os.close(reader)
    os.close(writer)


_SLOW = pytest.mark.slow
_SIGNALS_AND_STREAMS = [
    ("SIGINT", "stdout"),
    ("SIGTERM", "both"),
    pytest.param("SIGHUP", "both", marks=_SLOW),
    pytest.param("SIGINT", "both", marks=_SLOW),
    pytest.param("SIGTERM", "stdout", marks=_SLOW),
    pytest.param("SIGHUP", "stdout", marks=_SLOW),
]


@pytest.mark.parametrize(("name", "streams"), _SIGNALS_AND_STREAMS)
def test_a_reader_that_stopped_does_not_hold_up_a_stop(
    name: str, streams: str, tmp_path: Path, silent_port: int, closed_port: int, stuck: int
) -> None:
    process = start(
        *("scan", f"127.0.0.1:{closed_port},{silent_port}", "-t", "600s", "-f", "csv", "-o", "o.json"),
        *("--progress",),
        cwd=tmp_path,
        stdout=stuck,
        stderr=stuck if streams == "both" else subprocess.PIPE,
    )
    wait_for(tmp_path / "o.json.partial", "conn-refused")
    process.send_signal(getattr(signal, name))
    _, stderr = process.communicate(timeout=PATIENCE_S)
    assert process.returncode == 128 + getattr(signal, name)
    assert json.loads((tmp_path / "o.json.partial").read_text())["scan"]["complete"] is False
    if streams == "stdout":
        assert "stdout: its reader did not take the last" in stderr


@pytest.mark.thinned(4)
@pytest.mark.parametrize(("name", "streams"), _SIGNALS_AND_STREAMS)
def test_nor_does_the_reader_of_a_trace(name: str, streams: str, closed_port: int, stuck: int) -> None:
    process = start(
        *("trace", "-n", f"127.0.0.1:{closed_port}"),
        stdout=stuck,
        stderr=stuck if streams == "both" else subprocess.PIPE,
    )
    wait_until_it_sleeps(process.pid, "poll")
    process.send_signal(getattr(signal, name))
    _, stderr = process.communicate(timeout=PATIENCE_S)
    assert process.returncode == 128 + getattr(signal, name)
    assert "Traceback" not in (stderr or "")


@pytest.mark.slow
def test_a_reader_that_stopped_does_not_hold_up_other_reports(tmp_path: Path, stuck: int) -> None:
    """They are finished, though far more rows wait for the reader than any pipe or buffer holds."""
    process = start("sweep", "127.0.0.1", "-p", "1-20000", "-f", "jsonl", "-o", "o.csv", cwd=tmp_path, stdout=stuck)
    wait_for(tmp_path / "o.csv", "conn-refused")
    assert (tmp_path / "o.csv").read_text().count("\n") == 20001
    assert process.poll() is None, "it waits for its reader"
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=PATIENCE_S)
    assert process.returncode == 130
    assert os.listdir(tmp_path) == ["o.csv"]


def wait_until_it_sleeps(pid: int, where: str) -> None:
    """Until the process sleeps in that part of the kernel (proc_pid_wchan(5); a kernel that hides that says 0)."""
    limit = time.monotonic() + PATIENCE_S
    while True:
        found = Path(f"/proc/{pid}/wchan").read_text()
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
        if where in found or (found == "0" and state == "S"):
            return
        assert time.monotonic() < limit, f"it sleeps in {found}"
        time.sleep(0.01)


@pytest.mark.parametrize("words", ["--help", "sweep --help", "sweep web[1-3].a,b.c -p 1-9 --dry-run", "sweep x"])
@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM", "SIGHUP"])
def test_help_and_errors_that_nobody_reads_end_as_well(name: str, words: str, stuck: int) -> None:
    process = start(*words.split(), stdout=stuck, stderr=stuck)
    wait_until_it_sleeps(process.pid, "pipe")
    process.send_signal(getattr(signal, name))
    assert process.wait(PATIENCE_S) == 128 + getattr(signal, name)


def test_a_second_ctrl_c_leaves_at_once(tmp_path: Path, closed_port: int, stuck: int) -> None:
    process = start("scan", f"127.0.0.1:{closed_port}", "-f", "json", "-o", "o.csv", cwd=tmp_path, stdout=stuck)
    wait_for(tmp_path / "o.csv", "conn-refused")  # all is done but what its reader does not take
    process.send_signal(signal.SIGINT)
    process.send_signal(signal.SIGINT)
    assert process.wait(PATIENCE_S) == 130
    process.communicate()


def test_only_a_second_ctrl_c_leaves_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    left: list[int] = []
    monkeypatch.setattr("os._exit", left.append)
    asked: list[str] = []
    restored: list[str] = []
    with (
        Signals().installed() as signals,
        signals.restoring(lambda: restored.append("terminal")),
        signals.deferred(lambda: asked.append("stop")),
    ):
        for name in ("SIGHUP", "SIGTERM", "SIGHUP", "SIGINT", "SIGTERM"):
            signal.raise_signal(getattr(signal, name))
        assert (asked, left, restored, signals.received) == (["stop"], [], [], signal.SIGHUP)
        signal.raise_signal(signal.SIGINT)
        assert (left, restored) == ([129], ["terminal"])
    assert restored == ["terminal", "terminal"], "at the end of the block in any case"


def test_a_signal_while_reports_are_opened_leaves_none_half_made(tmp_path: Path, silent_port: int) -> None:
    """One of them is a FIFO whose reader never comes."""
    os.mkfifo(tmp_path / "fifo")
    (tmp_path / "b.json.partial").write_text("yesterday's")
    words = ["-o", "a.json", "-o", "b.json", "-o", "csv:fifo", "-o", "c.json"]
    process = start("scan", f"127.0.0.1:{silent_port}", "-t", "60s", *words, cwd=tmp_path)
    wait_for(tmp_path / "a.json.partial", "")
    process.send_signal(signal.SIGINT)
    _, stderr = process.communicate(timeout=PATIENCE_S)
    assert process.returncode == 130
    assert "Traceback" not in stderr
    assert (tmp_path / "b.json.partial").read_text() == "yesterday's"
    assert sorted(os.listdir(tmp_path)) == ["b.json.partial", "fifo"]


INTERRUPTED = """
import os, signal, sys

at = sys.argv[1]

class Interrupts:
    def find_spec(self, name, path=None, target=None):
        if name == at:
            os.kill(os.getpid(), signal.SIGINT)

sys.meta_path.insert(0, Interrupts())
from scanner.cli import main
sys.argv[:] = ["scanner", "scan", "127.0.0.1:1"]
sys.exit(main())
"""


@pytest.mark.parametrize(
    "module", ["scanner.cli.status", "click", "scanner.cli.app", "scanner.cli.scan_command", "scanner.cli.signals",
               "scanner.cli.choices", "scanner.targets.plan", "scanner.cli.one_scan"],
)  # fmt: skip
def test_ctrl_c_at_any_moment_of_the_start_is_quiet(module: str) -> None:
    """Python's own answer would be a traceback out of whatever is being imported."""
    done = subprocess.run(
        [sys.executable, "-c", INTERRUPTED, module], capture_output=True, text=True, timeout=PATIENCE_S, check=False
    )
    assert (done.returncode, done.stdout, done.stderr) == (130, "", "")


def test_ignored_signal_stays_ignored() -> None:
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        with Signals().installed():
            assert signal.getsignal(signal.SIGHUP) is signal.SIG_IGN
    finally:
        signal.signal(signal.SIGHUP, before)


def test_first_signal_raises_or_asks_and_handlers_come_back() -> None:
    before = signal.getsignal(signal.SIGTERM)
    asked: list[str] = []
    with Signals().installed() as signals:
        with signals.deferred(lambda: asked.append("stop")):
            signal.raise_signal(signal.SIGTERM)
        assert (asked, signals.received) == (["stop"], signal.SIGTERM)
    with Signals().installed(), pytest.raises(Stopped) as stopped:
        signal.raise_signal(signal.SIGINT)
    assert stopped.value.signum == signal.SIGINT
    assert signal.getsignal(signal.SIGTERM) is before
