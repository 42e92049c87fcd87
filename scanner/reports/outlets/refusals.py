"""Why a report cannot be written to a path, and what else its user should know, found out before anything is probed.

Nothing is touched: at most a file is opened to look at its lock. Other scans and traps are looked for once more when
the report is opened (`opening`, `whole_file`); whatever else has changed by then is an error there, or at the end.
"""

import os
import stat
import sys
from collections.abc import Iterable
from contextlib import suppress

from scanner.errors import UsageError
from scanner.machine.own_descriptors import own_descriptor
from scanner.reports.outlets.folder import Lock, lock
from scanner.reports.outlets.output_places import (
    final_path,
    folder_of,
    is_append_only,
    is_mounted,
    is_planted,
    may_not_replace,
    partial_path,
    planted_message,
)
from scanner.reports.outlets.rights import Rights

#: What to say about a report that another scan is writing.
TAKEN = "another scan is writing this report; wait for it, or give this one another name"


def taken_message(path: str) -> str:
    """What to say about a report that another scan is writing, with the option that asked for it."""
    return f"-o {path!r}: {TAKEN}"


def problem_of(path: str) -> str:
    """Why a report cannot be written to `path`, or empty."""
    if own_descriptor(path) == 1:
        return "" if sys.stdout is not None else "-o -: stdout is closed"
    try:
        problem = _file_problem(path)
    except UsageError as error:
        return str(error)
    except ValueError:
        problem = "is not a valid file name"
    except OSError as error:
        problem = f"cannot be written: {error.strerror}"
    return f"-o {path!r}: {problem}" if problem else ""


def notices(paths: Iterable[str]) -> list[str]:
    """What will change at these paths although the reports can be written: a line each."""
    found = []
    for path in paths:
        with suppress(OSError, ValueError, UsageError):
            if own_descriptor(path) is None and not is_mounted(final := final_path(path)):
                found += [f"{path!r}: {what}" for what in _changes(os.lstat(final), os.stat(folder_of(final)))]
    return found


def _changes(old: os.stat_result, folder: os.stat_result) -> list[str]:
    """What a new file in place of this one will not keep of it."""
    if not stat.S_ISREG(old.st_mode):
        return []
    found = []
    if not Rights.of(old).can_be_kept(folder):
        found.append(
            f"belongs to user {old.st_uid} and group {old.st_gid}, and you cannot give the new report to them: "
            "it will be yours, and readable by nobody else (0600)"
        )
    if old.st_nlink > 1:
        others = "another name" if old.st_nlink == 2 else f"{old.st_nlink - 1} other names"
        found.append(f"has {others} (hard links): only this one will be the new report")
    return found


def _file_problem(path: str) -> str:
    descriptor = own_descriptor(path)
    if descriptor is not None:
        os.fstat(descriptor)  # raises when it is not open
        return ""
    final = final_path(path)
    if os.path.exists(final):
        return _existing_problem(final)
    if os.path.islink(final):
        return "is a symbolic link that leads nowhere; remove it"
    if final.endswith(".partial"):
        return "is where an incomplete report is kept; give this one another name"
    if path.endswith(("/", os.sep)):
        return folder_hint(path)
    return _folder_problem(final)


def folder_hint(path: str, example: str = "report.csv") -> str:
    return f"is a folder; name a file in it, for example {os.path.join(path, example)}"


def _existing_problem(path: str) -> str:
    mode = os.stat(path).st_mode
    if stat.S_ISDIR(mode):
        return folder_hint(path)
    if stat.S_ISSOCK(mode):
        return "is a socket; name a file"
    if not os.access(path, os.W_OK):
        return "is not writable by you"
    if stat.S_ISFIFO(mode) and is_planted(os.stat(path), path):
        return planted_message(path, "FIFO")
    if not stat.S_ISREG(mode):
        return ""
    if path.endswith(".partial"):
        return "is where an incomplete report is kept; give this one another name"
    if is_mounted(path):
        return TAKEN if _lock_of(path) is Lock.TAKEN else ""
    return _folder_problem(path)


def _folder_problem(path: str) -> str:
    folder = folder_of(path)
    if missing := folder_missing(folder):
        return missing
    if not os.access(folder, os.W_OK | os.X_OK):
        return f"the folder {folder!r} is not writable by you"
    if is_append_only(path) or is_append_only(folder):
        what = "is" if is_append_only(path) else f"the folder {folder!r} is"
        return f"{what} append-only (chattr +a), so the report could not be given its name; name another"
    if may_not_replace(path, os.stat(folder)):
        return (
            "belongs to another user, and in its folder (sticky, as /tmp is) only its owner may replace it; "
            "name another file, or remove this one as its owner"
        )
    return _partial_problem(partial_path(path), os.stat(folder))


def folder_missing(folder: str) -> str:
    """What to say where there is no such folder to write in, or empty."""
    if not os.path.isabs(folder) and not _has_current_folder():
        return "the current folder was removed; write the whole path"
    if not os.path.isdir(folder):
        what = "is not a folder" if os.path.exists(folder) else "does not exist"
        return f"the folder {folder!r} {what}; create it first, or name another"
    return ""


def _partial_problem(partial: str, folder: os.stat_result) -> str:
    """Why the report cannot be written as FILE.partial first, because of rights or of another scan; or empty."""
    try:
        found = os.lstat(partial)  # also finds names that are too long
    except FileNotFoundError:
        return ""
    if stat.S_ISDIR(found.st_mode):
        return f"the report is written as {partial!r} first, and that is a folder; remove it"
    if may_not_replace(partial, folder):
        return f"the report is written as {partial!r} first, and that belongs to another user; name another file"
    if is_mounted(partial):
        return f"the report is written as {partial!r} first, and something is mounted there; name another file"
    if not stat.S_ISREG(found.st_mode):
        return ""
    try:
        return TAKEN if _lock_of(partial) is Lock.TAKEN else ""
    except PermissionError:
        return (
            f"the report is written as {partial!r} first, and that belongs to user {found.st_uid}, whose scan may be "
            "writing it; remove it once that has ended, or name another file"
        )


def _lock_of(path: str) -> Lock:
    """Whether somebody holds a file's lock. May raise OSError."""
    no_harm = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0)
    descriptor = os.open(path, os.O_RDONLY | no_harm)
    try:
        return lock(descriptor, looking=True)
    finally:
        os.close(descriptor)


def _has_current_folder() -> bool:
    """False once somebody has removed it: then it can still be looked at, but nothing can be made in it."""
    try:
        os.getcwd()
    except OSError:
        return False
    return True
