"""Running a command in a scene from outside, as tests and benchmarks do: what it wrote, its exit status and
how many seconds it took (without building the scene).

Each run builds its own network, which takes a tenth of a second, and which disappears when the run ends.
"""

import csv
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, NamedTuple

from tests.lab.scene import Scene

ROOT = Path(__file__).resolve().parents[2]

Row = dict[str, str]


class Outcome(NamedTuple):
    """How a command ended; `status` is negative where a signal killed it, `rows` are those of its OUT.csv."""

    status: int
    stdout: str
    stderr: str
    seconds: float
    rows: list[Row]


class Running:
    """A command running in a scene: `pid` is the command's own, and `stdout` may be read in the meantime.

    Killed after `patience` seconds, whatever happens.
    """

    def __init__(
        self,
        scene: str,
        command: Sequence[str],
        stdout: IO[bytes] | int,
        stderr: IO[bytes],
        patience: float,
        *,
        as_root: bool = False,
    ) -> None:
        self._told, started = os.pipe()
        options = [f"--started={started}", *(["--as-root"] if as_root else [])]
        launch = [sys.executable, "-m", "tests.lab", *options, scene, "--", *command]
        self._process = subprocess.Popen(
            launch,
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            stdout=stdout,
            stderr=stderr,
            pass_fds=(started,),
            restore_signals=True,
        )
        os.close(started)
        self.pid = self._process.pid
        self.stdout = self._process.stdout
        self._killer = threading.Timer(patience, self._process.kill)
        self._killer.start()

    def signal(self, number: signal.Signals) -> None:
        """Send the command a signal."""
        self._process.send_signal(number)

    def peak_mb(self) -> float:
        """Its peak resident memory until now, in 10^6 bytes. (Not from wait4: that also counts what this process
        had when it forked.)"""
        status = Path(f"/proc/{self.pid}/status").read_text()
        return int(status.partition("VmHWM:")[2].split()[0]) * 1024 / 1e6

    def wait(self) -> tuple[int, float]:
        """Wait until it ends; returns its exit status and seconds."""
        try:
            self._process.wait()
        finally:
            self._killer.cancel()
        ended = time.monotonic()
        if self.stdout:
            self.stdout.close()
        with open(self._told, "rb") as told:
            began = float(told.read() or ended)
        return self._process.returncode, ended - began

    def end(self) -> None:
        """Kill it, unless it has already been waited for."""
        if self._process.returncode is None:
            self.signal(signal.SIGKILL)
            self.wait()


def read_rows(path: Path) -> list[Row]:
    """The rows of a CSV report; none where there is no such file."""
    if not path.exists():
        return []
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def run(scene: str, command: Sequence[str], *, patience: float = 60.0, as_root: bool = False) -> Outcome:
    """Run a command in a scene to its end. `scanner` is this checkout's; OUT.csv in the command becomes a file
    whose rows are returned. Killed after `patience` seconds. `as_root`: it may change the near side's network."""
    with tempfile.TemporaryDirectory() as folder:
        out, err, report = (Path(folder, name) for name in ("out", "err", "OUT.csv"))
        command = [str(report) if word == "OUT.csv" else word for word in command]
        with out.open("wb") as stdout, err.open("wb") as stderr:
            status, seconds = Running(scene, command, stdout, stderr, patience, as_root=as_root).wait()
        said, warned = (file.read_text(encoding="utf-8", errors="replace") for file in (out, err))
        return Outcome(status, said, warned, seconds, read_rows(report))


@contextmanager
def running(scene: str, command: Sequence[str], *, patience: float = 60.0) -> Iterator[Running]:
    """Start a command in a scene, its stdout a pipe; killed at the end of the block if it still runs."""
    with tempfile.TemporaryFile() as stderr:
        process = Running(scene, command, subprocess.PIPE, stderr, patience)
        try:
            yield process
        finally:
            process.end()


def sweep_command(scene: Scene, *options: str) -> list[str]:
    """`scanner sweep` over everything that the scene's tests sweep, with a CSV report and `options`."""
    return ["scanner", "sweep", *scene.hosts, "-p", scene.ports, "-q", "-o", "OUT.csv", *options]
