"""Files that stay the same file. (Whether one is mounted, and how it is written: `test_refusals.py`.)"""

import errno
import os
from pathlib import Path

import pytest

from scanner.errors import ReportError
from scanner.reports.outlets.file_in_place import FileInPlace


def test_a_mounted_file_that_cannot_be_emptied_stays_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "mounted.json"
    path.write_text("last night's")

    def fail(descriptor: int, size: int) -> None:
        raise OSError(errno.EIO, "Input/output error")

    outlet = FileInPlace("mounted.json", os.open(path, os.O_WRONLY), owned=True)
    outlet.write("row\n")
    monkeypatch.setattr("os.ftruncate", fail)
    with pytest.raises(ReportError, match="Input/output error"):
        outlet.begin()
    outlet.abandon("]}")
    assert path.read_text() == "last night's"
