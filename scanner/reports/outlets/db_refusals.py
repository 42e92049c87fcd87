"""Why a scan cannot be appended to a `.db`, found out before anything is probed. Nothing is touched.

Unlike other reports, a database is written in place and grows, so what matters is the file itself and its folder, where
SQLite keeps a journal meanwhile. Others may append to it or read it at the same time: its lock is no reason.
"""

import os
import stat
from contextlib import closing, suppress

from scanner.errors import UsageError
from scanner.machine.own_descriptors import own_descriptor
from scanner.reports.db_file import check_header, check_tables, header_of, uri_of, words_of
from scanner.reports.db_schema import APPLICATION_ID
from scanner.reports.outlets.output_places import final_path, folder_of, is_append_only
from scanner.reports.outlets.refusals import folder_hint, folder_missing

_REMEDY = "name a file: -o scans.db"
#: In bytes, the journal's name and the end of it included (SQLite's MAX_PATHNAME, os_unix.c).
_LONGEST_PATH, _LONGEST_ENDING = 512, b"-journal"


def db_problem_of(path: str) -> str:
    """Why no scan can be appended to the database at `path`, or empty."""
    if own_descriptor(path) == 1:
        return f"-f db: a database cannot be written to stdout; {_REMEDY}"
    try:
        import sqlite3  # noqa: F401
    except ImportError:
        return "-o db: this Python was built without sqlite3; write another format, or use a Python that has it"
    try:
        problem = _problem_of(path)
    except UsageError as error:
        problem = str(error)
    except ValueError:
        problem = "is not a valid file name"
    except OSError as error:
        problem = f"cannot be written: {error.strerror}"
    return problem if problem.startswith("-o ") else f"-o {path!r}: {problem}" if problem else ""


def replaced_db(path: str) -> str:
    """Why no report of another format may take the place of what is at `path`, or empty: all scans would be lost."""
    with suppress(OSError, UsageError):
        header = header_of(path)
        if header is not None and header.application_id == APPLICATION_ID:
            return f"-o {path!r}: is a database of scans, and this report would replace it; name another file"
    return ""


def _problem_of(path: str) -> str:
    if own_descriptor(path) is not None:
        return f"is an open descriptor, and a database cannot be written to one; {_REMEDY}"
    final = final_path(path)
    if os.path.isdir(final) or path.endswith(("/", os.sep)):
        return folder_hint(path, "scans.db")
    try:
        mode = os.stat(final).st_mode
    except FileNotFoundError:
        if os.path.islink(final):
            return "is a symbolic link that leads nowhere; remove it"
        return _folder_problem(final)
    if not stat.S_ISREG(mode):
        return f"is not a regular file, and a database needs one; {_REMEDY}"
    if not os.access(final, os.R_OK | os.W_OK):
        return "cannot be both read and written by you"
    _check(final)
    return _folder_problem(final)


def _folder_problem(path: str) -> str:
    folder = folder_of(path)
    if missing := folder_missing(folder):
        return missing
    if not os.access(folder, os.W_OK | os.X_OK):
        return f"the folder {folder!r} is not writable by you, and SQLite keeps a journal in it while it appends"
    if is_append_only(path) or is_append_only(folder):
        return "it or its folder is append-only (chattr +a), and a database is changed in place; name another"
    name = os.fsencode(os.path.abspath(path)) + _LONGEST_ENDING
    if len(name) > _LONGEST_PATH:
        return f"the whole path is too long for SQLite, which takes {_LONGEST_PATH - len(_LONGEST_ENDING)} bytes"
    with suppress(FileNotFoundError):
        os.lstat(path + "-journal")  # finds names that are too long
    return ""


def _check(path: str) -> None:
    """Raises UsageError where it is no database of ours, a newer one, or damaged where that shows at once."""
    header = header_of(path)
    if header is None:
        return
    check_header(header)
    import sqlite3

    try:
        # Immutable: without locks or files of its own. Somebody may be appending, so only the structure is asked for.
        with closing(sqlite3.Connection(uri_of(path, "mode=ro&immutable=1"), uri=True)) as connection:
            check_tables(connection)
    except sqlite3.Error as error:
        raise UsageError(words_of(error)) from error
