"""Ctrl-C, SIGTERM, SIGHUP: status, well-formed reports, last night's report untouched; twice leaves at once."""

import json
import os
import signal
import subprocess
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
    assert "stopped early" in stderr
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


def test_second_signal_leaves_at_once(tmp_path: Path, silent_port: int, closed_port: int) -> None:
    reader, writer = os.pipe()  # nobody reads: the rows cannot be written
    os.set_blocking(writer, False)
    while True:
        try:
            os.write(writer, b"x" * 4096)
        except BlockingIOError:
            break
    os.set_blocking(writer, True)
    process = start(
        *("scan", f"127.0.0.1:{closed_port},{silent_port}", "-t", "60s", "-f", "csv", "-o", "o.jsonl"),
        cwd=tmp_path,
        stdout=writer,
    )
    wait_for(tmp_path / "o.jsonl.partial", "")
    process.send_signal(signal.SIGINT)
    with pytest.raises(subprocess.TimeoutExpired):  # it waits for its reader
        process.wait(0.5)
    process.send_signal(signal.SIGINT)
    assert process.wait(PATIENCE_S) == 130
    os.close(reader)
    os.close(writer)
    process.communicate()


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
