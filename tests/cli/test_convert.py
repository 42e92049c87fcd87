"""`scanner convert` as people and pipelines call it: reports in, reports out, one exit status."""

import csv
import json
import os
import signal
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

import scanner
from scanner.cli import status
from scanner.cli.app import run_command
from scanner.cli.conversion import Conversion, Wish
from scanner.cli.signals import Signals
from scanner.reports import FORMATS
from scanner.services import service_name
from tests.cli.process import COMMAND, PATIENCE_S, environment, run, start

#: Runs the command in the folder, in this process: status, stdout, stderr.
Convert = Callable[..., tuple[int, str, str]]

_HEAD = (
    "name,host,address,port,service,state,reason,icmp_from,rtt_ms,attempts,expect,met,tags,vantage,time,source,doubt,"
    "lost_syns\n"
)


def row(port: int, state: str = "open", reason: str = "syn-ack", host: str = "10.0.0.1") -> str:
    address = "" if state == "error" else host
    place, when = f"{host},{address},{port},{service_name(port)}", "2026-01-31T12:00:00.000Z"
    return f"web,{place},{state},{reason},,0.250,1,open,true,a;b,here,{when},,,0\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    rows = row(80, "timeout", "no-response"), row(9), row(443), row(1000, "error", "no-address", "nowhere")
    (tmp_path / "a.csv").write_text(_HEAD + "".join(rows))
    (tmp_path / "b.csv").write_text(_HEAD + row(7, host="9.0.0.1"))
    return tmp_path


@pytest.fixture
def convert(folder: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Convert:
    monkeypatch.chdir(folder)

    def ran(*words: str) -> tuple[int, str, str]:
        ended = status.guarded(lambda: run_command(["convert", *words]))
        said = capfd.readouterr()
        return ended, said.out, said.err

    return ran


def contents(folder: Path) -> dict[str, bytes]:
    return {name: (folder / name).read_bytes() for name in os.listdir(folder)}


def test_there_and_back_again(folder: Path, convert: Convert) -> None:
    ways = ("a.csv", "a.json"), ("a.json", "a.jsonl"), ("a.jsonl", "a.db"), ("a.db", "b.json"), ("b.json", "again.csv")
    for source, target in ways:
        done = convert(source, "-o", target)
        assert done == (0, "", ""), (source, target)
    assert (folder / "again.csv").read_text() == (folder / "a.csv").read_text()
    scan = json.loads((folder / "a.json").read_text())["scan"]
    assert json.loads((folder / "b.json").read_text())["scan"] == scan | {"version": scanner.__version__}
    assert (scan["vantage"], scan["complete"]) == ("here", True)
    assert scan["counts"] == {"open": 2, "refused": 0, "timeout": 1, "unreachable": 0, "error": 1}


@pytest.mark.parametrize("fmt", FORMATS)
def test_into_any_format(fmt: str, folder: Path, convert: Convert) -> None:
    done = convert("a.csv", "-o", f"{fmt}:out")
    assert done[:2] == (0, "")
    assert (folder / "out").stat().st_size > 0


def test_several_one_after_another_into_several(folder: Path) -> None:
    done = run(
        "convert", "b.csv", "-", "-f", "list", "-o", "all.jsonl", cwd=folder, input=(folder / "a.csv").read_text()
    )
    assert done.returncode == 0
    assert done.stdout == "9.0.0.1:7\n10.0.0.1:80\n10.0.0.1:9\n10.0.0.1:443\n"
    assert done.stderr == "stdout: 1 row without an address left out of the list\n"
    assert len((folder / "all.jsonl").read_text().splitlines()) == 5


def test_the_lists_order_is_the_same_from_any(folder: Path, convert: Convert) -> None:
    for name, *sources in (("one.json", "a.csv", "b.csv"), ("two.json", "b.csv", "a.csv")):
        assert convert(*sources, "--sort", "-o", name)[0] == 0
    assert (folder / "one.json").read_bytes() == (folder / "two.json").read_bytes()
    rows = json.loads((folder / "one.json").read_text())["results"]
    assert [row["port"] for row in rows] == [7, 9, 80, 443, 1000]


def test_some_rows_and_some_columns(folder: Path, convert: Convert) -> None:
    done = convert("a.csv", "--only", "open", "--fields", "port,host", "--fields", "state", "-f", "csv")
    assert done[1] == "port,host,state\n9,10.0.0.1,open\n443,10.0.0.1,open\n"
    convert("a.csv", "--only", "open", "-o", "open.json")
    scan = json.loads((folder / "open.json").read_text())["scan"]
    assert (scan["counts"]["open"], scan["counts"]["timeout"], scan["options"]) == (2, 0, {"only": "open"})


@pytest.mark.parametrize("name", ["some.csv", "some.jsonl"])
def test_what_chosen_columns_hold_reads_back(name: str, folder: Path, convert: Convert) -> None:
    assert convert("a.csv", "--fields", "state,port,host,name", "-o", name)[0] == 0
    done = convert(name, "-f", "csv")
    cells = next(csv.DictReader(done[1].splitlines()))
    assert (cells["name"], cells["host"], cells["address"], cells["state"]) == (
        "web",
        "10.0.0.1",
        "10.0.0.1",
        "timeout",
    )
    assert status.guarded(lambda: run_command(["diff", "-q", name, name])) == 0


def test_what_was_not_finished_stays_so(folder: Path, convert: Convert) -> None:
    (folder / "c.csv.partial").write_text(_HEAD + row(1))
    done = convert("c.csv.partial", "b.csv", "-o", "c.json", "-f", "table")
    assert (done[0], done[2]) == (0, "warning: c.csv.partial: was not finished, so rows may be missing\n")
    assert done[1].endswith("incomplete: stopped early\n")
    assert json.loads((folder / "c.json").read_text())["scan"]["complete"] is False


@pytest.mark.parametrize(
    ("words", "tells"),
    [
        ((), "no REPORT was given; write scanner convert REPORT... -o FILE"),
        (("a.csv",), "into what? Write -o FILE, or -f FORMAT for stdout"),
        (("a.csv", "-o", "out"), "the ending does not give the format"),
        (("-", "-", "-f", "csv"), "standard input can be read only once"),
        (("none.csv", "-f", "csv"), "none.csv: cannot be read: No such file or directory"),
        (("a.csv", "torn.csv", "-o", "old.json"), "torn.csv:3: 3 fields, where the header has 18"),
        (("a.csv", "torn.csv", "-f", "csv"), "torn.csv:3: 3 fields, where the header has 18"),
        (("odd.json", "-o", "old.json"), "odd.json: scan.started is not as scanner writes it"),
        (("a.csv", "b.csv", "-o", "b.csv"), "-o 'b.csv': would replace an input file"),
        (("a.csv", "-o", "x.csv", "-o", "./x.csv"), "is the same file as"),
        (("a.csv", "-o", "no/x.csv"), "the folder 'no' does not exist"),
        (("a.csv", "-f", "csv", "--only", "opn"), "did you mean open?"),
        (("a.csv", "-f", "csv", "--fields", "hots"), "did you mean host?"),
        (("a.csv", "-f", "csv", "--fields", "port", "--fields", "port"), "port: named twice"),
        (("a.csv", "-f", "table", "--fields", "port"), "--fields chooses the columns of csv and jsonl, not of table"),
    ],
)
def test_trouble_is_status_2_and_touches_nothing(
    words: tuple[str, ...], tells: str, folder: Path, convert: Convert
) -> None:
    (folder / "torn.csv").write_text(_HEAD + row(22) + row(22)[:20])
    (folder / "odd.json").write_text('{"schema": "scanner-report/1", "results": [], "scan": {"started": 1}}')
    (folder / "old.json").write_text("last night's")
    (folder / "old.json.partial").write_text("last night's too")
    before = contents(folder)
    done = convert(*words)
    assert done[:2] == (2, "")
    assert tells in done[2]
    assert contents(folder) == before


def test_a_full_disk_is_status_3_and_the_others_go_on(folder: Path, convert: Convert) -> None:
    done = convert("a.csv", "-o", "csv:/dev/full", "-o", "a.jsonl")
    assert done[0] == 3
    assert "No space left on device" in done[2]
    assert len((folder / "a.jsonl").read_text().splitlines()) == 4


def test_a_reader_who_has_enough_ends_it_quietly(folder: Path) -> None:
    (folder / "many.csv").write_text(_HEAD + "".join(map(row, range(1, 60_000))))
    process = start("convert", "-f", "csv", "many.csv", cwd=folder)
    assert process.stdout is not None
    assert process.stderr is not None
    with process, process.stdout, process.stderr:
        process.stdout.readline()
        process.stdout.close()
        assert process.stderr.read() == ""
    assert process.returncode == 141


def test_ctrl_c_while_reading_leaves_the_file_alone(folder: Path) -> None:
    """The report comes through a pipe that does not end."""
    (folder / "old.json").write_text("last night's")
    before = contents(folder)
    process = subprocess.Popen(
        [*COMMAND, "convert", "-", "-o", "old.json"], cwd=folder, env=environment(), stdin=subprocess.PIPE
    )
    assert process.stdin is not None
    with process, process.stdin:
        process.stdin.write((_HEAD + row(1) * 100_000).encode())  # more than a pipe holds: it is being read by now
        process.stdin.flush()
        process.send_signal(signal.SIGINT)
        assert process.wait(PATIENCE_S) == 130
    assert contents(folder) == before


class StoppedAtOnce(Signals):
    """Ctrl-C comes when writing begins."""

    @contextmanager
    def deferred(self, end: Callable[[], None]) -> Iterator[None]:
        with super().deferred(end):
            self.received = signal.SIGINT
            yield


def test_ctrl_c_while_writing_leaves_a_partial_one(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "old.json").write_text("last night's")
    wish = Wish((f"{folder}/a.csv",), (f"{folder}/old.json",), None, "", "", False, False)
    assert Conversion(wish, StoppedAtOnce()).status() == 130
    assert (folder / "old.json").read_text() == "last night's"
    assert json.loads((folder / "old.json.partial").read_text())["scan"]["complete"] is False
    assert capsys.readouterr().err == f"incomplete: {folder}/old.json.partial\n"


def test_scan_and_sweep_know_list_and_fields(folder: Path, open_port: int, closed_port: int) -> None:
    ports = f"{open_port},{closed_port}"
    done = run(
        "sweep", "127.0.0.1", "-p", ports, "--open", "-f", "list", "-o", "o.csv", "--fields", "state,port", cwd=folder
    )
    assert done.stdout == f"127.0.0.1:{open_port}\n"
    assert (folder / "o.csv").read_text() == f"state,port\nopen,{open_port}\n"
    refused = run("scan", f"localhost:{open_port}", "--fields", "port", cwd=folder)
    assert (refused.returncode, refused.stdout) == (2, "")
    assert "--fields chooses the columns of csv and jsonl, not of table" in refused.stderr


def test_a_report_of_unmet_rows_alone_tells_them_once(closed_port: int, tmp_path: Path) -> None:
    done = run("scan", f"127.0.0.1:{closed_port}", "--only", "unmet", "-o", "o.json", cwd=tmp_path)
    converted = run("convert", "o.json", "-f", "table", cwd=tmp_path)
    assert converted.stdout == done.stdout
    assert converted.stdout.count("expected open") == 1
