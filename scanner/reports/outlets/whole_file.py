"""A report that appears under its own name only when it is whole: FILE.partial until then, FILE in one step."""

import os
from contextlib import suppress

from scanner.errors import ReportError, UsageError
from scanner.reports.outlets.file_outlet import FileOutlet
from scanner.reports.outlets.folder import Lock, ReportFolder, lock
from scanner.reports.outlets.outlet import RecordEnd, line_end, reason_of
from scanner.reports.outlets.output_places import folder_of
from scanner.reports.outlets.refusals import TAKEN, taken_message
from scanner.reports.outlets.rights import Rights
from scanner.words.plain import plain

#: How often to look for FILE.partial again while others come and go there.
_TRIES = 20


class WholeFile(FileOutlet):
    """FILE.partial, locked as long as it is being written, and FILE once it is whole.

    What was at FILE.partial before stays until the scan begins, and is locked until then: a scan that comes to
    nothing touches nothing, and two scans never write one report. Raises UsageError where another scan is writing it.
    """

    def __init__(self, path: str, final: str, record_end: RecordEnd = line_end) -> None:
        self._folder = ReportFolder(folder_of(final))
        self._final = os.path.basename(final)
        self._partial = self._final + ".partial"
        self._path = final + ".partial"
        self._new = Rights.new()
        try:
            descriptor, self._made = self._claim(path)
        except BaseException:
            self._folder.close()
            raise
        super().__init__(path, descriptor, record_end)

    def _claim(self, path: str) -> tuple[int, bool]:
        """Locks FILE.partial; returns its descriptor, and whether it was made here.

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
            os.close(descriptor)  # renamed or removed before we locked it: whoever had it is done with it
        raise UsageError(taken_message(path))

    def _open_left(self) -> int | None:
        with suppress(FileNotFoundError):
            return self._folder.open_left(self._partial)
        return None

    def _begin(self) -> None:
        """Puts a new file in place of one that was left there, in one step: nobody finds the place empty."""
        if self._made:
            return
        if not self._folder.stands(self._partial, self._descriptor) and self._folder.has_file(self._partial):
            raise ReportError(f"{self.name}: {TAKEN}")  # what was there when this report was opened could not be locked
        descriptor, name = self._folder.create_aside()
        try:
            lock(descriptor)  # nobody else can hold it: the name was made just now
            self._folder.rename(name, self._partial)
        except OSError:
            os.close(descriptor)
            with suppress(OSError):
                self._folder.remove(name)
            raise
        os.close(self._descriptor)  # which also ends the lock on the old file
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
                f"{self.name}: the report is complete, but could not be given this name: {reason_of(error)}; "
                f"it is in {plain(self._path)}"
            ) from error
        self._folder.sync()

    def _end_early(self, data: bytes) -> None:
        """What there is stays, as FILE.partial; a scan that never began leaves nothing."""
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
        """Gives the report the rights of the file that it replaces, as they are now."""
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
