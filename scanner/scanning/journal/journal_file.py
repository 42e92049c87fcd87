"""A journal as a file: who may have it, what is added to it, and when that is on the disk.

Its lock is a POSIX one, on purpose: it is this process's alone, so a child that gets the descriptor does not hold it,
and it ends with the process however that came about. (Whatever closes another descriptor of the same file ends it too,
so nothing else here opens it.)

What is added is handed to the system at once: from then on it survives this process. It is put on the disk now and
then, so that losing power loses little, and so seldom that waiting for the disk takes a small share of the time.

Only its owner may read it, whoever made it and with which rights: most that were made otherwise are copies (scp, a
restored backup, `touch`), and nobody meant what these have. Who shall see what was found gets a report.
"""

import contextlib
import errno
import os
import stat
from time import monotonic

from scanner.scanning.journal.journal_frames import (
    OPENING,
    DamagedError,
    FrameKind,
    FrameList,
    form_of,
    framed,
    frames_of,
)

_SYNC_S, _SYNC_SHARE = 1.0, 0.02
_NO_HARM = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0)
_RIGHTS = 0o600
#: More than the first frame ever takes: what was typed may be long.
_LONGEST_BEGINNING = 1 << 22


class TakenError(Exception):
    """Another process has the journal."""


class NotOursError(Exception):
    """The file is no journal; `form`: it is one, but of this form, which is not known here."""

    def __init__(self, form: int = 0) -> None:
        super().__init__()
        self.form = form


class JournalFile:
    """A journal, locked. `torn`: bytes at its end that are no frame. `gone`: somebody has cut it short (`: > FILE`), or
    when it was last put on the disk, its name led to another file, or to none: nobody could go on with what is added,
    so nothing is."""

    def __init__(self, path: str, *, new: bool) -> None:
        """Opens it; `new`: makes it. Changes nothing of one that is there. Raises OSError, TakenError."""
        self._path = path
        self._new = new
        self._descriptor = os.open(path, os.O_RDWR | _NO_HARM | (os.O_CREAT | os.O_EXCL if new else 0), _RIGHTS)
        self._first_end = self._end = self._safe = 0
        self._synced_at = monotonic()
        self._sync_s = _SYNC_S
        self.torn = 0
        self.gone = False
        try:
            self._opened_as = os.fstat(self._descriptor)
            self._is_numbered = self._has_its_name()
            _lock(self._descriptor)
        except BaseException:
            self.close()
            raise

    def read_at(self, begin: int, count: int) -> bytes:
        """So many bytes from there on, or what is left."""
        parts = []
        while count > 0 and (part := os.pread(self._descriptor, count, begin)):
            parts.append(part)
            begin, count = begin + len(part), count - len(part)
        return b"".join(parts)

    def frames(self) -> FrameList:
        """What is in it. Raises NotOursError, DamagedError."""
        size = os.fstat(self._descriptor).st_size
        opening = self.read_at(0, len(OPENING))
        if opening != OPENING:
            if OPENING.startswith(opening) or self._is_blank(size):
                self.torn = size
                return FrameList()  # it was being made, or somebody made it for us (`mktemp`): nothing is lost
            if opening == OPENING.replace(b"\n", b"\r"):
                raise DamagedError("it was copied as text, which changed its bytes")
            raise NotOursError(form_of(opening))
        frames = frames_of(self)
        self._end = frames.end
        self._first_end = frames[0].end if frames else 0
        self.torn = size - self._end
        return frames

    def _is_blank(self, size: int) -> bool:
        """Whether it is what a loss of power may leave of a beginning: its length is there, its bytes are not."""
        return size <= _LONGEST_BEGINNING and not self.read_at(0, size).strip(b"\0")

    # Writing

    def begin_anew(self, payload: bytes) -> None:
        """Empties it, and says which scan it is of. Whenever that breaks off, what is there is as good as empty."""
        self._own()
        os.ftruncate(self._descriptor, 0)
        self._end = self._safe = 0
        self._write(OPENING + framed(FrameKind.SCAN, payload, 0))
        self._first_end = self._end
        self.sync()
        if self._new:
            _sync_folder(self._path)
            self._new = False

    def cut_off_torn(self) -> None:
        """Nothing but frames stay."""
        self._own()
        if self.torn:
            os.ftruncate(self._descriptor, self._end)
            self.torn = 0
        self.sync()

    def _own(self) -> None:
        """Nobody else reads it. (It may be somebody else's, who lets this user write.)"""
        if stat.S_IMODE(os.fstat(self._descriptor).st_mode) & ~_RIGHTS:
            with contextlib.suppress(OSError):
                os.chmod(self._descriptor, _RIGHTS)

    def add(self, kind: FrameKind, payload: bytes) -> None:
        """One more frame, unless it is `gone`. Raises OSError; then nothing of it is there."""
        if self._is_lost():
            return
        self._write(framed(kind, payload, self._safe))
        now = monotonic()
        if now - self._synced_at >= self._sync_s:
            self.sync()

    def cut_back(self) -> None:
        """Only the first frame stays, which makes room. Raises OSError; then all may still be there."""
        if self._is_lost():
            return
        os.ftruncate(self._descriptor, self._first_end)
        self._end = self._first_end
        self._safe = min(self._safe, self._end)

    def _is_lost(self) -> bool:
        """Whether it is `gone`, asked before each write: one behind the end of a file that was cut short leaves zeros
        in front of it, and that is neither a journal nor as good as an empty file."""
        self.gone = self.gone or os.fstat(self._descriptor).st_size < self._end
        return self.gone

    def _write(self, data: bytes) -> None:
        left = memoryview(data)
        at = self._end
        try:
            while left:
                written = os.pwrite(self._descriptor, left, at)
                left, at = left[written:], at + written
        except OSError:
            with contextlib.suppress(OSError):
                os.ftruncate(self._descriptor, self._end)
            raise
        self._end = at

    def sync(self) -> None:
        """All of it is on the disk, unless that fails: OSError."""
        begun = monotonic()
        os.fsync(self._descriptor)
        self._safe = self._end
        self._synced_at = monotonic()
        self.gone = self._is_lost() or not self._is_found()
        self._sync_s = max(_SYNC_S, (self._synced_at - begun) / _SYNC_SHARE)

    def _is_found(self) -> bool:
        """Whether its name leads to it, as far as anybody knows. (Not every file system keeps the numbers of files.)"""
        try:
            if self._has_its_name():
                return True
            return not (self._is_numbered and os.path.samestat(os.fstat(self._descriptor), self._opened_as))
        except (FileNotFoundError, NotADirectoryError):
            return False
        except OSError:
            return True

    def _has_its_name(self) -> bool:
        """Whether the numbers of what is there are its own. Raises OSError."""
        return os.path.samestat(os.fstat(self._descriptor), os.lstat(self._path))

    def close(self) -> None:
        """It is anybody's again."""
        os.close(self._descriptor)

    def withdraw(self) -> None:
        """One that was made for nothing is removed."""
        if self._new:
            with contextlib.suppress(OSError):
                os.unlink(self._path)
        self.close()


def is_regular(path: str) -> bool | None:
    """None where nothing is there. A link is none. Raises OSError."""
    try:
        return stat.S_ISREG(os.lstat(path).st_mode)
    except FileNotFoundError:
        return None


def _lock(descriptor: int) -> None:
    try:
        import fcntl
    except ImportError:  # Windows
        return
    try:
        fcntl.lockf(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        if error.errno in (errno.EACCES, errno.EAGAIN):
            raise TakenError from None
        # a file system without locks


def _sync_folder(path: str) -> None:
    """The file's name is on the disk, where that can be."""
    with contextlib.suppress(OSError):
        descriptor = os.open(os.path.dirname(path) or ".", os.O_RDONLY | getattr(os, "O_DIRECTORY", 0))
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
