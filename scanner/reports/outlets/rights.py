"""Whose a report will be, and who may read it: as the file that it replaces, where that can be kept.

A report is created 0600, and nothing is given to anybody before it is whole. What is given is given on the descriptor
(a path may lead elsewhere by then), owner and group first (that takes set-user-id bits away, chown(2)), and of the
mode only the nine permission bits: nobody gains rights through a report that somebody else had prepared a place for.
Where owner and group cannot be kept, the old mode would speak of other people: so it stays 0600.
"""

import os
import stat
from contextlib import suppress
from enum import Enum
from typing import NamedTuple

_PERMISSIONS = 0o777


class Rights(NamedTuple):
    """The owner, group and mode that a report is to have; an owner of -1 is whoever makes it."""

    uid: int
    gid: int
    mode: int

    @classmethod
    def of(cls, found: os.stat_result) -> "Rights":
        """Those of a file that gets replaced."""
        return cls(found.st_uid, found.st_gid, found.st_mode & _PERMISSIONS)

    @classmethod
    def new(cls) -> "Rights":
        """Those of a new file, as any program makes one: 0666 less the umask."""
        return cls(-1, -1, 0o666 & ~_umask())

    def can_be_kept(self, folder: os.stat_result) -> bool:
        """Whether a file that we make in this folder can have this owner and group (chown(2))."""
        if not hasattr(os, "geteuid"):
            return True
        groups = {os.getegid(), *os.getgroups()}
        if folder.st_mode & stat.S_ISGID:
            groups.add(folder.st_gid)  # a new file has the folder's group (inode(7))
        if self.uid == os.geteuid() and self.gid in groups:
            return True
        return has_power(Power.CHOWN, self)

    def give(self, descriptor: int) -> None:
        """Gives them to an open file, which stays 0600 where its owner or group cannot be given."""
        if not hasattr(os, "fchown"):
            return  # Windows has neither
        with suppress(OSError):
            made = os.fstat(descriptor)
            if self.uid != -1 and (self.uid, self.gid) != (made.st_uid, made.st_gid):
                os.fchown(descriptor, self.uid, self.gid)
            os.fchmod(descriptor, self.mode)


class Power(Enum):
    """What root may do, and a process can be without all the same: the bits of capabilities(7)."""

    CHOWN = 0
    """Give files away."""
    OWNER = 3
    """Act as a file's owner: replace it in a sticky folder."""


def has_power(power: Power, file: "Rights | os.stat_result") -> bool:
    """Whether we have a power of root's over a file of this owner and group."""
    uid, gid = (file.uid, file.gid) if isinstance(file, Rights) else (file.st_uid, file.st_gid)
    try:
        with open("/proc/self/status", encoding="utf-8", errors="replace") as lines:
            held = next(int(line.split()[1], 16) for line in lines if line.startswith("CapEff:"))
    except (OSError, ValueError, StopIteration):
        held = -1 if os.geteuid() == 0 else 0
    return bool(held >> power.value & 1) and _is_mapped("uid", uid) and _is_mapped("gid", gid)


def _is_mapped(kind: str, number: int) -> bool:
    """Whether powers reach an owner ("uid") or group ("gid"): not one that this user namespace does not have.

    Whom a namespace does not have, it shows as the overflow user, 65534 (user_namespaces(7)).
    """
    try:
        with open(f"/proc/self/{kind}_map", encoding="utf-8") as lines:
            ranges = [tuple(map(int, line.split())) for line in lines]
    except (OSError, ValueError):
        return True
    return any(first <= number < first + count for first, _, count in ranges)


def _umask() -> int:
    """The process's umask. There is no call that only reads it: for a moment it is the strictest."""
    mask = os.umask(0o077)
    os.umask(mask)
    return mask
