"""What a worker would run as `scanner`: told by its sources, for a version is soon said, and others use the name.

A worker with something else of that name, or with another state of ours, must be found out before it is given anything:
what it cannot unpickle ends it. So it is asked by a function that needs nothing of ours there (`sent_source.py`).

An install without sources (compiled files alone, or in a zip) cannot be told from another, and takes no part.
"""

from collections.abc import Mapping
from typing import NamedTuple

from scanner.words.plain import plain
from scanner.words.shown_text import shown

_HOW = "install the wheel of this host there, and restart the worker (docs/machines.md)"
_MOST_SHOWN = 40


class WorkerCode(NamedTuple):
    """`version`: of what is installed as scanner; empty: nothing is. `digest`: of its sources; empty: it has none."""

    version: str = ""
    digest: str = ""


def told_code() -> tuple[str, str]:
    """A `WorkerCode` of the process that runs it, to which its source is sent: it names nothing from outside of itself.

    The first answer stands as long as the process does: where something else is installed under it, what it has
    imported stays what it was.
    """
    import sys
    from hashlib import sha256
    from importlib.metadata import version
    from importlib.util import find_spec
    from pathlib import Path

    if (told := vars(sys).get("scanner_code")) is not None:
        return told[0], told[1]
    try:
        known = version("scanner")
    except Exception:
        known = ""
    digest = ""
    try:
        spec = find_spec("scanner")  # imports nothing
        start = Path((spec and spec.origin) or "")
        if start.name == "__init__.py" and start.is_file():
            files = sorted((path.relative_to(start.parent).as_posix(), path) for path in start.parent.rglob("*.py"))
            hashed = sha256()
            for name, path in files:
                source = path.read_bytes()
                hashed.update(f"{name} {len(source)}\n".encode() + source)
            digest = hashed.hexdigest()
            known = known or "of an unknown version"
    except Exception:
        pass
    vars(sys)["scanner_code"] = known, digest
    return known, digest


def own_code() -> WorkerCode:
    """Of this process."""
    return WorkerCode(*told_code())


def code_problems(found: Mapping[str, WorkerCode], names: Mapping[str, str], own: WorkerCode) -> list[str]:
    """What keeps workers from being of use, a line each. `found`: by address, `names`: what they are called."""
    return [
        f"worker {shown(names.get(address, address))} {_differs(code, own)}; {_HOW}"
        for address, code in found.items()
        if not own.digest or code.digest != own.digest
    ]


def _differs(code: WorkerCode, own: WorkerCode) -> str:
    if not (code.version or code.digest):
        return f"has no scanner, and {own.version} is needed"
    version = plain(code.version[:_MOST_SHOWN])
    if code.version != own.version:
        return f"has scanner {version}, and {own.version} is needed"
    if not code.digest:
        return f"has a scanner {version} without sources, or something else of that name"
    return f"has another scanner {version} than this host: its code is not the same"
