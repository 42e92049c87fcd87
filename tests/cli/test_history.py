"""`scanner history`, and `-o FILE.db` as a whole run: processes of their own, files as users have them."""

import csv
import io
import json
import os
import signal
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from scanner.cli.app import run_command
from scanner.cli.status import guarded
from tests.cli.process import PATIENCE_S, run, start, wait_for
from tests.reports.made import result
from tests.reports.test_db_reading import ROWS
from tests.reports.test_db_report import asked, written

_REFUSED = ["--expect", "refused", "-q"]
OF_EACH = "SELECT complete, count(port) FROM scans JOIN results ON scan = scans.id GROUP BY scans.id ORDER BY scans.id"


def history(capsys: pytest.CaptureFixture[str], *words: object) -> tuple[int, str]:
    """Status, and what was printed."""
    status = guarded(lambda: run_command(["history", *map(str, words)]))
    said = capsys.readouterr()
    return status, said.out or said.err


@pytest.fixture
def scans(tmp_path: Path) -> Path:
    """Two scans with a target that changed, one of them unfinished."""
    path = tmp_path / "s.db"
    for whole, state in ((True, "open"), (False, "refused")):
        time = "2026-11-01T00:00:00.000Z" if whole else "2026-11-02T00:00:00.000Z"
        written(path, [result("10.0.0.1", 22, state, time=time), result("::1", 443, "open", time=time)], whole=whole)
    return path


def test_a_table_for_people(scans: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status, said = history(capsys, scans, "10.0.0.1:ssh")
    assert (status, said.splitlines()) == (0, [
        "FIRST SEEN            LAST SEEN             SCANS  STATE    ADDRESSES",
        "2026-11-01T00:00:00Z  2026-11-01T00:00:00Z      1  open     10.0.0.1",
        "2026-11-02T00:00:00Z  2026-11-02T00:00:00Z      1  refused  10.0.0.1",
        "",
        "10.0.0.1:ssh: 1 change, seen by 2 of 2 scans",
    ])  # fmt: skip


def test_a_scan_of_two_vantages_is_one_scan(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    head = "address,port,state,vantage\n"
    (tmp_path / "two.csv").write_text(head + "10.0.0.1,22,open,fra\n10.0.0.1,22,timeout,ams\n")
    assert guarded(lambda: run_command(["convert", f"{tmp_path}/two.csv", "-o", f"{tmp_path}/s.db"])) == 0
    said = history(capsys, tmp_path / "s.db", "10.0.0.1:22")[1]
    assert said.endswith("10.0.0.1:22: 0 changes, seen 2 times from 2 vantages; the file has 1 scan\n")


def test_csv_and_json_for_programs(scans: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows = list(csv.DictReader(io.StringIO(history(capsys, scans, "10.0.0.1:22", "-f", "csv")[1])))
    assert [(row["state"], row["scans"], row["addresses"]) for row in rows] == [
        ("open", "1", "10.0.0.1"),
        ("refused", "1", "10.0.0.1"),
    ]
    found = json.loads(history(capsys, scans, "[0:0::1]:443", "-f", "json")[1])
    assert (found["schema"], found["changes"], found["scans"]) == ("scanner-history/1", 0, 2)
    assert found["periods"] == [
        {"vantage": None, "first": "2026-11-01T00:00:00.000Z", "last": "2026-11-02T00:00:00.000Z", "scans": 2,
         "verdicts": [{"state": "open", "reason": "syn-ack", "icmp_from": None, "addresses": ["::1"]}]}
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["10.0.0.1:23"], "10.0.0.1:23 is not in s.db; that host is in it with port 22"),
        (["10.0.0.2:22"], "near it: 10.0.0.1"),
        (["10.0.0.1"], "is not HOST:PORT with a single port"),
        (["10.0.0.1:22,23"], "is not HOST:PORT with a single port"),
        (["10.0.0.1:http-x"], "http-x"),
        ([":22"], "is not HOST:PORT"),
        ([], "write FILE.db and one HOST:PORT"),
        (["a:1", "b:1"], "write FILE.db and one HOST:PORT"),
        (["a:1", "-f", "xml"], "'xml' is not a valid history format; formats: table, csv, json"),
    ],
)
def test_bad_usage_says_what_to_write(
    words: list[str], said: str, scans: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(scans.parent)
    status, printed = history(capsys, "s.db", *words)
    assert status == 2
    assert said in printed


def test_a_file_that_is_none_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "s.csv").write_text("address,port\n")
    status, said = history(capsys, tmp_path / "s.csv", "a:1")
    assert (status, "is not an SQLite database" in said) == (2, True)


def test_scans_are_appended_with_the_digest_of_their_list(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for words in (["127.0.0.1:1,2", "-t", "2s"], ["127.0.0.1:2,1", "-o", "s.json"], ["127.0.0.1:1"]):
        assert guarded(lambda words=words: run_command(["scan", *words, *_REFUSED, "-o", "s.db"])) == 0  # type: ignore[misc]
    digests = [digest for (digest,) in asked(tmp_path / "s.db", "SELECT list_digest FROM scans ORDER BY id")]
    assert digests[0] == digests[1] != digests[2]
    assert json.loads((tmp_path / "s.json").read_text())["scan"]["list_digest"] == digests[0]
    done = run("history", "s.db", "127.0.0.1:1", cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert "0 changes, seen by 3 of 3 scans" in done.stdout


def test_only_some_rows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert guarded(lambda: run_command(["scan", "127.0.0.1:1", *_REFUSED, "--only", "open", "-o", "s.db"])) == 0
    assert asked(tmp_path / "s.db", "SELECT (SELECT count(*) FROM scans), count(*) FROM results") == [(1, 0)]


def test_ctrl_c_keeps_the_scan_as_an_unfinished_one(tmp_path: Path, silent_port: int) -> None:
    written(tmp_path / "s.db", ROWS)
    first = start("scan", f"127.0.0.1:{silent_port},1", "-t", "60s", "-o", "o.csv", "-o", "s.db", cwd=tmp_path)
    wait_for(tmp_path / "o.csv.partial", "conn-refused")
    assert asked(tmp_path / "s.db", "SELECT count(*) FROM scans") == [(1,)]
    first.send_signal(signal.SIGINT)
    _, said = first.communicate(timeout=PATIENCE_S)
    assert first.returncode == 130
    assert "incomplete: s.db" in said
    assert asked(tmp_path / "s.db", OF_EACH) == [(1, 2), (0, 1)]
    assert sorted(os.listdir(tmp_path)) == ["o.csv.partial", "s.db"]


def test_killed_in_mid_scan_the_file_is_as_before(tmp_path: Path, silent_port: int) -> None:
    written(tmp_path / "s.db", ROWS)
    before = (tmp_path / "s.db").read_bytes()
    scan = start("scan", f"127.0.0.1:{silent_port},1", "-t", "60s", "-o", "o.csv", "-o", "s.db", cwd=tmp_path)
    wait_for(tmp_path / "o.csv.partial", "conn-refused")
    scan.kill()
    scan.communicate(timeout=PATIENCE_S)
    assert (tmp_path / "s.db").read_bytes() == before
    assert sorted(os.listdir(tmp_path)) == ["o.csv.partial", "s.db"]


def test_two_scans_at_once_both_end_up_in_it(tmp_path: Path) -> None:
    """Both are done, and wait for the same lock; neither has made the other wait until then."""
    written(tmp_path / "s.db", ROWS)
    with closing(sqlite3.Connection(str(tmp_path / "s.db"), isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        both = [
            start("scan", f"127.0.0.1:{port}", *_REFUSED, "-o", f"{port}.csv", "-o", "s.db", cwd=tmp_path)
            for port in (1, 2)
        ]
        for port in (1, 2):
            wait_for(tmp_path / f"{port}.csv", "conn-refused")
    for scan in both:
        _, said = scan.communicate(timeout=PATIENCE_S)
        assert (scan.returncode, said) == (0, "")
    found = asked(tmp_path / "s.db", "SELECT port FROM results WHERE scan > 1 ORDER BY port")
    assert found == [(1,), (2,)]
    assert asked(tmp_path / "s.db", OF_EACH) == [(1, 2), (1, 1), (1, 1)]


def test_exit_3_where_it_cannot_be_appended_and_nothing_is_lost(tmp_path: Path) -> None:
    """The file was taken away for something else while the scan was on its way."""
    (tmp_path / "here").mkdir()
    os.mkfifo(tmp_path / "gate")
    scan = start("scan", "127.0.0.1:1", "-q", "-o", "csv:gate", "-o", "here/s.db", cwd=tmp_path)
    reader = os.open(tmp_path / "gate", os.O_RDONLY)  # waits until the scan opens it, before it probes
    (tmp_path / "here" / "s.db").write_text("something else")
    with open(reader, encoding="utf-8") as gate:
        assert "conn-refused" in gate.read()
    _, said = scan.communicate(timeout=PATIENCE_S)
    assert scan.returncode == 3
    assert "error: here/s.db: the scan could not be appended: it is damaged" in said
    assert "(the rows so far are in here/s.db.partial)" in said
    assert (tmp_path / "here" / "s.db").read_text() == "something else"
    assert asked(tmp_path / "here" / "s.db.partial", "SELECT complete, port FROM scans, results") == [(1, 1)]


def test_exit_2_touches_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "s.db").write_text("no database")
    for words in (["-o", "s.db"], ["-f", "db"], ["-o", "new.db", "-o", "csv:new.db"], ["-o", "db:/dev/stdout"]):
        status = guarded(lambda words=words: run_command(["scan", "127.0.0.1:1", *words]))  # type: ignore[misc]
        said = capsys.readouterr()
        assert (status, said.out, said.err[:7]) == (2, "", "error: "), words
    assert [(path.name, path.read_text()) for path in tmp_path.iterdir()] == [("s.db", "no database")]
