"""The folder that a report is written in, held open, and the lock on the file in it.

It is held open so that the folder that was checked is the one that is written to, whatever its path leads to by then:
every name below is a name in it (openat(2), renameat(2)). Systems without such calls go by the path.
"""

import errno
import os
import stat
from contextlib import suppress
from enum import Enum
from time import sleep

try:
    import fcntl
except ImportError:  # Windows has no flock(2): there two scans that write one report go unnoticed
    fcntl = None  # type: ignore[assignment]

_AT = os.open in os.supports_dir_fd and hasattr(os, "O_DIRECTORY")
_NO_LINK = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0)
#: Whoever merely checks whether a report is being written holds its lock for a moment, so it is tried again.
_LOCK_TRIES = 10
_LOCK_PAUSE_S = 0.02


class Lock(Enum):
    """What came of asking for a lock."""

    OURS = "ours"
    TAKEN = "taken"
    NONE = "this file system has no locks"


def lock(descriptor: int, *, looking: bool = False) -> Lock:
    """Locks an open file until this descriptor is closed. `looking`: only to see whether others hold it, no waiting."""
    if fcntl is None:
        return Lock.NONE
    kind = fcntl.LOCK_SH if looking else fcntl.LOCK_EX  # over NFS the latter needs a file opened for writing
    for pause in (0.0,) if looking else (0.0, *[_LOCK_PAUSE_S] * _LOCK_TRIES):
        sleep(pause)
        try:
            fcntl.flock(descriptor, kind | fcntl.LOCK_NB)
            return Lock.OURS
        except BlockingIOError:
            continue
        except OSError:
            return Lock.NONE
    return Lock.TAKEN


class ReportFolder:
    """An open folder. Every method but `close` may raise OSError; `name` is that of a file in it."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._at: int | None = _open_folder(path) if _AT else None

    def create(self, name: str) -> int:
        """A new file, ours alone (0600), open for writing. FileExistsError where anything has the name, even a link."""
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | _NO_LINK | getattr(os, "O_BINARY", 0)
        return os.open(self._name(name), flags, 0o600, dir_fd=self._at)

    def create_aside(self) -> tuple[int, str]:
        """The same under an unused name: the descriptor and that name."""
        aside = f".scanner-{os.urandom(8).hex()}.partial"
        return self.create(aside), aside

    def open_left(self, name: str) -> int | None:
        """A file that is already here, opened to be locked; None if it is not a regular file (a link, a FIFO)."""
        try:
            descriptor = self._open(name)
        except OSError as error:
            if error.errno in (errno.ELOOP, errno.EMLINK, errno.ENXIO):  # a link (EMLINK on BSD); a FIFO or a socket
                return None
            raise
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            os.close(descriptor)
            return None
        return descriptor

    def _open(self, name: str) -> int:
        """Opens for writing where we may: over NFS only such a file can be locked."""
        try:
            return os.open(self._name(name), os.O_WRONLY | _NO_LINK, dir_fd=self._at)
        except PermissionError:
            return os.open(self._name(name), os.O_RDONLY | _NO_LINK, dir_fd=self._at)

    def stands(self, name: str, descriptor: int) -> bool:
        """Whether the open file is still the one with this name."""
        try:
            return os.path.samestat(os.fstat(descriptor), self.look(name))
        except FileNotFoundError:
            return False

    def has_file(self, name: str) -> bool:
        """Whether a regular file has this name."""
        try:
            return stat.S_ISREG(self.look(name).st_mode)
        except OSError:
            return False

    def look(self, name: str) -> os.stat_result:
        """The file's own state; for a link, that of the link itself."""
        return os.stat(self._name(name), dir_fd=self._at, follow_symlinks=False)

    def rename(self, old: str, new: str) -> None:
        """Gives a file another name, replacing whatever had that name."""
        os.replace(self._name(old), self._name(new), src_dir_fd=self._at, dst_dir_fd=self._at)

    def remove(self, name: str) -> None:
        os.unlink(self._name(name), dir_fd=self._at)

    def sync(self) -> None:
        """Makes the names as they are now survive a power loss, where the file system can promise that (fsync(2))."""
        if self._at is not None:
            try:
                os.fsync(self._at)
            except OSError as error:
                if error.errno not in (errno.EINVAL, errno.ENOTSUP, errno.EROFS, errno.ENOSYS, errno.EBADF):
                    raise

    def close(self) -> None:
        if self._at is not None:
            with suppress(OSError):
                os.close(self._at)
            self._at = None

    def _name(self, name: str) -> str:
        return name if self._at is not None else os.path.join(self._path, name)


def _open_folder(path: str) -> int:
    """A folder we may write to but not list can only be opened with O_PATH; then it cannot be synced (EBADF)."""
    flags = os.O_DIRECTORY | os.O_CLOEXEC
    try:
        return os.open(path, flags | os.O_RDONLY)
    except PermissionError:
        return os.open(path, flags | getattr(os, "O_PATH", os.O_RDONLY))
