"""`--processes`: the rows of one process, once each, whatever becomes of the others; and nobody is left behind."""

import csv
import json
import os
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

import scanner
from scanner.api.option_checks import processes
from scanner.errors import UsageError
from scanner.machine.processors import usable_processors
from tests.cli.process import COMMAND, PATIENCE_S, run, start, typed_at, wait_for
from tests.workers import is_alive, until, workers_when

_SLOW = pytest.mark.slow
#: Of these the first has every other host.
_TWO = ("--processes", "2")


def found(rows: "list[dict[str, str]]") -> set[tuple[str, ...]]:
    names = ("name", "host", "address", "port", "state", "reason", "attempts", "expect", "met", "source", "doubt")
    return {tuple(row[name] for name in names) for row in rows}


def test_the_rows_are_those_of_one_process(tmp_path: Path, open_port: int, closed_port: int) -> None:
    ports = f"{open_port},{closed_port}"
    seen = []
    for count in (1, 3):
        done = run("scan", f"127.0.0.1-127.0.0.5:{ports}", "[::1]:9", "--processes", count, "-o", "o.json", "-f", "csv",
                   cwd=tmp_path)  # fmt: skip
        assert done.returncode == 1
        seen.append(found(list(csv.DictReader(done.stdout.splitlines()))))
        report = json.loads((tmp_path / "o.json").read_text())
        assert report["scan"]["options"]["processes"] == count
        assert (len(report["results"]), report["scan"]["complete"]) == (11, True)
    assert len(seen[0]) == 11
    assert seen[0] == seen[1]


_LIST = """
targets:
  - {name: by port, hosts: [127.0.0.1-127.0.0.4], ports: [9, 10], expect: {refused: 9, open: 10}, tags: [a, b]}
  - {name: some, hosts: [127.0.0.3-127.0.0.9], ports: [12], expect: refused, need: 3}
  - {name: too few, hosts: [127.0.0.3-127.0.0.9], ports: [13], expect: open, need: 1}
  - {name: from, hosts: [127.0.0.5, localhost], ports: [14], expect: open, expect_from: {here: refused}}
"""


@_SLOW
def test_what_is_expected_is_judged_as_of_one_process(tmp_path: Path) -> None:
    """Whoever finds it: some of an entry's targets may be enough, and lie anywhere."""
    (tmp_path / "list.yaml").write_text(_LIST)
    seen = []
    for count in (1, 2, 3):
        words = ("scan", "list.yaml", "-4", "--vantage", "here", "--processes", count, "-f", "csv")
        done = run(*words, cwd=tmp_path)
        assert done.returncode == 1
        seen.append(found(list(csv.DictReader(done.stdout.splitlines()))))
    assert len(seen[0]) == 8 + 7 + 7 + 2
    assert seen[0] == seen[1] == seen[2]


@pytest.mark.parametrize(
    ("hosts", "options", "said"),
    [
        pytest.param("127.0.0.1-127.0.0.2", ("--processes", "8", "-v"), "shared among 2 processes", marks=_SLOW),
        pytest.param("127.0.0.1-127.0.0.2", (*_TWO, "--rate", "1.9"), "1 process of 2", marks=_SLOW),
        ("127.0.0.1", _TWO, "1 process of 2: each needs a host"),
        ("localhost", (*_TWO, "--host-rate", "900"), "1 process of 2: names may lead to hosts that others have"),
    ],
)
def test_there_are_no_more_than_hosts(closed_port: int, hosts: str, options: tuple[str, ...], said: str) -> None:
    done = run("sweep", hosts, "-p", closed_port, "-t", "1s", *options)
    assert done.returncode == 0
    assert f"note: {said}" in done.stderr


@_SLOW
def test_that_there_are_fewer_is_told_unless_one_is_to_be_quiet(closed_port: int) -> None:
    words = ("sweep", "127.0.0.1-127.0.0.2", "-p", closed_port, "--processes", "8")
    note = "note: 2 processes of 8: each needs a host, and its part of --rate and -c"
    assert note in run(*words).stderr.splitlines()
    assert run(*words, "--dry-run").stderr.splitlines() == [note]
    assert run(*words, "-q").stderr == ""


def test_excluded_names_are_the_same_for_all(closed_port: int) -> None:
    done = run("sweep", "127.0.0.1-127.0.0.3", "-p", closed_port, "--exclude", "localhost", "-f", "csv", *_TWO)
    assert {row["address"] for row in csv.DictReader(done.stdout.splitlines())} == {"127.0.0.2", "127.0.0.3"}


@_SLOW
def test_too_few_open_files_for_them_are_told_with_the_remedy(closed_port: int) -> None:
    words = ["sweep", "127.0.0.1-127.0.0.40", "-p", str(closed_port), "--processes", "40"]
    limited = ["sh", "-c", 'ulimit -n 24; exec "$@"', "sh", *COMMAND, *words]
    done = subprocess.run(limited, capture_output=True, text=True, timeout=PATIENCE_S, check=False)
    assert done.returncode == 3
    assert done.stderr.splitlines()[-1] == (
        "error: no further process can be started here: Too many open files; allow more open files (ulimit -n), or ask "
        "for fewer processes (--processes)"
    )


def test_how_many() -> None:
    assert processes("auto") == processes("AUTO") == processes("Auto") == min(64, usable_processors())
    assert (processes("1"), processes("64")) == (1, 64)
    for text in ("0", "-1", "65", "1.5", "two", "", "٣"):
        with pytest.raises(UsageError, match="from 1 to 64, or auto"):
            processes(text)
    with pytest.raises(UsageError, match="processes=0: write a whole number of processes from 1 to 64"):
        list(scanner.scan("127.0.0.1:1", processes=0))


def test_a_program_may_share_its_scan_too(open_port: int, closed_port: int) -> None:
    targets = [scanner.Target(f"127.0.0.{last}", port) for last in (1, 2, 3) for port in (open_port, closed_port)]
    states = Counter(row.state for row in scanner.scan(targets, processes=2))
    assert states == {"open": 1, "refused": 5}


class Sharing:
    """A sweep by two processes that waits for one silent port of the first one's."""

    def __init__(self, folder: Path, silent: int, *options: object) -> None:
        self.report = folder / "o.csv"
        words = ("sweep", "127.0.0.1-127.0.0.2", "-p", f"{silent},20000-20099", "-q")
        self.process = start(*words, *_TWO, "-o", self.report, *options)
        self.workers = workers_when(self.process.pid, 2)

    def answered(self) -> "Sharing":
        """Once there are rows of both."""
        for host in (1, 2):
            wait_for(Path(f"{self.report}.partial"), f"127.0.0.{host},20099")
        return self

    def ends(self) -> tuple[int, str]:
        """Its status and stderr."""
        _, stderr = self.process.communicate(timeout=PATIENCE_S)
        return self.process.returncode, stderr

    def rows(self) -> "list[Mapping[str, str]]":
        """All that it reported."""
        with self.report.open(newline="", encoding="utf-8") as file:
            return list(csv.DictReader(file))


@pytest.fixture
def sharing(tmp_path: Path, silent_port: int) -> Iterator[Sharing]:
    running = Sharing(tmp_path, silent_port, "-t", "1s").answered()
    yield running
    if running.process.poll() is None:
        running.process.kill()
        running.ends()


@_SLOW
def test_what_a_killed_process_had_is_probed_again_and_no_row_comes_twice(sharing: Sharing) -> None:
    os.kill(sharing.workers[0], signal.SIGKILL)
    status, stderr = sharing.ends()
    assert (status, stderr.count("\n")) == (0, 1)
    assert "process 1 of 2 was killed by SIGKILL (out of memory?); what it had to probe is probed again" in stderr
    assert len(sharing.rows()) == len({(row["address"], row["port"]) for row in sharing.rows()}) == 202
    assert Counter(row["state"] for row in sharing.rows()) == {"refused": 201, "timeout": 1}


@_SLOW
def test_what_is_killed_again_and_again_is_not_replaced(sharing: Sharing) -> None:
    victim, *others = sharing.workers
    for turn in range(3):
        os.kill(victim, signal.SIGKILL)
        others.append(victim)
        if turn < 2:
            (victim,) = workers_when(sharing.process.pid, 1, beside=set(others))
    status, stderr = sharing.ends()
    assert status == 3
    killed = "was killed by SIGKILL (out of memory?); "
    for who, what in (("", "what it"), (" (try 2 of 3)", "what it"), (" (try 3 of 3)", "it is not replaced, so")):
        assert f"process 1 of 2{who} {killed}{what}" in stderr
    sharing.report = Path(f"{sharing.report}.partial")
    assert len(sharing.rows()) == 201


@_SLOW
def test_who_is_killed_leaves_nobody_and_no_lock(sharing: Sharing, tmp_path: Path) -> None:
    sharing.process.kill()
    sharing.ends()
    until(lambda: not any(map(is_alive, sharing.workers)), "the workers are still there")
    again = run("sweep", "127.0.0.1", "-p", "20000", "-q", "-o", sharing.report)
    assert (again.returncode, again.stderr) == (0, "")


@_SLOW
@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere nobody lets them go on")
@pytest.mark.parametrize("also", [False, True], ids=["a worker", "all of them"])
def test_who_is_stopped_ends_with_who_is_killed(also: bool, sharing: Sharing) -> None:
    """As after Ctrl-Z: nobody is left who waits for a SIGCONT that never comes."""
    for pid in [*sharing.workers, sharing.process.pid] if also else sharing.workers[:1]:
        os.kill(pid, signal.SIGSTOP)
    sharing.process.kill()
    sharing.ends()
    until(lambda: not any(map(is_alive, sharing.workers)), "the workers are still there")


@_SLOW
def test_a_process_has_no_file_of_another(sharing: Sharing) -> None:
    folder = Path(f"/proc/{sharing.workers[0]}/fd")  # its one probe waits: nothing is opened or closed meanwhile
    files = {int(each.name): os.readlink(each).partition(":")[0] for each in folder.iterdir()}
    assert files.pop(2) == "pipe"  # its last words, for who started it
    assert {file for file in files.values() if not file.startswith("/proc/")} == {"/dev/null", "socket", "anon_inode"}


@_SLOW
@pytest.mark.parametrize(("name", "status"), [("SIGINT", 130), ("SIGTERM", 143), ("SIGHUP", 129)])
def test_a_signal_to_all_is_answered_by_one(name: str, status: int, sharing: Sharing) -> None:
    """As a terminal and service managers send it: the workers leave their end to who started them."""
    for pid in [*sharing.workers, sharing.process.pid]:
        os.kill(pid, getattr(signal, name))
    assert sharing.ends() == (status, "")
    sharing.report = Path(f"{sharing.report}.partial")
    assert len(sharing.rows()) == 201, "nothing that was found is lost"
    assert not any(map(is_alive, sharing.workers))


@_SLOW
def test_ctrl_c_on_a_terminal(silent_port: int) -> None:
    words = ("sweep", "127.0.0.1-127.0.0.4", "-p", f"{silent_port},20000-20009", "-t", "60s", *_TWO, "--progress")
    status, lines = typed_at(b"\x03", "43/44", *words, columns=120)
    assert status == 130
    assert any("stopped after" in line for line in lines)
    assert not any("warning" in line or "Traceback" in line for line in lines)


@_SLOW
@pytest.mark.parametrize("who", ["all of them", "the first worker", "who started them"])
def test_whoever_is_stopped_for_some_seconds_nothing_changes(who: str, sharing: Sharing) -> None:
    pids = {"all of them": [sharing.process.pid, *sharing.workers], "the first worker": sharing.workers[:1]}
    halted = pids.get(who, [sharing.process.pid])
    for pid in halted:
        os.kill(pid, signal.SIGSTOP)
    with pytest.raises(TimeoutError):
        _until_ended(sharing)
    for pid in halted:
        os.kill(pid, signal.SIGCONT)
    assert sharing.ends() == (0, "")
    rows = sharing.rows()
    assert Counter((row["state"], row["doubt"]) for row in rows) == {("refused", ""): 201, ("timeout", ""): 1}


def _until_ended(sharing: Sharing) -> None:
    """It does not, while somebody of it stands still: TimeoutError after 3 s."""
    from subprocess import TimeoutExpired

    try:
        sharing.process.wait(3)
    except TimeoutExpired:
        raise TimeoutError from None
