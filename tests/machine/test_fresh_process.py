"""A process that is stopped before it could do anything does not outlive who started it."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

import scanner
from scanner.machine import fresh_process
from scanner.machine.fresh_process import start_process
from tests.cli.process import PATIENCE_S
from tests.machine.started import starts_one_that_never_gets_so_far, starts_one_that_stops_itself
from tests.workers import is_alive, is_stopped, until, workers_when


@contextmanager
def stopped(function: Callable[[int], None]) -> Iterator[tuple[int, int]]:
    """A process that this function starts another in, and that one, which is stopped."""
    process, line, stderr = start_process(function.__module__, function.__name__)
    (pid,) = workers_when(process.pid, 1)
    try:
        until(lambda: is_stopped(pid), "it never stopped")
        yield process.pid, pid
    finally:
        line.close()
        stderr.close()
        process.kill()
        process.wait()
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere nobody lets it go on")
def test_who_is_stopped_at_once_ends_with_who_started_it() -> None:
    with stopped(starts_one_that_stops_itself) as (parent, child):
        assert os.getpgid(child) == os.getpgid(parent)  # Ctrl-Z stops both
        os.kill(parent, signal.SIGKILL)
        until(lambda: not is_alive(child), "it is still there, and waits for a SIGCONT that never comes")


def test_who_is_stopped_before_it_could_do_anything_ends_as_well(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    python = tmp_path / "python"
    python.write_text("#!/bin/sh\nkill -STOP $$\n")
    python.chmod(0o755)
    monkeypatch.setenv("STOPS_ITSELF", str(python))
    with stopped(starts_one_that_never_gets_so_far) as (parent, child):
        os.kill(parent, signal.SIGKILL)
        until(lambda: not is_alive(child), "it is still there, and waits for a SIGCONT that never comes")


def test_what_comes_with_python_is_imported_before_what_lies_beside_the_package(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As in site-packages, where somebody may have installed a module that Python has had for years."""
    (tmp_path / "enum.py").write_text("raise ImportError('a backport')")
    (tmp_path / "scanner").symlink_to(Path(scanner.__file__).parent)
    monkeypatch.setattr(fresh_process, "__file__", str(tmp_path / "scanner" / "machine" / "fresh_process.py"))
    started = start_process("scanner.scanning.processes.worker", "work")
    with started.socket, started.stderr:
        started.socket.close()  # it ends once nobody can tell it what to do
        assert (started.process.wait(PATIENCE_S), started.last_line()) == (0, "")


@pytest.mark.parametrize(
    ("said", "line"),
    [
        ("", ""),
        ("Traceback (most recent call last):\n  File: x\nImportError: a backport\n", "ImportError: a backport"),
        (
            "Fatal Python error: x\nLookupError: no codec\n\nCurrent thread 0x1:\n  <no frame>\n",
            "LookupError: no codec",
        ),
        ("no colon\n \n", "no colon"),
        ("x" * 10_000, "x" * 65_536),
    ],
)
def test_of_its_last_words_the_one_that_tells_most(monkeypatch: pytest.MonkeyPatch, said: str, line: str) -> None:
    """It waits for nobody to read them, and nobody waits for it."""
    program = f"import os, sys\ntry: os.write(2, {said!r}.encode() * {len(said) // 300 + 1})\nfinally: {{function}}"
    monkeypatch.setattr(fresh_process, "_PROGRAM", program)
    started = start_process("os", "os._exit(1)")
    with started.socket, started.stderr:
        assert started.process.wait(PATIENCE_S) == 1
        assert started.last_line() == line


def test_who_is_alone_from_the_beginning_ends_at_once() -> None:
    """As where its parent was killed while the interpreter started: it never comes to do what it was started for."""
    root = str(Path(scanner.__file__).parents[1])
    program = "from scanner.machine.started_process import ends_with; ends_with({parent}); print('goes on')"
    for parent, said in ((os.getpid(), "goes on\n"), (os.getppid(), "")):
        words = [sys.executable, "-c", program.format(parent=parent)]
        done = subprocess.run(words, cwd=root, capture_output=True, text=True, check=False)
        assert (done.returncode, done.stdout, done.stderr) == (0, said, "")
