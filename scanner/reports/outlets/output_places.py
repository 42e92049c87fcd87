"""What a path after `-o` stands for: a device, a mounted file, or a file that gets replaced.

This module only looks: nothing is created, opened for writing, or changed. Whether a path names one of our
descriptors is in `machine/own_descriptors.py`; why a report cannot be written there, in `refusals`.
"""

import os
import stat
import sys
from contextlib import suppress

from scanner.errors import UsageError
from scanner.machine.capabilities import Power
from scanner.machine.mounts import mount_id
from scanner.reports.outlets.rights import has_power

#: How many links that lead to links are followed; the kernel follows as many (path_resolution(7)).
_MOST_LINKS = 40
#: FS_IOC_GETFLAGS, which is _IOR('f', 1, long), and FS_APPEND_FL of linux/fs.h.
_GET_FLAGS = 0x80086601
_APPEND_ONLY = 0x20


def is_special(path: str) -> bool:
    """Whether it exists and is not a regular file (a device, a FIFO): then it is written in place."""
    try:
        return not stat.S_ISREG(os.stat(path).st_mode)
    except FileNotFoundError:
        return False


def final_path(path: str) -> str:
    """The file that gets replaced in the end: for a symbolic link, the file it points to.

    Raises UsageError for a link that another user may have left as a trap: in a folder such as /tmp, where everybody
    may write, it would have us replace a file of our own. The kernel has that rule (proc_sys_fs(5),
    protected_symlinks), but reading links here bypasses it; they are read only here, so that none slips in between.
    """
    at = path
    for _ in range(_MOST_LINKS):
        found = _state_of(at)
        if found is None or not stat.S_ISLNK(found.st_mode):
            return at
        if is_planted(found, at):
            raise UsageError(f"-o {path!r}: {planted_message(at, 'link')}")
        following = os.path.join(os.path.dirname(at), os.readlink(at))
        if os.path.exists(at) and not os.path.lexists(following):
            return at  # a link in /proc: what it leads to has no name
        at = following
    return at


def _state_of(path: str) -> os.stat_result | None:
    try:
        return os.lstat(path)
    except (OSError, ValueError):
        return None


def is_planted(found: os.stat_result, path: str) -> bool:
    """Whether the file with this state is another user's, in a folder where all may write but not replace it."""
    try:
        folder = os.stat(folder_of(path))
    except (OSError, ValueError):
        return False
    return is_sticky(folder) and bool(folder.st_mode & stat.S_IWOTH) and found.st_uid not in (_own_id(), folder.st_uid)


def planted_message(path: str, what: str) -> str:
    return f"{path!r} is another user's {what} in a folder that everybody may write to; name another file"


def partial_path(path: str) -> str:
    """Where the report stands until it is whole, next to the file that it will become."""
    return final_path(path) + ".partial"


def folder_of(path: str) -> str:
    """The folder that a path lies in."""
    return os.path.dirname(path) or os.curdir


def is_mounted(path: str) -> bool:
    """Whether something is mounted on this very file, as containers do (`-v report.json:/report.json`).

    Such a file can be written, but neither replaced nor removed (rename(2), EBUSY). Comparing devices would not do: a
    bind mount from the same file system has the same one, and a file in an overlay may have another than its folder.
    """
    ours = mount_id(path)
    return bool(ours) and ours != mount_id(folder_of(path))


def may_not_replace(path: str, folder: os.stat_result) -> bool:
    """Whether `path` is another user's in a sticky folder, so that we may neither replace nor remove it (inode(7))."""
    try:
        found = os.lstat(path)
    except (OSError, ValueError):
        return False
    if not is_sticky(folder) or _own_id() in (found.st_uid, folder.st_uid):
        return False
    return not has_power(Power.OWNER, found)


def is_append_only(path: str) -> bool:
    """Whether a file may only grow, or a folder only get more files (chattr +a, ioctl_iflags(2))."""
    with suppress(OSError, ValueError, ImportError):
        import fcntl

        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        try:
            flags = fcntl.ioctl(descriptor, _GET_FLAGS, bytes(8))
        finally:
            os.close(descriptor)
        return bool(int.from_bytes(flags[:4], sys.byteorder) & _APPEND_ONLY)
    return False


def is_sticky(folder: os.stat_result) -> bool:
    """Whether only a file's owner (and the folder's) may replace or remove a file there."""
    return bool(folder.st_mode & stat.S_ISVTX)


def _own_id() -> int:
    return os.geteuid() if hasattr(os, "geteuid") else 0
