"""Why there can be no journal at a path: what to tell its user, and what to do about it. Nothing is changed."""

import errno
import os
import stat

from scanner.machine.own_descriptors import own_descriptor

_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


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


def write_problem(error: OSError) -> str:
    """Why none could be begun there."""
    remedy = "make room there, or name a file elsewhere" if error.errno in _FULL else "name a file elsewhere"
    return f"cannot be written: {error.strerror}; {remedy}"
