"""The processes that a `scanner` has started, as /proc shows them, and waiting until there are none."""

import os
import time
from collections.abc import Callable
from pathlib import Path

from tests.cli.process import PATIENCE_S


def _state_and_parent(pid: int) -> tuple[str, int]:
    try:
        words = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
    except OSError:
        return "gone", 0
    return words[0], int(words[1])


def workers_of(pid: int) -> list[int]:
    """The children of a process that are alive, in the order in which they were started. (Not that of their numbers
    alone: these begin anew at 32,768.)"""
    found = [int(name) for name in os.listdir("/proc") if name.isdigit()]
    alive = [each for each in found if (told := _state_and_parent(each))[1] == pid and told[0] not in "ZX"]
    return sorted(alive, key=lambda each: (_started(each), each))


def _started(pid: int) -> int:
    """When it was, in clock ticks since the machine was."""
    try:
        return int(
            Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()[19]
        )
    except (OSError, IndexError):
        return 0


def is_alive(pid: int) -> bool:
    """Whether a process still runs."""
    return _state_and_parent(pid)[0] not in ("gone", "Z", "X")


def is_stopped(pid: int) -> bool:
    """Whether it stands still until it is told to go on."""
    return _state_and_parent(pid)[0] == "T"


def until(what: Callable[[], bool], why: str) -> None:
    """Waits for it."""
    limit = time.monotonic() + PATIENCE_S
    while not what():
        assert time.monotonic() < limit, why
        time.sleep(0.01)


def workers_when(pid: int, count: int, *, beside: set[int] | None = None) -> list[int]:
    """The workers of a process, once there are so many, those `beside` not counted."""
    found: list[int] = []

    def are_there() -> bool:
        found[:] = [each for each in workers_of(pid) if each not in (beside or ())]
        return len(found) >= count

    until(are_there, f"{count} workers never came")
    return found
