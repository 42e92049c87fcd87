"""A journal as a file: who may have it, when it goes on, and that whatever is refused stays as it is."""

import errno
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from scanner.errors import UsageError
from scanner.scanning.journal import journal_file
from scanner.scanning.journal.changed_scan import AskedScan
from scanner.scanning.journal.earlier_runs import EarlierRuns, SoFar
from scanner.scanning.journal.journal import Journal
from scanner.scanning.journal.journal_frames import FIRST, OPENING

IDENTITY = {"list": "abc", "--timeout": 1.5, "--expect": None, "--canary": False}
NOW = "2026-11-27T22:00:00.000Z"


def journal(path: Path, **changes: Any) -> Journal:
    found = Journal(str(path), AskedScan(IDENTITY | changes), NOW)
    found.open()
    return found


def written(path: Path, *, finished: bool = False) -> Journal:
    """A journal of one run with two packs; closed."""
    found = journal(path)
    found.begin()
    found.add_rows(b"one", 1, SoFar(1.5, 4, 0))
    found.add_silent([(4, 0, 7)])
    found.add_state(SoFar(2.0, 8, 1), {"timeouts": 3})
    found.add_rows(b"more", 2, SoFar(2.5, 9, 1))
    if finished:
        found.finish()
    found.close()
    return found


def refusal(path: Path, **changes: Any) -> str:
    """Why it is refused; nothing has changed by that, neither it nor its folder."""
    before = path.read_bytes() if path.is_file() else None, os.listdir(path.parent)
    with pytest.raises(UsageError) as caught:
        journal(path, **changes)
    assert (path.read_bytes() if path.is_file() else None, os.listdir(path.parent)) == before
    (text,) = caught.value.problems
    assert text.startswith(f"--journal {str(path)!r}: ")
    return text.partition(": ")[2]


def test_a_new_one_is_made_when_it_begins(tmp_path: Path) -> None:
    path = tmp_path / "j"
    found = journal(path)
    assert not path.exists()
    assert not found.resumes
    found.begin()
    assert path.read_bytes().startswith(OPENING)
    assert path.stat().st_mode & 0o777 == 0o600
    assert list(found.packs()) == []
    found.close()


def test_it_goes_on_with_what_is_there(tmp_path: Path) -> None:
    written(tmp_path / "j")
    found = journal(tmp_path / "j")
    assert found.resumes
    found.begin()
    assert list(found.packs()) == [b"one", b"more"]
    assert found.earlier == EarlierRuns(1, NOW, SoFar(2.5, 9, 1), 3, ({"timeouts": 3},))
    assert list(found.silent()) == [(4, 0, 7)]
    found.add_rows(b"last", 1, SoFar(0.5, 1, 0))
    found.close()
    again = journal(tmp_path / "j")
    again.begin()
    assert list(again.packs()) == [b"one", b"more", b"last"]
    assert (again.earlier.runs, again.earlier.targets, again.earlier.far) == (2, 4, SoFar(3.0, 10, 1))
    again.close()


def test_a_finished_one_begins_anew_whatever_is_asked_now(tmp_path: Path) -> None:
    written(tmp_path / "j", finished=True)
    found = journal(tmp_path / "j", **{"--timeout": 9.0})
    assert found.finished
    assert not found.resumes
    found.begin()
    assert list(found.packs()) == []
    found.close()
    assert not journal(tmp_path / "j", **{"--timeout": 9.0}).finished


def test_a_torn_end_is_cut_off_wherever_it_is_torn(tmp_path: Path) -> None:
    written(tmp_path / "j")
    whole = (tmp_path / "j").read_bytes()
    seen = set()
    for length in [0, len(FIRST), *range(len(OPENING), len(whole), 11), len(whole) - 1, len(whole)]:
        path = tmp_path / "torn"
        path.write_bytes(whole[:length])
        found = journal(path)
        found.begin()
        packs = list(found.packs())
        assert packs == [b"one", b"more"][: len(packs)]
        found.add_rows(b"next", 1, SoFar())
        found.close()
        again = journal(path)
        again.begin()
        assert list(again.packs()) == [*packs, b"next"]
        again.close()
        seen.add(len(packs))
    assert seen == {0, 1, 2}


def test_bits_that_flip_are_never_taken_for_rows(tmp_path: Path) -> None:
    written(tmp_path / "j")
    whole = bytearray((tmp_path / "j").read_bytes())
    path = tmp_path / "flipped"
    for at in range(0, len(whole), 5):
        whole[at] ^= 1 << at % 8
        path.write_bytes(whole)
        try:
            found = journal(path)
        except UsageError:
            assert path.read_bytes() == whole
        else:
            found.begin()
            packs = list(found.packs())
            assert packs == [b"one", b"more"][: len(packs)]
            found.close()
        whole[at] ^= 1 << at % 8


def test_another_scan_is_refused(tmp_path: Path) -> None:
    written(tmp_path / "j")
    told = refusal(tmp_path / "j", **{"--timeout": 2.0, "list": "abd"})
    assert told.startswith(
        "is of an unfinished scan that differs from this one: the list of targets changed, --timeout is 2s, and was "
        "1.5s; give what it was begun with, "
    )


def _newer(path: Path) -> None:
    path.write_bytes(b"scanner journal 10\nwhatever")


def _older(path: Path) -> None:
    path.write_bytes(b"scanner journal 1\nwhatever")


def _link(path: Path) -> None:
    (path.parent / "other").write_bytes(b"")
    path.symlink_to("other")


@pytest.mark.parametrize(
    ("make", "told"),
    [
        (lambda path: path.write_bytes(b"targets: []\n"), "is not a journal of ours"),
        (lambda path: path.write_bytes(b"SQLite format 3\0" + b"\0" * 84), "is not a journal of ours"),
        (lambda path: path.write_bytes(b"scanner journ\0"), "is not a journal of ours"),
        (lambda path: path.write_bytes(b"scanner journal of mine"), "is not a journal of ours"),
        (lambda path: path.write_bytes(bytes(4096) + b"x"), "is not a journal of ours"),
        (lambda path: os.truncate(path, 1 << 23) if path.touch() is None else None, "is not a journal of ours"),
        (_older, "is the journal of an older scanner, and stays as it is; go on with that one, name another file, or"),
        (lambda path: path.write_bytes(OPENING[:-1] + b"\r\nwhatever"), "is damaged (it was copied as text, "),
        (_newer, "is the journal of a newer scanner"),
        (lambda path: path.mkdir(), "is a folder"),
        (os.mkfifo, "is not a regular file"),
        (_link, "is a symbolic link"),
    ],
)
def test_what_is_no_journal_is_refused(tmp_path: Path, make: Callable[[Path], None], told: str) -> None:
    make(tmp_path / "j")
    assert told in refusal(tmp_path / "j")


@pytest.mark.parametrize("torn", [b"", b"s", FIRST, OPENING, bytes(1), bytes(4096), OPENING + bytes(4096)])
def test_an_empty_file_is_as_good_as_none(tmp_path: Path, torn: bytes) -> None:
    """Such as `mktemp` makes, or what is left of one that was being made: its length may be there, and no byte."""
    (tmp_path / "j").write_bytes(torn)
    found = journal(tmp_path / "j")
    assert not found.resumes
    found.begin()
    found.close()
    assert journal(tmp_path / "j").resumes


def test_only_its_owner_may_read_it_once_a_scan_goes_on_with_it(tmp_path: Path) -> None:
    path = tmp_path / "j"
    path.touch(0o644)
    for _ in range(2):
        path.chmod(0o664)
        found = journal(path)
        assert path.stat().st_mode & 0o777 == 0o664  # so far nothing is touched
        found.begin()
        assert path.stat().st_mode & 0o777 == 0o600
        found.close()


def _rotated(path: Path) -> None:
    """As logrotate does."""
    path.rename(f"{path}.1")
    path.touch()


@pytest.mark.parametrize(
    "leave", [os.unlink, lambda path: path.rename(f"{path}.old"), lambda path: other(path), _rotated]
)
def test_one_that_is_removed_meanwhile_is_noticed_and_what_is_in_its_place_stays(
    tmp_path: Path, leave: Callable[[Path], None]
) -> None:
    path = tmp_path / "j"
    found = written(path)
    found = journal(path)
    found.begin()
    leave(path)
    before = path.read_bytes() if path.exists() else None
    assert not found.warnings
    found.close()  # which puts it on the disk
    assert found.gone
    assert "was removed, moved or truncated while the scan ran" in found.warnings[0]
    assert (path.read_bytes() if path.exists() else None) == before


@pytest.mark.parametrize("when", ["from the first", "in mid-scan"])
def test_where_the_numbers_of_files_tell_nothing_it_is_not_taken_for_another(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, when: str
) -> None:
    """Some file systems give a file a new one each time that it is looked up, or for a time only."""
    real = os.lstat

    if when == "from the first":
        monkeypatch.setattr(os, "lstat", lambda path, **more: changed(real(path, **more)))
    found = journal(tmp_path / "j")
    found.begin()
    if when != "from the first":
        real_of_descriptor = os.fstat
        monkeypatch.setattr(os, "fstat", lambda descriptor: changed(real_of_descriptor(descriptor)))
    found.close()
    assert not found.gone


def changed(found: os.stat_result) -> os.stat_result:
    """With another number."""
    values = list(found)
    values[1] += 1
    return os.stat_result(values)


def test_once_that_is_noticed_nothing_more_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "j"
    now = [0.0]
    monkeypatch.setattr(journal_file, "monotonic", lambda: now[0])
    found = journal(path)
    found.begin()
    path.rename(tmp_path / "moved")
    now[0] = 2.0  # so long that it is put on the disk once more
    found.add_rows(b"one", 1, SoFar())
    assert found.gone
    size = (tmp_path / "moved").stat().st_size
    found.add_rows(b"two", 1, SoFar())
    assert (tmp_path / "moved").stat().st_size == size
    assert not found.problem
    found.close()


@pytest.mark.parametrize("room", [True, False])
def test_one_that_is_emptied_meanwhile_stays_empty_and_is_told(tmp_path: Path, *, room: bool) -> None:
    """As `: > FILE` and logrotate's copytruncate do: what would be added would lie behind zeros, and be refused."""
    path = tmp_path / "j"
    found = written(path)
    found = journal(path)
    found.begin()
    os.truncate(path, 0)
    if room:
        found.add_rows(b"more", 1, SoFar())
        assert found.gone
    else:
        found.problem = "No space left on device"
    found.finish()
    assert found.gone
    assert "was removed, moved or truncated while the scan ran" in found.warnings[0]
    assert path.stat().st_size == 0
    again = written(path)
    assert not again.resumes
    assert journal(path).earlier.targets > 0


def test_one_that_is_cut_short_after_its_last_row_is_noticed(tmp_path: Path) -> None:
    found = written(tmp_path / "j")
    found = journal(tmp_path / "j")
    found.begin()
    os.truncate(tmp_path / "j", len(OPENING) + 9)
    found.close()
    assert found.gone
    assert (tmp_path / "j").stat().st_size == len(OPENING) + 9


def other(path: Path) -> None:
    """Another file in its place."""
    (path.parent / "new").write_bytes(b"something else")
    (path.parent / "new").replace(path)


def test_who_goes_on_with_a_scan_of_another_day_is_told_so(tmp_path: Path) -> None:
    written(tmp_path / "j")
    for now, told in (
        ("2026-11-28T03:59:59.000Z", []),
        (
            "2026-11-28T04:00:00.000Z",
            [
                "this scan was begun 2026-11-27 22:00:00 UTC, 6 h 00 min ago: of 3 targets the answers are those of "
                "earlier runs"
            ],
        ),
    ):
        found = Journal(str(tmp_path / "j"), AskedScan(IDENTITY), now)
        found.open()
        assert found.warnings == told
        found.close()


def test_who_goes_on_with_one_that_has_no_row_yet_is_not(tmp_path: Path) -> None:
    found = journal(tmp_path / "j")
    found.begin()
    found.close()
    again = Journal(str(tmp_path / "j"), AskedScan(IDENTITY), "2026-12-24T22:00:00.000Z")
    again.open()
    assert again.resumes
    assert again.warnings == []
    again.close()


def test_where_none_can_be(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(UsageError, match="does not exist; create it first"):
        journal(tmp_path / "nowhere" / "j")
    for path in (tmp_path / "file" / "j", tmp_path / ("j" * 300), Path("a\0b")):
        with pytest.raises(UsageError, match="--journal"):
            journal(path)


_HOLDS = """
import os, subprocess, sys
from scanner.scanning.journal.changed_scan import AskedScan
from scanner.scanning.journal.journal import Journal
journal = Journal(sys.argv[1], AskedScan({}), "2026-11-27T22:00:00.000Z")
journal.open()
journal.begin()
if os.fork() == 0:  # a child that lives on has no part in it
    os.setsid()
    sys.stdin.read()
    os._exit(0)
print("ready", flush=True)
sys.stdin.read()
"""


def test_one_that_another_process_writes_is_refused_until_that_is_gone(tmp_path: Path) -> None:
    path = tmp_path / "j"
    with subprocess.Popen(
        [sys.executable, "-c", _HOLDS, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "ready\n"
        assert "another scan is writing it" in refusal(path)
        holder.kill()
        holder.wait()
        found = Journal(str(path), AskedScan({}), NOW)
        found.open()
        assert found.resumes
        found.close()


def test_two_that_make_it_at_once(tmp_path: Path) -> None:
    first, second = journal(tmp_path / "j"), journal(tmp_path / "j")
    first.begin()
    with pytest.raises(UsageError, match="another scan has just made it"):
        second.begin()
    first.close()


@pytest.mark.parametrize("fails", ["pwrite", "fsync"])
def test_one_that_finds_no_room_to_be_finished_makes_some(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fails: str
) -> None:
    """Where space is given out late (NFS), only fsync says that there is none."""
    written(tmp_path / "j")
    found = journal(tmp_path / "j")
    found.begin()
    full, real = (tmp_path / "j").stat().st_size, getattr(os, fails)

    def no_room(*args: Any) -> Any:
        if os.fstat(args[0]).st_size >= full:
            raise OSError(errno.ENOSPC, "No space left on device")
        return real(*args)

    monkeypatch.setattr(os, fails, no_room)
    found.finish()
    monkeypatch.undo()
    assert not found.problem
    assert journal(tmp_path / "j").finished


@pytest.mark.parametrize("fails", ["pwrite", "fsync", "ftruncate"])
def test_one_that_cannot_be_finished_tells_why(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fails: str) -> None:
    written(tmp_path / "j")
    found = journal(tmp_path / "j")
    found.begin()
    found.problem = "No space left on device"

    def broken(*args: Any) -> Any:
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(os, fails, broken)
    found.finish()
    assert found.problem == "Input/output error"


def test_a_full_disk_keeps_what_was_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    written(tmp_path / "j")
    found = journal(tmp_path / "j")
    found.begin()
    real = os.pwrite

    def full(descriptor: int, data: bytes, at: int) -> int:
        if at > (tmp_path / "j").stat().st_size - 1 and len(data) > 10:
            return real(descriptor, bytes(data[:10]), at)
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "pwrite", full)
    size = (tmp_path / "j").stat().st_size
    found.add_rows(b"lost", 1, SoFar())
    assert found.problem == "No space left on device"
    found.add_rows(b"not even tried", 1, SoFar())
    assert (tmp_path / "j").stat().st_size == size
    monkeypatch.undo()
    found.close()
    again = journal(tmp_path / "j")
    again.begin()
    assert list(again.packs()) == [b"one", b"more"]
    again.close()
