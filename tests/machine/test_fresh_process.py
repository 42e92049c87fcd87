"""A process that is stopped before it could do anything does not outlive who started it."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

import scanner
from scanner.machine.fresh_process import start_process
from tests.machine.started import starts_one_that_stops_itself
from tests.workers import is_alive, is_stopped, until, workers_when


@pytest.fixture
def stopped() -> Iterator[tuple[int, int]]:
    """A process that has started another, and that one, which is stopped."""
    function = starts_one_that_stops_itself
    process, line = start_process(function.__module__, function.__name__)
    (pid,) = workers_when(process.pid, 1)
    try:
        until(lambda: is_stopped(pid), "it never stopped")
        yield process.pid, pid
    finally:
        line.close()
        process.kill()
        process.wait()
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere nobody lets it go on")
def test_who_is_stopped_at_once_ends_with_who_started_it(stopped: tuple[int, int]) -> None:
    parent, child = stopped
    os.kill(parent, signal.SIGKILL)
    until(lambda: not is_alive(child), "it is still there, and waits for a SIGCONT that never comes")


def test_who_is_alone_from_the_beginning_ends_at_once() -> None:
    """As where its parent was killed while the interpreter started: it never comes to do what it was started for."""
    root = str(Path(scanner.__file__).parents[1])
    program = "from scanner.machine.started_process import ends_with; ends_with({parent}); print('goes on')"
    for parent, said in ((os.getpid(), "goes on\n"), (os.getppid(), "")):
        words = [sys.executable, "-c", program.format(parent=parent)]
        done = subprocess.run(words, cwd=root, capture_output=True, text=True, check=False)
        assert (done.returncode, done.stdout, done.stderr) == (0, said, "")
