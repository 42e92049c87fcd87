"""Which mount a file lies in. (Files that something is mounted on: `tests/reports/outlets/test_refusals.py`.)"""

import os
from pathlib import Path

import pytest

from scanner.machine.mounts import mount_id

needs_fdinfo = pytest.mark.skipif(not os.path.exists("/proc/self/fdinfo"), reason="no /proc/self/fdinfo here")


@needs_fdinfo
def test_a_file_lies_in_the_mount_of_its_folder_and_proc_in_another(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    assert mount_id(str(tmp_path / "file")) == mount_id(str(tmp_path)) != ""
    assert mount_id("/proc/self/status") not in ("", mount_id(str(tmp_path)))


def test_what_does_not_exist_lies_nowhere(tmp_path: Path) -> None:
    assert mount_id(str(tmp_path / "none")) == ""


def test_where_the_system_does_not_tell(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delattr(os, "O_PATH", raising=False)
    assert mount_id(str(tmp_path)) == ""
