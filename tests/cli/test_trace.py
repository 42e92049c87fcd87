"""`scanner trace` as a process: what it prints where, its exit statuses, and every way to call it wrongly."""

import csv
import io
import json
import shlex
import signal
import subprocess
from pathlib import Path

import pytest

from tests import needs
from tests.cli.process import on_terminal, run, start, wait_for


def test_a_target_that_answers(open_port: int, closed_port: int) -> None:
    done = run("trace", "-n", f"127.0.0.1:{open_port},{closed_port}")
    assert (done.returncode, done.stderr) == (0, "")
    hop, *ends = done.stdout.splitlines()
    assert hop.startswith(" 1  127.0.0.1  ")
    assert sorted(end[3:] for end in ends) == sorted([
        f"127.0.0.1:{open_port}: open (syn-ack) at hop 1", f"127.0.0.1:{closed_port}: refused (conn-refused) at hop 1",
    ])  # fmt: skip


def test_json_and_csv_on_stdout(closed_port: int) -> None:
    done = run("trace", "-n", "-q", "-f", "json", f"localhost:{closed_port}", "-4")
    report = json.loads(done.stdout)
    assert set(report) == {"schema", "traces"}
    (trace,) = report["traces"]
    assert trace["hops"][0].pop("rtt_ms") > 0
    assert trace == {
        "host": "localhost", "address": "127.0.0.1", "port": closed_port,
        "hops": [{"hop": 1, "address": "127.0.0.1", "name": None}],
        "end": {"state": "refused", "reason": "conn-refused", "icmp_from": None, "hop": 1},
    }  # fmt: skip
    rows = list(csv.DictReader(io.StringIO(run("trace", "-n", "-f", "csv", f"127.0.0.1:{closed_port}").stdout)))
    assert [(row["host"], row["hop"], row["end_state"]) for row in rows] == [("127.0.0.1", "1", "refused")]


def test_files_take_their_format_from_their_ending(closed_port: int, tmp_path: Path) -> None:
    for name, begins in (("a.json", '{"schema"'), ("b.csv", "host,"), ("c.txt", " 1  127.0.0.1")):
        done = run("trace", "-n", f"127.0.0.1:{closed_port}", "-o", name, cwd=tmp_path)
        assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
        assert (tmp_path / name).read_text().startswith(begins)


def test_quiet_prints_nothing_by_itself(closed_port: int) -> None:
    done = run("trace", "-q", f"127.0.0.1:{closed_port}")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_excluded_targets_are_not_traced(open_port: int, closed_port: int, tmp_path: Path) -> None:
    words = ("trace", "-n", "-f", "json", f"127.0.0.1:{open_port},{closed_port}")
    (tmp_path / "never").write_text(f"127.0.0.0/8:{closed_port}\n")
    for exclude in (("--exclude", f"127.0.0.1:{closed_port}"), ("--exclude-file", str(tmp_path / "never"))):
        (trace,) = json.loads(run(*words, *exclude).stdout)["traces"]
        assert trace["port"] == open_port
    done = run(*words, "--exclude", "localhost,127.0.0.1")
    assert done.returncode == 2
    assert "exclude" in done.stderr


WRONG = [
    ([], "no TARGET was given; write HOST:PORT"),
    (["localhost"], "names no port; write HOST:PORT, such as localhost:443"),
    (["localhost:"], "names no port"),
    (["localhost", "22"], '"localhost 22" is one target in two words; write localhost:22'),
    (["[::1]:"], "such as [::1]:443"),
    ([":22"], "names no host"),
    (["localhost:0"], "port 0 is out of range"),
    (["localhost:65536"], "port 65536 is out of range"),
    (["localhost:9-3"], "9-3"),
    (["localhost:nonesuch"], "no service is called"),
    (["::1:22"], "write [::1]:22, or [::1:22]:PORTS"),
    (["127.0.0.1:1-1001"], "too many to trace"),
    (["-4", "[::1]:1"], "nothing left to probe"),
    (["-6", "127.0.0.1:1"], "nothing left to probe"),
    (["-4", "-6", "localhost:1"], "-4 and -6 cannot be combined"),
    (["-f", "table", "localhost:1"], "formats: text, json, csv"),
    (["-f", "jsonl", "localhost:1"], "formats: text, json, csv"),
    (["--max-hops", "0", "localhost:1"], "from 1 to 255"),
    (["--max-hops", "256", "localhost:1"], "from 1 to 255"),
    (["--max-hops", "many", "localhost:1"], "from 1 to 255"),
    (["-t", "0", "localhost:1"], "too short"),
    (["-t", "900", "localhost:1"], "900ms"),
    (["-S", "192.0.2.1", "localhost:1"], "192.0.2.1"),
    (["-o", "/nonexistent/x.json", "localhost:1"], "does not exist"),
    (["-o", "/", "localhost:1"], "is a folder"),
    (["-Pn", "localhost:1"], "-Pn is not an option here"),
    (["-T4", "localhost:1"], "-T4 is not an option here"),
    (["-oX", "x.xml", "localhost:1"], "(.json, .csv)"),
    (["-iL", "hosts", "localhost:1"], "scanner trace HOST:PORT..."),
    (["-p", "22", "localhost"], "HOST:PORT"),
    (["-m", "5", "localhost:1"], "write --max-hops N"),
    (["-w", "5", "localhost:1"], "write -t D"),
    (["-I", "localhost:1"], "TCP connections"),
    (["--bogus", "localhost:1"], "No such option"),
    (["--dask", "tcp://a:1", "localhost:1"], "run scanner trace on that machine"),
]


@pytest.mark.parametrize(("words", "said"), WRONG, ids=[" ".join(words) or "nothing" for words, _ in WRONG])
def test_wrong_calls_say_what_to_write(words: list[str], said: str, in_process) -> None:  # type: ignore[no-untyped-def]
    status, stdout, stderr = in_process("trace", *words)
    assert (status, stdout) == (2, "")
    assert said in stderr
    assert "Traceback" not in stderr


@pytest.fixture
def in_process(capfd: pytest.CaptureFixture[str]):  # type: ignore[no-untyped-def]
    """Runs it here: wrong calls end before anything is sent, and a process for each would take its time."""
    from scanner.cli.app import run_command
    from scanner.cli.status import guarded

    def call(*words: str) -> tuple[int, str, str]:
        status = guarded(lambda: run_command(list(words)))
        return (status, *capfd.readouterr())

    return call


def test_a_name_that_does_not_resolve_is_an_end_not_a_failure(monkeypatch, in_process) -> None:  # type: ignore[no-untyped-def]
    import socket

    def nobody(*_: object, **__: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", nobody)
    status, stdout, stderr = in_process("trace", "-n", "no-such-host.invalid:22")
    assert (status, stderr) == (0, "")
    assert stdout == "└─ no-such-host.invalid:22: error: cannot be probed from this host, no-address\n"


@pytest.mark.parametrize(("signum", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 129)])
def test_a_signal_ends_it_with_what_is_known(silent_port: int, tmp_path: Path, signum: int, status: int) -> None:
    """The trace of a silent port takes seconds; it is stopped once it is truly on its way."""
    with (tmp_path / "err").open("w") as stderr:
        process = start("trace", "-n", "-o", "x.json", f"127.0.0.1:{silent_port}", cwd=tmp_path, stderr=stderr)
        _wait_for_sockets(process.pid)
        process.send_signal(signum)
        assert process.wait(30) == status
    assert not (tmp_path / "x.json").exists()
    end = json.loads((tmp_path / "x.json.partial").read_text())["traces"][0]["end"]
    assert end == {"state": None, "reason": None, "icmp_from": None, "hop": 0}


def _wait_for_sockets(pid: int) -> None:
    """Until the process has SYNs in flight."""
    import time

    limit = time.monotonic() + 30
    while time.monotonic() < limit:
        try:
            links = [str(link.readlink()) for link in Path(f"/proc/{pid}/fd").iterdir()]
        except OSError:
            links = []
        if sum("socket:" in link for link in links) >= 3:
            return
        time.sleep(0.01)
    raise AssertionError("no sockets appeared")


def test_a_reader_that_goes_away(closed_port: int) -> None:
    process = start("trace", "-n", f"127.0.0.1:{closed_port}")
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.close()
    assert process.wait(30) == 141
    assert process.stderr.read() == ""
    process.stderr.close()


def test_colour_on_a_terminal_only(closed_port: int) -> None:
    target = f"127.0.0.1:{closed_port}"
    _, shown, _ = on_terminal("trace", "-n", target)
    assert "\x1b[" in shown
    for env in ({"NO_COLOR": "1"}, {"TERM": "dumb"}):
        _, shown, _ = on_terminal("trace", "-n", target, env=env)
        assert "\x1b" not in shown
    assert "\x1b" not in run("trace", "-n", target).stdout


def test_where_the_terminal_has_ascii_only(closed_port: int) -> None:
    status, shown, _ = on_terminal("trace", "-n", f"127.0.0.1:{closed_port}", env={"PYTHONIOENCODING": "ascii"})
    assert status == 0
    assert "`- 127.0.0.1" in shown


def test_explain_with_nothing_blocked_says_nothing(closed_port: int, tmp_path: Path) -> None:
    done = run("sweep", "127.0.0.1", "-p", closed_port, "--explain", "-o", "x.json", cwd=tmp_path)
    assert "Where it stops" not in done.stdout + done.stderr
    explained = json.loads((tmp_path / "x.json").read_text())["scan"]["explain"]
    assert explained == {
        "complete": True, "traced": 0, "groups": [], "by_row": {}, "witnesses": [], "more_targets": 0,
    }  # fmt: skip


def test_ctrl_c_while_explaining_keeps_the_whole_scan(silent_port: int, tmp_path: Path) -> None:
    with (tmp_path / "out").open("w") as stdout:
        process = start(
            "sweep", "127.0.0.1", "-p", silent_port, "-r", "0", "-t", "1ms", "--explain", "-f", "jsonl", "-o", "x.json",
            cwd=tmp_path, stdout=stdout,
        )  # fmt: skip
        wait_for(tmp_path / "out", "no-response")
        _wait_for_sockets(process.pid)
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=30)
    assert process.returncode == 130
    assert "stopped early: some traces did not finish" in said
    scan = json.loads((tmp_path / "x.json").read_text())["scan"]
    assert (scan["complete"], scan["explain"]["complete"]) == (True, False)


def joining_line() -> list[str]:
    """The words of the line that joins rows to groups, as the documentation has it."""
    told = (Path(__file__).parents[2] / "docs" / "tracing.md").read_text(encoding="utf-8")
    (line,) = [line for line in told.splitlines() if line.startswith("jq ")]
    return shlex.split(line)


def explained_report(folder: Path, *ports: int) -> Path:
    words = [f"127.0.0.1:{port}" for port in ports]
    done = run("scan", *words, "-t", "50ms", "-r", "0", "--explain", "-o", "x.json", "-o", "x.csv", cwd=folder)
    assert done.returncode == 1
    assert "asking" not in done.stderr, "one of them refuses"
    return folder / "x.json"


@pytest.mark.slow
def test_rows_say_which_group_they_belong_to(silent_port: int, closed_port: int, tmp_path: Path) -> None:
    """In JSON, and in what is made of it; in nothing else."""
    report = explained_report(tmp_path, silent_port, closed_port)
    whole = json.loads(report.read_text())
    groups = {row["port"]: row.get("group") for row in whole["results"]}
    assert groups == {silent_port: f"127.0.0.1:{silent_port}", closed_port: None}
    explained = whole["scan"]["explain"]
    assert explained["by_row"] == {groups[silent_port]: "A"}
    assert [(each["key"], each["unmet"], each["entries"]) for each in explained["groups"]] == [
        ("A", 1, [f"127.0.0.1:{silent_port}"])
    ]
    assert "group" not in (tmp_path / "x.csv").read_text()
    assert run("convert", "x.json", "-o", "y.json", cwd=tmp_path).returncode == 0
    assert json.loads((tmp_path / "y.json").read_text()) == whole
    assert run("diff", "x.json", "x.csv", cwd=tmp_path).returncode == 0
    assert run("convert", "x.json", "y.json", "-o", "z.json", cwd=tmp_path).returncode == 0
    joined = json.loads((tmp_path / "z.json").read_text())["results"]
    assert [row for row in joined if "group" in row] == [], "of several scans: whose group would it be?"


@pytest.mark.slow
def test_one_line_of_jq_joins_them(silent_port: int, closed_port: int, tmp_path: Path) -> None:
    needs.require("jq")
    explained_report(tmp_path, silent_port, closed_port).rename(tmp_path / "report.json")
    done = subprocess.run(joining_line(), cwd=tmp_path, capture_output=True, text=True, check=True, timeout=30)
    assert done.stdout == f"A\t\t127.0.0.1\t{silent_port}\n"


def test_it_joins_what_looks_alike(tmp_path: Path) -> None:
    """A target and a host of IPv6, one whose trace led elsewhere, and one that was rejected for another entry."""
    needs.require("jq")
    rows = [
        ("fd00::1", 22, "timeout", "[fd00::1]:22"),
        ("fd00::1:22", 9, "timeout", "fd00::1:22"),
        ("fd00::1:22", 10, "timeout", "fd00::1:22"),
        ("fd00::1", 22, "unreachable", "port-unreach from fd00::9"),
        ("10.0.0.1", 22, "timeout", "10.0.0.1"),
        ("10.0.0.1", 22, "open", None),
    ]
    by_row = {
        "[fd00::1]:22": "A", "fd00::1:22": "B", "[fd00::1:22]:10": "C",
        "port-unreach from fd00::9": "D", "10.0.0.1": "E",
    }  # fmt: skip
    results = [
        {"name": "", "host": address, "address": address, "port": port, "state": state}
        | ({"group": group} if group else {})
        for address, port, state, group in rows
    ]
    whole = {"scan": {"explain": {"by_row": by_row}}, "results": results}
    (tmp_path / "report.json").write_text(json.dumps(whole))
    done = subprocess.run(joining_line(), cwd=tmp_path, capture_output=True, text=True, check=True, timeout=30)
    assert [line[0] for line in done.stdout.splitlines()] == ["A", "B", "C", "D", "E"]


@pytest.mark.slow
def test_where_everybody_is_told_that_more_is_asked(silent_port: int) -> None:
    """Packets that nobody typed: also in a log. (-q tells only what is wrong.)"""
    words = ("scan", f"127.0.0.1:{silent_port}", "-t", "50ms", "-r", "0", "--explain")
    done = run(*words)
    assert "asking 1 silent host a few usual ports: 22, 80, 443" in done.stderr.splitlines()
    assert any("only this port is silent" in line for line in done.stdout.splitlines())
    assert "asking" not in run(*words, "-q", "-f", "json").stderr
