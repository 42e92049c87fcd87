"""`scanner diff` as people and pipelines call it: two files in, a table or data out, one exit status."""

import json
import os
from pathlib import Path

import pytest

from tests.cli.process import run, run_here, start

_HEAD = (
    "name,host,address,port,service,state,reason,icmp_from,rtt_ms,attempts,expect,met,tags,vantage,time,source,doubt,"
    "lost_syns\n"
)


def row(port: int, state: str = "open", reason: str = "syn-ack") -> str:
    return f"web,10.0.0.1,10.0.0.1,{port},,{state},{reason},,0.250,1,,,,here,2026-01-31T12:00:00.000Z,,,0\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "old.csv").write_text(_HEAD + row(22) + row(80))
    (tmp_path / "new.csv").write_text(_HEAD + row(22) + row(80, "timeout", "no-response"))
    return tmp_path


def test_what_changed_is_a_table_a_line_and_a_status(folder: Path) -> None:
    done = run("diff", "old.csv", "new.csv", cwd=folder)
    assert done.returncode == 1
    assert done.stdout == (
        "old: old.csv (2 rows)\nnew: new.csv (2 rows)\n\nblocked  web  10.0.0.1:80  open → timeout\n"
    )
    assert done.stderr == "1 blocked; 1 the same\n"


def test_the_same_is_no_difference(folder: Path) -> None:
    done = run("diff", "old.csv", "old.csv", cwd=folder)
    assert (done.returncode, done.stderr) == (0, "nothing moved; 2 the same\n")
    quiet = run("diff", "-q", "old.csv", "new.csv", cwd=folder)
    assert (quiet.returncode, quiet.stdout, quiet.stderr) == (1, "", "")


def test_files_and_formats(folder: Path) -> None:
    for name in ("d.json", "d.csv", "d.md"):
        assert run("diff", "old.csv", "new.csv", "-o", name, cwd=folder).returncode == 1
    assert json.loads((folder / "d.json").read_text())["counts"] == {"blocked": 1, "same": 1}
    assert (folder / "d.csv").read_text().count("\n") == 2
    assert "## scanner diff: differences" in (folder / "d.md").read_text()
    assert json.loads(run("diff", "-q", "-f", "json", "old.csv", "new.csv", cwd=folder).stdout)["differs"] is True


@pytest.mark.parametrize(
    ("few", "text", "columns"),
    [
        ("few.csv", "state,host,port\nopen,10.0.0.1,22\nopen,10.0.0.1,80\n", "host, port, state"),
        (
            "few.jsonl",
            "".join(f'{{"address": "10.0.0.1", "port": {port}, "state": "open"}}\n' for port in (22, 80)),
            "address, port, state",
        ),
    ],
)
def test_columns_that_one_of_them_does_not_have_are_not_compared(
    folder: Path, few: str, text: str, columns: str
) -> None:
    (folder / few).write_text(text)
    done = run("diff", "--strict", few, "old.csv", cwd=folder)
    assert (done.returncode, done.stderr) == (0, "nothing moved; 2 the same\n")
    assert f"old: {few} (2 rows, only {columns})\n" in done.stdout
    done = run("diff", "new.csv", few, cwd=folder)
    assert (done.returncode, done.stderr) == (1, "1 opened; 1 the same\n")


def test_one_may_come_through_a_pipe(folder: Path) -> None:
    done = run("diff", "old.csv", "-", cwd=folder, input=(folder / "new.csv").read_text())
    assert done.stdout.startswith("old: old.csv (2 rows)\nnew: standard input (2 rows)\n")
    assert done.returncode == 1


@pytest.mark.parametrize(
    ("words", "tells"),
    [
        ((), "no report was given; write scanner diff OLD NEW"),
        (("old.csv",), "1 report given"),
        (("old.csv", "new.csv", "old.csv"), "3 reports given"),
        (("-", "-"), "standard input can be read only once"),
        (("old.csv", "none.csv"), "none.csv: cannot be read: No such file or directory"),
        (("old.csv", "torn.csv"), "torn.csv:2: 3 fields, where the header has 18"),
        (("old.csv", "."), ".: cannot be read: Is a directory"),
        (("old.csv", "new.csv", "-f", "xml"), "'xml' is not a format of diff; formats: table, csv, json, md"),
        (("old.csv", "new.csv", "-o", "old.csv"), "old.csv"),
        (("old.csv", "new.csv", "-o", "no/d.csv"), "no/d.csv"),
        (("old.csv", "new.csv", "-o", "d.junit.xml"), "cannot be written as junit; formats: table, csv, json, md"),
        (("old.csv", "new.csv", "--by-address"), "write --by address"),
        (("old.csv", "new.csv", "--by", "name"), "'name' is not what targets pair by; write host"),
        (("old.csv", "new.csv", "--slower", "x"), '"x" is not a valid duration'),
    ],
)
def test_trouble_is_status_2_and_touches_nothing(words: tuple[str, ...], tells: str, folder: Path) -> None:
    (folder / "torn.csv").write_text(_HEAD + row(22)[:20])
    before = {name: (folder / name).read_bytes() for name in os.listdir(folder)}
    done = run_here("diff", *words, cwd=folder)
    assert (done.returncode, done.stdout) == (2, "")
    assert tells in done.stderr
    assert {name: (folder / name).read_bytes() for name in os.listdir(folder)} == before


@pytest.mark.parametrize("command", ["diff", "matrix"])
def test_what_cannot_be_written_is_status_3(command: str, folder: Path) -> None:
    """As of every report: 2 would say that the command was wrong."""
    done = run_here(command, "old.csv", "new.csv", "-f", "csv", "-o", "/dev/full", cwd=folder)
    assert done.returncode == 3
    assert "No space left on device" in done.stderr


def test_a_reader_who_has_enough_ends_it_quietly(folder: Path) -> None:
    (folder / "many.csv").write_text(_HEAD + "".join(map(row, range(1, 60_000))))
    process = start("diff", "-f", "csv", "old.csv", "many.csv", cwd=folder)
    assert process.stdout is not None
    assert process.stderr is not None
    with process, process.stdout, process.stderr:
        process.stdout.readline()
        process.stdout.close()
        assert process.stderr.read() == ""
    assert process.returncode == 141


def test_what_a_scan_was_to_leave_out_is_in_its_report(folder: Path, closed_port: int) -> None:
    other = closed_port - 1
    ports = f"{other},{closed_port}"
    run("sweep", "127.0.0.1", "-p", ports, "-q", "-o", "a.json", cwd=folder)
    (folder / "no.txt").write_text(f"127.0.0.1:{other}\n")
    run("sweep", "127.0.0.1", "-p", ports, "--exclude-file", "no.txt", "-q", "-o", "b.json", cwd=folder)
    assert json.loads((folder / "b.json").read_text())["scan"]["excludes"] == [f"127.0.0.1:{other}"]
    done = run("diff", "a.json", "b.json", cwd=folder)
    assert (done.returncode, done.stderr) == (0, "nothing moved; 1 the same; 1 not scanned\n")
    assert done.stdout.endswith("\n\n1 target not scanned (new: excluded)\n")


def test_targets_may_pair_by_address(folder: Path) -> None:
    (folder / "named.csv").write_text((folder / "old.csv").read_text().replace("web,10.0.0.1,", "web,db1,"))
    assert run("diff", "old.csv", "named.csv", cwd=folder).returncode == 1
    assert run("diff", "old.csv", "named.csv", "--by", "address", cwd=folder).returncode == 0
