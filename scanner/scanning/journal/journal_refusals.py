"""Why a scan cannot go on with a journal, or have one there: what to tell its user. Nothing is changed."""

import os
import stat
from collections.abc import Mapping
from typing import Any

from scanner.machine.own_descriptors import own_descriptor

_MOST_NAMED = 6


def path_problem(path: str) -> str:
    """Why no journal can be at this path, or empty. (Whether what is there is one, is not looked at.)"""
    try:
        return _problem(path)
    except ValueError:
        return "is not a valid file name"
    except OSError as error:
        return f"cannot be used: {error.strerror}"


def _problem(path: str) -> str:
    remedy = "name a file: --journal scan.journal"
    if own_descriptor(path) is not None:
        return f"a journal is read and written, which a stream cannot be; {remedy}"
    if path.endswith(("/", os.sep)):
        return f"is a folder; {remedy}"
    try:
        found = os.lstat(path)
    except FileNotFoundError:
        return _folder_problem(os.path.dirname(path) or ".")
    if stat.S_ISLNK(found.st_mode):
        return "is a symbolic link; name the file itself"
    if stat.S_ISDIR(found.st_mode):
        return f"is a folder; {remedy}"
    if not stat.S_ISREG(found.st_mode):
        return f"is not a regular file, and a journal needs one; {remedy}"
    if not os.access(path, os.R_OK | os.W_OK):
        return "cannot be both read and written by you"
    return ""


def _folder_problem(folder: str) -> str:
    if not os.path.isdir(folder):
        what = "is not a folder" if os.path.exists(folder) else "does not exist"
        return f"the folder {folder!r} {what}; create it first, or name another"
    if not os.access(folder, os.W_OK | os.X_OK):
        return f"the folder {folder!r} is not writable by you"
    return ""


def changed_text(before: Mapping[str, Any], now: Mapping[str, Any]) -> str:
    """What to say where a scan is not the one that the journal is of; empty where it is."""
    changes = [
        _change(name, before.get(name), now.get(name))
        for name in dict.fromkeys((*now, *before))
        if before.get(name) != now.get(name)
    ]
    if not changes:
        return ""
    more = f", and {len(changes) - _MOST_NAMED} more" if len(changes) > _MOST_NAMED else ""
    return (
        f"is of an unfinished scan that differs from this one: {', '.join(changes[:_MOST_NAMED])}{more}; give what it "
        "was begun with, name another file, or remove it to begin anew"
    )


def _change(name: str, before: Any, now: Any) -> str:
    """Digests say nothing to anybody."""
    if name.startswith("the "):
        return f"{name} changed"
    return f"{name} is {_value(now)}, and was {_value(before)}"


def _value(value: Any) -> str:
    if value in (None, "", False):
        return "not given"
    return "given" if value is True else str(value)
