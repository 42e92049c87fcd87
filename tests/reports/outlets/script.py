"""Running a script of a test in a process of its own, which may become another user or stand in another namespace."""

import subprocess
import sys
from pathlib import Path

_ROOT = str(Path(__file__).parents[3])


def command(script: str, *words: object) -> list[str]:
    """Python with a script that finds this checkout whatever user it becomes, as long as it imports before that."""
    return [sys.executable, "-c", f"import sys; sys.path.insert(0, {_ROOT!r})\n{script}", *map(str, words)]


def output_of(script: str, *words: object) -> str:
    """What the script prints; it has to end well."""
    done = subprocess.run(command(script, *words), capture_output=True, text=True, timeout=30, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout
