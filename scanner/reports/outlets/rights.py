"""Who will own a report, and who may read it: as with the file that it replaces, where that can be kept.

A report is created 0600, and nobody is given anything before it is whole. Rights are given on the descriptor (a path
may lead elsewhere by then), owner and group first (that clears set-user-id bits, chown(2)), and of the mode only the
nine permission bits: nobody gains rights through a report that somebody else had prepared a place for. Where owner and
group cannot be kept, the old mode would be about other people, so it stays 0600.
"""

import os
import stat
from contextlib import suppress
from typing import NamedTuple

from scanner.machine.capabilities import Power, is_held, is_mapped

_PERMISSIONS = 0o777


class Rights(NamedTuple):
    """The owner, group and mode that a report should have; an owner of -1 means whoever makes it."""

    uid: int
    gid: int
    mode: int

    @classmethod
    def of(cls, found: os.stat_result) -> "Rights":
        """Those of a file that gets replaced."""
        return cls(found.st_uid, found.st_gid, found.st_mode & _PERMISSIONS)

    @classmethod
    def new(cls) -> "Rights":
        """Those of a new file, as from any program: 0666 less the umask."""
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
        """Gives them to an open file, which stays 0600 where owner or group cannot be given."""
        if not hasattr(os, "fchown"):
            return  # Windows has neither
        with suppress(OSError):
            made = os.fstat(descriptor)
            if self.uid != -1 and (self.uid, self.gid) != (made.st_uid, made.st_gid):
                os.fchown(descriptor, self.uid, self.gid)
            os.fchmod(descriptor, self.mode)


def has_power(power: Power, file: "Rights | os.stat_result") -> bool:
    """Whether we have one of root's powers over a file with this owner and group."""
    uid, gid = (file.uid, file.gid) if isinstance(file, Rights) else (file.st_uid, file.st_gid)
    return is_held(power) and is_mapped("uid", uid) and is_mapped("gid", gid)


def _umask() -> int:
    """The process's umask. No call merely reads it, so for a moment it is set to the strictest."""
    mask = os.umask(0o077)
    os.umask(mask)
    return mask
