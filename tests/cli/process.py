"""Running `scanner` as people do: a process of its own, with pipes or on a terminal. (`run_here` alone needs none.)

Every run has a limit, after which it is killed and the test fails: nothing here waits for ever.
"""

import contextlib
import io
import os
import pty
import re
import select
import subprocess
import sys
import termios
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from scanner.cli.app import run_command
from scanner.cli.status import guarded

COMMAND = [sys.executable, "-m", "scanner"]
#: Far more than any of these runs needs, also on a busy machine.
PATIENCE_S = 30.0
#: What a user's environment may have, and what would change what our commands show or how they end.
UNWANTED = (
    "NO_COLOR", "FORCE_COLOR", "COLUMNS", "LINES", "SCANNER_DEBUG", "_SCANNER_COMPLETE", "PYTHONUNBUFFERED",
    "PYTHONSAFEPATH",
)  # fmt: skip


def environment(extra: Mapping[str, str] | None = None) -> dict[str, str]:
    """Ours without what changes colours, bars and widths, and with `extra`."""
    ours = {name: value for name, value in os.environ.items() if name not in UNWANTED}
    return ours | {"TERM": "xterm-256color"} | dict(extra or {})


def run(*words: object, cwd: Path | None = None, env: Mapping[str, str] | None = None, **more: Any) -> Any:
    """Runs to the end; the answer has `returncode`, `stdout` and `stderr` (texts)."""
    more = {"stdin": subprocess.DEVNULL} | more if "input" not in more else more
    more = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE} | more
    return subprocess.run(
        [*COMMAND, *map(str, words)],
        cwd=cwd,
        env=environment(env),
        timeout=PATIENCE_S,
        encoding="utf-8",
        check=False,
        **more,
    )


def run_here(*words: object, cwd: Path) -> Any:
    """The same in this process, which spares the start of one: for calls that end before anything is probed."""
    stdout, stderr = io.StringIO(), io.StringIO()
    with contextlib.chdir(cwd), contextlib.redirect_stdout(stdout), contextlib.redirect_stderr(stderr):
        status = guarded(lambda: run_command([*map(str, words)]))
    return subprocess.CompletedProcess(words, status, stdout.getvalue(), stderr.getvalue())


def start(*words: object, cwd: Path | None = None, **more: Any) -> "subprocess.Popen[str]":
    """Starts it with pipes; the caller ends it."""
    more = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE} | more
    return subprocess.Popen(
        [*COMMAND, *map(str, words)],
        cwd=cwd,
        env=environment(),
        stdin=subprocess.DEVNULL,
        encoding="utf-8",
        **more,
    )


def on_terminal(*words: object, env: Mapping[str, str] | None = None, streams: str = "both") -> tuple[int, str, str]:
    """Runs with stdout, stderr or both on a terminal: status, what the terminal got, what the pipe got."""
    master, slave = pty.openpty()
    reader, writer = os.pipe()
    places = {"both": (slave, slave), "stdout": (slave, writer), "stderr": (writer, slave)}[streams]
    process = subprocess.Popen(
        [*COMMAND, *map(str, words)],
        env=environment(env),
        stdin=subprocess.DEVNULL,
        stdout=places[0],
        stderr=places[1],
    )
    os.close(slave)
    os.close(writer)
    shown = _read_all(master)
    piped = _read_all(reader)
    return process.wait(PATIENCE_S), shown.decode(), piped.decode()


def _read_all(descriptor: int) -> bytes:
    """All until the other side is closed; a terminal says that with EIO."""
    parts = []
    try:
        while part := os.read(descriptor, 65536):
            parts.append(part)
    except OSError:
        pass
    finally:
        os.close(descriptor)
    return b"".join(parts)


def wait_for(path: Path, text: str) -> None:
    """Until `text` stands in the file."""
    limit = time.monotonic() + PATIENCE_S
    while not (path.exists() and text in path.read_text(encoding="utf-8")):
        assert time.monotonic() < limit, f"{text!r} never appeared in {path.name}"
        time.sleep(0.01)


def typed_at(keys: bytes, cue: str, *words: object, columns: int) -> tuple[int, list[str]]:
    """Runs on a terminal of its own that is so wide, and types `keys` once it shows `cue`: status, the screen's lines.

    Unlike `on_terminal` it is the controlling terminal: ^C is echoed and becomes a signal, as it does for people.
    """
    master, slave = pty.openpty()
    termios.tcsetwinsize(slave, (24, columns))
    # Of a session without a terminal, the first one that its leader opens becomes the controlling one. (pty.fork would
    # do that too, but forking is not for processes with threads, such as a worker of pytest-xdist.)
    process = subprocess.Popen(
        ["sh", "-c", 'exec "$@" <>"$0"', os.ttyname(slave), *COMMAND, *map(str, words)],
        env=environment(),
        stdin=slave,
        stdout=slave,
        stderr=slave,
        start_new_session=True,
    )
    os.close(slave)
    shown, typed = b"", False
    with suppress(OSError):  # EIO: the other side is closed
        while part := os.read(master, 65536) if select.select([master], [], [], PATIENCE_S)[0] else b"":
            shown += part
            if not typed and cue.encode() in shown:
                os.write(master, keys)
                typed = True
    os.close(master)  # hangs up on whoever still runs
    return process.wait(PATIENCE_S), screen(shown.decode(), columns)


def screen(text: str, columns: int) -> list[str]:
    """What stands on a terminal after `text`, as far as returns, line feeds and the margin go."""
    lines, row, column = [""], 0, 0
    for char in re.sub(r"\x1b\[[0-9;]*m", "", text):
        if char == "\r":
            column = 0
            continue
        if char == "\n" or column == columns:
            row, column = row + 1, 0 if column == columns and char != "\n" else column
            lines += [""] * (row + 1 - len(lines))
        if char != "\n":
            lines[row] = lines[row][:column].ljust(column) + char + lines[row][column + 1 :]
            column += 1
    return [line.rstrip() for line in lines]
