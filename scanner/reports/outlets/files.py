"""Reports in regular files: as FILE.partial that becomes FILE, or in place.

What was written is kept in mind for as long as it may have to be cut back: on a full disk (ENOSPC, EDQUOT), or beyond
`ulimit -f` (EFBIG), a write stops in the middle of a row. Then the file is cut back to the last whole row, and the
format's own end is written behind it; where there is no room for that end, the last rows make room.
"""

import os
from contextlib import suppress

from scanner.errors import ReportError, UsageError
from scanner.reports.outlets.folder import Folder, Lock, lock
from scanner.reports.outlets.outlet import BUFFERED, Outlet, reason_of
from scanner.reports.outlets.output_places import folder_of
from scanner.reports.outlets.refusals import TAKEN
from scanner.reports.outlets.rights import Rights
from scanner.words.plain import plain

#: Seconds between flushes: `tail -f` sees a row soon enough.
_INTERVAL_S = 0.8
#: How often a partial is looked for anew while others come and go there.
_TRIES = 20
#: How often rows are given up for an end that does not fit.
_CUTS = 12


class FileOutlet(Outlet):
    """A regular file, open for writing at its end; nobody else writes between two of our writes, or nothing is cut."""

    def __init__(self, path: str, descriptor: int) -> None:
        super().__init__(path, _INTERVAL_S)
        self._descriptor = descriptor
        self._before = b""  # the last that was written, in two parts: whole rows, up to the end of the file
        self._tail = b""
        self._end = -1  # where that is

    def _put(self, data: bytes) -> None:
        if self._end != os.lseek(self._descriptor, 0, os.SEEK_CUR):
            self._before = self._tail = b""  # another writer of this file (2>&1) came in between
        done = 0
        try:
            while done < len(data):
                done += os.write(self._descriptor, data[done:] if done else data)
        except OSError:
            self._tail = self._before + self._tail + data[:done]
            self._cut(len(self._tail) - self.record_end(self._tail))
            raise
        self._tail += data
        if len(self._tail) > BUFFERED:
            self._before, self._tail = self._tail, b""
        self._end = os.lseek(self._descriptor, 0, os.SEEK_CUR)

    def _cut(self, count: int) -> None:
        """Takes back the last bytes."""
        if count:
            with suppress(OSError):  # a device that cannot: then the row stays torn
                end = os.lseek(self._descriptor, 0, os.SEEK_CUR)
                if os.fstat(self._descriptor).st_size == end:
                    os.ftruncate(self._descriptor, end - count)
                    os.lseek(self._descriptor, end - count, os.SEEK_SET)
                    self._tail = self._tail[:-count]

    def _close_well(self, words: bytes) -> None:
        """After a failed write: `words`, the format's end, behind as many whole rows as leave room for it."""
        for _ in range(_CUTS if words else 0):
            done = 0
            try:
                while done < len(words):
                    done += os.write(self._descriptor, words[done:])
                return
            except OSError:
                self._tail += words[:done]
                self._cut(done)
            rest = self._tail[: max(0, len(self._tail) - (len(words) - done))]
            self._cut(len(self._tail) - self.record_end(rest))
            if not self._tail:
                return


class FileInPlace(FileOutlet):
    """A file that cannot be replaced, since something is mounted on it, or that the shell has opened for us.

    `owned`: it is ours to empty, which happens when the scan begins.
    """

    def __init__(self, path: str, descriptor: int, *, owned: bool) -> None:
        super().__init__(path, descriptor)
        self._path = path
        self._owned = owned
        if owned and lock(descriptor) is Lock.TAKEN:
            os.close(descriptor)
            raise UsageError(taken_message(path))

    def _begin(self) -> None:
        if self._owned:
            os.ftruncate(self._descriptor, 0)

    def _end_whole(self) -> None:
        if self._owned:
            os.fsync(self._descriptor)
        os.close(self._descriptor)

    def _end_early(self, data: bytes) -> None:
        if self._begun or not self._owned:
            self._put(data)
        self._leave()
        self._end_unbegun()

    def _end_failed(self, words: bytes) -> None:
        if self._begun or not self._owned:
            self._close_well(words)
        self._leave()
        self._end_unbegun()

    def _leave(self) -> None:
        """What is not whole stands under the report's own name here, and that has to be said."""
        if self._begun and self._owned:
            self.left = self._path

    def _end_unbegun(self) -> None:
        with suppress(OSError):
            os.close(self._descriptor)


class WholeFile(FileOutlet):
    """FILE.partial, locked as long as it is written, and FILE once it is whole.

    What stood at FILE.partial before stays until the scan begins, and is locked until then: a scan that comes to
    nothing touches nothing, and two scans never write one report. Raises UsageError where another one does.
    """

    def __init__(self, path: str, final: str) -> None:
        self._folder = Folder(folder_of(final))
        self._final = os.path.basename(final)
        self._partial = self._final + ".partial"
        self._path = final + ".partial"
        self._new = Rights.new()
        try:
            descriptor, self._made = self._claim(path)
        except BaseException:
            self._folder.close()
            raise
        super().__init__(path, descriptor)

    def _claim(self, path: str) -> tuple[int, bool]:
        """Locks FILE.partial: its descriptor, and whether it was made here.

        A link or FIFO that somebody left there cannot be locked: the null device stands in until the scan begins.
        """
        for _ in range(_TRIES):
            try:
                descriptor, made = self._folder.create(self._partial), True
            except FileExistsError:
                found, made = self._open_left(), False
                if found is None:
                    return os.open(os.devnull, os.O_WRONLY | os.O_CLOEXEC), False
                descriptor = found
            if lock(descriptor) is Lock.TAKEN:
                os.close(descriptor)
                break
            if self._folder.stands(self._partial, descriptor):
                return descriptor, made
            os.close(descriptor)  # renamed or removed before it was locked: whoever had it is done with it
        raise UsageError(taken_message(path))

    def _open_left(self) -> int | None:
        with suppress(FileNotFoundError):
            return self._folder.open_left(self._partial)
        return None

    def _begin(self) -> None:
        """A new file takes the place of one that was left, in one step: nobody finds the place empty."""
        if self._made:
            return
        if not self._folder.stands(self._partial, self._descriptor) and self._folder.has_file(self._partial):
            raise ReportError(f"{self.name}: {TAKEN}")  # what stood there when this scan was opened had no lock
        descriptor, name = self._folder.create_aside()
        try:
            lock(descriptor)  # which nobody else can have: the name is of this moment
            self._folder.rename(name, self._partial)
        except OSError:
            os.close(descriptor)
            with suppress(OSError):
                self._folder.remove(name)
            raise
        os.close(self._descriptor)  # and with it goes the lock on the old one
        self._descriptor, self._made = descriptor, True

    def _end_whole(self) -> None:
        try:
            self._settle_rights()
            os.fsync(self._descriptor)
            self._check_that_it_stands()
            self._rename()
        finally:
            self._close()

    def _rename(self) -> None:
        self.left = ""
        try:
            self._folder.rename(self._partial, self._final)
        except OSError as error:
            raise ReportError(
                f"{self.name}: the report is whole, but could not take this name: {reason_of(error)}; "
                f"it is {plain(self._path)}"
            ) from error
        self._folder.sync()

    def _end_early(self, data: bytes) -> None:
        """What there is stays, as FILE.partial; a scan that never began has nothing."""
        if self._begun:
            self._put(data)
            self._settle_rights()
            self._check_that_it_stands()
            self._close()
        else:
            self._end_unbegun()

    def _end_failed(self, words: bytes) -> None:
        if self._begun:
            self._close_well(words)
            self._settle_rights()
            self._close()
        else:
            self._end_unbegun()

    def _end_unbegun(self) -> None:
        with suppress(OSError):
            if self._made and self._folder.stands(self._partial, self._descriptor):
                self._folder.remove(self._partial)
        self._close()

    def _settle_rights(self) -> None:
        """As the file has them that is replaced, as it is now."""
        replaced = self._folder.has_file(self._final)
        rights = Rights.of(self._folder.look(self._final)) if replaced else self._new
        rights.give(self._descriptor)
        if self._folder.stands(self._partial, self._descriptor):
            self.left = self._path

    def _check_that_it_stands(self) -> None:
        if not self._folder.stands(self._partial, self._descriptor):
            raise ReportError(f"{self.name}: the report is lost: somebody has removed or replaced {plain(self._path)}")

    def _close(self) -> None:
        with suppress(OSError):
            os.close(self._descriptor)
        self._folder.close()


def taken_message(path: str) -> str:
    """What to say of a report that another scan writes."""
    return f"-o {path!r}: {TAKEN}"
