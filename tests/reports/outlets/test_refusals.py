"""What is found out before anything is probed: files that cannot be replaced, traps that others left, other scans."""

import fcntl
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from scanner.errors import UsageError
from scanner.reports import check_outputs, open_outlet
from scanner.reports.outlets.output_places import final_path, is_mounted, may_not_replace
from tests import needs
from tests.reports.outlets.script import command, output_of

NOBODY = 65534


def refusal(path: Path) -> str:
    with pytest.raises(UsageError) as caught:
        check_outputs([("csv", str(path))])
    return str(caught.value)


@pytest.fixture
def sticky(world: Path) -> Path:
    """A folder as /tmp is."""
    world.chmod(0o1777)
    return world


def test_a_report_that_another_scan_writes(tmp_path: Path) -> None:
    path = tmp_path / "out.csv"
    outlet = open_outlet(str(path))
    assert refusal(path) == (
        f"-o {str(path)!r}: another scan is writing this report; wait for it, or give this one another name"
    )
    outlet.withdraw()
    check_outputs([("csv", str(path))])
    assert os.listdir(tmp_path) == []


CHECK = """
import os, sys
from scanner.errors import UsageError
from scanner.reports import check_outputs
import scanner.reports.outlets.whole_file
os.setgroups([]); os.setgid(1); os.setuid(1)
for path in sys.argv[1:]:
    try:
        check_outputs([("csv", path)])
        print("fine")
    except UsageError as error:
        print(error)
"""


def as_another(*paths: Path) -> list[str]:
    """What a user who is not root is told."""
    return output_of(CHECK, *paths).splitlines()


@pytest.mark.usefixtures("as_root")
def test_in_a_sticky_folder_only_its_owner_may_replace_a_file(sticky: Path) -> None:
    theirs, mine, left = (sticky / name for name in ("theirs.csv", "mine.csv", "left.csv"))
    for path, owner in ((theirs, NOBODY), (mine, 1), (sticky / "left.csv.partial", NOBODY)):
        path.touch()
        path.chmod(0o666)
        os.chown(path, owner, owner)
    said = as_another(theirs, mine, left)
    assert "belongs to another user, and in its folder (sticky, as /tmp is) only its owner may replace it" in said[0]
    assert said[1] == "fine"
    assert "left.csv.partial' first, and that belongs to another user" in said[2]


@pytest.mark.usefixtures("as_root")
def test_a_partial_that_cannot_be_looked_at_may_be_anothers_scan(tmp_path: Path, sticky: Path) -> None:
    sticky.chmod(0o777)
    partial = sticky / "out.csv.partial"
    partial.touch()
    partial.chmod(0o600)
    (said,) = as_another(sticky / "out.csv")
    assert "belongs to user 0, whose scan may be writing it" in said


TRAPS = {
    "link.csv": lambda path: os.symlink("precious", path),
    "nowhere.csv": lambda path: os.symlink("nowhere", path),
    "fifo.csv": os.mkfifo,
}


@pytest.mark.usefixtures("as_root")
@pytest.mark.parametrize("name", TRAPS)
def test_links_and_fifos_that_others_left_in_tmp_are_no_place_for_a_report(name: str, sticky: Path) -> None:
    """Neither when looked at beforehand, nor when they were put there after that."""
    (sticky / "precious").write_text("keep")
    path = sticky / name
    TRAPS[name](path)
    check_outputs([("csv", str(path))])
    os.chown(path, NOBODY, NOBODY, follow_symlinks=False)
    ours = sticky / "ours.csv"
    ours.symlink_to(name)
    reader = os.open(path, os.O_RDONLY | os.O_NONBLOCK) if name == "fifo.csv" else -1
    for entry in (path, ours):
        assert "another user's" in refusal(entry)
        assert str(path) in refusal(entry)
        with pytest.raises(UsageError, match="another user's"):
            open_outlet(str(entry))
    if reader >= 0:
        os.close(reader)
    assert (sticky / "precious").read_text() == "keep"
    assert sorted(os.listdir(sticky)) == sorted([name, "ours.csv", "precious"])
    sticky.chmod(0o755)
    if name == "link.csv":
        assert final_path(str(path)) == str(sticky / "precious"), "who owns the folder may link as he likes"


def test_where_unfinished_reports_stand_no_report_is_put(tmp_path: Path) -> None:
    """It would take the place of one that another scan is writing."""
    (tmp_path / "link.csv").symlink_to("new.csv.partial")
    (tmp_path / "old.csv.partial").touch()
    for name in ("new.csv.partial", "link.csv", "old.csv.partial"):
        assert "is where an incomplete report is kept" in refusal(tmp_path / name)


@pytest.mark.usefixtures("as_root")
@pytest.mark.parametrize("name", ["out.csv", "."])
def test_what_may_only_grow_cannot_be_replaced(name: str, tmp_path: Path) -> None:
    (tmp_path / "out.csv").touch()
    with append_only(tmp_path / name):
        assert "append-only" in refusal(tmp_path / "out.csv")
    check_outputs([("csv", str(tmp_path / "out.csv"))])


@contextmanager
def append_only(path: Path) -> Iterator[None]:
    """What chattr +a does; a lack where the file system has no such thing."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        before = fcntl.ioctl(descriptor, 0x80086601, bytes(8))
        flags = int.from_bytes(before, sys.byteorder) | 0x20
        fcntl.ioctl(descriptor, 0x40086602, flags.to_bytes(8, sys.byteorder))
    except OSError as error:
        os.close(descriptor)
        raise needs.LackError([needs.Lack("files that may only grow", str(error), "", "a TMPDIR on ext4")]) from error
    try:
        yield
    finally:
        fcntl.ioctl(descriptor, 0x40086602, before)
        os.close(descriptor)


def test_root_of_a_namespace_has_no_power_over_users_it_does_not_have(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    tmp_path.chmod(0o1777)
    path = tmp_path / "out.csv"
    path.touch()
    folder = os.stat_result([0o41777, 0, 0, 2, 4242, 0, 0, 0, 0, 0])
    if os.geteuid() == 0:
        os.chown(path, NOBODY, NOBODY)
        for mapped in (True, False):
            monkeypatch.setattr("scanner.reports.outlets.rights.is_mapped", lambda kind, uid, mapped=mapped: mapped)
            assert may_not_replace(str(path), folder) is not mapped
    monkeypatch.setattr("os.geteuid", lambda: 4242)
    assert not may_not_replace(str(path), folder), "the folder is his"
    monkeypatch.setattr("os.geteuid", lambda: 4243)
    assert may_not_replace(str(path), folder)


IN_PLACE = """
import os, sys
from scanner.errors import UsageError
from scanner.reports import check_outputs, notices, open_outlet
path = "out.csv"
check_outputs([("csv", path)])
outlet = open_outlet(path)
outlet.write("row\\n")
outlet.flush()
assert open(path).read() == "old old old\\n", "nothing has begun"
for attempt in (lambda: check_outputs([("csv", path)]), lambda: open_outlet(path)):
    try:
        attempt()
        raise SystemExit("a second scan was not refused")
    except UsageError as error:
        assert "another scan is writing this report" in str(error)
outlet.begin()
outlet.flush()
outlet.finish()
assert open(path).read() == "row\\n"
assert sorted(os.listdir(".")) == ["out.csv", "source"], os.listdir(".")
assert open("source").read() == "row\\n"
outlet = open_outlet(path)
outlet.begin()
outlet.write("row 1\\n")
outlet.abandon("end\\n")
assert open(path).read() == "row 1\\nend\\n"
assert outlet.left == path, "the incomplete report has the report's own name"
"""


def mounted(script: str, folder: Path, *, read_only: bool = False) -> None:
    """Runs a script where out.csv is a mount of source, as containers have it, in a mount namespace of its own."""
    needs.require("unshare", "mount")
    (folder / "source").write_text("old old old\n")
    (folder / "out.csv").touch()
    set_up = "mount --bind source out.csv && "
    if read_only:
        set_up = 'mount --bind . . && cd "$PWD" && mount --bind source out.csv && mount -o remount,bind,ro . && '
    inside = ["unshare", "-Urm", "/bin/sh", "-c", set_up + 'exec "$@"', "sh", *command(script)]
    done = subprocess.run(inside, cwd=folder, capture_output=True, text=True, timeout=30, check=False)
    assert done.returncode == 0, done.stderr


def test_a_mounted_file_is_written_in_place(tmp_path: Path) -> None:
    """Though it is of the same file system: a rename would end in EBUSY, after the whole scan."""
    mounted(IN_PLACE, tmp_path)


def test_a_mounted_file_in_a_folder_that_is_read_only(tmp_path: Path) -> None:
    mounted(IN_PLACE, tmp_path, read_only=True)


def test_what_is_not_mounted(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    assert not is_mounted(str(tmp_path / "file"))
    assert not is_mounted(str(tmp_path / "new"))
    assert is_mounted("/proc") or not os.path.exists("/proc/self/fdinfo")
