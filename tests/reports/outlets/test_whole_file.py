"""Reports that appear when they are whole: nobody gains rights, no row is lost, two scans never write one."""

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from scanner.errors import ReportError, UsageError
from scanner.reports import notices, open_outlet
from scanner.reports.outlets.rights import Rights
from tests import needs
from tests.reports.outlets.script import command, output_of

NOBODY = 65534


def write_report(path: Path, text: str = "new\n") -> None:
    outlet = open_outlet(str(path))
    outlet.write(text)
    outlet.finish()


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


# -- rights --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("old", [0o6777, 0o4755, 0o2711, 0o1666, 0o640, 0o600, 0o444, 0o6000])
def test_a_report_takes_nine_bits_of_the_old_mode_and_no_more(old: int, tmp_path: Path) -> None:
    path = tmp_path / "out.csv"
    path.write_text("old")
    path.chmod(old)
    write_report(path)
    assert mode(path) == old & 0o777
    path.chmod(0o600)
    assert path.read_text() == "new\n"


@pytest.mark.usefixtures("as_root")
@pytest.mark.parametrize("old", [0o6777, 0o640, 0o600])
def test_root_gives_the_report_to_whom_the_old_one_belonged(old: int, tmp_path: Path) -> None:
    """And so never makes a program that runs as root out of what a user prepared."""
    path = tmp_path / "out.csv"
    path.write_text("old")
    os.chown(path, NOBODY, NOBODY)
    path.chmod(old)
    write_report(path)
    made = path.stat()
    assert (made.st_uid, made.st_gid, stat.S_IMODE(made.st_mode)) == (NOBODY, NOBODY, old & 0o777)


@pytest.mark.parametrize("mask", [0o022, 0o077, 0o000, 0o027])
def test_a_new_report_is_as_any_new_file(mask: int, tmp_path: Path) -> None:
    before = os.umask(mask)
    try:
        write_report(tmp_path / "out.csv")
        (tmp_path / "any").touch()
    finally:
        os.umask(before)
    assert mode(tmp_path / "out.csv") == mode(tmp_path / "any") == 0o666 & ~mask


def test_nobody_else_reads_a_report_while_it_is_written(tmp_path: Path) -> None:
    path = tmp_path / "out.csv"
    path.write_text("old")
    path.chmod(0o666)
    outlet = open_outlet(str(path))
    assert mode(tmp_path / "out.csv.partial") == 0o600
    outlet.begin()
    outlet.write("row\n")
    outlet.flush()
    assert mode(tmp_path / "out.csv.partial") == 0o600
    outlet.finish()
    assert mode(path) == 0o666


def test_rights_are_given_to_the_open_file_whatever_its_name_leads_to_by_then(tmp_path: Path) -> None:
    """A link put in the partial's place: what it leads to keeps its mode, and is not taken for the report."""
    path, precious = tmp_path / "out.csv", tmp_path / "precious"
    precious.write_text("secret")
    precious.chmod(0o600)
    path.write_text("old")
    path.chmod(0o666)
    outlet = open_outlet(str(path))
    outlet.write("row\n")
    (tmp_path / "out.csv.partial").unlink()
    (tmp_path / "out.csv.partial").symlink_to("precious")
    with pytest.raises(ReportError, match="the report is lost: somebody has removed or replaced"):
        outlet.finish()
    assert (mode(precious), precious.read_text(), path.read_text()) == (0o600, "secret", "old")


def test_the_folder_that_was_opened_is_the_one_that_is_written(tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "other").mkdir()
    outlet = open_outlet(str(tmp_path / "mine" / "out.csv"))
    outlet.write("row\n")
    (tmp_path / "mine").rename(tmp_path / "moved")
    (tmp_path / "mine").symlink_to("other")
    outlet.finish()
    assert os.listdir(tmp_path / "moved") == ["out.csv"]
    assert os.listdir(tmp_path / "other") == []


def test_whose_rights_can_be_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.geteuid", lambda: 1000)
    monkeypatch.setattr("os.getegid", lambda: 1000)
    monkeypatch.setattr("os.getgroups", lambda: [4, 1000])
    monkeypatch.setattr("scanner.reports.outlets.rights.has_power", lambda power, file: False)
    plain, setgid = (os.stat_result([mode, 0, 0, 2, 0, 5000, 0, 0, 0, 0]) for mode in (0o40755, 0o42775))
    for folder, groups in ((plain, [4, 1000]), (setgid, [4, 1000, 5000])):
        kept = {(uid, gid): Rights(uid, gid, 0o640) for uid in (0, 1000) for gid in (0, 4, 1000, 5000)}
        assert [who for who, rights in kept.items() if rights.can_be_kept(folder)] == [(1000, gid) for gid in groups]


@pytest.mark.usefixtures("as_root")
def test_root_without_his_powers_is_told_that_he_has_not(tmp_path: Path) -> None:
    """As in hardened containers."""
    path = tmp_path / "out.csv"
    path.touch()
    os.chown(path, NOBODY, NOBODY)
    words = command("from scanner.reports import notices\nprint(*notices(sys.argv[1:]))", path)
    needs.require("setpriv")
    without = ["setpriv", "--bounding-set=-chown", "--inh-caps=-chown"]
    for drop, said in (([], ""), (without, "you cannot give the new report to them")):
        done = subprocess.run([*drop, *words], capture_output=True, text=True, timeout=30, check=False)
        assert done.returncode == 0, done.stderr
        assert said in done.stdout
        assert bool(said) is bool(done.stdout.strip())


AS_NOBODY = """
import os, sys
from scanner.reports import notices, open_outlet
import scanner.reports.outlets.whole_file, tempfile
os.setgroups([]); os.setgid(65534); os.setuid(65534)
path = sys.argv[1]
print(*notices([path]), sep="\\n")
outlet = open_outlet(path)
outlet.write("new\\n")
outlet.finish()
"""


@pytest.mark.usefixtures("as_root")
def test_an_owner_that_cannot_be_kept_is_said_and_leaves_the_report_private(world: Path) -> None:
    world.chmod(0o777)
    path = world / "out.csv"
    path.write_text("old")
    path.chmod(0o666)  # root's, in a folder where anybody may replace it
    said = output_of(AS_NOBODY, path)
    assert "belongs to user 0 and group 0, and you cannot give the new report to them" in said
    made = path.stat()
    assert (made.st_uid, stat.S_IMODE(made.st_mode), path.read_text()) == (NOBODY, 0o600, "new\n")


def test_hard_links_are_said(tmp_path: Path) -> None:
    path = tmp_path / "out.csv"
    path.touch()
    assert notices([str(path), str(tmp_path / "new.csv"), "-", "/dev/null"]) == []
    os.link(path, tmp_path / "too.csv")
    assert notices([str(path)]) == [
        f"{str(path)!r}: has another name (hard links): only this one will be the new report"
    ]


# -- what outlasts a power loss ---------------------------------------------------------------------------------------


def test_file_then_name_then_folder_are_made_to_last(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    done: list[str] = []
    sync, replace = os.fsync, os.replace

    def noted_sync(descriptor: int) -> None:
        done.append("folder" if stat.S_ISDIR(os.fstat(descriptor).st_mode) else "file")
        sync(descriptor)

    def noted_replace(*words: str, **more: int) -> None:
        done.append("name")
        replace(*words, **more)

    outlet = open_outlet(str(tmp_path / "out.csv"))
    outlet.write("row\n")
    monkeypatch.setattr("os.fsync", noted_sync)
    monkeypatch.setattr("os.replace", noted_replace)
    outlet.finish()
    assert done == ["file", "name", "folder"]


def test_a_report_that_cannot_take_its_name_is_named(tmp_path: Path) -> None:
    outlet = open_outlet(str(tmp_path / "out.csv"))
    outlet.write("row\n")
    (tmp_path / "out.csv").mkdir()
    partial = tmp_path / "out.csv.partial"
    with pytest.raises(
        ReportError, match=f"complete, but could not be given this name: Is a directory; it is in {partial}$"
    ):
        outlet.finish()
    assert partial.read_text() == "row\n"


# -- two scans, and scans that come to nothing -------------------------------------------------------------------------


def test_what_was_left_goes_only_when_a_scan_begins(tmp_path: Path) -> None:
    partial = tmp_path / "out.csv.partial"
    partial.write_text("rows of yesterday")
    outlet = open_outlet(str(tmp_path / "out.csv"))
    outlet.write("head\n")
    outlet.flush()
    assert partial.read_text() == "rows of yesterday"
    with pytest.raises(UsageError, match="another scan"):
        open_outlet(str(tmp_path / "out.csv"))
    outlet.begin()
    outlet.flush()
    assert partial.read_text() == "head\n"
    assert os.listdir(tmp_path) == ["out.csv.partial"]
    with pytest.raises(UsageError, match="another scan"):
        open_outlet(str(tmp_path / "out.csv"))
    outlet.abandon("end\n")
    assert (partial.read_text(), outlet.left) == ("head\nend\n", str(partial))


@pytest.mark.parametrize("left", ["rows of yesterday", None])
@pytest.mark.parametrize("ending", ["withdraw", "abandon"])
def test_a_scan_that_never_began_leaves_what_it_found(left: str | None, ending: str, tmp_path: Path) -> None:
    partial = tmp_path / "out.csv.partial"
    if left is not None:
        partial.write_text(left)
    outlet = open_outlet(str(tmp_path / "out.csv"))
    outlet.write("head\n")
    getattr(outlet, ending)()
    assert (partial.read_text() if left is not None else partial.exists()) == (left or False)
    assert outlet.left == ""
    write_report(tmp_path / "out.csv")  # and nothing is locked


def test_a_link_or_fifo_in_the_partials_place_is_neither_followed_nor_kept(tmp_path: Path) -> None:
    (tmp_path / "precious").write_text("keep")
    partial = tmp_path / "out.csv.partial"
    for plant in (lambda: partial.symlink_to("precious"), lambda: os.mkfifo(partial)):
        plant()
        write_report(tmp_path / "out.csv")
        assert (tmp_path / "precious").read_text() == "keep"
        assert sorted(os.listdir(tmp_path)) == ["out.csv", "precious"]
        (tmp_path / "out.csv").unlink()


def test_where_a_link_was_left_two_scans_do_not_write_one_report_either(tmp_path: Path) -> None:
    partial = tmp_path / "out.csv.partial"
    partial.symlink_to("nowhere")
    early, late = open_outlet(str(tmp_path / "out.csv")), open_outlet(str(tmp_path / "out.csv"))
    early.begin()
    early.write("row\n")
    with pytest.raises(ReportError, match="another scan is writing this report"):
        late.begin()
    late.abandon()
    early.finish()
    assert (tmp_path / "out.csv").read_text() == "row\n"
    assert os.listdir(tmp_path) == ["out.csv"]


def test_a_name_of_the_greatest_length_that_has_a_partial(tmp_path: Path) -> None:
    name = "ж" * 121 + ".csv"
    (tmp_path / f"{name}.partial").write_text("left")
    write_report(tmp_path / name)
    assert os.listdir(tmp_path) == [name]


def test_rights_are_those_of_the_file_as_it_is_in_the_end(tmp_path: Path) -> None:
    path = tmp_path / "out.csv"
    path.touch()
    path.chmod(0o666)
    outlet = open_outlet(str(path))
    path.chmod(0o600)
    outlet.finish()
    assert mode(path) == 0o600


def test_a_partial_that_somebody_removed_is_not_said_to_be_left(tmp_path: Path) -> None:
    for ending in ("finish", "abandon"):
        outlet = open_outlet(str(tmp_path / "out.csv"))
        outlet.begin()
        (tmp_path / "out.csv.partial").unlink()
        with pytest.raises(ReportError, match="the report is lost: somebody has removed or replaced"):
            getattr(outlet, ending)()
        assert outlet.left == ""
        assert os.listdir(tmp_path) == []


RACER = """
import sys
import tempfile
from scanner.errors import UsageError
from scanner.reports import open_outlet
print("ready", flush=True)
sys.stdin.readline()
try:
    outlet = open_outlet(sys.argv[1])
    outlet.begin()
    for number in range(1000):
        outlet.write(f"{sys.argv[2]} {number}\\n")
        outlet.flush()
except UsageError:
    print("refused", flush=True)
    sys.exit()
print("held", flush=True)
sys.stdin.readline()
outlet.finish()
"""


def test_of_racing_scans_one_writes_and_the_others_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "out.csv"
    for left in (False, True):
        if left:
            (tmp_path / "out.csv.partial").write_text("left")
        racers = [
            subprocess.Popen([sys.executable, "-c", RACER, path, str(n)], stdin=-1, stdout=-1, text=True, bufsize=1)
            for n in range(6)
        ]
        pipes = [(racer.stdin, racer.stdout) for racer in racers]
        for _, out in pipes:
            assert out is not None
            assert out.readline() == "ready\n"
        for into, _ in pipes:
            assert into is not None
            into.write("go\n")
        said = [out.readline() for _, out in pipes if out is not None]
        assert sorted(said) == ["held\n", *["refused\n"] * 5]
        for racer in racers:
            racer.communicate("end\n", timeout=30)
        winner = said.index("held\n")
        assert path.read_text() == "".join(f"{winner} {number}\n" for number in range(1000))
        assert os.listdir(tmp_path) == ["out.csv"]
