"""An error of a worker as the one that started it raises it: the same where users see its text, else what is known."""

import json
import traceback
from collections.abc import Callable
from typing import Any

from scanner.errors import ScannerError, UsageError


class WorkerFaultError(RuntimeError):
    """A mistake of ours in another process; `told` is where."""

    def __init__(self, text: str, told: str = "") -> None:
        super().__init__(text)
        self.told = told
        self.add_note(told)


def packed_failure(error: Exception) -> bytes:
    """What went wrong, as bytes."""
    said: list[Any]
    if isinstance(error, ScannerError):
        kind, said = ("usage" if isinstance(error, UsageError) else "scanner"), list(error.problems)
    elif isinstance(error, MemoryError):
        kind, said = "memory", []
    elif isinstance(error, OSError) and error.errno is not None:
        kind, said = "system", [error.errno, error.strerror]
    else:
        kind, said = "fault", [f"{type(error).__name__}: {error}", "".join(traceback.format_exception(error))]
    return json.dumps([kind, said]).encode()


def failure_of(data: bytes) -> Exception:
    """The error to raise."""
    kind, said = json.loads(data)
    makers: dict[str, Callable[..., Exception]] = {
        "usage": UsageError, "scanner": ScannerError, "memory": MemoryError, "system": OSError,
        "fault": WorkerFaultError,
    }  # fmt: skip
    return makers[kind](*said)


def reason_of(error: Exception) -> str:
    """In a few words, for a line that says whose it is."""
    if isinstance(error, MemoryError):
        return "its machine has no memory left for the scan"
    if isinstance(error, WorkerFaultError):
        return f"internal error: {error} (-v shows where)"
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    return "; ".join(str(error).splitlines()) or type(error).__name__
