"""What a path after `-o` stands for: a descriptor of ours, a device, a mounted file, or a file that gets replaced.

Only looks: nothing is created, opened for writing, or changed. Why a report cannot be written there is in `refusals`.
"""

import os
import re
import stat
from contextlib import suppress

from scanner.reports.outlets.rights import is_mapped

_OWN_DESCRIPTOR = re.compile(r"/dev/(?:fd/(\d+)|(stdout|stderr))|/proc/self/fd/(\d+)")
#: Links that lead to links; the kernel follows as many (path_resolution(7)).
_MOST_LINKS = 40


def own_descriptor(path: str) -> int | None:
    """The descriptor of this process that `path` names ("-", /dev/stdout, /dev/fd/3), or None.

    Opening such a path anew would truncate a file that the shell has redirected to.
    """
    if path == "-":
        return 1
    if os.name == "nt" or (match := _OWN_DESCRIPTOR.fullmatch(path)) is None:
        return None
    number = match[1] or match[3]
    return int(number) if number else {"stdout": 1, "stderr": 2}[match[2]]


def is_special(path: str) -> bool:
    """True for what exists and is no regular file (a device, a FIFO): it is written as it is."""
    try:
        return not stat.S_ISREG(os.stat(path).st_mode)
    except FileNotFoundError:
        return False


def final_path(path: str) -> str:
    """The file that gets replaced in the end: of a symbolic link, the file it points to."""
    return os.path.realpath(path) if os.path.islink(path) else path


def partial_path(path: str) -> str:
    """Where the report stands until it is whole, beside the file that it will become."""
    return final_path(path) + ".partial"


def folder_of(path: str) -> str:
    """The folder that a path lies in."""
    return os.path.dirname(path) or os.curdir


def is_mounted(path: str) -> bool:
    """Whether something is mounted on this very file, as containers do (`-v report.json:/report.json`).

    Such a file can be written, but neither replaced nor removed (rename(2), EBUSY). The kernel gives each descriptor's
    mount in /proc/self/fdinfo (proc_pid_fdinfo(5), Linux 3.15). Comparing devices would not do: a bind mount of the
    same file system has the same one, and a file of an overlay may have another than its folder.
    """
    ours = _mount_id(path)
    return bool(ours) and ours != _mount_id(folder_of(path))


def _mount_id(path: str) -> str:
    """The number of the mount that a path lies in, or empty where the system does not tell."""
    flag = getattr(os, "O_PATH", None)
    if flag is None:
        return ""
    with suppress(OSError):
        descriptor = os.open(path, flag | os.O_CLOEXEC)
        try:
            with open(f"/proc/self/fdinfo/{descriptor}", encoding="utf-8") as lines:
                return next((line.split()[1] for line in lines if line.startswith("mnt_id:")), "")
        finally:
            os.close(descriptor)
    return ""


def planted(path: str) -> str:
    """The link or FIFO on the way of `path` that another user may have left for us to fall into, or empty.

    In a folder such as /tmp, where everybody may write, his link would have us replace a file of our own, his FIFO
    hand him the report. The kernel has the same rule for links (proc_sys_fs(5), protected_symlinks), but we read links
    ourselves, and so past it.
    """
    at = path
    for _ in range(_MOST_LINKS):
        try:
            found = os.lstat(at)
            folder = os.stat(folder_of(at))
        except (OSError, ValueError):
            return ""
        if not (stat.S_ISLNK(found.st_mode) or stat.S_ISFIFO(found.st_mode)):
            return ""
        if is_sticky(folder) and folder.st_mode & stat.S_IWOTH and found.st_uid not in (_own_id(), folder.st_uid):
            return at
        if not stat.S_ISLNK(found.st_mode):
            return ""
        at = os.path.join(os.path.dirname(at), os.readlink(at))
    return ""


def may_not_replace(path: str, folder: os.stat_result) -> bool:
    """Whether `path` is another user's in a sticky folder, so that we may neither replace nor remove it (inode(7))."""
    try:
        found = os.lstat(path)
    except (OSError, ValueError):
        return False
    if not is_sticky(folder) or _own_id() in (found.st_uid, folder.st_uid):
        return False
    return _own_id() != 0 or not is_mapped("uid", found.st_uid)


def is_sticky(folder: os.stat_result) -> bool:
    """Whether only a file's owner (and the folder's) may replace or remove it there."""
    return bool(folder.st_mode & stat.S_ISVTX)


def _own_id() -> int:
    return os.geteuid() if hasattr(os, "geteuid") else 0
