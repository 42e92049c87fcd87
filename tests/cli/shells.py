"""Real shells on a terminal of their own, with our completion, and somebody who types at them.

What was typed, with its TABs, is not run: a `show ` is typed in front of it, which writes the words that the shell
makes of the line into a file. So a test sees what a user would have run, quotes and all.
"""

import os
import pty
import select
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

from tests.cli.process import PATIENCE_S, environment

_SETUP = {
    "bash": "set -u; bind 'set bell-style none'; PS1=; show() { printf '%s\\0' \"$@\" >\"$HOME/shown.new\"; "
    'mv "$HOME/shown.new" "$HOME/shown"; }; eval "$(scanner completion bash)"',
    "zsh": "bindkey -e; PS1=; autoload -Uz compinit; compinit -u -D; show() { printf '%s\\0' \"$@\" >$HOME/shown.new; "
    'mv $HOME/shown.new $HOME/shown; }; eval "$(scanner completion zsh)"',
}
_COMMAND = {"bash": ["bash", "--norc", "--noprofile", "-i"], "zsh": ["zsh", "-f", "-i"]}
_TO_THE_BEGINNING = "\x01"


def program_in(folder: Path) -> dict[str, str]:
    """An environment whose PATH leads to a `scanner` of this Python's, in this folder, which is the home as well."""
    program = folder / "bin" / "scanner"
    program.parent.mkdir(parents=True, exist_ok=True)
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m scanner "$@"\n')
    program.chmod(0o755)
    root = str(Path(__file__).parents[2])
    return environment({"PATH": f"{program.parent}:{os.environ['PATH']}", "HOME": str(folder), "PYTHONPATH": root})


class Typist:
    """Somebody at `shell`, "bash" or "zsh", in a folder. Close it: that hangs up on the shell."""

    def __init__(self, shell: str, folder: Path, home: Path) -> None:
        self._shown = home / "shown"
        self._master, slave = pty.openpty()
        self._process = subprocess.Popen(
            ["sh", "-c", 'exec "$@" <>"$0"', os.ttyname(slave), *_COMMAND[shell]],
            env=program_in(home),
            cwd=folder,
            stdin=slave,
            stdout=slave,
            stderr=slave,
            start_new_session=True,
        )
        os.close(slave)
        self.screen = b""
        self._type(f"{_SETUP[shell]}\n")
        self.line("")

    def line(self, keys: str) -> list[str]:
        """The words of the line after these keys, as the shell would hand them to the program, its name among them."""
        self._shown.unlink(missing_ok=True)
        self._type(f"{keys}{_TO_THE_BEGINNING}show \n")
        limit = time.monotonic() + PATIENCE_S
        while not self._shown.exists():
            assert time.monotonic() < limit, self.screen.decode(errors="replace")
            self._read()
        return self._shown.read_bytes().decode().split("\0")[:-1]

    def close(self) -> None:
        with suppress(OSError):
            os.close(self._master)
        self._process.wait(PATIENCE_S)

    def _type(self, keys: str) -> None:
        os.write(self._master, keys.encode())

    def _read(self) -> None:
        if select.select([self._master], [], [], 0.05)[0]:
            self.screen += os.read(self._master, 65536)


def asked_of_fish(line: str, folder: Path, home: Path) -> list[str]:
    """The candidates that fish has for the end of this line, without their help."""
    script = "scanner completion fish | source; complete -C $argv[1]"
    done = subprocess.run(
        ["fish", "--no-config", "-c", script, line],
        cwd=folder,
        env=program_in(home),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        timeout=PATIENCE_S,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    return [each.partition("\t")[0] for each in done.stdout.splitlines()]
